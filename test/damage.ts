/** Garbage for parsers, the same each time: good texts with a little changed, so that they get some way in, and pure noise. */
export type Damage = {
  readonly below: Pick;
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

/** A whole number below that one. */
export type Pick = (below: number) => number;

/** The text with a piece put in at a random place, in place of up to three characters. */
export function damagedText(text: string, pieces: readonly string[], pick: Pick): string {
  const at = pick(text.length + 1);
  return `${text.slice(0, at)}${pieces[pick(pieces.length)]}${text.slice(at + pick(4))}`;
}

const ODD: readonly unknown[] = [
  null,
  true,
  "",
  "users:",
  "__proto__",
  "\u0000",
  "x".repeat(600),
  -1,
  0.5,
  2 ** 53,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  [],
  {},
];
/** Seldom: each of their parts is refused with its own words. */
const LARGE: readonly unknown[] = [
  Array.from({ length: 1001 }, () => ({})),
  Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`n${at}`, at])),
];
const odd = (pick: Pick): unknown => (pick(200) === 0 ? LARGE[pick(LARGE.length)] : ODD[pick(ODD.length)]);

/** The document with one to three of its parts gone, or turned into something odd; `good` is left as it is. */
export function damagedDocument(good: unknown, pick: Pick): unknown {
  let document = good;
  for (let times = 1 + pick(3); times > 0; times -= 1) document = damagedOnce(document, pick);
  return document;
}

function damagedOnce(part: unknown, pick: Pick): unknown {
  if (typeof part !== "object" || part === null || pick(6) === 0) return odd(pick);
  const entries = Object.entries(part);
  if (entries.length === 0) return odd(pick);
  const at = pick(entries.length);
  const [key, value] = entries[at]!;
  const gone = pick(8) === 0;
  const next = gone ? undefined : damagedOnce(value, pick);
  if (Array.isArray(part)) return gone ? part.toSpliced(at, 1) : part.with(at, next);
  const { [key]: _, ...others } = part as Record<string, unknown>;
  return gone ? others : { ...others, [key]: next };
}
