import { BUCKETS, type ClassName, type Estate, type LocationName } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import { servingPlaces } from "../may-serve.ts";
import { flowsOf, rowKey, toChunks, type BucketShares, type Chunks } from "./chunks.ts";
import { problemOf, type Demand, type RpsByPool } from "./estate-problem.ts";
import { locationOfPool, poolOf } from "./pools.ts";
import type { UnplacedChunk } from "./place-buckets.ts";
import type { Flow, Plan } from "./problem.ts";
import { solve } from "./solve.ts";

/**
 * The plan of an estate in whole chunks. Where rounding leaves a chunk without room, it is solved once more with one chunk of each pool kept
 * free, into which goes what rounding leaves over: so whom the plan serves, the chunks serve. What is in place already is kept where
 * `churnWeight` says so, the free chunk's guest included.
 */
export function planChunks(input: {
  readonly estate: Estate;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
  /** What the plan may fill: see room.ts. */
  readonly capacityRps: RpsByPool;
  readonly without?: readonly LocationName[];
  readonly previous: Assignment | null;
  /** Cost units for each request a second that leaves its place. */
  readonly churnWeight?: number;
}): Chunks & { readonly plan: Plan } {
  const { estate, demand, previous, without = [] } = input;
  const open = Object.fromEntries(
    Object.entries(input.capacityRps).filter(([pool]) => !without.includes(locationOfPool(pool))),
  );
  const current = previous === null ? [] : flowsOf({ ...input, assignment: previous });
  const planWith = (capacityRps: RpsByPool): Chunks & { readonly plan: Plan } => {
    const plan = solve(
      problemOf({ estate, demand, capacityRps, without, current, churnWeight: input.churnWeight ?? 0 }),
    );
    return { ...toChunks({ ...input, capacityRps: open, plan }), plan };
  };
  return roundedWell(
    () => planWith(open),
    () => planWith(withChunkFree({ ...input, capacityRps: open, current })),
  );
}

/** The first attempt when all that its plan serves found room in whole chunks; else whichever leaves less without. */
export function roundedWell<Attempt extends Attempted>(first: () => Attempt, withFreeChunk: () => Attempt): Attempt {
  const one = first();
  const unserved = new Set(one.plan.unserved.map((row) => rowKey(row.class, row.zone)));
  if (one.unplaced.every((chunk) => unserved.has(rowKey(chunk.class, chunk.zone)))) return one;
  const other = withFreeChunk();
  return unplacedRps(other) < unplacedRps(one) ? other : one;
}

type Attempted = { readonly plan: Pick<Plan, "unserved">; readonly unplaced: readonly UnplacedChunk[] };

function unplacedRps({ unplaced }: Attempted): number {
  return unplaced.reduce((sum, { rps }) => sum + rps, 0);
}

/**
 * Capacities less one chunk, the largest that may come to each pool; a pool that a chunk or two fill keeps a quarter free. What sits in
 * the free room already is not sent away for it.
 */
export function withChunkFree(input: {
  readonly estate: Estate;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
  readonly capacityRps: RpsByPool;
  readonly current: readonly Flow[];
}): RpsByPool {
  const largest = largestChunks(input);
  const load = new Map<string, number>();
  const locations = new Map(input.estate.locations.map((location) => [location.name, location]));
  for (const flow of input.current) {
    const pool = poolOf(locations.get(flow.location)!, flow.class);
    load.set(pool, (load.get(pool) ?? 0) + flow.rps);
  }
  return Object.fromEntries(
    Object.entries(input.capacityRps).map(([pool, rps]) => {
      const free = Math.min(largest.get(pool) ?? 0, FREE_SHARE_MAX * rps);
      return [pool, Math.max(rps - free, SUM_SLACK * Math.min(rps, load.get(pool) ?? 0))];
    }),
  );
}

const FREE_SHARE_MAX = 0.25;
/** Sums of floats differ in their last digits: what is there already must not be sent away for that. */
const SUM_SLACK = 1 + 1e-9;

/** Of each pool the heaviest bucket of any zone and class that may be served from it. */
function largestChunks(input: {
  readonly estate: Estate;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
}): ReadonlyMap<string, number> {
  const { estate, demand, bucketShares } = input;
  const largest = new Map<string, number>();
  const locations = estate.locations.map(({ name }) => name);
  for (const trafficClass of estate.classes) {
    const heaviest = heaviestShare(bucketShares, trafficClass.name);
    const poolAt = estate.locations.map((location) => poolOf(location, trafficClass.name));
    for (const zone of estate.zones) {
      const rps = heaviest * (demand[trafficClass.name]?.[zone.name] ?? 0);
      if (!(rps > 0)) continue;
      for (const index of servingPlaces(trafficClass, zone, locations)) {
        const pool = poolAt[index]!;
        if (rps > (largest.get(pool) ?? 0)) largest.set(pool, rps);
      }
    }
  }
  return largest;
}

function heaviestShare(shares: BucketShares, className: ClassName): number {
  const each = shares[className];
  const total = each?.reduce((sum, share) => sum + share, 0) ?? 0;
  if (each === undefined || total <= 0) return 1 / BUCKETS;
  return each.reduce((most, share) => Math.max(most, share), 0) / total;
}
