import { planetLocations } from "./locations.ts";
import { measuredCities, measuredRoundTrips, type MeasuredCity } from "./measured-round-trips.ts";
import { planetZones } from "./zones.ts";

/**
 * How long a round trip takes between any two places of the planet. A measured pair is used as it is; other
 * distances come from a line fitted to the 45 measured pairs, `a + b x great-circle km`, corrected by how far the
 * measured pair nearby is off that line: cables from Europe to Japan go a long way round, so do Dublin's.
 */
export function locationRoundTripMs(a: string, b: string): number {
  return roundTripMs(locationPlace(a), locationPlace(b));
}

/** From a user's sofa to a location: the round trip between the cities and the last mile. */
export function zoneRoundTripMs(zone: string, location: string): number {
  return roundTripMs(zonePlace(zone), locationPlace(location)) + LAST_MILE_MS;
}

/** Every zone has each location at a finite distance; ties go to the lower number. */
export function nearestLocations(zone: string): readonly string[] {
  return planetLocations
    .map(({ name, index }) => ({ name, index, ms: zoneRoundTripMs(zone, name) }))
    .toSorted((a, b) => a.ms - b.ms || a.index - b.index)
    .map(({ name }) => name);
}

/** The zone around a location: its nearest; who comes from no known zone is taken for one of its neighbours. */
export function zoneAround(location: string): string {
  let nearest = planetZones[0]!;
  for (const zone of planetZones) {
    if (zoneRoundTripMs(zone.name, location) < zoneRoundTripMs(nearest.name, location)) nearest = zone;
  }
  return nearest.name;
}

export function greatCircleKm(a: Point, b: Point): number {
  const [latA, latB] = [radians(a.latitude), radians(b.latitude)];
  const half =
    Math.sin((latB - latA) / 2) ** 2 +
    Math.cos(latA) * Math.cos(latB) * Math.sin((radians(b.longitude) - radians(a.longitude)) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(half));
}

/**
 * Least squares of the relative error, so that near pairs count as much as far ones. Exported for docs and tests.
 */
export function fitRoundTrips(): { readonly fixedMs: number; readonly msPerKm: number } {
  // Weighted normal equations of y = a + b x with weights 1/y^2.
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const [from, to, ms] of measuredRoundTrips) {
    const weight = 1 / ms ** 2;
    const km = greatCircleKm(measuredCities[from], measuredCities[to]);
    w += weight;
    wx += weight * km;
    wy += weight * ms;
    wxx += weight * km * km;
    wxy += weight * km * ms;
  }
  const msPerKm = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  return { fixedMs: (wy - msPerKm * wx) / w, msPerKm };
}

export type Point = { readonly latitude: number; readonly longitude: number };
type Place = Point & { readonly measuredAt?: MeasuredCity };

const EARTH_RADIUS_KM = 6371;
/** Access networks: between fibre (2 ms) and mobile (30 ms and more). */
const LAST_MILE_MS = 8;
/** Two data centres of one city. */
const SAME_CITY_MS = 1;
/** A measured city this near goes over the same cables. */
const SAME_CABLES_KM = 1200;

const line = fitRoundTrips();
const lineMs = (a: Point, b: Point): number => line.fixedMs + line.msPerKm * greatCircleKm(a, b);

const measuredMs = new Map<string, number>();
for (const [from, to, ms] of measuredRoundTrips) {
  measuredMs.set(`${from}>${to}`, ms);
  measuredMs.set(`${to}>${from}`, ms);
}

const locationPlaces = new Map(planetLocations.map((place) => [place.name, place]));
const zonePlaces = new Map(planetZones.map((place) => [place.name, place]));
const locationPlace = (name: string): Place => known(locationPlaces.get(name), name);
const zonePlace = (name: string): Place => known(zonePlaces.get(name), name);

function roundTripMs(a: Place, b: Place): number {
  if (a === b) return SAME_CITY_MS;
  const measured = pairMs(a.measuredAt, b.measuredAt);
  if (measured !== undefined) return measured;
  const km = greatCircleKm(a, b);
  if (km < 1) return SAME_CITY_MS;
  const [cityA, cityB] = [cityNear(a), cityNear(b)];
  const nearby = pairMs(cityA, cityB);
  const detour =
    nearby === undefined || cityA === undefined || cityB === undefined
      ? 1
      : nearby / lineMs(measuredCities[cityA], measuredCities[cityB]);
  return Math.round(10 * Math.max(SAME_CITY_MS, lineMs(a, b) * detour)) / 10;
}

function pairMs(a: MeasuredCity | undefined, b: MeasuredCity | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a === b ? undefined : measuredMs.get(`${a}>${b}`);
}

function cityNear(place: Place): MeasuredCity | undefined {
  if (place.measuredAt !== undefined) return place.measuredAt;
  let nearest: MeasuredCity | undefined;
  let nearestKm = SAME_CABLES_KM;
  for (const city of Object.keys(measuredCities) as MeasuredCity[]) {
    const km = greatCircleKm(place, measuredCities[city]);
    if (km < nearestKm) [nearest, nearestKm] = [city, km];
  }
  return nearest;
}

function known<T>(place: T | undefined, name: string): T {
  if (place === undefined) throw new RangeError(`no such place on the planet: ${name}`);
  return place;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
