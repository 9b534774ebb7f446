/**
 * All chance of a simulation comes from its seed. Each part of the world draws from a stream of its own, named, so
 * that a fault more in one place does not shuffle the noise in another.
 */
export type Chance = {
  /** Evenly in [0, 1). */
  next(): number;
  between(least: number, most: number): number;
  /** 0 to count - 1. */
  index(count: number): number;
  is(probability: number): boolean;
  normal(): number;
  /** How many of events that come `mean` at a time; above POISSON_EXACT_MAX by its normal likeness. */
  poisson(mean: number): number;
  /** How many of `count` when each does with `probability`. */
  binomial(count: number, probability: number): number;
};

/** Knuth's way costs a draw for each event; beyond this its normal likeness is as good. */
const POISSON_EXACT_MAX = 12;

export function chance(seed: number, stream: string): Chance {
  let state = hash(stream, seed);
  const next = (): number => {
    // mulberry32: small, fast, and good enough for noise; nothing here is secret.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const poisson = (mean: number): number => {
    if (mean <= 0) return 0;
    if (mean > POISSON_EXACT_MAX) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const least = Math.exp(-mean);
    let count = 0;
    for (let product = next(); product > least; product *= next()) count += 1;
    return count;
  };
  return {
    next,
    normal,
    poisson,
    between: (least, most) => least + (most - least) * next(),
    index: (count) => Math.floor(next() * count),
    is: (probability) => next() < probability,
    binomial(count, probability) {
      if (probability <= 0 || count <= 0) return 0;
      if (probability >= 1) return count;
      if (probability > 0.5) return count - this.binomial(count, 1 - probability);
      if (count * probability <= POISSON_EXACT_MAX) return Math.min(count, poisson(count * probability));
      const mean = count * probability;
      const drawn = Math.round(mean + Math.sqrt(mean * (1 - probability)) * normal());
      return Math.min(count, Math.max(0, drawn));
    },
  };
}

/** FNV-1a over the stream's name, with the seed mixed in. */
function hash(text: string, seed: number): number {
  let value = 0x811c9dc5 ^ Math.imul(seed | 0, 0x9e3779b1);
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value ^= value >>> 16;
  return Math.imul(value, 0x85ebca6b) ^ (value >>> 13);
}
