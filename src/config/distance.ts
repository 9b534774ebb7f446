import type { Location } from "../core/estate.ts";

/**
 * Round trips where nobody has measured any: light in fibre goes 200 km a millisecond, the way there and back is twice
 * the distance, and cables are half as long again as the great circle. Measured figures are better: `latencyMs`.
 */
const KM_PER_MS = 200;
const DETOUR = 1.5;
/** The last mile and the servers at both ends. */
const BASE_MS = 5;
const EARTH_KM = 6371;

type Place = { readonly latitude?: number | undefined; readonly longitude?: number | undefined };

export function distanceLatencyMs(zone: Place, locations: readonly Location[]): Record<string, number> {
  return Object.fromEntries(
    locations.map((location) => [
      location.name,
      Math.round(BASE_MS + (2 * greatCircleKm(zone, location) * DETOUR) / KM_PER_MS),
    ]),
  );
}

function greatCircleKm(a: Place, b: Place): number {
  const [lat1, lat2] = [radians(a.latitude ?? 0), radians(b.latitude ?? 0)];
  const [dLat, dLon] = [lat2 - lat1, radians((b.longitude ?? 0) - (a.longitude ?? 0))];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
