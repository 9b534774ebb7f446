import {
  ALL_BUCKETS,
  BUCKETS,
  type ClassName,
  type Estate,
  type LocationName,
  type TrafficClass,
  type Zone,
} from "../estate.ts";
import { servingPlaces } from "../may-serve.ts";
import { byName } from "../route/by-name.ts";
import { bucketsToRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment, Run } from "../route/table.ts";
import { ALL_OPEN, groupZone, type Closed } from "./closed.ts";
import type { Demand, RpsByPool } from "./estate-problem.ts";
import { placeBuckets, type RowToPlace, type UnplacedChunk } from "./place-buckets.ts";
import { poolIndices, poolNames } from "./pools.ts";
import { costAside, type Flow, type Plan } from "./problem.ts";

/** Share of a class's requests in each of its 256 buckets; a class that is missing is spread evenly. */
export type BucketShares = Readonly<Record<ClassName, readonly number[]>>;

/**
 * A plan as whole chunks: a row of runs for each class and zone of the estate. Never fills a location past `capacityRps` (what the
 * plan was solved with, `maxUtilisation` included), keeps buckets where they are if it can, and reports what rounding and want of
 * room leave unplaced: those stay where they were (without a previous place: at the cheapest, which will shed).
 */
export function toChunks(input: {
  readonly plan: Plan;
  readonly estate: Estate;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
  readonly capacityRps: RpsByPool;
  readonly previous: Assignment | null;
}): Chunks {
  const { plan, estate, demand, bucketShares, capacityRps, previous } = input;
  const locations = estate.locations.map(({ name }) => name);
  const pools = poolNames(estate);
  const indexOf = new Map(pools.map((name, index) => [name, index]));
  const roomRps = pools.map((name) => capacityRps[name] ?? 0);
  const quotas = quotasOf(plan.assignment, locations);
  const poolsOf = new Map(estate.classes.map(({ name }) => [name, poolIndices(estate, name, indexOf)]));
  const rows = rowsOf(estate).map(({ className, zone, allowed }): RowToPlace => {
    const poolAt = poolsOf.get(className)!;
    const open = allowed.filter((index) => roomRps[poolAt[index]!]! > 0);
    const before = previous?.[className]?.[zone];
    // Who has no place is shed where it may be: law holds for the unplaced too.
    const cheapest = open[0] ?? allowed[0] ?? 0;
    return {
      class: className,
      zone,
      buckets: ALL_BUCKETS,
      rps: bucketRps(demand[className]?.[zone] ?? 0, bucketShares[className]),
      stays: before === undefined ? new Uint8Array(BUCKETS).fill(cheapest) : staying(before, allowed, cheapest),
      quotaRps: quotas.get(className)?.get(zone) ?? NO_QUOTA,
      allowed: open,
      poolAt,
    };
  });
  const { buckets, unplaced } = placeBuckets({ locations, rows, roomRps });
  const assignment: Record<ClassName, Record<string, readonly Run[]>> = {};
  rows.forEach((row, index) => {
    (assignment[row.class] ??= {})[row.zone] = bucketsToRow(buckets[index]!);
  });
  return { assignment, unplaced };
}

export type Chunks = { readonly assignment: Assignment; readonly unplaced: readonly UnplacedChunk[] };

function staying(before: readonly Run[], allowed: readonly number[], cheapest: number): Uint8Array {
  const may = new Set(allowed);
  return rowToBuckets(before.map(([location, count]) => [may.has(location) ? location : cheapest, count]));
}

const NO_QUOTA: ReadonlyMap<number, number> = new Map();

/** What each of a row's buckets carries. Shares are taken in proportion, so they need not sum to 1. */
export function bucketRps(rps: number, shares: readonly number[] | undefined): Float64Array {
  let total = 0;
  if (shares !== undefined) for (const share of shares) total += share;
  const each = new Float64Array(BUCKETS).fill(rps / BUCKETS);
  if (shares === undefined || total <= 0) return each;
  for (let bucket = 0; bucket < BUCKETS; bucket++) each[bucket] = (rps * (shares[bucket] ?? 0)) / total;
  return each;
}

export type EstateRow = {
  readonly className: ClassName;
  readonly zone: string;
  /** Location indices, cheapest first, ties by name. */
  readonly allowed: readonly number[];
};

/** All rows, highest priority first (who is served first also finds room first), then by class and zone. */
export function rowsOf(estate: Estate): readonly EstateRow[] {
  const locations = estate.locations.map(({ name }) => name);
  const nameOrder = new Map([...locations].sort(byName).map((name, order) => [name, order]));
  const orderOf = locations.map((name) => nameOrder.get(name)!);
  const cost = new Float64Array(locations.length);
  return classesAndZones(estate).map(({ one, zone }) => {
    const allowed = servingPlaces(one, zone, locations);
    for (const index of allowed) {
      const name = locations[index]!;
      const { costPerRps } = estate.locations[index]!;
      cost[index] = one.latencyWeight * zone.latencyMs[name]! + costPerRps + costAside(zone, one.name, name);
    }
    allowed.sort((a, b) => cost[a]! - cost[b]! || orderOf[a]! - orderOf[b]!);
    return { className: one.name, zone: zone.name, allowed };
  });
}

function classesAndZones(estate: Estate): readonly { readonly one: TrafficClass; readonly zone: Zone }[] {
  const classes = [...estate.classes].sort((a, b) => b.priority - a.priority || byName(a.name, b.name));
  const zones = [...estate.zones].sort((a, b) => byName(a.name, b.name));
  return classes.flatMap((one) => zones.map((zone) => ({ one, zone })));
}

export function rowKey(className: ClassName, zone: string): string {
  return JSON.stringify([className, zone]);
}

/** By class, zone and location index: what the plan sends there. */
export function quotasOf(
  flows: readonly Flow[],
  locations: readonly LocationName[],
): ReadonlyMap<ClassName, ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const indexOf = new Map(locations.map((name, index) => [name, index]));
  const quotas = new Map<ClassName, Map<string, Map<number, number>>>();
  for (const flow of flows) {
    let ofClass = quotas.get(flow.class);
    if (ofClass === undefined) quotas.set(flow.class, (ofClass = new Map()));
    let row = ofClass.get(flow.zone);
    if (row === undefined) ofClass.set(flow.zone, (row = new Map()));
    row.set(indexOf.get(flow.location)!, flow.rps);
  }
  return quotas;
}

/** What an assignment sends where, as flows: the `current` of the next problem. Each group of buckets is told by its `groupZone`. */
export function flowsOf(input: {
  readonly estate: Estate;
  readonly assignment: Assignment;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
  readonly closed?: Closed;
}): readonly Flow[] {
  const { estate, assignment, demand, bucketShares, closed = ALL_OPEN } = input;
  const flows: Flow[] = [];
  for (const row of classesAndZones(estate)) {
    const className = row.one.name;
    const zone = row.zone.name;
    const runs = assignment[className]?.[zone];
    const rps = demand[className]?.[zone] ?? 0;
    if (runs === undefined || rps === 0) continue;
    const each = bucketRps(rps, bucketShares[className]);
    const at = rowToBuckets(runs);
    for (const [group, { buckets }] of closed.groupsOf(className).entries()) {
      const sums = new Float64Array(estate.locations.length);
      for (const bucket of buckets) sums[at[bucket]!]! += each[bucket]!;
      const name = groupZone(zone, group);
      sums.forEach((sum, index) => {
        if (sum > 0) flows.push({ zone: name, class: className, location: estate.locations[index]!.name, rps: sum });
      });
    }
  }
  return flows;
}

/** The demand of each group of buckets, under its `groupZone`. */
export function groupedDemand(demand: Demand, bucketShares: BucketShares, closed: Closed): Demand {
  const grouped: Record<ClassName, Readonly<Record<string, number>>> = {};
  for (const className of Object.keys(demand).sort(byName)) {
    const groups = closed.groupsOf(className);
    const zones = demand[className]!;
    grouped[className] =
      groups.length === 1
        ? zones
        : Object.fromEntries(
            Object.keys(zones)
              .sort(byName)
              .flatMap((zone) => {
                const each = bucketRps(zones[zone]!, bucketShares[className]);
                return groups.map(({ buckets }, group): [string, number] => [
                  groupZone(zone, group),
                  buckets.reduce((sum, bucket) => sum + each[bucket]!, 0),
                ]);
              }),
          );
  }
  return grouped;
}
