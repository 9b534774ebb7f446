/**
 * How long to wait before the next try to reach Houston: a little at first, since it is mostly a hiccup, then longer, with chance
 * in it so that fifty consoles do not all come back in the same moment. Never longer than MOST_MS: an incident does not wait.
 */
export function waitMs(failures: number, chance: number): number {
  const longest = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, DOUBLINGS_MAX));
  return Math.round(longest / 2 + (longest / 2) * chance);
}

const FIRST_MS = 500;
export const MOST_MS = 10_000;
/** 500 ms doubled five times is past MOST_MS; more would only overflow. */
const DOUBLINGS_MAX = 5;
