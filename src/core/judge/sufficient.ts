import { byName } from "../route/by-name.ts";
import type { Fact, Sufficient } from "../verdict.ts";
import { eachPiece, logSum, type Parts } from "./fuse.ts";
import type { Evidence } from "./stream.ts";

/**
 * The fewest facts that alone would have passed the bar. Weighed as the fusion weighs them (fuse.ts): a mixture, so what is left out counts
 * for nothing, and each keeps its weight. In a sum the largest first is the shortest way, so greedy is the least. Null when the bar is
 * not reached, or only by so many together that no person would follow.
 */
export function sufficientOf(
  parts: Parts,
  { side, barNats }: { readonly side: "relative" | "alone"; readonly barNats: number },
): Sufficient | null {
  const weighed: { fact: Fact; nats: number }[] = [];
  eachPiece(parts, ({ failures, latency }, logWeight, of, name) => {
    const take = (signal: Fact["signal"], evidence: Evidence): void => {
      const own = side === "relative" ? evidence.relativeNats : evidence.aloneNats;
      if (own > 0) weighed.push({ fact: { of, name, signal, nats: tenths(own) }, nats: logWeight + own });
    };
    take("requests", failures);
    take("latency", latency);
  });
  weighed.sort((a, b) => b.nats - a.nats || byName(a.fact.name, b.fact.name) || byName(a.fact.signal, b.fact.signal));
  for (let count = 1; count <= Math.min(FACTS_MOST, weighed.length); count++) {
    const first = weighed.slice(0, count);
    const nats = logSum(first.map((each) => each.nats));
    if (nats >= barNats) return { facts: first.map(({ fact }) => fact), nats: tenths(nats) };
  }
  return null;
}

const tenths = (nats: number): number => Math.round(nats * 10) / 10;

/** More than these are no reason that a person could check. */
const FACTS_MOST = 4;
