import { demandShareAt, nearestLocations, planetLocations, planetZones, zoneRoundTripMs } from "../geography.ts";
import type { PopulationSettings } from "./settings.ts";

/** What the supervisor tells the users' process; all of it may be left out. */
export type UsersSettings = {
  readonly seed?: number;
  readonly rps?: number;
  /** Fixes the hour of day; absent: the clock's. */
  readonly utcHour?: number;
  /** Whether users tell the locations' nodes what they met. */
  readonly beacons?: boolean;
  readonly checkoutShare?: number;
};

const SEED = 20_261_123;
const RPS = 300;
/** Addresses of a zone that its users share: .53 is its resolver's. */
const CLIENTS_OF_ZONE = [1, 2, 3];
const BOT_CLIENT = 200;
const OPENING_MS = 15_000;
const DNS_PORT = 5353;
/** Stands for an anycast address: the nearest location's distance. */
const GENERAL_NAME_SERVER = "127.20.0.53";
/** After the general one; more are never asked in a row. */
const NEAREST_NAME_SERVERS = 3;

/** The planet's own users, at its fixed addresses (DESIGN section 10). */
export function planetPopulation(settings: UsersSettings): PopulationSettings {
  const indexOf = new Map(planetLocations.map(({ name, index }) => [name, index]));
  return {
    seed: settings.seed ?? SEED,
    rps: settings.rps ?? RPS,
    openingMs: OPENING_MS,
    domain: "planet.test",
    edgePort: 8080,
    resolverPort: DNS_PORT,
    locations: planetLocations.map(({ name, address }) => ({ name, address })),
    zones: planetZones.map((zone) => {
      const nearest = nearestLocations(zone.name).slice(0, NEAREST_NAME_SERVERS);
      const prefix = zone.clients.replace(/\.0\/24$/, "");
      return {
        name: zone.name,
        subnet: zone.subnet,
        resolver: zone.resolver,
        clients: CLIENTS_OF_ZONE.map((host) => `${prefix}.${host}`),
        botClient: `${prefix}.${BOT_CLIENT}`,
        nameServers: [
          { address: GENERAL_NAME_SERVER, port: DNS_PORT, roundTripMs: zoneRoundTripMs(zone.name, nearest[0] ?? "") },
          ...nearest.map((name) => ({
            address: `127.20.${indexOf.get(name)}.53`,
            port: DNS_PORT,
            roundTripMs: zoneRoundTripMs(zone.name, name),
          })),
        ],
        roundTripMs: planetLocations.map(({ name }) => zoneRoundTripMs(zone.name, name)),
      };
    }),
    demandShareAt: (utcHour) => {
      const shares = demandShareAt(utcHour);
      return planetZones.map(({ name }) => shares[name] ?? 0);
    },
    ...(settings.utcHour === undefined ? {} : { utcHour: settings.utcHour }),
    ...(settings.checkoutShare === undefined ? {} : { habits: { checkoutShare: settings.checkoutShare } }),
    ...(settings.beacons === false
      ? {}
      : { beacons: (location) => `http://127.20.${planetLocations[location]?.index}.3:7070/beacons` }),
  };
}
