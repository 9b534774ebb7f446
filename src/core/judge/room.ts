import type { UnixMs } from "../step.ts";

/**
 * Who gets one of a limited number of places. Someone makes up a new name each second (a path in a label, a test gone
 * wild): such names come once, so from three quarters full a name has to come at two moments to be let in, and what
 * nobody has used for a while makes room. Who is needed does not ask.
 */
export type Door = {
  /** Names that came once, and when; the oldest leave first. */
  readonly waiting: Map<string, UnixMs>;
  /** When room was last made: once for each moment is enough. */
  sweptAt: UnixMs;
};

export const newDoor = (): Door => ({ waiting: new Map(), sweptAt: 0 });

/** Whether a new name may come in; may remove others that are of no use any more. */
export function hasRoom<Kept>(
  kept: Map<string, Kept>,
  door: Door,
  ask: {
    readonly name: string;
    readonly at: UnixMs;
    readonly most: number;
    readonly usedAt: (kept: Kept) => UnixMs;
    readonly stays?: (kept: Kept) => boolean;
  },
): boolean {
  const { name, at, most } = ask;
  if (kept.size < most * FREELY) return true;
  if (!cameBefore(door, name, at)) return false;
  if (kept.size >= most && door.sweptAt < at) {
    door.sweptAt = at;
    for (const [key, each] of kept)
      if (at - ask.usedAt(each) > UNUSED_MS && ask.stays?.(each) !== true) kept.delete(key);
  }
  if (kept.size >= most) return false;
  door.waiting.delete(name);
  return true;
}

/** Whether names are turned away for good, and not only asked to come again. */
export function isCrowded(kept: ReadonlyMap<string, unknown>, door: Door, most: number): boolean {
  return kept.size >= most || door.waiting.size >= WAITING_MOST;
}

function cameBefore(door: Door, name: string, at: UnixMs): boolean {
  const before = door.waiting.get(name);
  if (before !== undefined && before < at) return true;
  if (before === undefined) door.waiting.set(name, at);
  if (door.waiting.size > WAITING_MOST) {
    for (const oldest of door.waiting.keys()) {
      door.waiting.delete(oldest);
      break;
    }
  }
  return false;
}

const FREELY = 0.75;
/** Longer than a scrape of a minute and four that were missed. */
const UNUSED_MS = 5 * 60_000;
const WAITING_MOST = 1000;
