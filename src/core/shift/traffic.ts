import { BUCKETS, type ClassName, type Estate, type LocationName, type ZoneName } from "../estate.ts";
import { assert } from "../errors.ts";
import { poolIndices, poolNames, type PoolName } from "../plan/pools.ts";
import type { Assignment, Run } from "../route/table.ts";

/** How heavy each chunk is: the row's requests a second times the bucket's share of its class. */
export type Traffic = {
  readonly rowRps: (className: ClassName, zone: ZoneName) => number;
  /** 257 rising numbers from 0 to 1: how much of a class's traffic lies in the buckets before each. */
  readonly before: Readonly<Record<ClassName, readonly number[]>>;
};

/** A quiet row is planned as if it had this much, so that its first user finds a place. */
export const ROW_RPS_MIN = 0.01;

export function trafficOf(options: {
  readonly estate: Estate;
  readonly demand: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;
  readonly bucketShares: Readonly<Record<ClassName, readonly number[]>>;
}): Traffic {
  const before: Record<ClassName, readonly number[]> = {};
  for (const { name } of options.estate.classes) {
    const shares = options.bucketShares[name];
    const rising = [0];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      rising.push(rising[bucket]! + (shares === undefined ? 1 / BUCKETS : shares[bucket]!));
    }
    before[name] = rising;
  }
  return { rowRps: (className, zone) => Math.max(ROW_RPS_MIN, options.demand[className]?.[zone] ?? 0), before };
}

/** Requests a second of buckets `first` to before `end` of a row. */
export function rpsOf(traffic: Traffic, className: ClassName, zone: ZoneName, first: number, end: number): number {
  const before = traffic.before[className];
  assert(before !== undefined, `no bucket shares for class ${className}`);
  return traffic.rowRps(className, zone) * (before[end]! - before[first]!);
}

/** What each pool serves under an assignment: under a location's name what its classes share; all are there. */
export function loadOf(estate: Estate, assignment: Assignment, traffic: Traffic): Record<PoolName, number> {
  const pools = poolNames(estate);
  const indexOf = new Map(pools.map((name, index) => [name, index]));
  const sums = pools.map(() => 0);
  for (const { name: className } of estate.classes) {
    const poolAt = poolIndices(estate, className, indexOf);
    for (const { name: zone } of estate.zones) {
      let next = 0;
      for (const [location, count] of rowOf(assignment, className, zone)) {
        const pool = poolAt[location]!;
        sums[pool] = sums[pool]! + rpsOf(traffic, className, zone, next, next + count);
        next += count;
      }
    }
  }
  return Object.fromEntries(pools.map((name, index) => [name, sums[index]!]));
}

/** What one location serves of some classes. */
export function rpsAt(
  estate: Estate,
  options: {
    readonly assignment: Assignment;
    readonly traffic: Traffic;
    readonly location: number;
    readonly classes: readonly ClassName[];
  },
): number {
  let sum = 0;
  for (const className of options.classes) {
    for (const { name: zone } of estate.zones) {
      let next = 0;
      for (const [location, count] of rowOf(options.assignment, className, zone)) {
        if (location === options.location) sum += rpsOf(options.traffic, className, zone, next, next + count);
        next += count;
      }
    }
  }
  return sum;
}

export function totalRps(estate: Estate, traffic: Traffic): number {
  let sum = 0;
  for (const { name: className } of estate.classes) {
    for (const { name: zone } of estate.zones) sum += traffic.rowRps(className, zone);
  }
  return sum;
}

const NO_RUNS: readonly Run[] = [];

export function rowOf(assignment: Assignment, className: ClassName, zone: ZoneName): readonly Run[] {
  return assignment[className]?.[zone] ?? NO_RUNS;
}

export function locationIndex(estate: Estate, name: LocationName): number {
  const index = estate.locations.findIndex((location) => location.name === name);
  assert(index >= 0, `no location ${name}`);
  return index;
}

/** An assignment with some rows replaced; rows that stay are shared. */
export function withRows(assignment: Assignment, rows: readonly NewRow[]): Assignment {
  if (rows.length === 0) return assignment;
  const next: Record<ClassName, Record<ZoneName, readonly Run[]>> = {};
  for (const className of Object.keys(assignment)) next[className] = { ...assignment[className] };
  for (const row of rows) (next[row.class] ??= {})[row.zone] = row.runs;
  return next;
}

export type NewRow = { readonly class: ClassName; readonly zone: ZoneName; readonly runs: readonly Run[] };
