import type { Estate, LocationName } from "../core/estate.ts";

/** Each location with a zone of its own around it. */
export function estateOf(locations: readonly LocationName[]): Estate {
  return {
    locations: locations.map((name) => ({
      name,
      provider: "aws",
      country: "US",
      latitude: 0,
      longitude: 0,
      capacityRps: 1000,
      costPerRps: 1,
    })),
    zones: locations.map((name) => ({
      name: `zone-${name}`,
      country: "US",
      latencyMs: Object.fromEntries(locations.map((other) => [other, other === name ? 10 : 50])),
    })),
    classes: [{ name: "public", priority: 10, latencyWeight: 1, data: { kind: "everywhere" } }],
    services: {},
    journeys: {},
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: 1,
    guards: { maxShareMovedPerMinute: 0.3, minLocationsServing: 2, maxUtilisation: 0.85, peopleOnly: [] },
    mode: "act",
    restore: "person",
    actWithoutPromise: false,
    ttlSeconds: 60,
  };
}
