import type { ClassName, Estate, Location, LocationName, ZoneName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import type { PlannedZone } from "./bad-paths.ts";
import { ALL_OPEN, groupZone, type Closed } from "./closed.ts";
import { poolOf, type PoolName } from "./pools.ts";
import type { Flow, Problem } from "./problem.ts";

/** Requests a second by class and zone. */
export type Demand = Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;

/** Requests a second by pool: what a location's classes share, and each pool of its own. What is missing has none. */
export type RpsByPool = Readonly<Record<PoolName, number>>;

/**
 * The estate with its demand of now, as a transportation problem. A class whose data has one writer may only go there. Where conditions close
 * places to some buckets only, each group of buckets is a zone of the problem (closed.ts), and `demand` and `current` are told by `groupZone`.
 */
export function problemOf(input: {
  readonly estate: Estate;
  readonly demand: Demand;
  /** What the plan may fill: see room.ts. */
  readonly capacityRps: RpsByPool;
  readonly without?: readonly LocationName[];
  readonly current?: readonly Flow[];
  /** Cost units for each request a second that leaves its place. */
  readonly churnWeight?: number;
  /** Absent: all places are open. */
  readonly closed?: Closed;
  /** Classes that nobody may be sent anywhere of. */
  readonly bound?: readonly ClassName[];
}): Problem {
  const { estate, demand, capacityRps, closed = ALL_OPEN } = input;
  const classes = [...estate.classes].sort((a, b) => byName(a.name, b.name));
  const allowed: Record<ClassName, readonly LocationName[]> = {};
  for (const { name, data } of classes) if (data.kind === "one-writer") allowed[name] = [data.location];
  for (const name of input.bound ?? []) allowed[name] = [];
  const demandOf = classes.map(({ name }) => ({ name, rps: demand[name] ?? {} }));
  return {
    locations: estate.locations.map((location) => ({
      name: location.name,
      capacityRps: capacityRps[location.name] ?? 0,
      costPerRps: location.costPerRps,
      ...(location.pools !== undefined && {
        pools: mapPools(location, (className) => capacityRps[poolOf(location, className)] ?? 0),
      }),
    })),
    zones: groupRules(estate, closed).flatMap((rules, group) =>
      estate.zones.map((zone) => {
        const name = groupZone(zone.name, group);
        const demandRps: Record<ClassName, number> = {};
        for (const one of demandOf) demandRps[one.name] = one.rps[name] ?? 0;
        return { ...rulesOf(zone), closed: rules.closed, name, demandRps, allowed };
      }),
    ),
    classes: Object.fromEntries(
      classes.map(({ name, priority, latencyWeight }) => [name, { priority, latencyWeight }]),
    ),
    ...(input.without !== undefined && { without: input.without }),
    ...(input.current !== undefined && { current: input.current }),
    ...(input.churnWeight !== undefined && { churnWeight: input.churnWeight }),
  };
}

/** What a zone of a problem takes over from the estate: its distances, and what it says of its places. All are of one shape, which is read quickly. */
export function rulesOf({
  latencyMs,
  forbidden,
  preferred,
  farthestMs,
  avoided,
  hurtOnTheWay,
}: PlannedZone): Omit<Problem["zones"][number], "name" | "demandRps"> {
  return { latencyMs, forbidden, preferred, farthestMs, avoided, hurtOnTheWay };
}

/** For each group of buckets, the places that are closed to each class; always at least one, for the buckets that no condition tells apart. */
export function groupRules(estate: Estate, closed: Closed): readonly Pick<Problem["zones"][number], "closed">[] {
  const groups = Math.max(1, ...estate.classes.map(({ name }) => closed.groupsOf(name).length));
  return Array.from({ length: groups }, (_, group) => {
    const byClass = estate.classes.flatMap(({ name }) => {
      const places = closed.groupsOf(name)[group]?.closed ?? {};
      return Object.keys(places).length === 0 ? [] : [[name, places] as const];
    });
    return byClass.length === 0 ? {} : { closed: Object.fromEntries(byClass) };
  });
}

export function mapPools(
  { pools = {} }: Location,
  roomOf: (className: ClassName) => number,
): Readonly<Record<ClassName, number>> {
  return Object.fromEntries(Object.keys(pools).map((className) => [className, roomOf(className)]));
}
