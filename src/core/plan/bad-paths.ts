import type { Estate, LocationName, Zone, ZoneName } from "../estate.ts";

/** Users of a zone are hurt on their way to a location; the location itself, and all other users of it, are well. */
export type Path = { readonly zone: ZoneName; readonly location: LocationName };

/** As a plan sees a zone: there its users are sent only rather than nowhere, or never while their way is bad. */
export type PlannedZone = Zone & {
  readonly avoided?: readonly LocationName[];
  readonly hurtOnTheWay?: readonly LocationName[];
};

/** The estate as a plan sees it that sends nobody over a bad path, whatever that leaves without a place: docs/decisions/0017. */
export function withoutPaths(estate: Estate, paths: readonly Path[]): Estate {
  return withZones(estate, paths, (zone, locations) => ({ ...zone, hurtOnTheWay: locations }));
}

/** The estate as a plan sees it that sends somebody over a bad path only rather than nowhere: for those who have nothing to lose. */
export function avoidingPaths(estate: Estate, paths: readonly Path[]): Estate {
  return withZones(estate, paths, (zone, locations) => ({ ...zone, avoided: locations }));
}

function withZones(
  estate: Estate,
  paths: readonly Path[],
  change: (zone: Zone, locations: readonly LocationName[]) => PlannedZone,
): Estate {
  if (paths.length === 0) return estate;
  return {
    ...estate,
    zones: estate.zones.map((zone) => {
      const locations = paths.filter((path) => path.zone === zone.name).map(({ location }) => location);
      return locations.length === 0 ? zone : change(zone, locations);
    }),
  };
}
