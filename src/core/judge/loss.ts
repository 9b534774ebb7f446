import { byName } from "../route/by-name.ts";
import { majorityOf } from "../route/notice.ts";
import type { Estate, LocationName } from "../estate.ts";
import type { LossNotice } from "../route/table.ts";
import type { UnixMs } from "../step.ts";
import { SUMMARY_STALE_MS, type Sight, type Summary } from "../summary.ts";
import { barNats } from "./bar.ts";
import { isOverloaded } from "./overloaded.ts";
import {
  REFUSED_NATS,
  seesAnyFailing,
  seesManyFailing,
  seesMostErring,
  seesMostFailing,
  WITNESS_NATS,
} from "./sight.ts";

/**
 * Is a location gone? Like a jury: each witness must have looked twice in a row and been refused or told of an error, or thrice and heard
 * nothing, must be fresh, and must see most of the rest of the world well; and a majority of ALL configured locations must be
 * witnesses, so that two sides of a partition cannot both have one and a cut-off observer never has.
 *
 * L1 A notice has fresh witnesses from more than half of all configured locations, never the lost one itself.
 * L2 A vantage that sees half of the others silent does not witness, nor of errors one that sees half of them failing in any way.
 *    One that sees several failing witnesses refusals only: silence here, there and yonder has a common cause.
 * L3 When a majority of locations would be lost, nobody is: the world does not end that way, watchers do.
 * L4 Errors of a place whose own counters say that it is full are its flood's: moving would carry the flood along.
 *
 * A notice of each loss, of the one that most see first: servers know which of them still move anybody. None: nobody is lost.
 */
export function lossNotices(question: {
  /** The newest summary of each location, the asking node's own included. */
  readonly summaries: readonly Summary[];
  readonly estate: Pick<Estate, "locations" | "needlessMovesPerYear">;
  readonly tableVersion: number;
  readonly at: UnixMs;
  /** The asking node: it is silent while it is cut off itself. */
  readonly own?: LocationName;
}): readonly LossNotice[] {
  const own = question.summaries.find((summary) => summary.from === question.own);
  if (own !== undefined && isCutOff(own)) return [];
  return lostLocations(question).map(({ location, seenBy }) => ({
    location,
    tableVersion: question.tableVersion,
    seenBy,
    at: question.at,
    expires: question.at + NOTICE_LASTS_MS,
  }));
}

export type Loss = {
  readonly location: LocationName;
  readonly seenBy: readonly LocationName[];
  /** Independent vantages add: each is capped, so this is at most 10 nats a witness. */
  readonly lossNats: number;
  /** Somebody is there, and tells each witness of an error. */
  readonly hasErrors: boolean;
};

/** All locations that are lost now: most witnesses first, then by name. */
export function lostLocations(question: {
  readonly summaries: readonly Summary[];
  readonly estate: Pick<Estate, "locations" | "needlessMovesPerYear">;
  readonly at: UnixMs;
}): readonly Loss[] {
  const { estate, at } = question;
  const configured = estate.locations.length;
  // Nearly always: asked at each message of each node, and nobody sees anything amiss.
  if (!question.summaries.some((summary) => seesAnyFailing(summary.sees))) return [];
  const witnesses = question.summaries.filter((summary) => isFresh(summary, at) && !isCutOff(summary));
  const losses: Loss[] = [];
  for (const { name } of estate.locations) {
    const seenBy: LocationName[] = [];
    const own = question.summaries.find(({ from }) => from === name);
    let [lossNats, erring] = [0, 0];
    for (const witness of witnesses) {
      const sight = witness.sees[name];
      if (witness.from === name || sight === undefined || !seesLoss(sight, at)) continue;
      if (sight.lossNats <= REFUSED_NATS && seesManyFailing(witness.sees)) continue;
      const hasErrors = (sight.errors ?? 0) > 0;
      if (hasErrors && seesMostErring(witness.sees)) continue;
      if (hasErrors && own !== undefined && isFresh(own, at) && isOverloaded(own.own)) continue;
      seenBy.push(witness.from);
      if (hasErrors) erring += 1;
      lossNats += sight.lossNats;
    }
    if (seenBy.length < majorityOf(configured) || lossNats < barNats(estate)) continue;
    losses.push({ location: name, seenBy: seenBy.sort(byName), lossNats, hasErrors: erring === seenBy.length });
  }
  if (losses.length * 2 > configured) return [];
  return losses.sort((a, b) => b.seenBy.length - a.seenBy.length || byName(a.location, b.location));
}

/** Stale evidence is no evidence; nor is what comes from a clock that is far ahead. */
export function isFresh(summary: Summary, at: UnixMs): boolean {
  return Math.abs(at - summary.at) <= SUMMARY_STALE_MS;
}

export function isCutOff(summary: Summary): boolean {
  return summary.own.cutOff || seesMostFailing(summary.sees);
}

function seesLoss(sight: Sight, at: UnixMs): boolean {
  return (
    sight.failedLooks >= LOOKS_TO_WITNESS &&
    sight.lossNats >= WITNESS_NATS &&
    Math.abs(at - sight.lookedAt) <= SIGHT_STALE_MS
  );
}

/** Whatever its weight, one look may be a pause or a flap. */
const LOOKS_TO_WITNESS = 2;
/** After a failure everyone looks twice a second: a sight older than this was not confirmed. */
const SIGHT_STALE_MS = SUMMARY_STALE_MS;
/** How long a server may still take it up; what is followed is ended by a newer table only. */
const NOTICE_LASTS_MS = 30_000;
