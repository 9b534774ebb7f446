/**
 * Damage for the tests of what reads strangers' words: true texts and documents with something wrong in them. A small
 * generator of its own, since 100,000 cases must take seconds and be the same each time.
 */
export type Pick = (below: number) => number;

export function chance(seed: number): Pick {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

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
