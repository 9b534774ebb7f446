import type { Estate, Location, Service, Zone } from "../../../src/core/estate.ts";
import { planetLocations } from "../../../src/planet/geography/locations.ts";
import { planetZones } from "../../../src/planet/geography/zones.ts";

/** A world for looking at the console: the planet's places, and as many more as asked for, around its cities. */
export function madeEstate(sizes: {
  readonly locations: number;
  readonly zones: number;
  readonly services: number;
}): Estate {
  const locations = Array.from({ length: sizes.locations }, (_, index) => locationAt(index));
  return {
    locations,
    zones: Array.from({ length: sizes.zones }, (_, index) => zoneAt(index, locations)),
    classes: [
      { name: "public", priority: 3, latencyWeight: 1, data: { kind: "everywhere" } },
      { name: "editor", priority: 2, latencyWeight: 1, data: { kind: "one-writer", location: "eu-central-1" } },
      { name: "internal", priority: 1, latencyWeight: 0.2, data: { kind: "everywhere" } },
    ],
    services: madeServices(sizes.services),
    journeys: { browse: { needs: ["catalog"] }, buy: { needs: ["cart", "checkout", "payments"] } },
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: 1,
    guards: { maxShareMovedPerMinute: 0.5, minLocationsServing: 8, maxUtilisation: 0.85, peopleOnly: [] },
    mode: "act",
    restore: "person",
    actWithoutPromise: true,
    ttlSeconds: 5,
  };
}

/** The same every time: a chance between 0 and 1 from a number. */
export function chanceOf(seed: number): number {
  const mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((again ^ (again >>> 16)) >>> 0) / 2 ** 32;
}

function locationAt(index: number): Location {
  const known = planetLocations[index];
  const base = { capacityRps: 400, costPerRps: 0 };
  if (known !== undefined) {
    const { name, provider, country, latitude, longitude } = known;
    return { ...base, name, provider, country, latitude, longitude };
  }
  const { name, country, latitude, longitude } = planetZones[(index * 7) % planetZones.length]!;
  return {
    ...base,
    name: `${name}-${index}`,
    provider: ["aws", "google", "azure"][index % 3]!,
    country,
    latitude: latitude + 4 * (chanceOf(index) - 0.5),
    longitude: longitude + 6 * (chanceOf(index + 1000) - 0.5),
  };
}

function zoneAt(index: number, locations: readonly Location[]): Zone {
  const base = planetZones[index % planetZones.length]!;
  const isCity = index < planetZones.length;
  const spread = isCity ? 0 : 9;
  const latitude = base.latitude + spread * (chanceOf(index) - 0.5);
  const longitude = base.longitude + 1.5 * spread * (chanceOf(index + 5000) - 0.5);
  return {
    name: isCity ? base.name : `${base.name}-${index}`,
    country: base.country,
    latitude,
    longitude,
    latencyMs: Object.fromEntries(
      locations.map((location) => [location.name, Math.round(5 + 1.2 * degrees(location, { latitude, longitude }))]),
    ),
  };
}

type Point = { readonly latitude: number; readonly longitude: number };

function degrees(a: Point, b: Point): number {
  const across = Math.min(Math.abs(a.longitude - b.longitude), 360 - Math.abs(a.longitude - b.longitude));
  return Math.hypot(a.latitude - b.latitude, across * Math.cos(((a.latitude + b.latitude) * Math.PI) / 360));
}

const SHOP: Readonly<Record<string, Service>> = {
  catalog: { layer: "service", dependsOn: ["search", "dynamodb"] },
  search: { layer: "service", dependsOn: ["dynamodb"] },
  cart: { layer: "service", dependsOn: ["session", "dynamodb"] },
  session: { layer: "service", dependsOn: ["dynamodb"] },
  stock: { layer: "service", dependsOn: ["dynamodb"] },
  checkout: { layer: "service", dependsOn: ["cart", "stock", "payments"] },
  payments: { layer: "service", dependsOn: ["queue"] },
  dynamodb: { layer: "resource", dependsOn: [] },
  queue: { layer: "resource", dependsOn: [] },
};

function madeServices(count: number): Readonly<Record<string, Service>> {
  const more = Array.from({ length: Math.max(0, count - Object.keys(SHOP).length) }, (_, index) => {
    const needs = index < 10 ? ["dynamodb"] : [`service-${Math.floor(index * chanceOf(index))}`];
    return [`service-${index}`, { layer: "service", dependsOn: needs } satisfies Service] as const;
  });
  return { ...SHOP, ...Object.fromEntries(more) };
}
