/** Arithmetic on counts by second. */

export type Column = readonly number[];

export const WINDOW_SECONDS = 10;
export const GOOD_SHARE = 0.99;
/** A move counts once it has held for so long. */
export const STAYS_SECONDS = 60;

export function sum(column: Column, from = 0, to = column.length): number {
  let total = 0;
  for (let index = Math.max(0, from); index < Math.min(to, column.length); index++) total += column[index] ?? 0;
  return total;
}

/**
 * The first second from which each 10 s window has >= 99 % not failed, until 60 s after; null when there is none. A watch
 * that ends earlier counts to its end, of which at least one whole window must be left.
 */
export function firstGoodSecond(total: Column, failed: Column): number | null {
  for (let second = 0; second + WINDOW_SECONDS <= total.length; second++) {
    const last = Math.min(second + STAYS_SECONDS, total.length) - WINDOW_SECONDS;
    let good = true;
    for (let from = second; from <= last && good; from++) {
      const all = sum(total, from, from + WINDOW_SECONDS);
      // Nobody asked: nothing is known, and nothing is claimed.
      good = all > 0 && sum(failed, from, from + WINDOW_SECONDS) <= (1 - GOOD_SHARE) * all;
    }
    if (good) return second;
  }
  return null;
}

/** The first second from which the next 10 s window has at least 99 % of `part` in `whole`. */
export function firstSecondOf(part: Column, whole: Column, from = 0): number | null {
  for (let second = from; second + WINDOW_SECONDS <= whole.length; second++) {
    const all = sum(whole, second, second + WINDOW_SECONDS);
    if (all > 0 && sum(part, second, second + WINDOW_SECONDS) >= GOOD_SHARE * all) return second;
  }
  return null;
}

/** The worst share of `part` in `whole` in any window of so many seconds; of all there is when there are fewer. */
export function worstShare(part: Column, whole: Column, windowSeconds: number): number {
  const length = Math.min(windowSeconds, whole.length);
  let worst = 0;
  for (let from = 0; from + length <= whole.length; from++) {
    const all = sum(whole, from, from + length);
    if (all > 0) worst = Math.max(worst, sum(part, from, from + length) / all);
  }
  return worst;
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
