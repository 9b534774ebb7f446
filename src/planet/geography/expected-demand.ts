import type { EntryDemand } from "../../core/control-contract.ts";
import { CLASS_SHARES, demandShareAt } from "./demand.ts";
import { planetLocations } from "./locations.ts";
import { nearestLocations } from "./round-trips.ts";
import { planetZones } from "./zones.ts";

/** What each location's edge is expected to see at an hour, before anybody has come: each zone at its nearest location. */
export function expectedDemand({ rps, utcHour }: { readonly rps: number; readonly utcHour: number }): EntryDemand[] {
  const share = demandShareAt(utcHour);
  return planetLocations.map(({ name }) => {
    const zones = planetZones.filter((zone) => nearestLocations(zone.name)[0] === name);
    const byZone = (part: number): Record<string, number> => Object.fromEntries(zones.map((zone) => [zone.name, rps * part * (share[zone.name] ?? 0)]));
    return { from: name, rps: Object.fromEntries(Object.entries(CLASS_SHARES).map(([className, part]) => [className, byZone(part)])) };
  });
}
