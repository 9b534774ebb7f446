import type { Estate, Journey, Service } from "../../core/estate.ts";
import type { RecordingHeader } from "../../core/reading.ts";

/** The estate as far as a recording's header tells it; what it does not tell is what an operator would start with. */
export function estateOf(header: RecordingHeader): Estate {
  const services: Record<string, Service> = {};
  for (const [name, service] of Object.entries(header.services)) {
    services[name] = { layer: service.layer ?? "service", dependsOn: service.dependsOn ?? [] };
  }
  const journeys: Record<string, Journey> = {};
  for (const [name, journey] of Object.entries(header.journeys ?? {})) {
    // Older recordings say dependsOn here as well.
    const needs = journey.needs ?? (journey as { dependsOn?: readonly string[] }).dependsOn ?? [];
    journeys[name] = { needs: [...needs, name] };
    services[name] ??= { layer: "journey", dependsOn: needs };
  }
  return {
    // Nothing is told of providers: each location is its own, so no verdict blames one.
    locations: header.locations.map((name) => ({
      name,
      provider: name,
      country: "",
      latitude: 0,
      longitude: 0,
      capacityRps: 0,
      costPerRps: 1,
    })),
    zones: [],
    classes: [],
    services,
    journeys,
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: header.needlessMovesPerYear ?? 1,
    guards: { maxShareMovedPerMinute: 0.3, minLocationsServing: 1, maxUtilisation: 0.85, peopleOnly: [] },
    mode: "observe",
    restore: "person",
    actWithoutPromise: false,
    ttlSeconds: 60,
  };
}

/** The first line of a recording of this estate: what `estateOf` reads. */
export function headerOf(
  estate: Estate,
  more: { readonly tickMs: number; readonly version?: string | undefined },
): RecordingHeader {
  return {
    recording: 1,
    ...(more.version === undefined ? {} : { houston: more.version }),
    locations: estate.locations.map((each) => each.name),
    services: estate.services,
    journeys: estate.journeys,
    needlessMovesPerYear: estate.needlessMovesPerYear,
    tickMs: more.tickMs,
  };
}
