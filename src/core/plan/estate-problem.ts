import type { ClassName, Estate, Location, LocationName, Zone, ZoneName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import { poolOf, type PoolName } from "./pools.ts";
import type { Flow, Problem } from "./problem.ts";

/** Requests a second by class and zone. */
export type Demand = Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;

/** Requests a second by pool: what a location's classes share, and each pool of its own. What is missing has none. */
export type RpsByPool = Readonly<Record<PoolName, number>>;

/** The estate with its demand of now, as a transportation problem. A class whose data has one writer may only go there. */
export function problemOf(input: {
  readonly estate: Estate;
  readonly demand: Demand;
  /** What the plan may fill: see room.ts. */
  readonly capacityRps: RpsByPool;
  readonly without?: readonly LocationName[];
  readonly current?: readonly Flow[];
  /** Cost units for each request a second that leaves its place. */
  readonly churnWeight?: number;
}): Problem {
  const { estate, demand, capacityRps } = input;
  const classes = [...estate.classes].sort((a, b) => byName(a.name, b.name));
  const allowed: Record<ClassName, readonly LocationName[]> = {};
  for (const { name, data } of classes) if (data.kind === "one-writer") allowed[name] = [data.location];
  return {
    locations: estate.locations.map((location) => ({
      name: location.name,
      capacityRps: capacityRps[location.name] ?? 0,
      costPerRps: location.costPerRps,
      ...(location.pools !== undefined && {
        pools: mapPools(location, (className) => capacityRps[poolOf(location, className)] ?? 0),
      }),
    })),
    zones: estate.zones.map((zone) => ({
      ...rulesOf(zone),
      demandRps: Object.fromEntries(classes.map((one) => [one.name, demand[one.name]?.[zone.name] ?? 0])),
      allowed,
    })),
    classes: Object.fromEntries(
      classes.map(({ name, priority, latencyWeight }) => [name, { priority, latencyWeight }]),
    ),
    ...(input.without !== undefined && { without: input.without }),
    ...(input.current !== undefined && { current: input.current }),
    ...(input.churnWeight !== undefined && { churnWeight: input.churnWeight }),
  };
}

/** What a zone of a problem takes over from the estate: its distances, and what it says of its places. */
export function rulesOf({ name, latencyMs, forbidden, preferred, farthestMs }: Zone): ZoneOfProblem {
  return {
    name,
    latencyMs,
    ...(forbidden !== undefined && { forbidden }),
    ...(preferred !== undefined && { preferred }),
    ...(farthestMs !== undefined && { farthestMs }),
  };
}

export function mapPools(
  { pools = {} }: Location,
  roomOf: (className: ClassName) => number,
): Readonly<Record<ClassName, number>> {
  return Object.fromEntries(Object.keys(pools).map((className) => [className, roomOf(className)]));
}

type ZoneOfProblem = Omit<Problem["zones"][number], "demandRps">;
