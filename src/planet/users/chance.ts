/** Seeded chance: the same seed makes the same users. Never used where it would matter for secrets. */
export type Chance = {
  /** Uniform in [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Whole number in [0, below). */
  below(below: number): number;
  /** Mean 1. */
  exponential(): number;
  /** Median 1. */
  lognormal(sigma: number): number;
  uuid(): string;
};

export function seededChance(seed: number): Chance {
  // mulberry32: small, fast, and good enough for arrivals.
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const next = (): number => bits() / 2 ** 32;
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    below: (below) => Math.floor(next() * below),
    exponential: () => -Math.log(1 - next()),
    lognormal: (sigma) => Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
    uuid() {
      const hex = Array.from({ length: 4 }, () => bits().toString(16).padStart(8, "0")).join("");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

/** Draws an index by weight, in O(log n). */
export function weightedPick(weights: readonly number[]): (chance: Chance) => number {
  const sums = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((weight, index) => (sums[index] = total += Math.max(0, weight)));
  return (chance) => {
    const wanted = chance.next() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
