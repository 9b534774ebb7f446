import { z } from "zod";

/** What a switch is told, and says again to whoever has the token: who is left, and how far. */
export const switchWord = z.strictObject({
  version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Of the whole route table: two tables of one version are two Houstons. */
  table: z.string().regex(/^[0-9a-f]{12}$/),
  /** Locations whose loss is followed beside the table, by name. */
  lost: z.array(z.string().max(63)).max(1000),
  /** By class and location, how many of its steps are out; who is not named is not left. */
  out: z.record(z.string().max(63), z.record(z.string().max(63), z.number().int().min(1).max(10))),
});

export type SwitchWord = z.output<typeof switchWord>;

/** What Route 53's checkers ask for: 200 while this step of the location is out, and 503 otherwise. Steps count from 1. */
export function stepPath({ class: className, location, step }: Step): string {
  return `/out/${encodeURIComponent(className)}/${encodeURIComponent(location)}/${step}`;
}

export type Step = { readonly class: string; readonly location: string; readonly step: number };

/** Null: that is no such question. */
export function readStepPath(path: string): Step | null {
  const [, className, location, step] = /^\/out\/([^/?]{1,200})\/([^/?]{1,200})\/([1-9]|10)$/.exec(path) ?? [];
  try {
    return step === undefined
      ? null
      : { class: decodeURIComponent(className!), location: decodeURIComponent(location!), step: Number(step) };
  } catch {
    // A torn escape.
    return null;
  }
}

/**
 * Whether a word may take the place of the one that a switch has: newer, or the same with more losses. Of one version only one table ever stands,
 * and a followed loss is only ended by a newer one.
 */
export function mayReplace(held: SwitchWord | null, next: SwitchWord): "yes" | "table-not-newer" | "another-writer" {
  if (held === null || next.version > held.version) return "yes";
  if (next.version < held.version) return "table-not-newer";
  if (next.table !== held.table) return "another-writer";
  return held.lost.every((name) => next.lost.includes(name)) ? "yes" : "table-not-newer";
}
