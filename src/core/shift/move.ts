import {
  BUCKETS,
  mayMove,
  type ClassName,
  type Estate,
  type LocationName,
  type TrafficClass,
  type Zone,
  type ZoneName,
} from "../estate.ts";
import { mayServe } from "../may-serve.ts";
import { groupZone, type Closed } from "../plan/closed.ts";
import { groupRules, mapPools, rulesOf, type RpsByPool } from "../plan/estate-problem.ts";
import { locationOfPool, poolNames, poolOf, type PoolName } from "../plan/pools.ts";
import type { Problem } from "../plan/problem.ts";
import { solve } from "../plan/solve.ts";
import { whyUnserved, type Unplaced } from "../plan/why-unserved.ts";
import { bucketsToRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { locationIndex, rowOf, rpsOf, type NewRow, type Traffic, withRows } from "./traffic.ts";

/**
 * Moves chunks: which go now, and where to. Like moving house with two vans: first it is settled which
 * room goes to which new house when all is ready (the planner, on what receivers can grow to), then
 * only what its receiver has room for this second is loaded, a little from every room, the same boxes first.
 *
 * M1 A chunk goes only where its class's data is and its zone may be served.
 * M2 No receiver is filled past the room it has now.
 * M3 A greater share moves a superset of the chunks of a smaller one.
 * M4 A chunk goes to no receiver that a condition closes to it.
 */
export type MoveOut = {
  readonly estate: Estate;
  readonly traffic: Traffic;
  readonly assignment: Assignment;
  /** Who is left. */
  readonly location: LocationName;
  readonly classes: readonly ClassName[];
  /** What "its traffic" is: the assignment when the move began. */
  readonly base: Assignment;
  /** How much of it shall be out after this, 0..1. */
  readonly share: number;
  readonly receivers: readonly Receiver[];
  /** Where conditions let nobody more in. */
  readonly closed: Closed;
  /** Chunks that stay where they are: those set apart. */
  readonly stays: (className: ClassName, bucket: number, zone: ZoneName) => boolean;
  /** A canary goes to one receiver, so that a trouble that follows the traffic reaches one place only. */
  readonly single: boolean;
};

export type Receiver = {
  readonly name: LocationName;
  /** What it can take this second beyond what it has. */
  readonly roomNowRps: number;
  /** What it could take when it has grown. */
  readonly roomGrownRps: number;
  /** The most that this step may give it: a receiver is trusted with twice what it carried well. */
  readonly stepRps: number;
  /** By class, what is left of the pools of their own there. */
  readonly poolRoomRps?: Readonly<Record<ClassName, number>>;
};

export type Moved = {
  readonly assignment: Assignment;
  readonly movedRps: number;
  /** What each receiver got in this step. */
  readonly took: Readonly<Record<LocationName, number>>;
  /** What the plan sends to each in the end, beyond what it has now; for growth and for words. */
  readonly planned: Readonly<Record<LocationName, number>>;
  /** Wanted now, and its receiver is not ready. */
  readonly notReadyRps: number;
  /** Fits nowhere even when all have grown. */
  readonly noRoomRps: number;
  /** The same part by part, with what keeps each from the places that have room. */
  readonly noRoom: readonly Unplaced[];
};

export function moveOut(ask: MoveOut): Moved {
  const from = locationIndex(ask.estate, ask.location);
  const indexOf = new Map(ask.estate.locations.map(({ name }, index) => [name, index]));
  const rows = leavingRows(ask, from);
  const problem = problemOfRows(ask, rows);
  const plan = solve(problem);
  const planned: Record<LocationName, number> = {};
  const plannedByPool = new Map<PoolName, number>();
  const placeNamed = new Map(ask.estate.locations.map((each) => [each.name, each]));
  const flows = new Map<string, { to: LocationName; rps: number }[]>();
  for (const flow of plan.assignment) {
    planned[flow.location] = (planned[flow.location] ?? 0) + flow.rps;
    const pool = poolOf(placeNamed.get(flow.location)!, flow.class);
    plannedByPool.set(pool, (plannedByPool.get(pool) ?? 0) + flow.rps);
    const key = `${flow.class} ${flow.zone}`;
    flows.set(key, [...(flows.get(key) ?? []), { to: flow.location, rps: flow.rps }]);
  }
  const room = roomByPool(ask, (one) => Math.min(one.roomNowRps, one.stepRps));
  const grown = roomByPool(ask, (one) => one.roomGrownRps);
  let single = ask.single ? mostPlanned(ask, plannedByPool, room) : null;
  const took: Record<LocationName, number> = {};
  const newRows: NewRow[] = [];
  let movedRps = 0;
  let notReadyRps = 0;
  for (const row of rows) {
    const groups = ask.closed.groupsOf(row.class.name);
    const placesOfGroup = groups.map((_, group) =>
      (flows.get(`${row.class.name} ${groupZone(row.zone.name, group)}`) ?? []).toSorted(
        (a, b) => latency(row.zone, a.to) - latency(row.zone, b.to) || (a.to < b.to ? -1 : 1),
      ),
    );
    const groupAt = ask.closed.groupAt(row.class.name);
    let wantedRps = ask.share >= 1 ? Infinity : ask.share * row.baseRps - row.outRps;
    let changed = false;
    for (const bucket of row.leaving) {
      const rps = rpsOf(ask.traffic, row.class.name, row.zone.name, bucket, bucket + 1);
      const places = placesOfGroup[groupAt[bucket]!]!;
      const { closed } = groups[groupAt[bucket]!]!;
      if (places.length === 0 && Object.keys(closed).length > 0) {
        // Whom conditions keep from wherever there is room takes nobody else's turn.
        notReadyRps += rps;
        continue;
      }
      // Half a bucket of rounding either way keeps the share true on average.
      if (wantedRps < rps / 2) break;
      wantedRps -= rps;
      const poolAt = (to: LocationName): PoolName => poolOf(placeNamed.get(to)!, row.class.name);
      const fits = (to: LocationName): boolean =>
        (single === null || to === single) &&
        closed[to] === undefined &&
        (room.get(poolAt(to)) ?? 0) >= rps &&
        (grown.get(poolAt(to)) ?? 0) >= rps;
      const place = places.find((each) => each.rps >= rps / 2 && fits(each.to));
      const isCrumb =
        place === undefined && !places.some((each) => each.rps >= rps / 2 && grown.get(poolAt(each.to))! >= rps);
      const to = place?.to ?? (isCrumb ? nearest(ask.receivers, row, fits) : null);
      if (to === null) {
        notReadyRps += rps;
        continue;
      }
      // Where nobody is planned to get anything, whoever gets the first crumb gets them all.
      if (ask.single) single = to;
      if (place !== undefined) place.rps -= rps;
      room.set(poolAt(to), room.get(poolAt(to))! - rps);
      grown.set(poolAt(to), grown.get(poolAt(to))! - rps);
      took[to] = (took[to] ?? 0) + rps;
      row.buckets[bucket] = indexOf.get(to)!;
      movedRps += rps;
      changed = true;
    }
    if (changed) newRows.push({ class: row.class.name, zone: row.zone.name, runs: bucketsToRow(row.buckets) });
  }
  const noRoomRps = plan.unserved.reduce((sum, row) => sum + row.rps, 0);
  return {
    assignment: withRows(ask.assignment, newRows),
    movedRps,
    took,
    planned,
    // A canary leaves what the others are to have; one that could not go at all waits for its receiver.
    notReadyRps: single === null || movedRps === 0 ? Math.max(0, notReadyRps - noRoomRps) : 0,
    noRoomRps,
    noRoom: whyUnserved(problem, plan),
  };
}

/** An own pool has what is left of it, now and when all has grown; a step is a share of what the others share. */
function roomByPool(ask: MoveOut, sharedRps: (receiver: Receiver) => number): Map<PoolName, number> {
  const room = new Map<PoolName, number>();
  for (const location of ask.estate.locations) {
    const receiver = ask.receivers.find(({ name }) => name === location.name);
    if (receiver === undefined) continue;
    room.set(location.name, sharedRps(receiver));
    for (const className of Object.keys(location.pools ?? {}))
      room.set(poolOf(location, className), receiver.poolRoomRps?.[className] ?? 0);
  }
  return room;
}

type LeavingRow = {
  readonly class: TrafficClass;
  readonly zone: Zone;
  readonly buckets: Uint8Array;
  readonly baseRps: number;
  readonly outRps: number;
  /** By group of buckets: see closed.ts. */
  readonly leftRps: readonly number[];
  /** Buckets still there that may go, in the order in which this row leaves. */
  readonly leaving: readonly number[];
};

/** Rows with chunks still at the leaving location; higher classes first, for the room is theirs first. */
function leavingRows(ask: MoveOut, from: number): LeavingRow[] {
  const rows: LeavingRow[] = [];
  const classes = ask.estate.classes.filter(({ name }) => ask.classes.includes(name)).toSorted(higherFirst);
  for (const each of classes) {
    if (!mayMove(each)) continue;
    const groupAt = ask.closed.groupAt(each.name);
    const groups = ask.closed.groupsOf(each.name).length;
    for (const [zoneIndex, zone] of ask.estate.zones.entries()) {
      const runs = rowOf(ask.assignment, each.name, zone.name);
      if (!runs.some(([location]) => location === from)) continue;
      const buckets = rowToBuckets(runs);
      const base = rowToBuckets(rowOf(ask.base, each.name, zone.name));
      let [baseRps, outRps] = [0, 0];
      const leftRps = Array.from({ length: groups }, () => 0);
      const leaving: number[] = [];
      for (let step = 0; step < BUCKETS; step++) {
        const bucket = (step + startOf(zoneIndex)) % BUCKETS;
        const rps = rpsOf(ask.traffic, each.name, zone.name, bucket, bucket + 1);
        const isHere = buckets[bucket] === from;
        if (base[bucket] === from || isHere) {
          baseRps += rps;
          if (!isHere) outRps += rps;
        }
        if (!isHere || ask.stays(each.name, bucket, zone.name)) continue;
        leaving.push(bucket);
        leftRps[groupAt[bucket]!]! += rps;
      }
      if (leaving.length > 0) rows.push({ class: each, zone, buckets, baseRps, outRps, leftRps, leaving });
    }
  }
  return rows;
}

/** Zones begin at different buckets, so that the canary is not the same tenants everywhere. 97 is prime to 256. */
export function startOf(zoneIndex: number): number {
  return (zoneIndex * 97) % BUCKETS;
}

function problemOfRows(ask: MoveOut, rows: readonly LeavingRow[]): Problem {
  const demand = new Map<string, Record<ClassName, number>>();
  for (const row of rows) {
    for (const [group, leftRps] of row.leftRps.entries()) {
      if (leftRps === 0 && group > 0) continue;
      const name = groupZone(row.zone.name, group);
      const rps = demand.get(name) ?? {};
      rps[row.class.name] = leftRps;
      demand.set(name, rps);
    }
  }
  const rooms = roomByPool(ask, (one) => one.roomGrownRps);
  const roomOf = (pool: PoolName): number => Math.max(0, rooms.get(pool) ?? 0);
  return {
    locations: ask.estate.locations
      .filter(({ name }) => name !== ask.location && rooms.has(name))
      .map((location) => ({
        name: location.name,
        costPerRps: location.costPerRps,
        capacityRps: roomOf(location.name),
        ...(location.pools !== undefined && {
          pools: mapPools(location, (className) => roomOf(poolOf(location, className))),
        }),
      })),
    zones: groupRules(ask.estate, ask.closed).flatMap((rules, group) =>
      ask.estate.zones.flatMap((zone) => {
        const name = groupZone(zone.name, group);
        const demandRps = demand.get(name);
        return demandRps === undefined ? [] : [{ ...rulesOf(zone), ...rules, name, demandRps }];
      }),
    ),
    classes: Object.fromEntries(
      ask.estate.classes.map(({ name, priority, latencyWeight }) => [name, { priority, latencyWeight }]),
    ),
  };
}

/** For the crumbs that whole buckets leave of a plan in requests: whoever is nearest and has room. */
function nearest(
  receivers: readonly Receiver[],
  { class: trafficClass, zone }: LeavingRow,
  fits: (to: LocationName) => boolean,
): LocationName | null {
  let best: LocationName | null = null;
  for (const { name } of receivers) {
    if (!mayServe(trafficClass, zone, name) || !fits(name)) continue;
    if (best === null || latency(zone, name) < latency(zone, best)) best = name;
  }
  return best;
}

/** Who can take most of what is planned there this second, in all of its pools. */
function mostPlanned(
  { estate, receivers }: MoveOut,
  planned: ReadonlyMap<PoolName, number>,
  room: ReadonlyMap<PoolName, number>,
): LocationName | null {
  const takesRps = new Map<LocationName, number>();
  for (const pool of poolNames(estate)) {
    const name = locationOfPool(pool);
    const rps = Math.max(0, Math.min(planned.get(pool) ?? 0, room.get(pool) ?? 0));
    takesRps.set(name, (takesRps.get(name) ?? 0) + rps);
  }
  let best: LocationName | null = null;
  let bestRps = 0;
  for (const { name } of receivers) {
    const rps = takesRps.get(name) ?? 0;
    if (rps > bestRps) [best, bestRps] = [name, rps];
  }
  return best;
}

const latency = (zone: Zone, location: LocationName): number => zone.latencyMs[location] ?? Infinity;

/**
 * Moves a location's own chunks (by `home`) back to it, within its room now, until `share` of those that
 * were away in `base` are there.
 */
export function moveBack(ask: {
  readonly estate: Estate;
  readonly traffic: Traffic;
  readonly assignment: Assignment;
  readonly home: Assignment;
  /** The assignment when the way back began. */
  readonly base: Assignment;
  readonly location: LocationName;
  readonly share: (className: ClassName) => number;
  /** The most that each of its pools can take now. */
  readonly roomRps: RpsByPool;
  /** The most that may move in this step. */
  readonly mostRps: number;
  readonly stays: (className: ClassName, bucket: number) => boolean;
  /** Those with whom it is too full, by how much: who is there comes back first. Absent: nobody. */
  readonly overfull?: Readonly<Record<LocationName, number>>;
}): { readonly assignment: Assignment; readonly movedRps: number; readonly notReadyRps: number } {
  const newRows: NewRow[] = [];
  const location = ask.estate.locations[locationIndex(ask.estate, ask.location)]!;
  const room = new Map(Object.entries(ask.roomRps));
  let mostRps = ask.mostRps;
  let [movedRps, notReadyRps] = [0, 0];
  const overfullBy = ask.estate.locations.map(({ name }) => ask.overfull?.[name] ?? 0);
  for (const row of awayRows(ask)) {
    const fullestFirst = (a: number, b: number): number => overfullBy[row.buckets[b]!]! - overfullBy[row.buckets[a]!]!;
    const rpsOfBucket = (bucket: number): number => rpsOf(ask.traffic, row.class, row.zone, bucket, bucket + 1);
    const pool = poolOf(location, row.class);
    const share = ask.share(row.class);
    let wantedRps = share >= 1 ? Infinity : share * row.baseRps - row.backRps;
    let changed = false;
    for (const bucket of row.away.toSorted(fullestFirst)) {
      if (ask.stays(row.class, bucket)) continue;
      const rps = rpsOfBucket(bucket);
      if (wantedRps < rps / 2) break;
      wantedRps -= rps;
      if (rps > Math.min(mostRps, room.get(pool) ?? 0)) {
        notReadyRps += rps;
        continue;
      }
      mostRps -= rps;
      room.set(pool, room.get(pool)! - rps);
      movedRps += rps;
      row.buckets[bucket] = row.home;
      changed = true;
    }
    if (changed) newRows.push({ class: row.class, zone: row.zone, runs: bucketsToRow(row.buckets) });
  }
  return { assignment: withRows(ask.assignment, newRows), movedRps, notReadyRps };
}

/** How much of what was away from its home when the way back began is home again, 0..1; 1 when nothing was away. */
export function shareBack(ask: Parameters<typeof awayRows>[0]): number {
  let [baseRps, backRps] = [0, 0];
  for (const row of awayRows(ask)) {
    baseRps += row.baseRps;
    backRps += row.backRps;
  }
  return baseRps > 0 ? backRps / baseRps : 1;
}

type AwayRow = {
  readonly class: ClassName;
  readonly zone: string;
  readonly home: number;
  readonly buckets: Uint8Array;
  readonly baseRps: number;
  readonly backRps: number;
  /** Buckets that belong here and are elsewhere, in the order in which they come back. */
  readonly away: readonly number[];
};

function awayRows(ask: {
  readonly estate: Estate;
  readonly traffic: Traffic;
  readonly assignment: Assignment;
  readonly home: Assignment;
  readonly base: Assignment;
  readonly location: LocationName;
}): AwayRow[] {
  const here = locationIndex(ask.estate, ask.location);
  const rows: AwayRow[] = [];
  for (const { name: className } of ask.estate.classes.toSorted(higherFirst)) {
    for (const [zoneIndex, { name: zone }] of ask.estate.zones.entries()) {
      const homeRow = rowOf(ask.home, className, zone);
      if (!homeRow.some(([location]) => location === here)) continue;
      const home = rowToBuckets(homeRow);
      const base = rowToBuckets(rowOf(ask.base, className, zone));
      const buckets = rowToBuckets(rowOf(ask.assignment, className, zone));
      let [baseRps, backRps] = [0, 0];
      const away: number[] = [];
      for (let step = 0; step < BUCKETS; step++) {
        const bucket = (step + startOf(zoneIndex)) % BUCKETS;
        if (home[bucket] !== here) continue;
        const isHere = buckets[bucket] === here;
        if (!isHere) away.push(bucket);
        if (isHere && base[bucket] === here) continue;
        const rps = rpsOf(ask.traffic, className, zone, bucket, bucket + 1);
        baseRps += rps;
        if (isHere) backRps += rps;
      }
      if (baseRps > 0) rows.push({ class: className, zone, home: here, buckets, baseRps, backRps, away });
    }
  }
  return rows;
}

const higherFirst = (a: TrafficClass, b: TrafficClass): number => b.priority - a.priority || (a.name < b.name ? -1 : 1);

/** Takes chunks that went from one place to another since `before` back to where they were. */
export function rollBack(
  estate: Estate,
  options: {
    readonly assignment: Assignment;
    readonly before: Assignment;
    /** Only chunks that came from here; null: wherever they came from. */
    readonly to: LocationName | null;
    readonly receiver: LocationName;
    /** Who may take chunks back; absent: all. */
    readonly mayTake?: ReadonlySet<LocationName>;
  },
): Assignment {
  const receiver = locationIndex(estate, options.receiver);
  const to = options.to === null ? null : locationIndex(estate, options.to);
  const newRows: NewRow[] = [];
  for (const { name: className } of estate.classes) {
    for (const { name: zone } of estate.zones) {
      const runs = rowOf(options.assignment, className, zone);
      if (!runs.some(([location]) => location === receiver)) continue;
      const buckets = rowToBuckets(runs);
      const before = rowToBuckets(rowOf(options.before, className, zone));
      let changed = false;
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        if (buckets[bucket] !== receiver || before[bucket] === receiver) continue;
        if (to !== null && before[bucket] !== to) continue;
        if (options.mayTake !== undefined && !options.mayTake.has(estate.locations[before[bucket]!]!.name)) continue;
        buckets[bucket] = before[bucket]!;
        changed = true;
      }
      if (changed) newRows.push({ class: className, zone, runs: bucketsToRow(buckets) });
    }
  }
  return withRows(options.assignment, newRows);
}

/** How much of what a location had in `base` is elsewhere now, 0..1. */
export function shareOut(
  estate: Estate,
  options: {
    readonly traffic: Traffic;
    readonly base: Assignment;
    readonly now: Assignment;
    readonly location: LocationName;
    readonly classes: readonly ClassName[];
  },
): number {
  const here = locationIndex(estate, options.location);
  let [baseRps, outRps] = [0, 0];
  for (const className of options.classes) {
    for (const { name: zone } of estate.zones) {
      const baseRuns = rowOf(options.base, className, zone);
      if (!baseRuns.some(([location]) => location === here)) continue;
      const base = rowToBuckets(baseRuns);
      const nowRuns = rowOf(options.now, className, zone);
      const now = nowRuns === baseRuns ? base : rowToBuckets(nowRuns);
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        if (base[bucket] !== here) continue;
        const rps = rpsOf(options.traffic, className, zone, bucket, bucket + 1);
        baseRps += rps;
        if (now[bucket] !== here) outRps += rps;
      }
    }
  }
  return baseRps > 0 ? outRps / baseRps : 0;
}
