import type { LocationName } from "../../core/estate.ts";
import { CallerError } from "../../core/errors.ts";
import { pathZone, planetZones } from "../geography.ts";
import { named } from "./suggest.ts";

/** The zones whose path to a location is ill, checked; none given: one of those at home there. Throws `CallerError` with the fix. */
export function faultZones(given: readonly string[], location: LocationName): readonly string[] {
  if (given.length > 0) return given.map((zone) => named(planetZones, "zone", zone).name);
  const zone = pathZone(location);
  if (zone !== null) return [zone];
  throw new CallerError({
    code: "no-zone",
    message: `no zone's users are at home in ${location}`,
    hint: "name whose path it is with --zones; `houston planet zones` lists them",
  });
}
