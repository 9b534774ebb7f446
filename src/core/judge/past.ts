import type { UnixMs } from "../step.ts";
import type { Proof } from "../verdict.ts";
import { CEILING_ABOVE_BAR_NATS } from "./bar.ts";

/**
 * What this location's own past says of the bar. Like a dyke whose height was computed: after some weeks of tides one looks how high the
 * water really came, and extends the line. Each ten minutes' highest evidence on which users would have been moved is kept, four weeks of
 * them; from the highest fifth follows how often the bar will be passed while nothing is wrong.
 *
 * The tail of such evidence is exponential: a Shiryaev-Roberts sum passes e^b with a probability that falls as e^-b x theta, theta >= 1
 * if what is usual was described rightly (Kesten, "Random difference equations and renewal theory", 1973; Ville's inequality is the
 * bound). So peaks over a threshold are fitted with an exponential (Davison and Smith, "Models for exceedances over high thresholds",
 * 1990), and both of its numbers are taken at their upper 97.5 %: together 95 %.
 *
 * P1 Before a day was watched there is no proof.
 * P2 Evidence that rose to the ceiling is a fault and no chance: such stretches are counted, and left out with their neighbours.
 * P3 Where the bar does not hold, it is raised until it does, by RAISED_MOST_NATS at most.
 */
export type Past = {
  /** The highest evidence of each ten minutes, in nats, oldest first; PEAKS_MOST at most. */
  peaks: number[];
  /** The ten minutes that are going on: which, the highest so far, and for how long something was seen. */
  number: number;
  most: number;
  watchedMs: number;
  proof: Proof | null;
};

export const newPast = (): Past => ({ peaks: [], number: -1, most: 0, watchedMs: 0, proof: null });

export type Asked = {
  /** The bar as the budget alone sets it. */
  readonly barNats: number;
  /** This location's share of the estate's needless moves a year. */
  readonly perYear: number;
};

/** Takes one tick in: the evidence on which users would have been moved, 0 where too few are hurt. */
export function seePast(past: Past, tick: { at: UnixMs; nats: number; lookMs: number }, asked: Asked): void {
  const number = Math.floor(tick.at / STRETCH_MS);
  if (number !== past.number) {
    if (past.watchedMs >= STRETCH_MS / 2) {
      past.peaks.push(Math.round(past.most * 100) / 100);
      if (past.peaks.length > PEAKS_MOST) past.peaks.shift();
      past.proof = proofOf(past.peaks, asked);
    }
    Object.assign(past, { number, most: 0, watchedMs: 0 });
  }
  past.most = Math.max(past.most, tick.nats);
  past.watchedMs += tick.lookMs;
}

/** How often a year the bar is passed at most by chance, and how far it must be raised to keep within what was asked. */
export function proofOf(peaks: readonly number[], asked: Asked): Proof | null {
  if (peaks.length < STRETCHES_A_DAY) return null;
  const isFault = (peak: number | undefined): boolean =>
    peak !== undefined && peak >= asked.barNats + CEILING_ABOVE_BAR_NATS - 1;
  const quiet = peaks.filter((peak, i) => !isFault(peaks[i - 1]) && !isFault(peak) && !isFault(peaks[i + 1]));
  if (quiet.length < STRETCHES_A_DAY / 2) return null;
  const tail = tailOf(quiet);
  const held = perYear(tail, asked.barNats);
  // Above the threshold the rate falls by e for each mean excess.
  const needed = tail.excess * Math.log(held / asked.perYear);
  const raisedNats = Math.min(RAISED_MOST_NATS, Math.max(0, Math.ceil(needed * 2) / 2));
  const holdsPerYear = perYear(tail, asked.barNats + raisedNats);
  return {
    days: Math.floor(peaks.length / STRETCHES_A_DAY),
    raised: peaks.filter((peak, i) => peak >= asked.barNats && (peaks[i - 1] ?? 0) < asked.barNats).length,
    askedPerYear: twoDigits(asked.perYear),
    holdsPerYear: twoDigits(holdsPerYear),
    raisedNats,
    holds: holdsPerYear <= asked.perYear,
  };
}

type Tail = {
  readonly thresholdNats: number;
  /** Peaks over it in a year, and their mean height above it: upper bounds. */
  readonly overPerYear: number;
  readonly excess: number;
};

function tailOf(quiet: readonly number[]): Tail {
  const sorted = [...quiet].sort((a, b) => a - b);
  const thresholdNats = Math.max(THRESHOLD_LEAST_NATS, sorted[Math.floor(sorted.length * (1 - TAIL_SHARE))] ?? 0);
  let [over, sum] = [0, 0];
  for (const peak of quiet) {
    if (peak <= thresholdNats) continue;
    over += 1;
    sum += peak - thresholdNats;
  }
  return {
    thresholdNats,
    // The upper bound of a Poisson count n is half of the chi square quantile with 2 (n + 1) degrees of freedom.
    overPerYear: (chiSquare(2 * (over + 1), UPPER) / 2 / quiet.length) * STRETCHES_A_YEAR,
    // The mean of n exponentials is known to 2 x sum / chi square with 2 n degrees; Ville's bound, mean 1, counts as PRIOR_PEAKS of them.
    excess: (2 * (sum + PRIOR_PEAKS)) / chiSquare(2 * (over + PRIOR_PEAKS), -UPPER),
  };
}

const perYear = ({ thresholdNats, overPerYear, excess }: Tail, barNats: number): number =>
  overPerYear * Math.exp(-Math.max(0, barNats - thresholdNats) / excess);

/** A quantile of chi square, by how many standard deviations it lies from the middle (Wilson and Hilferty, 1931). */
export function chiSquare(degrees: number, deviations: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * Math.max(0, 1 - spread + deviations * Math.sqrt(spread)) ** 3;
}

const twoDigits = (value: number): number => Number(value.toPrecision(2));

const STRETCH_MS = 10 * 60_000;
const STRETCHES_A_DAY = 144;
const STRETCHES_A_YEAR = 365 * STRETCHES_A_DAY;
/** Four weeks. */
const PEAKS_MOST = 28 * STRETCHES_A_DAY;
/** The highest fifth of all stretches: 29 peaks on the first day, 800 in four weeks. */
const TAIL_SHARE = 0.2;
const THRESHOLD_LEAST_NATS = 2;
const PRIOR_PEAKS = 10;
/** 97.5 % of a normal distribution lie below. */
const UPPER = 1.96;
/** A place that needs more than this does not know what is usual: then there is no promise. */
const RAISED_MOST_NATS = 6;
