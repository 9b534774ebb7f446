import type { UnixMs } from "../../../src/core/step.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";

/** Words are asked for in pieces, as somebody goes back. A reader must never take a gap between two of them for silence. */
export type Stretch = {
  /** All words from here on are in it; minus infinity: from the first one on. */
  readonly from: UnixMs;
  readonly until: UnixMs;
  readonly words: readonly TimelineEntry[];
};

/** What `limit` words up to a moment cover: the answer is theirs, the oldest first. */
export function stretchOf(
  answer: readonly TimelineEntry[],
  asked: { readonly until: UnixMs; readonly limit: number },
): Stretch {
  // What comes up to a moment has that moment's own words in it: fewer than asked for is the beginning.
  const from = answer.length < asked.limit ? Number.NEGATIVE_INFINITY : answer[0]!.at;
  return { from, until: asked.until, words: answer };
}

/** All that is known back from a moment without a gap, the newest first; null: nothing is. */
export function knownBackFrom(stretches: readonly Stretch[], moment: UnixMs): Stretch | null {
  const first = stretches.find(({ from, until }) => from <= moment && moment <= until);
  if (first === undefined) return null;
  let { from, words } = first;
  for (let before = first as Stretch | undefined; before !== undefined;) {
    before = stretches.find((each) => each.from < from && from <= each.until);
    if (before !== undefined) [from, words] = [before.from, [...words, ...before.words]];
  }
  return { from, until: first.until, words: newestFirst(words) };
}

function newestFirst(words: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const byId = new Map(words.map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
}
