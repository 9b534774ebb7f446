import { LOG_MS_MOST } from "./log-ms.ts";

/** What a latency histogram says: how many, and the sums of log milliseconds and of their squares. */
export type LogMoments = { readonly count: number; readonly sum: number; readonly squares: number };

/**
 * A count in a bucket is taken as lying in its middle, by logarithm. Detection works on shifts of the mean, so what
 * this gets wrong it gets wrong alike before and after.
 */
export function logMoments(bounds: readonly number[], counts: readonly number[]): LogMoments {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < counts.length; i++) {
    const here = counts[i] ?? 0;
    if (!(here > 0)) continue;
    const upper = bounds[i] ?? (bounds[i - 1] ?? LEAST_MS) * 2;
    const lower = i === 0 ? upper / 2 : (bounds[i - 1] ?? upper / 2);
    const logMs = (Math.log(Math.max(LEAST_MS, lower)) + Math.log(Math.max(LEAST_MS, upper))) / 2;
    count += here;
    sum += here * logMs;
    squares += here * logMs * logMs;
  }
  return { count, sum, squares };
}

/** How many were slower than this, the bucket it falls into shared out evenly by logarithm. */
export function slowerThan(bounds: readonly number[], counts: readonly number[], ms: number): number {
  let slower = 0;
  for (let i = 0; i < counts.length; i++) {
    const here = counts[i] ?? 0;
    const upper = bounds[i] ?? Number.POSITIVE_INFINITY;
    const lower = i === 0 ? 0 : (bounds[i - 1] ?? 0);
    if (lower >= ms) slower += here;
    else if (upper > ms && Number.isFinite(upper) && lower > 0)
      slower += (here * Math.log(upper / ms)) / Math.log(upper / lower);
  }
  return slower;
}

/** Whether these are bucket bounds: ascending, and none so far out that a logarithm of it, or of what lies beyond, is no measure. */
export function areBounds(bounds: readonly number[]): boolean {
  let below = 0;
  for (const bound of bounds) {
    if (!(bound > below) || bound > BOUND_MOST_MS) return false;
    below = bound;
  }
  return true;
}

/** What is faster is as fast as this: below it clocks and schedulers are heard. */
export const LEAST_MS = 0.05;
/** The last bucket is taken to reach twice as far as its bound. */
const BOUND_MOST_MS = Math.exp(LOG_MS_MOST) / 2;
