import type { UnixMs } from "../step.ts";
import type { Proof } from "../verdict.ts";
import type { Mark } from "./known-event.ts";

/**
 * What this location's own past says of the bar. Like a dyke whose height was computed: after some weeks of tides one looks how high the
 * water really came, and extends the line. Each ten minutes' highest evidence on which users would have been moved is kept, four weeks of
 * them; from the highest fifth follows how often the bar will be passed while nothing is wrong.
 *
 * The tail of such evidence is exponential: a Shiryaev-Roberts sum passes e^b with a probability that falls as e^-b x theta, theta >= 1
 * if what is usual was described rightly (Kesten, "Random difference equations and renewal theory", 1973; Ville's inequality is the
 * bound). So peaks over a threshold are fitted with an exponential, neighbours that are one episode counting once (runs declustering;
 * both: Davison and Smith, "Models for exceedances over high thresholds", 1990), and both of its numbers are taken at their upper
 * 97.5 %: together 95 %.
 *
 * P1 Before a day was watched there is no proof.
 * P2 Evidence that rose to the ceiling in force is a fault and no chance, if nobody says otherwise; so is what people mark as a fault.
 *    Such stretches are left out with their neighbours, and how many is said.
 * P3 Where the bar does not hold, it is raised until it does, by RAISED_MOST_NATS at most.
 * P4 One episode that chance, as the rest shows it, does not explain is a fault that mended itself, and is left out likewise; a second
 *    one of its kind counts as chance until a person says what it was. What people mark as chance always counts.
 * P5 Stretches are in the order of time, each once: when a clock that was ahead is put right, what it dated ahead is forgotten.
 */
export type Past = Seen & {
  /** The ten minutes that are going on: which, the highest so far, whether at the ceiling, and for how long something was seen. */
  number: number;
  most: number;
  atCeiling: boolean;
  watchedMs: number;
  proof: Proof | null;
};

/** The ten minutes of which enough was seen, oldest first, STRETCHES_MOST at most. */
export type Seen = {
  /** Which of all time each was. */
  readonly numbers: number[];
  /** The highest evidence in each, in nats. */
  readonly peaks: number[];
  /** The numbers of those in which it stood at the ceiling. */
  readonly ceilings: number[];
};

export const newPast = (): Past => ({
  numbers: [],
  peaks: [],
  ceilings: [],
  number: -1,
  most: 0,
  atCeiling: false,
  watchedMs: 0,
  proof: null,
});

export type Asked = {
  /** The bar as the budget alone sets it. */
  readonly barNats: number;
  /** This location's share of the estate's needless moves a year. */
  readonly perYear: number;
  /** What people say of times that are over. */
  readonly marks: readonly Mark[];
};

/** Takes one tick in: the evidence on which users would have been moved, 0 where too few are hurt. */
export function seePast(
  past: Past,
  tick: { readonly at: UnixMs; readonly nats: number; readonly atCeiling: boolean; readonly lookMs: number },
  asked: Asked,
): void {
  const number = Math.floor(tick.at / STRETCH_MS);
  if (number !== past.number) {
    // A clock that was ahead was put right: of what it dated ahead nobody knows when it was.
    const isPutRight = number < past.number;
    const isSeen = !isPutRight && past.watchedMs >= STRETCH_MS / 2;
    if (isPutRight) forgetFrom(past, number);
    if (isSeen) keep(past);
    if (isPutRight || isSeen) past.proof = proofOf(past, asked);
    Object.assign(past, { number, most: 0, atCeiling: false, watchedMs: 0 });
  }
  past.most = Math.max(past.most, tick.nats);
  past.atCeiling ||= tick.atCeiling && tick.nats > 0;
  past.watchedMs += tick.lookMs;
}

function forgetFrom({ numbers, peaks, ceilings }: Seen, number: number): void {
  while ((numbers.at(-1) ?? -1) >= number) {
    numbers.pop();
    peaks.pop();
  }
  while ((ceilings.at(-1) ?? -1) >= number) ceilings.pop();
}

function keep({ numbers, peaks, ceilings, number, most, atCeiling }: Past): void {
  numbers.push(number);
  peaks.push(Math.round(most * 100) / 100);
  if (atCeiling) ceilings.push(number);
  if (numbers.length <= STRETCHES_MOST) return;
  const oldest = numbers.shift();
  peaks.shift();
  if (ceilings[0] === oldest) ceilings.shift();
}

/** How often a year the bar is passed at most by chance, and how far it must be raised to keep within what was asked. */
export function proofOf(seen: Seen, asked: Asked): Proof | null {
  const watched = seen.numbers.length;
  if (watched < STRETCHES_A_DAY) return null;
  const quiet = withoutFaults(seen, asked.marks);
  if (quiet.length < STRETCHES_A_DAY / 2) return null;
  const inTail = Math.floor(quiet.length * (1 - TAIL_SHARE));
  const thresholdNats = Math.max(THRESHOLD_LEAST_NATS, valueAt(Float64Array.from(quiet, natsIn), inTail));
  const over = episodesOf(quiet, thresholdNats);
  const outlier = outlierOf(over);
  const tail = tailOf(outlier === null ? over : over.filter((each) => each !== outlier), thresholdNats, quiet.length);
  const held = perYear(tail, asked.barNats);
  // Above the threshold the rate falls by e for each mean excess.
  const needed = tail.excess * Math.log(held / asked.perYear);
  const raisedNats = Math.min(RAISED_MOST_NATS, Math.max(0, Math.ceil(needed * 2) / 2));
  const holdsPerYear = perYear(tail, asked.barNats + raisedNats);
  const { peaks } = seen;
  return {
    days: Math.floor(watched / STRETCHES_A_DAY),
    raised: peaks.filter((peak, i) => peak >= asked.barNats && (peaks[i - 1] ?? 0) < asked.barNats).length,
    leftOut: watched - quiet.length + (outlier?.stretches ?? 0),
    askedPerYear: twoDigits(asked.perYear),
    holdsPerYear: twoDigits(holdsPerYear),
    raisedNats,
    holds: holdsPerYear <= asked.perYear,
  };
}

type Stretch = { readonly number: number; readonly nats: number; readonly isMarked: boolean };

/** Neither what rose to the ceiling, nor what people call a fault, nor their neighbours; but all that people call chance. */
function withoutFaults({ numbers, peaks, ceilings }: Seen, marks: readonly Mark[]): Stretch[] {
  const was = (number: number): Mark["was"] | null => {
    const [from, until] = [number * STRETCH_MS, (number + 1) * STRETCH_MS];
    const said = marks.filter((mark) => mark.from < until && mark.until > from);
    // Of two who disagree the stricter is believed.
    return said.some((mark) => mark.was === "chance") ? "chance" : (said[0]?.was ?? null);
  };
  // Mostly nobody has said anything of any.
  const marked = marks.length === 0 ? [] : numbers.map(was);
  const rose = new Set(ceilings);
  const faults = new Set(
    numbers.filter((number, i) => marked[i] === "fault" || (rose.has(number) && marked[i] !== "chance")),
  );
  const quiet: Stretch[] = [];
  for (const [i, number] of numbers.entries()) {
    const isMarked = marked[i] === "chance";
    const isFault = faults.size > 0 && (faults.has(number - 1) || faults.has(number) || faults.has(number + 1));
    if (isMarked || !isFault) quiet.push({ number, nats: peaks[i] ?? 0, isMarked });
  }
  return quiet;
}

const natsIn = ({ nats }: Stretch): number => nats;

/** What would stand at `rank` if all were sorted (Hoare, "Algorithm 65: find", 1961): a past has thousands, and is asked of each ten minutes. */
function valueAt(values: Float64Array, rank: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j]!, values[i]!];
      i += 1;
      j -= 1;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}

/** A peak over the threshold: how far, of how many stretches it is the highest, and whether a person called it chance. */
type Episode = { excess: number; stretches: number; isMarked: boolean };

/**
 * The peaks over the threshold. Of those so high that chance seldom makes two neighbours of them a run counts once, by its highest; lower
 * ones each count: half of them would have a neighbour, and only for that.
 */
function episodesOf(quiet: readonly Stretch[], thresholdNats: number): Episode[] {
  const episodes: Episode[] = [];
  let [run, lastHigh]: [Episode | null, number] = [null, Number.NEGATIVE_INFINITY];
  for (const { number, nats, isMarked } of quiet) {
    const excess = nats - thresholdNats;
    if (excess <= 0) continue;
    const isHigh = excess > HIGH_NATS;
    if (isHigh && run !== null && number - lastHigh <= RUN_STRETCHES) {
      run.excess = Math.max(run.excess, excess);
      run.stretches += 1;
      run.isMarked ||= isMarked;
    } else {
      const episode = { excess, stretches: 1, isMarked };
      episodes.push(episode);
      if (isHigh) run = episode;
    }
    if (isHigh) lastHigh = number;
  }
  return episodes;
}

/** The highest episode, if the others make it hardly possible that chance rose so high even once in so many; else null. */
function outlierOf(over: readonly Episode[]): Episode | null {
  let highest: Episode | null = null;
  let sum = 0;
  for (const episode of over) {
    sum += episode.excess;
    if (episode.excess > (highest?.excess ?? 0)) highest = episode;
  }
  if (highest === null || highest.isMarked) return null;
  const others = (sum - highest.excess + PRIOR_PEAKS) / (over.length - 1 + PRIOR_PEAKS);
  return over.length * Math.exp(-highest.excess / others) < OUTLIER_CHANCE ? highest : null;
}

type Tail = {
  readonly thresholdNats: number;
  /** Peaks over it in a year, and their mean height above it: upper bounds. */
  readonly overPerYear: number;
  readonly excess: number;
};

function tailOf(over: readonly Episode[], thresholdNats: number, watched: number): Tail {
  const sum = over.reduce((nats, { excess }) => nats + excess, 0);
  return {
    thresholdNats,
    // The upper bound of a Poisson count n is half of the chi square quantile with 2 (n + 1) degrees of freedom.
    overPerYear: (chiSquare(2 * (over.length + 1), UPPER) / 2 / watched) * STRETCHES_A_YEAR,
    // The mean of n exponentials is known to 2 x sum / chi square with 2 n degrees; Ville's bound, mean 1, counts as PRIOR_PEAKS of them.
    excess: (2 * (sum + PRIOR_PEAKS)) / chiSquare(2 * (over.length + PRIOR_PEAKS), -UPPER),
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
export const STRETCHES_MOST = 28 * STRETCHES_A_DAY;
/** The highest fifth of all stretches: 29 peaks on the first day, 800 in four weeks. */
const TAIL_SHARE = 0.2;
const THRESHOLD_LEAST_NATS = 2;
/** Above the threshold: of a tail that falls as it must one stretch in a hundred comes so high. */
const HIGH_NATS = 3;
/** Half an hour: what dips for ten minutes and comes back is one trouble. */
const RUN_STRETCHES = 3;
/** Once in a thousand such pasts chance is taken for a fault. */
const OUTLIER_CHANCE = 0.001;
const PRIOR_PEAKS = 10;
/** 97.5 % of a normal distribution lie below. */
const UPPER = 1.96;
/** A place that needs more than this does not know what is usual: then there is no promise. */
const RAISED_MOST_NATS = 6;
