import {
  providersOf,
  type ClassName,
  type Estate,
  type LocationName,
  type ProviderName,
  type ZoneName,
} from "../estate.ts";
import { byName } from "../route/by-name.ts";
import type { Assignment } from "../route/table.ts";
import { avoidingPaths, type Path } from "./bad-paths.ts";
import { flowsOf, groupedDemand, type BucketShares } from "./chunks.ts";
import { ALL_OPEN, closedPlacesOf, zoneOfGroup, type Closed } from "./closed.ts";
import { problemOf, type Demand, type RpsByPool } from "./estate-problem.ts";
import { poolNamed, poolNames, poolOf, type PoolName } from "./pools.ts";
import type { Reason } from "../step.ts";
import type { Flow, Plan, Problem } from "./problem.ts";
import { carriedBy, needsRps } from "./room.ts";
import { solve } from "./solve.ts";
import { withSuspects } from "./suspect-providers.ts";
import { whyUnserved, type Unplaced } from "./why-unserved.ts";

/**
 * "What if this location went?" in a person's terms: who would go where, how full the others would be, how much further users
 * would be, who would find no place, and what must grow first. Without `without` it is the question whether a better plan exists.
 * The receivers may grow to their capacity; what is beyond their ready room is listed under `grow`.
 */
export function planWithout(input: {
  readonly estate: Estate;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
  readonly assignment: Assignment;
  /** The most each pool can grow to. */
  readonly capacityRps: RpsByPool;
  /** What each can take this second. */
  readonly readyRps: RpsByPool;
  readonly maxUtilisation: number;
  /** A location, or a provider with all of its locations. */
  readonly without: LocationOrProvider | null;
  /** Never receivers: failing, evacuated, held or lost. */
  readonly exclude?: readonly LocationName[];
  /** Providers under suspicion: see suspect-providers.ts. */
  readonly suspects?: readonly ProviderName[];
  /** Where conditions let nobody more in; absent: all places are open. */
  readonly closed?: Closed;
  /** Over which users go only rather than nowhere: see bad-paths.ts. */
  readonly badPaths?: readonly Path[];
}): WhatIf {
  const { estate, capacityRps, readyRps, maxUtilisation, without, suspects = [], closed = ALL_OPEN } = input;
  const { badPaths = [] } = input;
  const lost = without === null ? [] : locationsOf(estate, without);
  const current = flowsOf(input);
  const shut = (input.exclude ?? []).filter((name) => !lost.includes(name));
  const bound = estate.classes.flatMap(({ name, data }) => (data.kind === "stays" ? [name] : []));
  // What an excluded location serves stays there and is no part of the question; so does who is where nobody more may come.
  const isAsked = (flow: Flow): boolean =>
    lost.includes(flow.location) ||
    !(
      shut.includes(flow.location) ||
      bound.includes(flow.class) ||
      closedPlacesOf(closed, flow).includes(flow.location)
    );
  const asked = current.filter(isAsked);
  const stays = current.filter((flow) => !isAsked(flow));
  const staying = loadOf(estate, stays);
  const problem = problemOf({
    estate: avoidingPaths(withSuspects(estate, suspects), badPaths),
    demand: lessen(groupedDemand(input.demand, input.bucketShares, closed), stays),
    capacityRps: Object.fromEntries(
      Object.entries(carriedBy(capacityRps, maxUtilisation)).map(([pool, rps]) => [
        pool,
        Math.max(0, rps - (staying.get(pool) ?? 0)),
      ]),
    ),
    without: [...lost, ...shut],
    current: asked,
    churnWeight: STAY_COST,
    closed,
    bound,
  });
  const { plan, reason } = without === null ? betterPlan(problem, badPaths) : { plan: solve(problem), reason: null };
  const before = loadOf(estate, current);
  const after = loadOf(estate, [...plan.assignment, ...stays]);
  const names = estate.locations.map(({ name }) => name);
  const pools = poolNames(estate);
  const moves = movesOf(asked.map(inItsZone), plan.assignment.map(inItsZone));
  return {
    without,
    lost,
    suspects,
    badPaths,
    reason,
    moves,
    utilisationBefore: Object.fromEntries(pools.map((name) => [name, shareOf(before.get(name), capacityRps[name])])),
    utilisationAfter: Object.fromEntries(pools.map((name) => [name, shareOf(after.get(name), capacityRps[name])])),
    addedMs: addedMsOf(estate, moves),
    unserved: whyUnserved(problem, plan),
    prices: { ...plan.prices, ...flatPoolPrices(plan) },
    grow: names.flatMap((location) => {
      // Rounded up: half a request a second cannot be ordered.
      const toRps = Math.ceil(needsRps(after.get(location) ?? 0, maxUtilisation) - GROW_SLACK_RPS);
      const isOut = lost.includes(location) || shut.includes(location);
      return toRps > (readyRps[location] ?? 0) && !isOut ? [{ location, toRps }] : [];
    }),
  };
}

/**
 * Cost units a moved request a second: a person who asks about a loss wants to see what the loss moves, so whoever may stay does
 * unless it makes room for those who must go. With a latency weight of 1 a cost unit is a millisecond.
 */
const STAY_COST = 1_000;
/** A millionth of a request is rounding, not growth. */
const GROW_SLACK_RPS = 1e-6;

const inItsZone = (flow: Flow): Flow => ({ ...flow, zone: zoneOfGroup(flow.zone) });

/** A location's name; where there is none of that name, a provider's, for all of its locations. */
export type LocationOrProvider = string;

export type WhatIf = {
  readonly without: LocationOrProvider | null;
  /** The locations that are out of the question: `without` itself, or all of a provider's. */
  readonly lost: readonly LocationName[];
  /** Providers under suspicion, whose locations are planned into only when others are full. */
  readonly suspects: readonly ProviderName[];
  /** Ways that are bad for a zone's users, who go over them only when all others are full. */
  readonly badPaths: readonly Path[];
  /** Without `without`: why anybody should move, or nobody. */
  readonly reason: Reason | null;
  readonly moves: readonly Move[];
  /** Served / capacity, by pool: of what a location's classes share under its name, of an own pool under `us-east-1/editor`. */
  readonly utilisationBefore: Readonly<Record<PoolName, number>>;
  readonly utilisationAfter: Readonly<Record<PoolName, number>>;
  /** How much further those who move would be, weighted by their requests; all 0 when nobody moves. */
  readonly addedMs: {
    readonly p50: number;
    readonly p95: number;
    readonly worstZone: { readonly zone: ZoneName; readonly ms: number } | null;
  };
  /** With what keeps each from the places that have room. */
  readonly unserved: readonly Unplaced[];
  /** What one more request a second of room there would save, by pool; whoever would have to make room counts with `STAY_COST`. */
  readonly prices: Readonly<Record<PoolName, number>>;
  /** Receivers that must become ready for more before anything moves. */
  readonly grow: readonly { readonly location: LocationName; readonly toRps: number }[];
};

export type Move = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly from: LocationName;
  readonly to: LocationName;
  readonly rps: number;
};

/**
 * Whether anybody should move although nobody is lost. Who does not fit must. Otherwise a better plan has to be better by so much for each
 * who moves, and by so much in all: small changes of demand make slightly better plans all the time, and following those would be churn.
 */
function betterPlan(problem: Problem, badPaths: readonly Path[]): { readonly plan: Plan; readonly reason: Reason } {
  const settled = solve(problem);
  const misfits = settled.objective.churn / STAY_COST + settled.unserved.reduce((sum, { rps }) => sum + rps, 0);
  if (misfits > GROW_SLACK_RPS) {
    const orHurt = badPaths.length === 0 ? "" : ", or are hurt on their way there";
    return {
      plan: settled,
      reason: { code: "must-move", says: `${Math.ceil(misfits)} rps don't fit where they are${orHurt}` },
    };
  }
  const better = solve({ ...problem, churnWeight: WORTH_MOVING_COST });
  const [now, then] = [settled, better].map(({ objective }) => objective.total - objective.churn) as [number, number];
  const saves = now > 0 ? (now - then) / now : 0;
  const share = `${(100 * saves).toFixed(1)} %`;
  if (saves < WORTH_MOVING_SHARE) {
    const says = `everybody fits where they are; a better plan would save ${share} of distance and cost, and under ${100 * WORTH_MOVING_SHARE} % nobody is moved`;
    return { plan: settled, reason: { code: "fits-as-it-is", says } };
  }
  return {
    plan: better,
    reason: { code: "better-elsewhere", says: `a better plan would save ${share} of distance and cost` },
  };
}

/** Cost units that each request a second has to save, and the share that all have to: less is noise. */
const WORTH_MOVING_COST = 20;
const WORTH_MOVING_SHARE = 0.05;

/** A location of that name, or else all of the provider's. */
export function locationsOf(estate: Estate, name: LocationOrProvider): readonly LocationName[] {
  return estate.locations.some((location) => location.name === name) ? [name] : (providersOf(estate).get(name) ?? []);
}

function lessen(demand: Demand, flows: readonly Flow[]): Demand {
  const less: Record<ClassName, Record<ZoneName, number>> = {};
  for (const name of Object.keys(demand).sort(byName)) less[name] = { ...demand[name] };
  for (const flow of flows) less[flow.class]![flow.zone] = Math.max(0, less[flow.class]![flow.zone]! - flow.rps);
  return less;
}

/** What a location loses of a row goes to those who gain of it, both in the order of names. */
function movesOf(current: readonly Flow[], planned: readonly Flow[]): readonly Move[] {
  const change = new Map<string, Map<LocationName, number>>();
  const add = (flow: Flow, sign: 1 | -1): void => {
    const key = JSON.stringify([flow.class, flow.zone]);
    const row = change.get(key) ?? new Map<LocationName, number>();
    row.set(flow.location, (row.get(flow.location) ?? 0) + sign * flow.rps);
    change.set(key, row);
  };
  for (const flow of planned) add(flow, 1);
  for (const flow of current) add(flow, -1);
  const moves: Move[] = [];
  for (const key of [...change.keys()].sort(byName)) {
    const [className, zone] = JSON.parse(key) as [ClassName, ZoneName];
    const places = [...change.get(key)!].sort(([a], [b]) => byName(a, b));
    const gains = places.flatMap(([to, rps]) => (rps > LEAST_MOVE_RPS ? [{ to, rps }] : []));
    for (const [from, rps] of places) {
      let left = -rps;
      // Those without a place go nowhere; they are listed as unserved, not as moved.
      while (left > LEAST_MOVE_RPS && gains.length > 0) {
        const part = Math.min(left, gains[0]!.rps);
        moves.push({ class: className, zone, from, to: gains[0]!.to, rps: part });
        left -= part;
        gains[0]!.rps -= part;
        if (gains[0]!.rps <= LEAST_MOVE_RPS) gains.shift();
      }
    }
  }
  return moves;
}

/** Less than this is rounding. */
const LEAST_MOVE_RPS = 1e-9;

/** How much further those who move would be, weighted by their requests. */
export function addedMsOf(estate: Estate, moves: readonly Move[]): WhatIf["addedMs"] {
  const zones = new Map(estate.zones.map((zone) => [zone.name, zone]));
  const added = moves
    .map(({ zone, from, to, rps }) => {
      const latencyMs = zones.get(zone)!.latencyMs;
      // A place that was not allowed has no known distance; then nothing is added.
      return { zone, rps, ms: (latencyMs[to] ?? 0) - (latencyMs[from] ?? latencyMs[to] ?? 0) };
    })
    .sort((a, b) => a.ms - b.ms || byName(a.zone, b.zone));
  if (added.length === 0) return { p50: 0, p95: 0, worstZone: null };
  const total = added.reduce((sum, { rps }) => sum + rps, 0);
  const quantile = (share: number): number => {
    let seen = 0;
    return added.find(({ rps }) => (seen += rps) >= share * total)?.ms ?? added.at(-1)!.ms;
  };
  const worst = added.at(-1)!;
  return { p50: quantile(0.5), p95: quantile(0.95), worstZone: { zone: worst.zone, ms: worst.ms } };
}

function loadOf(estate: Estate, flows: readonly Flow[]): ReadonlyMap<PoolName, number> {
  const load = new Map<PoolName, number>();
  const locations = new Map(estate.locations.map((location) => [location.name, location]));
  for (const flow of flows) {
    const pool = poolOf(locations.get(flow.location)!, flow.class);
    load.set(pool, (load.get(pool) ?? 0) + flow.rps);
  }
  return load;
}

function flatPoolPrices({ poolPrices = {} }: Plan): Readonly<Record<PoolName, number>> {
  return Object.fromEntries(
    Object.keys(poolPrices)
      .sort(byName)
      .flatMap((name) =>
        Object.entries(poolPrices[name]!).map(([className, price]) => [poolNamed(name, className), price]),
      ),
  );
}

/** A location that can take nothing and serves something is full. */
function shareOf(loadRps: number | undefined, capacityRps: number | undefined): number {
  if (loadRps === undefined || loadRps === 0) return 0;
  return capacityRps === undefined || capacityRps === 0 ? 1 : loadRps / capacityRps;
}
