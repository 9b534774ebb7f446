import type { UnixMs } from "../../core/step.ts";
import type { CountBySecond } from "../users/tally.ts";
import { sum } from "./columns.ts";
import type { DrillReport } from "./report.ts";

/** When users would have noticed, by the objective's own measure: how many of a minute's requests failed. */

const MINUTE_SECONDS = 60;
/** What is asked of the judge is to be certain before these; the last are what users are said to feel. */
const FELT_PERCENTS: readonly number[] = [0.2, 0.5, 1];

export function feltOf(counts: CountBySecond, faultAt: UnixMs): DrillReport["more"]["felt"] {
  const shares = minuteShares(counts);
  return FELT_PERCENTS.map((percent) => {
    const second = shares.findIndex((share) => 100 * share >= percent);
    return { percent, at: second < 0 ? null : faultAt + second * 1000 };
  });
}

/** The worst such share of those requests that had begun by then; null: never. */
export function worstMinuteUntil(counts: CountBySecond, faultAt: UnixMs, at: UnixMs | null): number | null {
  if (at === null) return null;
  const until = Math.floor((at - faultAt) / 1000);
  return Math.max(0, ...minuteShares(counts).slice(0, until + 1));
}

/**
 * Which share failed of the requests of the minute that ends with each second. The minute before the fault counts too, with as many requests
 * as came since and none failed: what fails in the first seconds is little of a minute.
 */
function minuteShares({ total, failed }: CountBySecond): readonly number[] {
  return total.map((_, second) => {
    const from = Math.max(0, second + 1 - MINUTE_SECONDS);
    const ofMinute = (sum(total, from, second + 1) * MINUTE_SECONDS) / (second + 1 - from);
    return ofMinute === 0 ? 0 : sum(failed, from, second + 1) / ofMinute;
  });
}
