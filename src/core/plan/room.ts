import type { RpsByPool } from "./estate-problem.ts";

/**
 * How full a place may be planned. Requests don't come like clockwork: a place that is sent 17 a second gets 26 in some
 * second, as a ferry for 20 cars that is booked for 17 leaves somebody on the quay every other day. So a plan keeps free what the
 * operator wants kept free, or what the scatter of requests asks for, whichever is more: for large places the first, for small ones the second.
 *
 * The scatter of a look of two seconds at a Poisson stream of m a second is sqrt(m / 2); three of those are kept.
 */
const LOOK_SECONDS = 2;
const DEVIATIONS = 3;

/** The most that a place may be planned to serve when it is ready for `readyRps`. */
export function carriesRps(readyRps: number, utilisation: number): number {
  // m + k sqrt(m) = ready, solved for m.
  const k = DEVIATIONS / Math.sqrt(LOOK_SECONDS);
  const root = (-k + Math.sqrt(k * k + 4 * Math.max(0, readyRps))) / 2;
  return Math.min(utilisation * readyRps, root * root);
}

/** What must be ready to serve `loadRps`: the inverse of `carriesRps`. */
export function needsRps(loadRps: number, utilisation: number): number {
  return Math.max(loadRps / utilisation, loadRps + DEVIATIONS * Math.sqrt(Math.max(0, loadRps) / LOOK_SECONDS));
}

/** The same for all locations. */
export function carriedBy(readyRps: RpsByPool, utilisation: number): RpsByPool {
  return Object.fromEntries(Object.entries(readyRps).map(([name, rps]) => [name, carriesRps(rps, utilisation)]));
}
