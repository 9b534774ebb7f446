import { failsBeyond } from "../judge/fails-beyond.ts";
import type { UnixMs } from "../step.ts";
import type { Load } from "../summary.ts";
import type { VerdictState } from "../verdict.ts";

/**
 * A look at a receiver after a step: its own counters now against its own counters before. It is asked
 * "are you worse than you were?", not "are you good?", so a place with a habit is not blamed for the step.
 */
export type LookBefore = {
  readonly verdict: VerdictState;
  readonly failedRatio: number;
  /** What bursts of failures reached there before, 0..1. */
  readonly failedHabit: number;
  readonly queueMs: number;
  readonly shedRps: number;
};

export type LookAfter = { readonly heardAt: UnixMs; readonly verdict: VerdictState; readonly load: Load };

/** What a summary counts is the last second or two: one that came a second after the step has seen it. */
export const LOOK_FROM_MS = 1_000;
/** A look takes at most this long from publication, if the receiver is heard at all. */
export const LOOK_UNTIL_MS = 1_500;

/** What a summary counts is so long, roughly. */
export const COUNTED_SECONDS = 2;
/** Two more failures in a hundred are worse than any noise of a place that fails one in a thousand. */
export const FAILED_RATIO_WORSE = 0.02;
/** Of so few requests a second a failure or two say nothing. */
const FAILED_RPS_WORSE = 1;
/** A wait that grew by this is felt by users and is the first sign of too much. */
const QUEUE_WORSE_MS = 100;
/** Refusing more than this share of what it serves. */
const SHED_SHARE_WORSE = 0.01;

const RANK: Readonly<Record<VerdictState, number>> = { healthy: 0, shaky: 1, failing: 2 };

/** How the receiver worsened, in words; null when it did not. */
export function worsened(before: LookBefore, after: LookAfter): string | null {
  const { load } = after;
  if (RANK[after.verdict] > RANK[before.verdict]) return `it turned ${after.verdict}`;
  if (failsMore(before, load)) {
    return `${(load.failedRatio * 100).toFixed(1)} % of its requests fail, ${(before.failedRatio * 100).toFixed(1)} % before`;
  }
  if (waitsMore(before, load)) {
    return `its requests wait ${Math.round(load.queueMs)} ms, ${Math.round(before.queueMs)} ms before`;
  }
  if (shedsMore(before, load)) {
    return `it sheds ${Math.round(load.shedRps)} requests a second, ${Math.round(before.shedRps)} before`;
  }
  return null;
}

/** It has more than it can take, whatever it says. */
export const isFuller = (before: LookBefore, load: Load): boolean => waitsMore(before, load) || shedsMore(before, load);

function waitsMore(before: LookBefore, load: Load): boolean {
  return load.queueMs > before.queueMs + QUEUE_WORSE_MS;
}

function shedsMore(before: LookBefore, load: Load): boolean {
  return load.shedRps - before.shedRps > Math.max(FAILED_RPS_WORSE, SHED_SHARE_WORSE * load.servedRps);
}

/** More of its requests fail than before: what it took may have brought that. */
export function failsMore(before: Pick<LookBefore, "failedRatio" | "failedHabit">, load: Load): boolean {
  const more = load.failedRatio - before.failedRatio;
  return more > FAILED_RATIO_WORSE && more * load.servedRps > FAILED_RPS_WORSE && isBeyondHabit(before, load);
}

/** Noise that was there before is no word against the step. What lasts longer than bursts do is left to the receiver's own verdict. */
function isBeyondHabit({ failedHabit }: Pick<LookBefore, "failedHabit">, { failedRatio, servedRps }: Load): boolean {
  const total = COUNTED_SECONDS * servedRps;
  return failedHabit === 0 || failsBeyond({ bad: failedRatio * total, total }, failedHabit);
}
