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
  readonly queueMs: number;
  readonly shedRps: number;
};

export type LookAfter = { readonly heardAt: UnixMs; readonly verdict: VerdictState; readonly load: Load };

/** What a summary counts is the last second or two: one that came a second after the step has seen it. */
export const LOOK_FROM_MS = 1_000;
/** A look takes at most this long from publication, if the receiver is heard at all. */
export const LOOK_UNTIL_MS = 1_500;

/** Two more failures in a hundred are worse than any noise of a place that fails one in a thousand. */
const FAILED_RATIO_WORSE = 0.02;
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
  if (load.queueMs > before.queueMs + QUEUE_WORSE_MS) {
    return `its requests wait ${Math.round(load.queueMs)} ms, ${Math.round(before.queueMs)} ms before`;
  }
  if (load.shedRps - before.shedRps > Math.max(FAILED_RPS_WORSE, SHED_SHARE_WORSE * load.servedRps)) {
    return `it sheds ${Math.round(load.shedRps)} requests a second, ${Math.round(before.shedRps)} before`;
  }
  return null;
}

/** More of its requests fail than before: what it took may have brought that. */
export function failsMore(before: Pick<LookBefore, "failedRatio">, { failedRatio, servedRps }: Load): boolean {
  const more = failedRatio - before.failedRatio;
  return more > FAILED_RATIO_WORSE && more * servedRps > FAILED_RPS_WORSE;
}
