import { assert } from "../../core/errors.ts";

/**
 * How finely a DNS server can follow a route table, and what is lost where it can't. Like a coarse sieve: what the plan gives each
 * location in 256ths, by zone, comes out in the few sizes that the server has; whatever lands elsewhere than planned is weighed.
 *
 * 1. Parts sum to exactly `steps`, and a location that is planned nothing gets nothing.
 * 2. No other rounding to the same steps puts fewer requests elsewhere (largest remainder); no other plain set does either.
 */
export type Grain = {
  /** Whether it answers each zone of users by itself, told by subnets, or those of each country; what it can't tell apart is added up by demand. */
  readonly zones: "by-subnet" | "by-region" | "by-country" | "none";
  /** How a host's users are split: whole buckets as planned, so many equal parts, a location's own in so many steps, or evenly over a set of addresses. */
  readonly split:
    | { readonly by: "bucket" }
    | { readonly by: "weight"; readonly steps: number }
    | { readonly by: "step"; readonly steps: number }
    | { readonly by: "set" };
  readonly leastTtlSeconds: number;
  readonly writesPerSecond: number;
  /** `held`: it follows the loss of a location without us; `notice`: at the notice, by one more write; `staged`: at the notice, with nothing written. */
  readonly contingency: "held" | "notice" | "staged";
};

/** What rounding did to one host: shares of its requests, 0..1, in the order of the locations. */
export type Loss = {
  readonly planned: readonly number[];
  readonly held: readonly number[];
  /** Share of the host's requests that go elsewhere than planned. */
  readonly elsewhere: number;
};

/** Whole parts of `steps` by largest remainder; equal remainders go to who stands first. Shares are 0 or more and sum to 1. */
export function roundToSteps(shares: readonly number[], steps: number): readonly number[] {
  assert(Number.isInteger(steps) && steps > 0, "steps are a whole number above 0");
  const exact = shares.map((share) => share * steps);
  const parts = exact.map(Math.floor);
  const left = steps - parts.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, rest: value - parts[index]! }))
    .filter(({ index }) => shares[index]! > 0)
    .toSorted((a, b) => b.rest - a.rest || a.index - b.index);
  assert(left <= byRemainder.length, "shares sum to 1");
  for (const { index } of byRemainder.slice(0, left)) parts[index]! += 1;
  return parts;
}

/**
 * The set that answers evenly and puts the fewest requests elsewhere: of each size the largest shares are best, so only the size is
 * looked for. Of two that are as good the larger one is taken: it crowds nobody. Indexes, in order.
 */
export function roundToSet(shares: readonly number[]): readonly number[] {
  const bySize = shares
    .map((share, index) => ({ share, index }))
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share || a.index - b.index)
    .map(({ index }) => index);
  let best: { readonly set: readonly number[]; readonly elsewhere: number } = { set: [], elsewhere: Infinity };
  for (let size = 1; size <= bySize.length; size++) {
    const set = bySize.slice(0, size).toSorted((a, b) => a - b);
    const { elsewhere } = lossOf(shares, evenly(set, shares.length));
    if (elsewhere <= best.elsewhere + EQUAL) best = { set, elsewhere };
  }
  return best.set;
}

/** Sums of shares that differ by less are equal. */
const EQUAL = 1e-9;

export function evenly(set: readonly number[], length: number): readonly number[] {
  return Array.from({ length }, (_, index) => (set.includes(index) ? 1 / set.length : 0));
}

export function lossOf(planned: readonly number[], held: readonly number[]): Loss {
  const elsewhere = planned.reduce((sum, share, index) => sum + Math.max(0, (held[index] ?? 0) - share), 0);
  return { planned, held, elsewhere };
}

/** The losses of groups of users as one, each by its share of the requests; the shares sum to 1. */
export function addLosses(groups: readonly { readonly share: number; readonly loss: Loss }[]): Loss {
  const sum = (of: (loss: Loss) => readonly number[]): readonly number[] =>
    (groups[0] === undefined ? [] : of(groups[0].loss)).map((_, index) =>
      groups.reduce((total, { share, loss }) => total + share * of(loss)[index]!, 0),
    );
  return {
    planned: sum(({ planned }) => planned),
    held: sum(({ held }) => held),
    elsewhere: groups.reduce((total, { share, loss }) => total + share * loss.elsewhere, 0),
  };
}
