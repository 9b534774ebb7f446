import { type LogRatios, ratioOf, SIZES } from "./evidence.ts";

/**
 * Is the scale fair? A likelihood ratio multiplies by 1 on average while all is usual, if what is usual was described rightly. Bursts,
 * waves and a bound that was learnt too low make it more, and then a year's promise is broken within hours. So each size's ratio is divided by what it was on
 * average in this signal's own quiet past, and three standard errors more: an e-value made fair by measurement, without a model of
 * the bursts. (Two of research's 20 histories held at no other guard; a cap of 4 nats a second makes the average exist.)
 */
export type Fairness = {
  looks: number;
  /** Three numbers for each size of fault: first what a look's ratios are divided by, then their mean, then the mean of their squares. */
  readonly numbers: Float32Array;
};

/** How many numbers are kept for each size of fault. */
export const NUMBERS_A_SIZE = 3;

/** Of so many sizes; in a part of somebody's larger memory, if given. */
export function newFairness(sizes = SIZES, numbers = new Float32Array(NUMBERS_A_SIZE * sizes)): Fairness {
  return { looks: LOOKS_BEFORE_ANY, numbers: numbers.fill(1) };
}

/** Learns from a look that nobody suspects; its increments begin at `from`. */
export function learnFair(fairness: Fairness, increments: LogRatios, capNats: number, from = 0): void {
  fairness.looks += 1;
  const { looks, numbers } = fairness;
  const sizes = numbers.length / NUMBERS_A_SIZE;
  const weight = Math.max(1 / looks, 1 / LOOKS_REMEMBERED);
  const known = Math.min(looks, LOOKS_REMEMBERED);
  for (let k = 0; k < sizes; k++) {
    const ratio = ratioOf(increments[from + k]!, capNats);
    numbers[sizes + k]! += weight * (ratio - numbers[sizes + k]!);
    numbers[2 * sizes + k]! += weight * (ratio * ratio - numbers[2 * sizes + k]!);
    const mean = numbers[sizes + k]!;
    const error = Math.sqrt(Math.max(0, numbers[2 * sizes + k]! - mean * mean) / known);
    // Never less than 1: an hour with fewer requests has ratios nearer to 1, and would be lifted look by look.
    numbers[k] = Math.max(1, mean + 3 * error);
  }
}

/** So much is believed beforehand to be fair: one rough second at the start is no character. */
const LOOKS_BEFORE_ANY = 200;
/** Three days, where each fourth look of a second is learnt from. */
const LOOKS_REMEMBERED = 64_000;
