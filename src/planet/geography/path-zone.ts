import { nearestLocations } from "./round-trips.ts";
import { planetZones } from "./zones.ts";

/** So large a part of a location's users is felt there, and is not most of them: the way is ill, and not the place. */
const PART_OF_USERS = 0.25;

/** The zone whose path to a location is ill when nobody says: of those at home there the one nearest to a quarter of its users; null: nobody is at home there. */
export function pathZone(location: string): string | null {
  const itsZones = planetZones.filter(({ name }) => nearestLocations(name)[0] === location);
  const all = itsZones.reduce((total, { weight }) => total + weight, 0);
  const off = ({ weight }: { readonly weight: number }): number => Math.abs(weight / all - PART_OF_USERS);
  return itsZones.toSorted((one, other) => off(one) - off(other) || one.index - other.index)[0]?.name ?? null;
}
