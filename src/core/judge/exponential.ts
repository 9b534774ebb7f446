import { LEAST_MS, type LogMoments } from "./histogram.ts";
import { LOG_MS_MOST } from "./log-ms.ts";

/**
 * A histogram whose buckets grow by one factor, base = 2^(2^-scale): what OpenTelemetry calls exponential and Prometheus native (its
 * `schema` is the scale, its bucket n is our n - 1). `counts[k]` lie above base^(offset + k) and up to base^(offset + k + 1).
 *
 * H1 A bucket is taken as the judge takes all: at its middle by logarithm; what is compared with a bound is shared out evenly by logarithm.
 * H2 Two buckets of one scale are exactly one of the next lower: histograms of several scales are added at the lowest, and nothing is lost
 *    that it could have said.
 */
export type Exponential = {
  readonly scale: number;
  readonly offset: number;
  readonly counts: readonly number[];
  /** Of no length of time, as far as anybody could measure. */
  readonly zeroCount?: number;
  /** How many milliseconds what is counted in has: 1000 for seconds; absent: 1. */
  readonly unitMs?: number;
};

/** How wide each bucket is, by natural logarithm. */
export const widthOf = ({ scale }: Pick<Exponential, "scale">): number => Math.LN2 * 2 ** -scale;

/** Where its first bucket begins, in log milliseconds. */
export const beginOf = (histogram: Exponential): number =>
  histogram.offset * widthOf(histogram) + Math.log(histogram.unitMs ?? 1);

export function exponentialMoments(histogram: Exponential): LogMoments {
  const [width, begin] = [widthOf(histogram), beginOf(histogram)];
  let count = histogram.zeroCount ?? 0;
  let sum = count * LEAST_LOG_MS;
  let squares = sum * LEAST_LOG_MS;
  for (const [k, here] of histogram.counts.entries()) {
    if (!(here > 0)) continue;
    const logMs = Math.max(LEAST_LOG_MS, begin + (k + 0.5) * width);
    count += here;
    sum += here * logMs;
    squares += here * logMs * logMs;
  }
  return { count, sum, squares };
}

/** How many were slower than this. */
export function exponentialSlowerThan(histogram: Exponential, ms: number): number {
  const [width, begin] = [widthOf(histogram), beginOf(histogram)];
  const at = (Math.log(ms) - begin) / width;
  let slower = 0;
  for (const [k, here] of histogram.counts.entries()) slower += here * Math.min(1, Math.max(0, k + 1 - at));
  return slower;
}

/** The sum of several of one unit, at the lowest of their scales or lower: BUCKETS_MOST at most. */
export function addExponentials(
  all: readonly Exponential[],
): Pick<Exponential, "scale" | "offset" | "counts" | "zeroCount"> {
  let scale = Math.min(...all.map((each) => each.scale));
  let parts = all.map((each) => downscaled(each, each.scale - scale));
  let [from, until] = spanOf(parts);
  while (until - from > BUCKETS_MOST && scale > SCALE_LEAST) {
    scale -= 1;
    parts = parts.map((each) => downscaled(each, 1));
    [from, until] = spanOf(parts);
  }
  const counts = Array.from({ length: Math.max(0, until - from) }, () => 0);
  for (const part of parts) for (const [k, here] of part.counts.entries()) counts[part.offset - from + k]! += here;
  return { scale, offset: from, counts, zeroCount: all.reduce((sum, { zeroCount = 0 }) => sum + zeroCount, 0) };
}

type Buckets = Pick<Exponential, "offset" | "counts">;

function downscaled({ offset, counts }: Buckets, by: number): Buckets {
  if (by === 0) return { offset, counts };
  const times = 2 ** by;
  const from = Math.floor(offset / times);
  const added = Array.from({ length: Math.ceil((offset + counts.length) / times) - from }, () => 0);
  for (const [k, here] of counts.entries()) added[Math.floor((offset + k) / times) - from]! += here;
  return { offset: from, counts: added };
}

function spanOf(parts: readonly Buckets[]): [from: number, until: number] {
  const filled = parts.filter(({ counts }) => counts.length > 0);
  if (filled.length === 0) return [0, 0];
  return [
    Math.min(...filled.map(({ offset }) => offset)),
    Math.max(...filled.map(({ offset, counts }) => offset + counts.length)),
  ];
}

/** What is wrong with its buckets, in words; null: nothing. What they count is not looked at. */
export function exponentialProblem({ scale, offset, counts, unitMs = 1 }: Exponential): string | null {
  if (!Number.isInteger(scale) || scale < SCALE_LEAST || scale > SCALE_MOST)
    return `a scale that is no whole number from ${SCALE_LEAST} to ${SCALE_MOST}`;
  if (!Array.isArray(counts) || counts.length > BUCKETS_MOST) return `no list of ${BUCKETS_MOST} buckets at most`;
  if (!(unitMs > 0)) return "no unit of time";
  const begin = beginOf({ scale, offset, counts, unitMs });
  const end = begin + counts.length * widthOf({ scale });
  return Number.isInteger(offset) && begin >= -LOG_MS_MOST && end <= LOG_MS_MOST ? null : "buckets beyond all measure";
}

const LEAST_LOG_MS = Math.log(LEAST_MS);
/** Prometheus' coarsest: a bucket of 2^16. */
export const SCALE_LEAST = -4;
export const SCALE_MOST = 20;
/** A native histogram has some 160. */
export const BUCKETS_MOST = 2000;
