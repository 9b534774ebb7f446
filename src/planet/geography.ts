/**
 * The planet in a box as a map: 15 locations, the zones of its users, how far they are from each other and how many
 * ask at which hour. Made from public facts, each named where it stands in geography/.
 */
export { planetLocations, type PlanetLocation } from "./geography/locations.ts";
export { planetZones, type PlanetZone } from "./geography/zones.ts";
export { locationRoundTripMs, nearestLocations, zoneAround, zoneRoundTripMs } from "./geography/round-trips.ts";
export { CLASS_SHARES, demandShareAt, expectedDemand } from "./geography/demand.ts";
export { EDITOR_WRITER, ownShares, planetCapacities, type PlanetCapacity } from "./geography/capacities.ts";
export { pathZone } from "./geography/path-zone.ts";
export { planetEstate, TTL_SECONDS } from "./geography/estate.ts";
export { expectedEntries } from "./geography/expected-entries.ts";
