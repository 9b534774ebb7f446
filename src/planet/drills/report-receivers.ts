import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import { round, sum, WINDOW_SECONDS, worstShare } from "./columns.ts";
import { badAt, LEAVES, reasonsOf, worsenings } from "./report-houston.ts";
import type { DrillReport } from "./report.ts";
import type { DrillSeen, UtilisationPoll } from "./seen.ts";

/** Who took the users of the drill's locations, how well they bore it, and who was moved without need. */

/** Polls come once a second; a gap between two stands for no more than this. */
const POLL_STANDS_FOR_MS = 2000;
/** Fewer chunks than this share told another location is a plan that was tidied, not a location that was left. */
const MOVE_SHARE = 0.1;
/** Where nothing may move at all: less than half a canary. */
const TINY_SHARE = 0.02;
/** The planet's TTL, and 1.5 s for a new table to be everywhere: until then somebody may still be sent by the old one. */
const SETTLED_MS = 6500;
/** From a death of which nobody was told: the TTL, and 4 s to be noticed and for a new table to be everywhere. */
const NOTICED_MS = 9000;
/** What kills a location at once: when it was bad is the drill's to say, not Houston's. */
const DEADLY_FAULT = "hard-down";

/** Who was given chunks or requests of the drill's locations, most first. */
export function receiversOf(seen: DrillSeen): DrillReport["more"]["receivers"] {
  const { tally, locations, faultAt, until } = seen;
  if (locations.length === 0) return [];
  const its = tally.moved.filter(({ location }) => locations.includes(location));
  const had = its.reduce((total, each) => total + each.had, 0);
  const length = Math.ceil((until - faultAt) / 1000);
  const names = new Set([
    ...Object.keys(tally.its.came),
    ...its.flatMap(({ sent }) => sent.map(({ location }) => location)),
  ]);
  return [...names]
    .map((location) => {
      const columns = its.flatMap(({ sent }) => sent.filter((each) => each.location === location));
      const chunksFrom = (second: number): number =>
        columns.reduce((total, { bySecond }) => total + sum(bySecond, second, length), 0);
      const came = tally.its.came[location] ?? [];
      const bad = badAt(seen, location);
      const died = diedAt(seen, location);
      const badFrom = died !== null ? died + NOTICED_MS : bad !== null ? bad + SETTLED_MS : null;
      const badSecond = badFrom === null ? null : Math.ceil((badFrom - faultAt) / 1000);
      const failing = worsenings(seen).find((each) => each.location === location && each.verdict === "failing");
      return {
        location,
        chunks: chunksFrom(0),
        chunksShare: chunksFrom(0) / Math.max(1, had),
        requests: sum(came),
        peakShare: worstShare(came, tally.its.total, WINDOW_SECONDS),
        diedAt: died,
        badAt: bad,
        failingAt: failing?.at ?? null,
        whenBad:
          badSecond === null
            ? null
            : {
                chunksShare: chunksFrom(badSecond) / Math.max(1, had),
                requestsShare: sum(came, badSecond) / Math.max(1, sum(tally.its.total, badSecond)),
              },
      };
    })
    .filter(({ chunks, requests }) => chunks > 0 || requests > 0)
    .sort((one, other) => other.requests - one.requests || (one.location < other.location ? -1 : 1));
}

function diedAt({ did }: DrillSeen, location: LocationName): UnixMs | null {
  return did.find(({ fault }) => fault?.name === DEADLY_FAULT && fault.location === location)?.at ?? null;
}

export function overloaded(seen: DrillSeen): DrillReport["overloadedReceivers"] {
  return [...pollsByLocation(seen)]
    .map(([location, own]) => ({ location, ...overCapacity(withoutGaps(own)) }))
    .filter(({ seconds }) => seconds > 0)
    .sort((one, other) => other.seconds - one.seconds || (one.location < other.location ? -1 : 1));
}

/** How often a location beside the drill's own did not say how full it was. */
export function missedPolls(seen: DrillSeen): number {
  return [...pollsByLocation(seen).values()].flat().filter(({ utilisation }) => utilisation === null).length;
}

function pollsByLocation({ polls, locations, faultAt, until }: DrillSeen): Map<LocationName, UtilisationPoll[]> {
  const theirs = polls.filter(({ at, location }) => at >= faultAt && at <= until && !locations.includes(location));
  return Map.groupBy(theirs, ({ location }) => location);
}

type Poll = { readonly at: UnixMs; readonly utilisation: number };

/** Who does not answer is as full as it was: too busy to answer is never read as fine. */
function withoutGaps(polls: readonly UtilisationPoll[]): readonly Poll[] {
  let last = 0;
  return polls.map(({ at, utilisation }) => {
    last = utilisation ?? last;
    return { at, utilisation: last };
  });
}

/**
 * The longest stretch of looks above what is ready. Requests come in bunches, so one such look is chance, and so are some pairs in
 * a minute and a half at a place that is ready for thirty a second: what hurts is a queue that does not end.
 */
function overCapacity(polls: readonly Poll[]): { readonly seconds: number; readonly worstUtilisation: number } {
  let longest = { overMs: 0, worst: 0 };
  let stretch = { overMs: 0, worst: 0, looks: 0 };
  polls.forEach(({ at, utilisation }, index) => {
    if (utilisation <= 1) {
      stretch = { overMs: 0, worst: 0, looks: 0 };
      return;
    }
    const before = polls[index - 1]?.at ?? at - POLL_STANDS_FOR_MS;
    stretch = {
      overMs: stretch.overMs + Math.min(POLL_STANDS_FOR_MS, at - before),
      worst: Math.max(stretch.worst, utilisation),
      looks: stretch.looks + 1,
    };
    if (stretch.looks >= 2 && stretch.overMs > longest.overMs) longest = stretch;
  });
  return { seconds: round(longest.overMs / 1000), worstUtilisation: round(longest.worst) };
}

/** Locations that were left and need not have been: by what DNS told the users, and by what Houston decided. */
export function needless(seen: DrillSeen): number {
  const { moves, locations, tally } = seen;
  const right = new Set(moves === "none" ? [] : locations);
  const share = moves === "none" ? TINY_SHARE : MOVE_SHARE;
  const left = new Set<string>();
  for (const { location, had, moved } of tally.moved) if (moved > share * had) left.add(location);
  for (const { code, location } of reasonsOf(seen)) if (location !== null && LEAVES.has(code)) left.add(location);
  return [...left].filter((location) => !right.has(location)).length;
}
