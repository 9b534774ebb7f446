import type { Estate, Journey, Mode, Service } from "../../core/estate.ts";
import type { PlanetCapacity } from "./capacities.ts";
import { EDITOR_WRITER } from "./capacities.ts";
import { planetLocations } from "./locations.ts";
import { zoneRoundTripMs } from "./round-trips.ts";
import { planetZones } from "./zones.ts";

/** The planet as Houston knows it: places, users, classes, and the services that the caller's shop has. */
export function planetEstate(options: {
  readonly services: Readonly<Record<string, Service>>;
  readonly journeys: Readonly<Record<string, Journey>>;
  readonly capacities: Readonly<Record<string, PlanetCapacity>>;
  readonly mode?: Mode;
  readonly restore?: "person" | "auto";
  readonly ttlSeconds?: number;
}): Estate {
  return {
    locations: planetLocations.map(({ name, provider, country, latitude, longitude }) => ({
      name,
      provider,
      country,
      latitude,
      longitude,
      capacityRps: options.capacities[name]!.capacityRps,
      costPerRps: COST_PER_RPS,
    })),
    zones: planetZones.map(({ name, country, latitude, longitude }) => ({
      name,
      country,
      latitude,
      longitude,
      latencyMs: Object.fromEntries(planetLocations.map((to) => [to.name, zoneRoundTripMs(name, to.name)])),
    })),
    classes: [
      { name: "public", priority: 3, latencyWeight: 1, data: { kind: "everywhere" } },
      { name: "editor", priority: 2, latencyWeight: 1, data: { kind: "one-writer", location: EDITOR_WRITER } },
      // Machines wait more patiently than people.
      { name: "internal", priority: 1, latencyWeight: 0.2, data: { kind: "everywhere" } },
    ],
    services: options.services,
    journeys: options.journeys,
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: 1,
    guards: { maxShareMovedPerMinute: 0.5, minLocationsServing: 8, maxUtilisation: 0.85, peopleOnly: [] },
    mode: options.mode ?? "act",
    restore: options.restore ?? "auto",
    // The planet's baseline is a made one, and only a planet may act without a day of its own past.
    actWithoutPromise: true,
    headroom: "location",
    // A planet's day is a drill: the next one is to find it as it was.
    headroomKeptSeconds: 180,
    ttlSeconds: options.ttlSeconds ?? TTL_SECONDS,
  };
}

export const TTL_SECONDS = 5;

/** All the planet's locations cost the same, so that latency alone decides. */
const COST_PER_RPS = 0;
