import type { ClassName, Estate, LocationName, TrafficClass, ZoneName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import type { Flow, Problem } from "./problem.ts";

/** Requests a second by class and zone. */
export type Demand = Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;

/** Requests a second by location; a location that is missing has none. */
export type RpsByLocation = Readonly<Record<LocationName, number>>;

/** The estate with its demand of now, as a transportation problem. A class whose data has one writer may only go there. */
export function problemOf(input: {
  readonly estate: Estate;
  readonly demand: Demand;
  /** What the plan may fill: see room.ts. */
  readonly capacityRps: RpsByLocation;
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
    locations: estate.locations.map(({ name, costPerRps }) => ({
      name,
      capacityRps: capacityRps[name] ?? 0,
      costPerRps,
    })),
    zones: estate.zones.map(({ name, latencyMs }) => ({
      name,
      latencyMs,
      demandRps: Object.fromEntries(classes.map((one) => [one.name, demand[one.name]?.[name] ?? 0])),
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

/** May this class be served there, by its data? */
export function mayServe({ data }: TrafficClass, location: LocationName): boolean {
  switch (data.kind) {
    case "everywhere":
      return true;
    case "one-writer":
      return data.location === location;
  }
}
