import {
  providersOf,
  type ClassName,
  type Estate,
  type LocationName,
  type ProviderName,
  type ZoneName,
} from "../estate.ts";
import { bucketsToRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment, ProviderLoss, Run } from "../route/table.ts";
import { bucketRps, quotasOf, rowsOf, type BucketShares, type EstateRow } from "./chunks.ts";
import { groupZone, type BucketGroup, type Closed } from "./closed.ts";
import { problemOf, type Demand, type RpsByPool } from "./estate-problem.ts";
import { roundedWell, withChunkFree } from "./plan-chunks.ts";
import { placeBuckets, type RowToPlace } from "./place-buckets.ts";
import type { Plan } from "./problem.ts";
import { poolIndices, poolNames } from "./pools.ts";
import { carriesRps } from "./room.ts";
import { solve } from "./solve.ts";

/**
 * The plan for a loss, made before the loss (DESIGN decision 7): for each location, where its chunks go when it is gone, solved to
 * fit what the others can take this second. Only rows that change are listed. Chunks that fit nowhere stay with the lost location.
 * Each loss is solved on its own, with all other locations as they are now.
 */
export function contingencies(input: ContingencyInput): Contingencies {
  const rows = occupied(input);
  const ofLocation = input.estate.locations.map(({ name }): [LocationName, Assignment] => [
    name,
    contingencyOf({ ...input, rows, lost: [name] }),
  ]);
  return { ofLocation: Object.fromEntries(ofLocation), ofProvider: Object.fromEntries(providerLosses(input, rows)) };
}

export type Contingencies = {
  readonly ofLocation: Readonly<Record<LocationName, Assignment>>;
  /** For the loss of all of a provider's locations at once: nobody goes from one of them into the next. */
  readonly ofProvider: Readonly<Record<ProviderName, ProviderLoss>>;
};

/** Where only one of a provider's locations serves, that one's own tells it; when a provider has them all, there is nowhere to go. */
function providerLosses(
  input: ContingencyInput,
  rows: readonly OccupiedRow[],
): readonly (readonly [ProviderName, ProviderLoss])[] {
  const serves = (name: LocationName): boolean => {
    const index = input.estate.locations.findIndex((each) => each.name === name);
    return rows.some(({ bucketsOf }) => bucketsOf.has(index));
  };
  const providers = [...providersOf(input.estate)];
  return providers.flatMap(([provider, all]): [ProviderName, ProviderLoss][] => {
    // Who serves nobody any more, lost before or emptied, is not waited for; it is no receiver all the same.
    const locations = all.filter(serves);
    if (locations.length < 2 || providers.length < 2) return [];
    const exclude = [...input.exclude, ...all];
    return [[provider, { locations, rows: contingencyOf({ ...input, exclude, rows, lost: locations }) }]];
  });
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
  /** Where conditions let nobody more in. */
  readonly closed: Closed;
  /** Chunks that stay with whoever has them, whatever is lost. */
  readonly stays: (className: ClassName, zone: ZoneName, bucket: number) => boolean;
};

type OccupiedRow = EstateRow & {
  readonly at: Uint8Array;
  readonly rps: Float64Array;
  /** The row's buckets that may leave, ascending, by the location that has them now; each location that has any of the row is here. */
  readonly bucketsOf: ReadonlyMap<number, readonly number[]>;
};

function occupied({ estate, assignment, demand, bucketShares, stays }: ContingencyInput): readonly OccupiedRow[] {
  return rowsOf(estate).flatMap((row) => {
    const runs = assignment[row.className]?.[row.zone];
    if (runs === undefined) return [];
    const bucketsOf = new Map<number, number[]>();
    let bucket = 0;
    for (const [location, count] of runs) {
      let buckets = bucketsOf.get(location);
      if (buckets === undefined) bucketsOf.set(location, (buckets = []));
      for (const end = bucket + count; bucket < end; bucket++)
        if (!stays(row.className, row.zone, bucket)) buckets.push(bucket);
    }
    const rps = bucketRps(demand[row.className]?.[row.zone] ?? 0, bucketShares[row.className]);
    return [{ ...row, at: rowToBuckets(runs), rps, bucketsOf }];
  });
}

/** Ascending. */
function bucketsAt({ bucketsOf }: OccupiedRow, locations: readonly number[]): readonly number[] {
  const lists = locations.flatMap((index) => (bucketsOf.has(index) ? [bucketsOf.get(index)!] : []));
  return lists.length === 1 ? lists[0]! : lists.flat().sort((a, b) => a - b);
}

type LeavingRow = OccupiedRow & {
  readonly buckets: readonly number[];
  readonly closed: BucketGroup["closed"];
  readonly groupZone: ZoneName;
};

/** The rows that have buckets in one of these locations, each group of buckets for itself. */
function leavingRows(
  { estate, rows, closed }: ContingencyInput & { readonly rows: readonly OccupiedRow[] },
  lost: readonly LocationName[],
): readonly LeavingRow[] {
  const bound = new Set(estate.classes.flatMap(({ name, data }) => (data.kind === "stays" ? [name] : [])));
  const lostIndices = estate.locations.flatMap(({ name }, index) => (lost.includes(name) ? [index] : []));
  return rows.flatMap((row) => {
    if (bound.has(row.className) || !lostIndices.some((index) => row.bucketsOf.has(index))) return [];
    const buckets = bucketsAt(row, lostIndices);
    const groupAt = closed.groupAt(row.className);
    const groups = closed.groupsOf(row.className);
    return groups.flatMap((one, group) => {
      const its = groups.length === 1 ? buckets : buckets.filter((bucket) => groupAt[bucket] === group);
      return its.length === 0
        ? []
        : [{ ...row, buckets: its, closed: one.closed, groupZone: groupZone(row.zone, group) }];
    });
  });
}

function contingencyOf(
  input: ContingencyInput & {
    readonly rows: readonly OccupiedRow[];
    readonly lost: readonly LocationName[];
  },
): Assignment {
  const { estate, readyRps, loadRps, maxUtilisation, lost } = input;
  const shut = new Set([...lost, ...input.exclude]);
  const locations = estate.locations.map(({ name }) => name);
  const pools = poolNames(estate);
  const indexOf = new Map(pools.map((name, index) => [name, index]));
  const roomRps = pools.map((name) =>
    Math.max(0, carriesRps(readyRps[name] ?? 0, maxUtilisation) - (loadRps[name] ?? 0)),
  );
  const leaving = leavingRows(input, lost);
  const demand: Record<string, Record<string, number>> = {};
  for (const { className, groupZone: zone, buckets, rps } of leaving) {
    (demand[className] ??= {})[zone] = buckets.reduce((sum, bucket) => sum + rps[bucket]!, 0);
  }
  const capacityRps = Object.fromEntries(pools.map((name, index) => [name, roomRps[index]!]));
  // Of most zones nobody is there, and the others say nothing of this loss.
  const zones = new Set(leaving.map(({ zone }) => zone));
  const asked = { ...estate, zones: estate.zones.filter(({ name }) => zones.has(name)) };
  const receiversOf = new Map(estate.classes.map(({ name }) => [name, receiversFor(name)]));
  const placeWith = (planned: RpsByPool) => {
    const plan = solve(
      problemOf({ estate: asked, demand, capacityRps: planned, without: [...shut], closed: input.closed }),
    );
    const rows = rowsToPlace(plan);
    return { plan, rows, ...placeBuckets({ locations, rows, roomRps }) };
  };
  const { rows, buckets } = roundedWell(
    () => placeWith(capacityRps),
    () => placeWith(withChunkFree({ ...input, estate: asked, demand, capacityRps, current: [] })),
  );
  const changed: Record<string, Record<string, readonly Run[]>> = {};
  rows.forEach((row, index) => {
    const to = buckets[index]!;
    if (row.buckets.every((bucket) => to[bucket] === row.stays[bucket])) return;
    const { zone } = leaving[index]!;
    // Another group of the same zone may have changed its part of the row already.
    const before = changed[row.class]?.[zone];
    const after = new Int16Array(before === undefined ? row.stays : rowToBuckets(before));
    for (const bucket of row.buckets) after[bucket] = to[bucket]!;
    (changed[row.class] ??= {})[zone] = bucketsToRow(after);
  });
  return changed;

  /** By location index: the pool that serves the class there, and whether that may be given anything. */
  function receiversFor(className: ClassName): {
    readonly poolAt: readonly number[];
    readonly isOpen: readonly boolean[];
  } {
    const poolAt = poolIndices(estate, className, indexOf);
    const isOpen = locations.map((name, index) => !shut.has(name) && (readyRps[pools[poolAt[index]!]!] ?? 0) > 0);
    return { poolAt, isOpen };
  }
  function rowsToPlace(plan: Plan): readonly RowToPlace[] {
    const quotas = quotasOf(plan.assignment, locations);
    return leaving.map(({ className, groupZone: zone, allowed, buckets, rps, at, closed }): RowToPlace => {
      const { poolAt, isOpen } = receiversOf.get(className)!;
      return {
        class: className,
        zone,
        buckets,
        rps,
        stays: at,
        quotaRps: quotas.get(className)?.get(zone) ?? new Map(),
        allowed: allowed.filter((index) => isOpen[index] === true && closed[locations[index]!] === undefined),
        poolAt,
      };
    });
  }
}
