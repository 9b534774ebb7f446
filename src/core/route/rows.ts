import { BUCKETS, type ClassName, type LocationName, type ZoneName } from "../estate.ts";
import { assert } from "../errors.ts";
import { byName } from "./by-name.ts";
import type { Assignment, RouteTable, Run } from "./table.ts";

/** A row as one location index per bucket. The runs must cover exactly 256 buckets. */
export function rowToBuckets(runs: readonly Run[]): Uint8Array {
  const buckets = new Uint8Array(BUCKETS);
  let next = 0;
  for (const [location, count] of runs) {
    assert(next + count <= BUCKETS, `a row covers more than ${BUCKETS} buckets`);
    buckets.fill(location, next, next + count);
    next += count;
  }
  assert(next === BUCKETS, `a row covers ${next} buckets, not ${BUCKETS}`);
  return buckets;
}

/** The shortest runs that say the same: equal rows have equal runs. */
export function bucketsToRow(buckets: ArrayLike<number>): readonly Run[] {
  assert(buckets.length === BUCKETS, `a row has ${BUCKETS} buckets, not ${buckets.length}`);
  const runs: Run[] = [];
  let start = 0;
  for (let bucket = 1; bucket <= BUCKETS; bucket++) {
    if (bucket < BUCKETS && buckets[bucket] === buckets[start]) continue;
    runs.push([buckets[start]!, bucket - start]);
    start = bucket;
  }
  return runs;
}

/** Whether two rows send every bucket to the same place, however their runs are cut. */
export function sameRow(a: readonly Run[], b: readonly Run[]): boolean {
  if (a === b) return true;
  const left = rowToBuckets(a);
  const right = rowToBuckets(b);
  for (let bucket = 0; bucket < BUCKETS; bucket++) if (left[bucket] !== right[bucket]) return false;
  return true;
}

/** Calls back for each row, classes and zones in the order of their names. */
export function eachRow(
  assignment: Assignment,
  visit: (className: ClassName, zone: ZoneName, runs: readonly Run[]) => void,
): void {
  for (const className of sortedKeys(assignment)) {
    const zones = assignment[className]!;
    for (const zone of sortedKeys(zones)) visit(className, zone, zones[zone]!);
  }
}

/** How heavy one bucket of a row is; for shares of requests, give their rate. */
export type WeighBucket = (className: ClassName, zone: ZoneName, bucket: number) => number;

/**
 * Share of each class that each location serves: 0..1, in the order of `locations`; summing to 1 for a
 * class with any weight. Without `weigh` every chunk weighs the same.
 */
export function sharesOf(
  assignment: Assignment,
  locations: readonly LocationName[],
  weigh: WeighBucket = () => 1,
): Readonly<Record<ClassName, readonly number[]>> {
  const sums: Record<ClassName, number[]> = {};
  eachRow(assignment, (className, zone, runs) => {
    const sum = (sums[className] ??= locations.map(() => 0));
    const buckets = rowToBuckets(runs);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const location = buckets[bucket]!;
      sum[location] = (sum[location] ?? 0) + weigh(className, zone, bucket);
    }
  });
  for (const className of sortedKeys(sums)) {
    const sum = sums[className]!;
    const total = sum.reduce((a, b) => a + b, 0);
    if (total > 0) sums[className] = sum.map((value) => value / total);
  }
  return sums;
}

/** Chunks of one class and zone that go from one location to another. `null`: the row was not there. */
export type Move = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly from: LocationName | null;
  readonly to: LocationName | null;
  readonly buckets: readonly number[];
};

/** What changes for users between two tables: moved chunks by class, zone and pair of locations, in that order. */
export function diffTables(before: RouteTable, after: RouteTable): readonly Move[] {
  const moves: Move[] = [];
  const classes = sortedUnion(Object.keys(before.assignment), Object.keys(after.assignment));
  for (const className of classes) {
    const old = before.assignment[className] ?? {};
    const now = after.assignment[className] ?? {};
    for (const zone of sortedUnion(Object.keys(old), Object.keys(now))) {
      moves.push(...diffRow(className, zone, named(old[zone], before.locations), named(now[zone], after.locations)));
    }
  }
  return moves;
}

function diffRow(
  className: ClassName,
  zone: ZoneName,
  old: readonly (LocationName | null)[],
  now: readonly (LocationName | null)[],
): readonly Move[] {
  const byPair = new Map<string, { from: LocationName | null; to: LocationName | null; buckets: number[] }>();
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const from = old[bucket]!;
    const to = now[bucket]!;
    if (from === to) continue;
    const key = `${from ?? ""}>${to ?? ""}`;
    const move = byPair.get(key);
    if (move) move.buckets.push(bucket);
    else byPair.set(key, { from, to, buckets: [bucket] });
  }
  return [...byPair.keys()].sort(byName).map((key) => ({ class: className, zone, ...byPair.get(key)! }));
}

function named(runs: readonly Run[] | undefined, locations: readonly LocationName[]): readonly (LocationName | null)[] {
  if (runs === undefined) return Array.from({ length: BUCKETS }, () => null);
  return Array.from(rowToBuckets(runs), (location) => locations[location] ?? null);
}

function sortedUnion(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort(byName);
}

function sortedKeys(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record).sort(byName);
}
