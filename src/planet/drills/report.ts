import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { LedgerEntry } from "../outside/ledger.ts";
import type { UserCheckout } from "../users/checkout-book.ts";
import type { Tally } from "../users/tally.ts";

/**
 * What `houston drill NAME --json` prints (DESIGN section 11): counted by the users and the bank, not by those who steer.
 * Only `certainAt`, `decidedAt` and the timeline are Houston's own words. A pure function of what was seen.
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
    readonly everyone: { readonly total: number; readonly failed: number; readonly slow: number };
    readonly bots: { readonly total: number; readonly failed: number };
    readonly why: Readonly<Record<string, number>>;
    /** Share of each location's chunks that DNS has given to others since the fault. */
    readonly chunksMoved: readonly { readonly location: LocationName; readonly share: number }[];
  };
};

export type DrillSeen = {
  readonly drill: string;
  readonly locations: readonly LocationName[];
  readonly houston: boolean;
  /** Whether anything has to move; `may`: spilling is right, and staying as well. */
  readonly moves: "must" | "may" | "none";
  readonly faultAt: UnixMs;
  readonly until: UnixMs;
  /** When the books were read: users who had begun to check out before `until` have an order or gave up by then. */
  readonly endedAt: UnixMs;
  readonly tally: Tally;
  /** The same to `endedAt`: for the way back. */
  readonly whole: Tally;
  readonly checkouts: readonly UserCheckout[];
  readonly droppedCheckouts: number;
  readonly ledger: readonly LedgerEntry[];
  readonly timeline: readonly TimelineEntry[];
  readonly polls: readonly UtilisationPoll[];
  /** What the drill itself did, for the timeline. */
  readonly did: readonly { readonly at: UnixMs; readonly says: string }[];
};

export type TimelineEntry = {
  readonly at: UnixMs;
  readonly what: string;
  readonly location?: string;
  readonly incident?: number;
  readonly level?: string;
};

/** What a location was offered over what was ready, about once a second. */
export type UtilisationPoll = { readonly at: UnixMs; readonly location: LocationName; readonly utilisation: number };

const WINDOW_SECONDS = 10;
const GOOD_SHARE = 0.99;
const STAYS_SECONDS = 60;
const MINUTE_SECONDS = 60;
/** A charge without an order is lost only after this; until then the user, or a neighbour, may finish it. */
const LOST_AFTER_MS = 120_000;
/** What was done to prepare a drill belongs to its timeline. */
const PREPARED_MS = 60_000;
const PROBE_KEY = "probe-";
/** Polls come once a second; a gap between two stands for no more than this. */
const POLL_STANDS_FOR_MS = 2000;
/** Fewer chunks than this share told another location is a plan that was tidied, not a location that was left. */
const MOVE_SHARE = 0.1;

export function drillReport(seen: DrillSeen): DrillReport {
  const { tally, faultAt, locations, until } = seen;
  const { total, failed } = tally.its;
  const movedSecond = seen.moves === "none" ? null : firstGoodSecond(total, failed);
  const moved99At = movedSecond === null ? null : faultAt + movedSecond * 1000;
  const elsewhereSecond = firstSecondOf(tally.its.elsewhere, served(tally), GOOD_SHARE);
  const back = restored({ ...seen, tally: seen.whole });
  const first60 = { total: sum(total, 0, STAYS_SECONDS), failed: sum(failed, 0, STAYS_SECONDS) };
  const seconds60 = Math.min(STAYS_SECONDS, total.length);
  return {
    drill: seen.drill,
    location: locations[0] ?? null,
    locations,
    faultAt,
    certainAt: firstSaying(seen, CERTAIN),
    decidedAt: firstSaying(seen, DECIDED),
    moved99At,
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
    timeline: [...seen.timeline.map(({ at, what }) => ({ at, says: what })), ...seen.did]
      .filter(({ at }) => at >= faultAt - PREPARED_MS && at <= seen.endedAt)
      .sort((one, other) => one.at - other.at),
    more: {
      houston: seen.houston,
      until,
      first60s: {
        ...first60,
        secondsOfTraffic: first60.total === 0 ? null : round(first60.failed / (first60.total / seconds60)),
      },
      worstMinuteFailedShare: worstMinute(total, failed),
      movedOutAt: locations.length === 0 || elsewhereSecond === null ? null : faultAt + elsewhereSecond * 1000,
      everyone: tally.everyone,
      bots: tally.bots,
      why: tally.why,
      chunksMoved: tally.moved.map(({ location, had, moved }) => ({
        location,
        share: round(moved / Math.max(1, had)),
      })),
    },
  };
}

/**
 * The first second from which each 10 s window has >= 99 % not failed, until 60 s after; null when there is none. A watch
 * that ends earlier counts to its end, of which at least one whole window must be left.
 */
function firstGoodSecond(total: readonly number[], failed: readonly number[]): number | null {
  for (let second = 0; second + WINDOW_SECONDS <= total.length; second++) {
    const last = Math.min(second + STAYS_SECONDS, total.length) - WINDOW_SECONDS;
    let good = true;
    for (let from = second; from <= last && good; from++) {
      const all = sum(total, from, from + WINDOW_SECONDS);
      // Nobody asked: nothing is known, and nothing is claimed.
      good = all > 0 && sum(failed, from, from + WINDOW_SECONDS) <= (1 - GOOD_SHARE) * all;
    }
    if (good) return second;
  }
  return null;
}

/** The first second from which the next 10 s window has at least this share of `part` in `whole`. */
function firstSecondOf(part: readonly number[], whole: readonly number[], share: number, from = 0): number | null {
  for (let second = from; second + WINDOW_SECONDS <= whole.length; second++) {
    const all = sum(whole, second, second + WINDOW_SECONDS);
    if (all > 0 && sum(part, second, second + WINDOW_SECONDS) >= share * all) return second;
  }
  return null;
}

function served({ its }: Tally): readonly number[] {
  return its.atHome.map((atHome, second) => atHome + (its.elsewhere[second] ?? 0));
}

/** Back home after having been away: from when >= 99 % of what goes well is served where it was at the fault. */
export function restored(seen: Pick<DrillSeen, "tally" | "faultAt" | "locations">): UnixMs | "away" | "never left" {
  const { tally, faultAt, locations } = seen;
  const away = locations.length === 0 ? null : firstSecondOf(tally.its.elsewhere, served(tally), GOOD_SHARE);
  if (away === null) return "never left";
  const second = firstSecondOf(tally.its.atHome, served(tally), GOOD_SHARE, away + 1);
  return second === null ? "away" : faultAt + second * 1000;
}

function worstMinute(total: readonly number[], failed: readonly number[]): number {
  const length = Math.min(MINUTE_SECONDS, total.length);
  let worst = 0;
  for (let from = 0; from + length <= total.length; from++) {
    const all = sum(total, from, from + length);
    if (all > 0) worst = Math.max(worst, sum(failed, from, from + length) / all);
  }
  return round(worst);
}

/** Houston's words for 'certain' and for 'decided', in the order in which they come. */
const CERTAIN = /-> failing\b|\bis lost\b|\blost:|\bloss\b|hard down/i;
const DECIDED = /\btraffic of \S+ ->|\bcontingency\b|\bleft at once\b|\bevacuate\b/i;

function firstSaying({ timeline, faultAt, until, locations }: DrillSeen, words: RegExp): UnixMs | null {
  const entry = timeline.find(
    ({ at, what, location }) =>
      at >= faultAt &&
      at <= until &&
      words.test(what) &&
      (locations.length === 0 || locations.some((name) => name === location || mentions(what, name))),
  );
  return entry?.at ?? null;
}

/** us-east-1 is not us-east-11. */
function mentions(text: string, name: string): boolean {
  return text.split(/[^a-z0-9-]+/i).includes(name);
}

function checkoutsOf(seen: DrillSeen): DrillReport["checkouts"] {
  const checkouts = seen.checkouts.filter(({ key }) => !key.startsWith(PROBE_KEY));
  const charged = new Set(seen.ledger.flatMap((entry) => (entry.kind === "charge" ? [userKeyOf(entry)] : [])));
  const lost = checkouts.filter(
    ({ key, completedAt, gaveUpAt, startedAt }) =>
      completedAt === null && (gaveUpAt !== null || (charged.has(key) && seen.endedAt - startedAt > LOST_AFTER_MS)),
  );
  return {
    started: checkouts.length + seen.droppedCheckouts,
    completed: checkouts.filter(({ completedAt }) => completedAt !== null).length + seen.droppedCheckouts,
    continuedElsewhere: checkouts.filter(
      ({ completedAt, stepLocations }) => completedAt !== null && new Set(stepLocations).size > 1,
    ).length,
    lost: lost.length,
    doubled: doubledKeys(seen),
  };
}

/**
 * More than one charge or reservation for a user's key. The library may send a new key of its own for a new attempt, so
 * orders are looked at as well: one order, one charge.
 */
function doubledKeys({ ledger, faultAt, endedAt }: DrillSeen): number {
  const once = new Set<string>();
  const doubled = new Set<string>();
  for (const entry of ledger) {
    const owner = userKeyOf(entry);
    if (owner.startsWith(PROBE_KEY)) continue;
    const done = `${entry.kind} ${owner}`;
    // What was doubled before this drill is not this drill's.
    if (once.has(done) && entry.at >= faultAt && entry.at <= endedAt) doubled.add(owner);
    once.add(done);
  }
  return doubled.size;
}

const USER_KEY = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** The user's key within the bank's key (`<key>/charge/1`), or the order when the key tells nothing. */
function userKeyOf({ key, order }: LedgerEntry): string {
  const probe = key.indexOf(PROBE_KEY);
  if (probe >= 0) return key.slice(probe);
  return USER_KEY.exec(key)?.[0] ?? order;
}

function overloaded({ polls, locations, faultAt, until }: DrillSeen): DrillReport["overloadedReceivers"] {
  const byLocation = new Map<LocationName, UtilisationPoll[]>();
  for (const poll of polls) {
    if (poll.at < faultAt || poll.at > until || locations.includes(poll.location)) continue;
    const own = byLocation.get(poll.location);
    if (own) own.push(poll);
    else byLocation.set(poll.location, [poll]);
  }
  return [...byLocation]
    .map(([location, own]) => ({ location, ...overCapacity(own) }))
    .filter(({ seconds }) => seconds > 0)
    .sort((one, other) => other.seconds - one.seconds || (one.location < other.location ? -1 : 1));
}

/** Requests come in bunches: one look above what is ready is chance, two in a row are not. */
function overCapacity(polls: readonly UtilisationPoll[]): {
  readonly seconds: number;
  readonly worstUtilisation: number;
} {
  let overMs = 0;
  let worst = 0;
  polls.forEach(({ at, utilisation }, index) => {
    const before = polls[index - 1];
    const next = polls[index + 1];
    if (utilisation <= 1 || !((before?.utilisation ?? 0) > 1 || (next?.utilisation ?? 0) > 1)) return;
    worst = Math.max(worst, utilisation);
    overMs += Math.min(POLL_STANDS_FOR_MS, at - (before?.at ?? at - POLL_STANDS_FOR_MS));
  });
  return { seconds: round(overMs / 1000), worstUtilisation: round(worst) };
}

/** Locations that were left and need not have been: by what DNS told the users, and by what Houston said. */
function needless({ moves, locations, tally, timeline, faultAt, until }: DrillSeen): number {
  const right = new Set(moves === "none" ? [] : locations);
  const left = new Set<string>();
  for (const { location, had, moved } of tally.moved) if (moved > MOVE_SHARE * had) left.add(location);
  for (const { at, what } of timeline) {
    const from = /\btraffic of (\S+) ->/i.exec(what)?.[1];
    if (from !== undefined && at >= faultAt && at <= until) left.add(from);
  }
  return [...left].filter((location) => !right.has(location)).length;
}

function sum(column: readonly number[], from = 0, to = column.length): number {
  let total = 0;
  for (let index = from; index < Math.min(to, column.length); index++) total += column[index] ?? 0;
  return total;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
