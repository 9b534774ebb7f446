import { logMoments, slowerThan, type LogMoments } from "./histogram.ts";

/**
 * What a count in each bucket says, for all histograms with the same bounds: logarithms are dear, and a scrape of 200
 * services has 200 times the same bounds. The scale that was asked for last is kept: nothing else depends on it.
 */
export type Scale = {
  readonly bounds: readonly number[];
  readonly slowMs: number;
  /** Log milliseconds of each bucket's middle, the square of it, and of its upper end. */
  readonly logMs: Float64Array;
  readonly squares: Float64Array;
  readonly upperLogMs: Float64Array;
  /** The share of each bucket that is slower than `slowMs`. */
  readonly slower: Float64Array;
};

/** Of a histogram: what `logMoments` says of it, and how many were slower than the scale's `slowMs`. */
export type Weighed = LogMoments & { readonly slow: number; readonly meanUpperLogMs: number };

/** Whom it is all one what is slow gets the scale that is at hand. */
export function scaleOf(bounds: readonly number[], slowMs = last.slowMs): Scale {
  if (last.slowMs !== slowMs || !isSame(last.bounds, bounds)) last = newScale(bounds, slowMs);
  return last;
}

/** Counts of one histogram, which begin at `from`: all finite and 0 or more. */
export function weighOn(scale: Scale, counts: ArrayLike<number>, from = 0): Weighed {
  const { logMs, squares: squared, slower, upperLogMs } = scale;
  let [count, sum, squares, slow, uppers] = [0, 0, 0, 0, 0];
  for (let bucket = 0; bucket < logMs.length; bucket++) {
    const here = counts[from + bucket]!;
    if (here === 0) continue;
    count += here;
    sum += here * logMs[bucket]!;
    squares += here * squared[bucket]!;
    slow += here * slower[bucket]!;
    uppers += here * upperLogMs[bucket]!;
  }
  return { count, sum, squares, slow, meanUpperLogMs: uppers / count };
}

function newScale(bounds: readonly number[], slowMs: number): Scale {
  const buckets = bounds.length + 1;
  const scale = {
    bounds: [...bounds],
    slowMs,
    logMs: new Float64Array(buckets),
    squares: new Float64Array(buckets),
    upperLogMs: new Float64Array(buckets),
    slower: new Float64Array(buckets),
  };
  const one = Array.from({ length: buckets }, () => 0);
  for (let bucket = 0; bucket < buckets; bucket++) {
    one[bucket] = 1;
    const { sum, squares } = logMoments(bounds, one);
    scale.logMs[bucket] = sum;
    scale.squares[bucket] = squares;
    scale.slower[bucket] = slowerThan(bounds, one, slowMs);
    scale.upperLogMs[bucket] = Math.log(bounds[bucket] ?? 2 * (bounds.at(-1) ?? 1));
    one[bucket] = 0;
  }
  return scale;
}

function isSame(known: readonly number[], bounds: readonly number[]): boolean {
  if (known.length !== bounds.length) return false;
  for (let bucket = 0; bucket < bounds.length; bucket++) if (known[bucket] !== bounds[bucket]) return false;
  return true;
}

let last: Scale = newScale([], 1);
