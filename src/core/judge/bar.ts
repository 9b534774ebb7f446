import type { Estate } from "../estate.ts";

/**
 * How much evidence is enough. A Shiryaev-Roberts statistic with bar A raises a false alarm at most once
 * in exp(A) looks (Shin, Ramdas and Rinaldo, "E-detectors"), so one budget for the whole estate gives one
 * bar: 15 locations, one look a second and one needless move a year make 20.0 nats.
 */
export function barNats(estate: Pick<Estate, "locations" | "needlessMovesPerYear">, lookMs = LOOK_MS): number {
  const looksAYear = YEAR_MS / lookMs;
  const locations = Math.max(1, estate.locations.length);
  return Math.max(BAR_LEAST_NATS, Math.log((locations * looksAYear) / Math.max(1e-6, estate.needlessMovesPerYear)));
}

/** The share of a location's users' requests that must be hurt before leaving is worth its harm. */
export function marginHurt(estate: Pick<Estate, "objective">): number {
  return estate.objective.burnRate * estate.objective.errorRatio;
}

/** Shaky is said from this share of the bar. */
export const SHAKY_SHARE = 0.6;
/** Enough proof that a stream is well again: wrong less often than once in 150. */
export const HEALTHY_BAR_NATS = 5;
/** One look a second, unless the recording says otherwise. */
export const LOOK_MS = 1000;
/** Evidence is kept up to this far above the bar, so that a mended fault is forgotten in seconds, not hours. */
export const CEILING_ABOVE_BAR_NATS = 10;

const YEAR_MS = 365 * 24 * 3600 * 1000;
/** Whatever the budget, one or two capped looks must never be enough. */
const BAR_LEAST_NATS = 10;
