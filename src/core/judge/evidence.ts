import { exp } from "./exp.ts";

/**
 * The arithmetic of certainty. Like a smoke detector that adds up whiffs: each look multiplies the odds that
 * something began to be wrong at some moment up to now, for each of a dozen sizes of fault, and forgets by itself
 * when looks speak against it. This is the Shiryaev-Roberts form of a mixture e-detector: R <- (1 + R) x likelihood
 * ratio; it exceeds A at most once in A looks while all is usual (research: Shin, Ramdas and Rinaldo, "E-detectors").
 * Statistics are kept as these odds; what is said of them is their logarithm, in nats.
 *
 * E1 A look adds at most its cap, however bad it is: bursts are not independent, and a lone look never convinces.
 * E2 Looks that are as usual, or better, never raise a statistic above log(looks).
 */
export type Statistic = Float32Array;

/** How many sizes of fault are weighed at once; not knowing the size costs log(12) nats at most. */
export const SIZES = 12;

/** Single precision: seven digits of odds are six of nats. */
export const newStatistic = (): Statistic => new Float32Array(SIZES);

/**
 * Two statistics in one: against the others' present and its own past, and against its own past alone. All that goes by
 * size of fault has this shape: the sizes of the one, then those of the other.
 */
export const SIDES = 2 * SIZES;
export const RELATIVE = 0;
export const ALONE = SIZES;
/** Behind the odds of both sides lie, where they are kept together, the increments of the newest look. */
export const INCREMENTS = SIDES;
/** And behind those what the ratios are divided by, and what that is learnt from (fair.ts). */
export const FAIR = 2 * SIDES;

export type Limits = {
  /** What one look may add at most. */
  readonly capNats: number;
  /** Where the statistic stops. */
  readonly ceilingNats: number;
  /** What a usual look multiplies by on average, and a little more; see fair.ts. Absent: 1. */
  readonly divisors?: Float32Array;
  /** Where in it they begin. */
  readonly divisorsFrom?: number;
};

/** Takes one look's increments in, capped; of one statistic, or of both sides. The increments begin at `from`. */
export function grow(
  statistic: Statistic,
  increments: LogRatios,
  { capNats, ceilingNats, divisors, divisorsFrom = 0 }: Limits,
  from = 0,
): void {
  if (ceilingNats !== last.ceilingNats) last = { ceilingNats, odds: Math.exp(ceilingNats) };
  const ceiling = last.odds;
  const both = statistic.length > SIZES;
  for (let k = 0; k < SIZES; k++) {
    const first = increments[from + k]!;
    const ratio = ratioOf(first, capNats);
    statistic[k] = Math.min(
      ceiling,
      (1 + statistic[k]!) * (divisors === undefined ? ratio : ratio / divisors[divisorsFrom + k]!),
    );
    if (!both) continue;
    const other = k + SIZES;
    const second = increments[from + other]!;
    // Mostly both sides say the same: that is worked out once.
    const same = second === first ? ratio : ratioOf(second, capNats);
    statistic[other] = Math.min(
      ceiling,
      (1 + statistic[other]!) * (divisors === undefined ? same : same / divisors[divisorsFrom + other]!),
    );
  }
}

/** The ceiling that was asked for last: a judge asks for the same one thousands of times. */
let last = { ceilingNats: 0, odds: 1 };

/** A likelihood ratio of its logarithm, capped. */
export const ratioOf = (nats: number, capNats: number): number =>
  nats < NOTHING_LEFT ? 0 : exp(Math.min(capNats, nats, NATS_MOST));

/** The log of the mixture over sizes, of one side. */
export function natsOf(statistic: Statistic, side = RELATIVE): number {
  let sum = 0;
  for (let k = side; k < side + SIZES; k++) sum += statistic[k]!;
  return Math.max(NOTHING, Math.log(sum / SIZES));
}

export function forget(statistic: Statistic): void {
  statistic.fill(0, 0, SIDES);
}

/** Increments by size of fault. */
export type LogRatios = Float32Array;

/** Log likelihood ratios of `bad` of `total` failing: each fault size against at most `usual`. */
export function failureIncrements(
  into: LogRatios,
  look: { bad: number; total: number; usual: number },
  side = RELATIVE,
): void {
  const usual = Math.min(USUAL_MOST, Math.max(USUAL_LEAST, look.usual));
  const least = leastLogFault(look.total * usual);
  const step = (Math.log(FAILING_MOST / usual) - least) / (SIZES - 1);
  const good = look.total - look.bad;
  const times = Math.exp(step);
  let failing = usual * Math.exp(least);
  for (let k = 0; k < SIZES; k++) {
    into[side + k] = look.bad * (least + step * k) + good * Math.log((1 - failing) / (1 - usual));
    failing *= times;
  }
}

/**
 * Log likelihood ratios of a mean of log milliseconds that lies `shift` above the usual, when such means scatter
 * with `variance`: slower by 5 % up to twentyfold.
 */
export function latencyIncrements(into: LogRatios, look: { shift: number; variance: number }, side = RELATIVE): void {
  for (let k = 0; k < SIZES; k++) {
    const slower = SLOWER[k]!;
    into[side + k] = (slower * (look.shift - slower / 2)) / look.variance;
  }
}

/** What one look may add: by the second that it covers, but never enough for two lumps to convince. */
export function capFor(capNats: number, overMs: number): number {
  return Math.min(LUMP_CAP_NATS, capNats * Math.max(1, overMs / 1000));
}

/** The price of bursts: 5 % more variance than independent requests have would turn a year into hours. */
export const FAILURE_CAP_NATS = 4;
/** A stall of a machine is one event however many requests it delays. */
export const LATENCY_CAP_NATS = 3;
const LUMP_CAP_NATS = 12;
const NOTHING = -30;
/** e^-45 of what stands at the ceiling is less than any digit of a sum shows. */
const NOTHING_LEFT = -80;
/** What is not capped ends here: odds of e^88 are the most that single precision holds. */
const NATS_MOST = 80;
const USUAL_LEAST = 1e-6;
const USUAL_MOST = 0.5;
/**
 * The smallest fault that is looked for, as a logarithm: where many usually fail in a look a quarter more can be told from chance; where
 * few do, a statistic of it would only count looks.
 */
function leastLogFault(usuallyFailing: number): number {
  return Math.log(Math.min(FAULT_LEAST_OF_FEW, Math.max(FAULT_LEAST, 1 + 1 / Math.sqrt(usuallyFailing))));
}
const FAULT_LEAST = 1.25;
const FAULT_LEAST_OF_FEW = 1.75;
const FAILING_MOST = 0.9;
const SLOWER_LEAST = Math.log(1.05);
const SLOWER_SPAN = Math.log(Math.log(20) / Math.log(1.05));
const SLOWER = Float64Array.from({ length: SIZES }, (_, k) => SLOWER_LEAST * Math.exp((SLOWER_SPAN * k) / (SIZES - 1)));
