import type { ClassName } from "./estate.ts";

/**
 * Buckets that the trouble points at. Like guests at a table where some fall ill: who ate of which dish is counted, and a dish is
 * suspect when those who had it are ill clearly more often than those who had not. How sure that is, is counted in nats.
 */
export type Suspect = {
  readonly class: ClassName;
  readonly bucket: number;
  /** How much of the place's trouble it holds, 0..1. */
  readonly share: number;
  /** How much more likely its failures are if it fails by itself than if it fails like all others; natural logarithm. */
  readonly nats: number;
};

/** The weakest that is told at all: a hint, by which an innocent bucket is named now and then. */
export const SUSPECT_NATS_MIN = 3;
/** Each place names so many, the strongest first; and a place that is left remembers no more that are weak. */
export const SUSPECTS_MAX = 3;
/** And so many that are strong: more are no tenants, but a trouble of another kind. */
const STRONG_MAX = 16;
/**
 * Sure enough to keep a bucket from leaving. 256 buckets of 3 classes are compared each second of an incident that lasts minutes: for
 * ten of them ln(768 x 600) = 13.0 nats are what chance alone comes to once, and one nat more makes that unlikely.
 */
export const STRONG_NATS = 14;

export const isStrong = ({ nats }: Pick<Suspect, "nats">): boolean => nats >= STRONG_NATS;

/** `public bucket 42`, as people read it. */
export const bucketWords = ({ class: name, bucket }: Bucket): string => `${name} bucket ${bucket}`;

export const isSameBucket = (one: Bucket, other: Bucket): boolean =>
  one.class === other.class && one.bucket === other.bucket;

export type Bucket = Pick<Suspect, "class" | "bucket">;

/** What one place has seen at different times: of each bucket its strongest moment. All strong ones, and the strongest of the weak. */
export function remembered(before: readonly Suspect[], now: readonly Suspect[]): readonly Suspect[] {
  const stronger = (one: Suspect, other: Suspect): Suspect => (other.nats > one.nats ? other : one);
  const all = joined(before, now, stronger);
  const weak = all.filter((each) => !isStrong(each));
  return [...all.filter(isStrong).slice(0, STRONG_MAX), ...weak.slice(0, SUSPECTS_MAX)];
}

/** What two places have seen of the same buckets: independent counts, so their nats add up. The strongest first. */
export function together(mine: readonly Suspect[], theirs: readonly Suspect[]): readonly Suspect[] {
  return joined(mine, theirs, (one, other) => ({
    ...one,
    share: Math.max(one.share, other.share),
    nats: one.nats + other.nats,
  }));
}

/** The bucket that both places name, and together surely: the trouble travelled with it. Null: none. */
export function sharedSuspect(mine: readonly Suspect[], theirs: readonly Suspect[]): Suspect | null {
  const isIn = (list: readonly Suspect[], each: Suspect): boolean => list.some((other) => isSameBucket(each, other));
  return together(mine, theirs).find((each) => isStrong(each) && isIn(mine, each) && isIn(theirs, each)) ?? null;
}

function joined(
  some: readonly Suspect[],
  others: readonly Suspect[],
  join: (one: Suspect, other: Suspect) => Suspect,
): readonly Suspect[] {
  const all = [...some];
  for (const each of others) {
    const known = all.findIndex((other) => isSameBucket(other, each));
    if (known < 0) all.push(each);
    else all[known] = join(all[known]!, each);
  }
  return all.sort((a, b) => b.nats - a.nats || (a.class < b.class ? -1 : a.class > b.class ? 1 : a.bucket - b.bucket));
}
