/** Garbage for parsers, the same each time: good texts with a little changed, so that they get some way in, and pure noise. */
export type Damage = {
  /** A whole number below that one. */
  readonly below: (below: number) => number;
  /** The good text whole, changed in up to three places, cut off, or noise in its stead. */
  readonly text: (good: string) => string;
  readonly bytes: (good: Uint8Array) => Buffer;
};

/** "100,000 cases per parser" is a promise of the project. */
export const DAMAGED_CASES = 100_000;
/** They take a second or two; a busy machine takes longer. */
export const DAMAGED_WITHIN_MS = 120_000;

const NOISE_MAX = 60;
const LONG_NOISE_MAX = 4000;

export function damage(seed: number): Damage {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const bytes = (good: Uint8Array): Buffer => {
    if (below(5) === 0) {
      const noise = Buffer.alloc(below(below(100) === 0 ? LONG_NOISE_MAX : NOISE_MAX));
      for (let at = 0; at < noise.length; at++) noise[at] = below(256);
      return noise;
    }
    let changed = Buffer.from(good);
    for (let change = below(4); change > 0; change--) {
      const at = below(changed.length + 1);
      // Another byte in its place, one more, or one less.
      const put = below(3) === 0 ? [] : [below(256)];
      changed = Buffer.concat([changed.subarray(0, at), Buffer.from(put), changed.subarray(at + below(2))]);
    }
    return below(8) === 0 ? changed.subarray(0, below(changed.length + 1)) : changed;
  };
  return { below, bytes, text: (good) => bytes(Buffer.from(good, "latin1")).toString("latin1") };
}
