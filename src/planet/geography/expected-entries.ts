import type { EntryDemand } from "../../core/control-contract.ts";
import { expectedDemand } from "./demand.ts";
import { planetLocations } from "./locations.ts";
import { nearestLocations } from "./round-trips.ts";

/** What each location's edge is expected to see at an hour, before anybody has come: each zone at its nearest location. */
export function expectedEntries(options: { readonly totalRps: number; readonly utcHour: number }): EntryDemand[] {
  const demand = Object.entries(expectedDemand(options));
  return planetLocations.map(({ name }) => ({
    from: name,
    rps: Object.fromEntries(
      demand.map(([className, zones]) => [
        className,
        Object.fromEntries(Object.entries(zones).filter(([zone]) => nearestLocations(zone)[0] === name)),
      ]),
    ),
  }));
}
