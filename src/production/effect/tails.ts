import type { Tail, TailResolver } from "../../api/tail.ts";
import { tailWords } from "../../api/tail-words.ts";
import type { ControlView, Words } from "../../core/control-contract.ts";
import { BUCKETS, type ClassName, type LocationName, type ZoneName } from "../../core/estate.ts";
import { eachRow } from "../../core/route/rows.ts";
import type { RouteTable } from "../../core/route/table.ts";
import type { UnixMs } from "../../core/step.ts";
import type { RunningSteering } from "../../drivers/steering-context.ts";
import type { Clock } from "../../runtime/clock.ts";
import { keptUntil } from "./kept-until.ts";

/**
 * Who still comes to a location after they were led elsewhere. Like the last guests of an inn that has moved: each was told the address
 * some time ago and asks again when that is too long ago; a few have it by heart.
 *
 * 1. Nobody who obeys comes after `until`: the last answer was given when the table was replaced, and is kept for as long as it said.
 * 2. What the location's own edge counts goes before what follows from times.
 * 3. Whose location gets users back has no tail.
 */
export type Tails = {
  /** The newest table that was decided on; the same one again is nothing new. */
  decided(table: RouteTable): void;
  tails(): readonly Tail[];
  stop(): void;
};

export type TailsOptions = {
  readonly clock: Clock;
  readonly ttlSeconds: number;
  /** So long after a decision name servers may still answer by the table of before. */
  readonly appliedWithinMs: number;
  readonly steering: readonly Pick<RunningSteering, "told">[];
  readonly view: () => Pick<ControlView, "locations">;
  readonly demandRps: () => Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>> | null;
  readonly tell: (id: string, words: Words) => void;
};

/** Nobody has published how many resolvers overstay; it is said as taken until it was counted here. */
const HOLDS_LONGER_SHARE = 0.005;
/** Below so much, and of so small a part, what an edge counts is chance. */
const MEASURED_FROM_RPS = 10;
const MEASURED_FROM_SHARE = 0.2;
/** An edge that was not heard for so long counts nothing. */
const HEARD_WITHIN_MS = 10_000;
/** So long after its end a tail is shown. */
const SHOWN_AFTER_MS = 600_000;
/** What a name server and a look at the counters take on top. */
const COUNTED_AFTER_MS = 5000;
const TURN_MS = 1000;
const RESOLVERS_TOLD_MAX = 10;

type Leaving = {
  readonly location: LocationName;
  readonly since: UnixMs;
  /** What its users would want of it by the table of before, and what came, in requests a second. */
  readonly plannedRps: number;
  readonly enteredRps: number | null;
  /** What each table led elsewhere, and until when its last answers are kept. */
  readonly steps: { readonly at: UnixMs; readonly movedRps: number; readonly until: UnixMs }[];
  staysRps: number;
  isEndTold: boolean;
};

export function watchTails(options: TailsOptions): Tails {
  const { clock, steering, view } = options;
  const kept = keptUntil(options.ttlSeconds);
  const leaving = new Map<LocationName, Leaving>();
  let holdsLongerShare = HOLDS_LONGER_SHARE;
  let last: RouteTable | null = null;

  /** Null: its edge is not heard. */
  const enteredRps = (location: LocationName): number | null => {
    const place = view().locations.find(({ name }) => name === location);
    if (place === undefined || place.summaryAt === null || clock.now() - place.summaryAt > HEARD_WITHIN_MS) return null;
    return place.demandRps;
  };

  const tailOf = (each: Leaving, now: UnixMs): Tail => {
    const until = Math.max(...each.steps.map((step) => step.until));
    const measured = measuredOut(each, enteredRps(each.location));
    return {
      location: each.location,
      since: each.since,
      outShare: measured ?? estimatedOut(each, { now, holdsLongerShare }),
      isMeasured: measured !== null,
      until,
      holdsLongerShare,
      resolvers: resolversOf(each.location, now),
    };
  };

  const resolversOf = (location: LocationName, now: UnixMs): readonly TailResolver[] => {
    const held = steering.flatMap(({ told }) => told?.toldOf?.(location) ?? []).filter(({ until }) => until > now);
    const all = held.reduce((sum, { answers }) => sum + answers, 0);
    return held
      .toSorted((a, b) => b.answers - a.answers || (a.address < b.address ? -1 : 1))
      .slice(0, RESOLVERS_TOLD_MAX)
      .map(({ address, until, answers }) => ({ address, until, share: answers / all }));
  };

  const cancel = clock.every(TURN_MS, () => {
    const now = clock.now();
    for (const each of leaving.values()) {
      const tail = tailOf(each, now);
      if (now > tail.until + SHOWN_AFTER_MS) leaving.delete(each.location);
      if (each.isEndTold || now < tail.until + COUNTED_AFTER_MS) continue;
      each.isEndTold = true;
      // A part of a location's users tells too little of how many overstay.
      if (tail.isMeasured && each.staysRps === 0) holdsLongerShare = 1 - tail.outShare;
      options.tell(`tail-end-${each.location}-${each.since}`, {
        at: now,
        level: "info",
        location: each.location,
        what: `${each.location}: ${tailWords(tail, now)}`,
      });
    }
  });

  return {
    decided(table) {
      if (last !== null && table.version <= last.version) return;
      const before = last;
      last = table;
      if (before === null) return;
      kept.replaced(before, table.at + options.appliedWithinMs);
      const demand = options.demandRps();
      const [was, is] = [before, table].map((each) => ledRps(each, demand));
      for (const location of table.locations) {
        const [then, now] = [was!.get(location) ?? 0, is!.get(location) ?? 0];
        if (now > then) leaving.delete(location);
        if (now >= then) continue;
        const known = leaving.get(location);
        const each: Leaving = known ?? {
          location,
          since: table.at,
          plannedRps: then,
          enteredRps: enteredRps(location),
          steps: [],
          staysRps: now,
          isEndTold: false,
        };
        leaving.set(location, each);
        each.steps.push({ at: table.at, movedRps: then - now, until: kept.of(location, table.at) });
        each.staysRps = now;
        each.isEndTold = false;
        if (now === 0) tellLeft(each);
      }
    },
    tails: () => [...leaving.values()].map((each) => tailOf(each, clock.now())),
    stop: () => cancel(),
  };

  function tellLeft(each: Leaving): void {
    const now = clock.now();
    options.tell(`tail-${each.location}-${each.since}`, {
      at: now,
      level: "info",
      location: each.location,
      what: `${each.location} is told to nobody any more: ${tailWords(tailOf(each, now), now)}`,
    });
  }
}

/**
 * Of those who were led elsewhere, who asks again by now where answers of all ages are alike frequent: a part that grows evenly until the last
 * one has run out.
 */
export function estimatedOut(
  { steps }: Pick<Leaving, "steps">,
  { now, holdsLongerShare }: { readonly now: UnixMs; readonly holdsLongerShare: number },
): number {
  const moved = steps.reduce((sum, { movedRps }) => sum + movedRps, 0);
  const out = steps.reduce((sum, { at, until, movedRps }) => {
    const share = until > at ? Math.min(1, Math.max(0, now - at) / (until - at)) : 1;
    return sum + movedRps * share;
  }, 0);
  return moved === 0 ? 1 : (out / moved) * (1 - holdsLongerShare);
}

/** Null: it can't be told from what comes. */
function measuredOut({ enteredRps, plannedRps, staysRps }: Leaving, nowRps: number | null): number | null {
  if (enteredRps === null || nowRps === null || plannedRps === 0) return null;
  const ledAway = 1 - staysRps / plannedRps;
  const awayRps = enteredRps * ledAway;
  if (awayRps < MEASURED_FROM_RPS || ledAway < MEASURED_FROM_SHARE) return null;
  const stillRps = Math.max(0, nowRps - enteredRps * (1 - ledAway));
  return Math.max(0, 1 - stillRps / awayRps);
}

/** Requests a second that a table leads to each location; zones weigh alike while nothing is known of them. */
function ledRps(
  table: RouteTable,
  demand: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>> | null,
): ReadonlyMap<LocationName, number> {
  const led = new Map<LocationName, number>();
  eachRow(table.assignment, (className, zone, runs) => {
    const rps = demand === null ? 1 : (demand[className]?.[zone] ?? 0);
    for (const [index, buckets] of runs) {
      const location = table.locations[index]!;
      led.set(location, (led.get(location) ?? 0) + (rps * buckets) / BUCKETS);
    }
  });
  return led;
}
