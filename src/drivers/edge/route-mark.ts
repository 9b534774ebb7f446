import type { LocationName } from "../../core/estate.ts";

/** What a file of routes is of; it stands in the file, and the edge says it when it is asked by which table it answers. */
export type Mark = { readonly version: number; readonly lost: readonly LocationName[]; readonly of: string };

export const NO_ROUTES: Mark = { version: 0, lost: [], of: "" };

/** Null: that is no mark of ours. */
export function readMark(text: string): Mark | null {
  try {
    const { version, lost, of } = JSON.parse(text) as Record<string, unknown>;
    if (typeof version !== "number" || typeof of !== "string" || !Array.isArray(lost)) return null;
    return { version, lost: lost.map(String), of };
  } catch {
    return null;
  }
}

export const isSameMark = (one: Mark, other: Mark): boolean => JSON.stringify(one) === JSON.stringify(other);
