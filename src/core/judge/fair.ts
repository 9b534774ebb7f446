import { FAIR, type LogRatios, ratioOf, SIDES } from "./evidence.ts";

/**
 * Is the scale fair? A likelihood ratio multiplies by 1 on average while all is usual, if what is usual was described rightly. Bursts,
 * waves and a bound that was learnt too low make it more, and then a year's promise is broken within hours. So each size's ratio is divided by what it was on
 * average in this signal's own quiet past, and three standard errors more: an e-value made fair by measurement, without a model of
 * the bursts. (Two of research's 20 histories held at no other guard; a cap of 4 nats a second makes the average exist.)
 */
export type Fairness = {
  /** How many looks it was learnt from, and those that are believed beforehand. */
  fairLooks: number;
  /**
   * From FAIR on three numbers for each size of fault, of both sides: first what a look's ratios are divided by, then their mean, then the
   * mean of their squares.
   */
  readonly numbers: Float32Array;
};

/** How many numbers are kept for each size of fault. */
export const NUMBERS_A_SIZE = 3;

/** What lies behind odds and increments is fair as far as anybody knows. */
export const newFairness = (numbers: Float32Array): Fairness => ({
  fairLooks: LOOKS_BEFORE_ANY,
  numbers: numbers.fill(1, FAIR),
});

/** Learns from a look that nobody suspects; its increments begin at `from`. */
export function learnFair(fairness: Fairness, increments: LogRatios, capNats: number, from = 0): void {
  fairness.fairLooks += 1;
  const { fairLooks: looks, numbers } = fairness;
  const weight = Math.max(1 / looks, 1 / LOOKS_REMEMBERED);
  const known = Math.min(looks, LOOKS_REMEMBERED);
  for (let k = 0; k < SIDES; k++) {
    const ratio = ratioOf(increments[from + k]!, capNats);
    numbers[MEANS + k]! += weight * (ratio - numbers[MEANS + k]!);
    numbers[SQUARES + k]! += weight * (ratio * ratio - numbers[SQUARES + k]!);
    const mean = numbers[MEANS + k]!;
    const error = Math.sqrt(Math.max(0, numbers[SQUARES + k]! - mean * mean) / known);
    // Never less than 1: an hour with fewer requests has ratios nearer to 1, and would be lifted look by look.
    numbers[FAIR + k] = Math.max(1, mean + 3 * error);
  }
}

const [MEANS, SQUARES] = [FAIR + SIDES, FAIR + 2 * SIDES];
/** So much is believed beforehand to be fair: one rough second at the start is no character. */
const LOOKS_BEFORE_ANY = 200;
/** Three days, where each fourth look of a second is learnt from. */
const LOOKS_REMEMBERED = 64_000;
