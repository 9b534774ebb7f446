import { SIZES } from "./evidence.ts";

/**
 * Is the scale fair? A likelihood ratio multiplies by 1 on average while all is usual, if what is usual was described rightly. Bursts,
 * waves and a bound that was learnt too low make it more, and then a year's promise is broken within hours. So each size's ratio is divided by what it was on
 * average in this signal's own quiet past, and three standard errors more: an e-value made fair by measurement, without a model of
 * the bursts. (Two of research's 20 histories held at no other guard; a cap of 4 nats a second makes the average exist.)
 */
export type Fairness = {
  looks: number;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** What a look's ratios are divided by. */
  readonly divisors: Float32Array;
};

export function newFairness(): Fairness {
  return {
    looks: LOOKS_BEFORE_ANY,
    mean: new Float32Array(SIZES).fill(1),
    square: new Float32Array(SIZES).fill(1),
    divisors: new Float32Array(SIZES).fill(1),
  };
}

/** Learns from a look that nobody suspects. */
export function learnFair(fairness: Fairness, increments: ArrayLike<number>, capNats: number): void {
  fairness.looks += 1;
  const { looks, mean, square, divisors } = fairness;
  const weight = Math.max(1 / looks, 1 / LOOKS_REMEMBERED);
  for (let k = 0; k < SIZES; k++) {
    const ratio = Math.exp(Math.min(capNats, increments[k]!));
    mean[k]! += weight * (ratio - mean[k]!);
    square[k]! += weight * (ratio * ratio - square[k]!);
    const error = Math.sqrt(Math.max(0, square[k]! - mean[k]! ** 2) / Math.min(looks, LOOKS_REMEMBERED));
    // Never less than 1: an hour with fewer requests has ratios nearer to 1, and would be lifted look by look.
    divisors[k] = Math.max(1, mean[k]! + 3 * error);
  }
}

/** So much is believed beforehand to be fair: one rough second at the start is no character. */
const LOOKS_BEFORE_ANY = 200;
/** Three days, where each fourth look of a second is learnt from. */
const LOOKS_REMEMBERED = 64_000;
