import { byName } from "../route/by-name.ts";
import { whyUnservedWords, type Unplaced } from "../plan/why-unserved.ts";
import { rps } from "./words.ts";

/** What keeps those without a place from places that have room, by name; that all are full needs no more words. */
export function barredWords(noRoom: readonly Unplaced[]): readonly string[] {
  const sums = new Map<string, { readonly first: Unplaced; rps: number }>();
  for (const part of noRoom) {
    if (part.why === "full") continue;
    const key = `${part.class} ${part.why}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { first: part, rps: part.rps });
    else sum.rps += part.rps;
  }
  return [...sums.keys()].sort(byName).map((key) => {
    const { first, rps: sum } = sums.get(key)!;
    return `${rps(sum)} rps of ${first.class.toUpperCase()}: ${whyUnservedWords(first)}`;
  });
}
