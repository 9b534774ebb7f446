import type { ClassName, Estate, LocationName, ZoneName } from "../estate.ts";
import { bucketsToRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment, Run } from "../route/table.ts";
import { bucketRps, quotasOf, rowKey, rowsOf, type BucketShares, type EstateRow } from "./chunks.ts";
import { problemOf, type Demand, type RpsByPool } from "./estate-problem.ts";
import { placeBuckets, type RowToPlace } from "./place-buckets.ts";
import { poolIndices, poolNames } from "./pools.ts";
import { carriesRps } from "./room.ts";
import { solve } from "./solve.ts";

/**
 * The plan for a loss, made before the loss (DESIGN decision 7): for each location, where its chunks go when it is gone, solved to
 * fit what the others can take this second. Only rows that change are listed. Chunks that fit nowhere stay with the lost location.
 * Each loss is solved on its own, with all other locations as they are now.
 */
export function contingencies(input: ContingencyInput): Readonly<Record<LocationName, Assignment>> {
  const rows = occupied(input);
  return Object.fromEntries(
    input.estate.locations.map(({ name }, index) => [
      name,
      contingencyOf({ ...input, rows, lost: name, lostIndex: index }),
    ]),
  );
}

export type ContingencyInput = {
  readonly estate: Estate;
  readonly assignment: Assignment;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
  /** What each pool can take this second. */
  readonly readyRps: RpsByPool;
  /** What each pool serves now. */
  readonly loadRps: RpsByPool;
  readonly maxUtilisation: number;
  /** Never receivers: failing, evacuated, held or lost. */
  readonly exclude: readonly LocationName[];
  /** Chunks that stay with whoever has them, whatever is lost. */
  readonly stays: (className: ClassName, zone: ZoneName, bucket: number) => boolean;
};

type OccupiedRow = EstateRow & {
  readonly at: Uint8Array;
  readonly rps: readonly number[];
  /** The row's buckets by the location that has them now. */
  readonly bucketsOf: ReadonlyMap<number, readonly number[]>;
};

function occupied({ estate, assignment, demand, bucketShares }: ContingencyInput): readonly OccupiedRow[] {
  return rowsOf(estate).flatMap((row) => {
    const runs = assignment[row.className]?.[row.zone];
    if (runs === undefined) return [];
    const rps = bucketRps(demand[row.className]?.[row.zone] ?? 0, bucketShares[row.className]);
    const at = rowToBuckets(runs);
    const bucketsOf = new Map<number, number[]>();
    at.forEach((location, bucket) => {
      const buckets = bucketsOf.get(location);
      if (buckets === undefined) bucketsOf.set(location, [bucket]);
      else buckets.push(bucket);
    });
    return [{ ...row, at, rps, bucketsOf }];
  });
}

function contingencyOf(
  input: ContingencyInput & {
    readonly rows: readonly OccupiedRow[];
    readonly lost: LocationName;
    readonly lostIndex: number;
  },
): Assignment {
  const { estate, readyRps, loadRps, maxUtilisation, lost, lostIndex } = input;
  const closed = new Set([lost, ...input.exclude]);
  const pools = poolNames(estate);
  const indexOf = new Map(pools.map((name, index) => [name, index]));
  const roomRps = pools.map((name) =>
    Math.max(0, carriesRps(readyRps[name] ?? 0, maxUtilisation) - (loadRps[name] ?? 0)),
  );
  const leaving = input.rows.flatMap((row) => {
    const buckets = row.bucketsOf.get(lostIndex)?.filter((bucket) => !input.stays(row.className, row.zone, bucket));
    return buckets === undefined || buckets.length === 0 ? [] : [{ ...row, buckets }];
  });
  const demand: Record<string, Record<string, number>> = {};
  for (const { className, zone, buckets, rps } of leaving) {
    (demand[className] ??= {})[zone] = buckets.reduce((sum, bucket) => sum + rps[bucket]!, 0);
  }
  const capacityRps = Object.fromEntries(pools.map((name, index) => [name, roomRps[index]!]));
  const plan = solve(problemOf({ estate, demand, capacityRps, without: [...closed] }));
  const quotas = quotasOf(
    plan.assignment,
    estate.locations.map(({ name }) => name),
  );
  const rows = leaving.map(({ className, zone, allowed, buckets, rps, at }): RowToPlace => {
    const poolAt = poolIndices(estate, className, indexOf);
    const open = allowed.filter(
      (index) => !closed.has(estate.locations[index]!.name) && (readyRps[pools[poolAt[index]!]!] ?? 0) > 0,
    );
    return {
      class: className,
      zone,
      buckets,
      rps,
      stays: at,
      quotaRps: quotas.get(rowKey(className, zone)) ?? new Map(),
      allowed: open,
      poolAt,
    };
  });
  const placed = placeBuckets({ locations: estate.locations.map(({ name }) => name), rows, roomRps });
  const changed: Record<string, Record<string, readonly Run[]>> = {};
  rows.forEach((row, index) => {
    const to = placed.buckets[index]!;
    if (row.buckets.every((bucket) => to[bucket] === lostIndex)) return;
    const after = Int16Array.from(row.stays);
    for (const bucket of row.buckets) after[bucket] = to[bucket]!;
    (changed[row.class] ??= {})[row.zone] = bucketsToRow(after);
  });
  return changed;
}
