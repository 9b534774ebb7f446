import type { DrillReport } from "../../api/drill-report.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Count, CountBySecond, Failure, Tally } from "../users/tally.ts";
import { firstGoodSecond, firstSecondOf, round, STAYS_SECONDS, sum, worstShare } from "./columns.ts";
import { checkoutsOf } from "./report-books.ts";
import { feltOf, worstMinuteUntil } from "./report-felt.ts";
import {
  alreadyWorse,
  beyondBarAt,
  causeOf,
  certainAt,
  decidedAt,
  houstonDown,
  questionsOf,
  worsenings,
  wrongVerdicts,
} from "./report-houston.ts";
import { pathReport } from "./report-path.ts";
import { missedPolls, needless, overloaded, receiversOf } from "./report-receivers.ts";
import { tenantReport } from "./report-tenant.ts";
import type { DrillSeen } from "./seen.ts";

export type { DrillReport } from "../../api/drill-report.ts";

const MINUTE_SECONDS = 60;
/** Everybody is well by then, whoever holds on to an address as well (the figure for `gray`). */
const WELL_FROM_SECONDS = 20;

function after20s({ total, failed }: CountBySecond): Count {
  return { total: sum(total, WELL_FROM_SECONDS), failed: sum(failed, WELL_FROM_SECONDS) };
}
/** What was done to prepare a drill belongs to its timeline. */
export const PREPARED_MS = 60_000;

/** A pure function of what was seen. */
export function drillReport(seen: DrillSeen): DrillReport {
  const { tally, faultAt, locations, until } = seen;
  const { total, failed } = tally.its;
  const movedSecond = movedSecondOf(seen);
  const elsewhereSecond = firstSecondOf(tally.its.elsewhere, served(tally));
  const back = restored({ ...seen, tally: seen.whole });
  const certain = certainAt(seen);
  return {
    drill: seen.drill,
    location: locations[0] ?? null,
    locations,
    faultAt,
    certainAt: certain,
    decidedAt: decidedAt(seen),
    moved99At: movedSecond === null ? null : faultAt + movedSecond * 1000,
    requests: {
      total: sum(total),
      failed: sum(failed),
      failedAfterMoved99: movedSecond === null ? 0 : sum(failed, movedSecond),
    },
    checkouts: checkoutsOf(seen),
    overloadedReceivers: overloaded(seen),
    stubbornUsers: tally.stubborn,
    needlessMoves: needless(seen),
    restoredAt: typeof back === "number" ? back : null,
    timeline: [...seen.timeline.map(({ at, what }) => ({ at, says: what })), ...seen.did.map(deedLine)]
      .filter(({ at }) => at >= faultAt - PREPARED_MS && at <= seen.endedAt)
      .sort((one, other) => one.at - other.at),
    more: {
      houston: seen.houston,
      until,
      first60s: first60s(tally),
      worstMinuteFailedShare: worstShare(failed, total, MINUTE_SECONDS),
      felt: feltOf(tally.its, faultAt),
      worstMinuteUntilCertain: worstMinuteUntil(tally.its, faultAt, certain),
      beyondBarAt: beyondBarAt(seen),
      wrongVerdicts: wrongVerdicts(seen),
      movedOutAt: locations.length === 0 || elsewhereSecond === null ? null : faultAt + elsewhereSecond * 1000,
      everyone: tally.everyone,
      bots: tally.bots,
      tenant: tenantReport(seen),
      path: pathReport(seen),
      why: tally.why,
      chunksMoved: tally.moved.map(({ location, had, moved }) => ({
        location,
        share: round(moved / Math.max(1, had)),
      })),
      waitedForBack: seen.waitedForBack,
      failuresAfterMoved99: movedSecond === null ? [] : alike(tally.its.failures, movedSecond),
      cause: causeOf(seen),
      worseVerdicts: alreadyWorse(seen) + worsenings(seen).length,
      questions: questionsOf(seen),
      receivers: receiversOf(seen),
      edges: seen.edges,
      stubbornAfter20s: after20s(tally.stubbornBySecond),
      requestsAfter20s: after20s(tally.its),
      houstonDown: houstonDown(seen),
      missedPolls: missedPolls(seen),
      houstonPolls: seen.houstonPolls,
    },
  };
}

/** Null when it never came, and when nothing had to move: by the drill, or since nobody was worse off where moving is a choice. */
function movedSecondOf({ moves, tally }: DrillSeen): number | null {
  if (moves === "none") return null;
  const second = firstGoodSecond(tally.its.total, tally.its.failed);
  return moves === "may" && second === 0 ? null : second;
}

function alike(failures: readonly Failure[], fromSecond: number): DrillReport["more"]["failuresAfterMoved99"] {
  const counts = new Map<string, { readonly failure: Omit<Failure, "second">; count: number }>();
  for (const { second, ...failure } of failures) {
    if (second < fromSecond) continue;
    const key = JSON.stringify(failure);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { failure, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].map(({ failure, count }) => ({ ...failure, count })).sort((a, b) => b.count - a.count);
}

function first60s({ its }: Tally): DrillReport["more"]["first60s"] {
  const total = sum(its.total, 0, STAYS_SECONDS);
  const failed = sum(its.failed, 0, STAYS_SECONDS);
  const seconds = Math.min(STAYS_SECONDS, its.total.length);
  return { total, failed, secondsOfTraffic: total === 0 ? null : round(failed / (total / seconds)) };
}

function served({ its }: Tally): readonly number[] {
  return its.atHome.map((atHome, second) => atHome + (its.elsewhere[second] ?? 0));
}

/** Back home after having been away: from when >= 99 % of what goes well is served where it was at the fault. */
export function restored(seen: Pick<DrillSeen, "tally" | "faultAt" | "locations">): UnixMs | "away" | "never left" {
  const { tally, faultAt, locations } = seen;
  const away = locations.length === 0 ? null : firstSecondOf(tally.its.elsewhere, served(tally));
  if (away === null) return "never left";
  const second = firstSecondOf(tally.its.atHome, served(tally), away + 1);
  return second === null ? "away" : faultAt + second * 1000;
}

function deedLine({ at, says }: DrillSeen["did"][number]): { readonly at: UnixMs; readonly says: string } {
  return { at, says };
}
