import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Cause } from "../../core/verdict.ts";
import type { Count, CountBySecond, Failure, Tally } from "../users/tally.ts";
import { firstGoodSecond, firstSecondOf, round, STAYS_SECONDS, sum, worstShare } from "./columns.ts";
import { checkoutsOf } from "./report-books.ts";
import { alreadyWorse, causeOf, certainAt, decidedAt, houstonDown, questionsOf, worsenings } from "./report-houston.ts";
import { missedPolls, needless, overloaded, receiversOf } from "./report-receivers.ts";
import { tenantReport, type TenantReport } from "./report-tenant.ts";
import type { DrillSeen, EdgeCounts } from "./seen.ts";

/**
 * What `houston drill NAME --json` prints (DESIGN section 11): counted by the users and the bank, not by those who steer.
 * Only `certainAt`, `decidedAt`, the timeline and what `more` says of verdicts and questions are Houston's own. A pure function of what was seen.
 */
export type DrillReport = {
  readonly drill: string;
  readonly location: LocationName | null;
  readonly locations: readonly LocationName[];
  readonly faultAt: UnixMs;
  readonly certainAt: UnixMs | null;
  readonly decidedAt: UnixMs | null;
  readonly moved99At: UnixMs | null;
  /** Of the TTL-obeying users that the locations had at `faultAt`; of everybody when the drill names no location. */
  readonly requests: { readonly total: number; readonly failed: number; readonly failedAfterMoved99: number };
  readonly checkouts: {
    readonly started: number;
    readonly completed: number;
    readonly continuedElsewhere: number;
    readonly lost: number;
    readonly doubled: number;
  };
  readonly overloadedReceivers: readonly {
    readonly location: LocationName;
    readonly seconds: number;
    readonly worstUtilisation: number;
  }[];
  /** Requests of the same locations' users behind stubborn resolvers and pinned connections. */
  readonly stubbornUsers: { readonly total: number; readonly failed: number };
  readonly needlessMoves: number;
  readonly restoredAt: UnixMs | null;
  readonly timeline: readonly { readonly at: UnixMs; readonly says: string }[];
  /** Beyond the contract: for people who read closely. */
  readonly more: {
    /** False: nobody helped. */
    readonly houston: boolean;
    readonly until: UnixMs;
    /** The first 60 s after the fault; `secondsOfTraffic` is `failed` in seconds of these users' traffic. */
    readonly first60s: { readonly total: number; readonly failed: number; readonly secondsOfTraffic: number | null };
    /** The worst share that failed in any whole minute, 0..1. */
    readonly worstMinuteFailedShare: number;
    /** The first second from which each 10 s window had >= 99 % of what went well served elsewhere. */
    readonly movedOutAt: UnixMs | null;
    readonly everyone: Tally["everyone"];
    readonly bots: { readonly total: number; readonly failed: number };
    /** Where one tenant brings the trouble: what its users met and did; null in all other drills. */
    readonly tenant: TenantReport | null;
    readonly why: Readonly<Record<string, number>>;
    /** Share of each location's chunks that DNS has given to others since the fault. */
    readonly chunksMoved: readonly { readonly location: LocationName; readonly share: number }[];
    /** False: `restoredAt` was not waited for. */
    readonly waitedForBack: boolean;
    /** What `failedAfterMoved99` were, alike ones together, the most first. */
    readonly failuresAfterMoved99: readonly (Omit<Failure, "second"> & { readonly count: number })[];
    /** What Houston held for the cause when it became certain, or else when it first had a doubt. */
    readonly cause: Cause | null;
    /** Verdicts that were worse than healthy at the fault already, and each time that one became worse than it was. */
    readonly worseVerdicts: number;
    /** What Houston asked of people, with its numbered choices; `defaultChoice` counts from 1. */
    readonly questions: readonly {
      readonly at: UnixMs;
      readonly asks: string;
      readonly choices: readonly string[];
      readonly defaultChoice: number;
    }[];
    /** Where the locations' users were sent, of their chunks (each time that DNS newly said so) and of their requests. */
    readonly receivers: readonly {
      readonly location: LocationName;
      readonly chunks: number;
      readonly chunksShare: number;
      readonly requests: number;
      /** The largest share of their requests in any 10 s. */
      readonly peakShare: number;
      /** When the drill itself killed it. */
      readonly diedAt: UnixMs | null;
      /** When Houston first knew it to be lost, failing, or worse since it took users. */
      readonly badAt: UnixMs | null;
      readonly failingAt: UnixMs | null;
      /** What was newly sent to it, and what came, from the TTL + 4 s after `diedAt` on, else the TTL + 1.5 s after `badAt`; null: it was never bad. */
      readonly whenBad: { readonly chunksShare: number; readonly requestsShare: number } | null;
    }[];
    /** What the locations' edges turned away for want of capacity. */
    readonly edges: readonly EdgeCounts[];
    /** `stubbornUsers` from 20 s after the fault on. */
    readonly stubbornAfter20s: Count;
    /** Of `requests`, the same. */
    readonly requestsAfter20s: Count;
    /** While the deciding Houston was dead by the drill's own doing; null: it was not. */
    readonly houstonDown: {
      readonly killedAt: UnixMs;
      readonly restartedAt: UnixMs | null;
      /** The first move after the restart. */
      readonly goesOnAt: UnixMs | null;
      readonly requests: Count;
      /** Of the users of all other locations. */
      readonly others: Count;
    } | null;
    /** How often a location beside the drill's own did not say how full it was; it counts as full as before. */
    readonly missedPolls: number;
    /** How often Houston was asked what it says and decides, but for when the drill itself had stopped it. */
    readonly houstonPolls: Count;
  };
};

const MINUTE_SECONDS = 60;
/** Everybody is well by then, whoever holds on to an address as well (the figure for `gray`). */
const WELL_FROM_SECONDS = 20;

function after20s({ total, failed }: CountBySecond): Count {
  return { total: sum(total, WELL_FROM_SECONDS), failed: sum(failed, WELL_FROM_SECONDS) };
}
/** What was done to prepare a drill belongs to its timeline. */
export const PREPARED_MS = 60_000;

export function drillReport(seen: DrillSeen): DrillReport {
  const { tally, faultAt, locations, until } = seen;
  const { total, failed } = tally.its;
  const movedSecond = movedSecondOf(seen);
  const elsewhereSecond = firstSecondOf(tally.its.elsewhere, served(tally));
  const back = restored({ ...seen, tally: seen.whole });
  return {
    drill: seen.drill,
    location: locations[0] ?? null,
    locations,
    faultAt,
    certainAt: certainAt(seen),
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
      movedOutAt: locations.length === 0 || elsewhereSecond === null ? null : faultAt + elsewhereSecond * 1000,
      everyone: tally.everyone,
      bots: tally.bots,
      tenant: tenantReport(seen),
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
