import type { LocationName } from "../../core/estate.ts";
import {
  EDITOR_WRITER,
  locationRoundTripMs,
  planetLocations,
  planetZones,
  TTL_SECONDS,
  zoneRoundTripMs,
} from "../geography.ts";
import { planetCellAddresses } from "../cells/cell-addresses.ts";
import { cellsNearestFirst, membersNearestFirst, planetCells } from "../cells/planet-cells.ts";
import type { HostPort } from "../settings.ts";
import type { CellSettings } from "./journals.ts";
import type { SweepSettings } from "./sweeper.ts";

/**
 * What a world process is told (`process.argv[2]`, JSON). The bearer token and the key that signs carts are in the
 * environment (HOUSTON_TOKEN).
 */
export type WorldSettings = {
  readonly location: LocationName;
  /** All locations, this one included, with the round trip from here. */
  readonly locations: readonly WorldLocation[];
  /** All zones of users with their round trip to here. */
  readonly zones: readonly WorldZone[];
  /** Bank and warehouse. */
  readonly bank: HostPort;
  /** One journal's process for all, unless there are cells. */
  readonly journal: HostPort;
  /** The own one first, then the others, nearest first; absent: there are none. */
  readonly cells?: readonly CellSettings[];
  readonly sweep: SweepSettings;
  readonly capacity: WorldCapacity;
  readonly ttlSeconds: number;
  /** The folder of the way of requests through it, for `houston trace`; it is made when it is not there. */
  readonly tracesFolder: string;
  /** Classes with one writer: what they write is relayed there. */
  readonly writers: Readonly<Record<string, LocationName>>;
  /** How long a write waits before it is sent to the other locations. */
  readonly replicaLagMs: number;
};

export type WorldLocation = {
  readonly index: number;
  readonly name: LocationName;
  readonly provider: "aws" | "google" | "azure";
  /** Its edge; inner services are beside it in the same /24. */
  readonly address: string;
  readonly roundTripMs: number;
};

export type WorldZone = {
  readonly index: number;
  readonly name: string;
  /** EDNS client subnet, and where its users call from: both /24. */
  readonly subnet: string;
  readonly clients: string;
  readonly resolver: string;
  readonly roundTripMs: number;
};

export type WorldCapacity = {
  /** The most it may grow to. */
  readonly capacityRps: number;
  readonly readyRps: number;
  readonly growRpsPerSecond: number;
  readonly growDelayMs: number;
};

/** New machines take a while to come, then they come steadily: a planet's seconds stand for a cloud's minutes. */
const GROW_DELAY_MS = 1500;
/** From what is ready at rest to all that it may grow to within this time. */
const GROW_OVER_SECONDS = 4;
const REPLICA_LAG_MS = 500;
/** Users try again within seconds; who has not come back by then comes late, and finds the answer. */
export const SWEEP_AFTER_MS = 15_000;
/** Longer than any caller tries again (60 s), and than one looks at a drill afterwards. */
const ANSWERED_FOR_MS = 2 * 60 * 60 * 1000;

/** The planet's fixed addresses and distances (DESIGN section 10) as one world's settings. */
export function worldSettings(options: {
  readonly location: LocationName;
  readonly capacity: { readonly capacityRps: number; readonly readyRps: number };
  readonly growRpsPerSecond?: number;
  readonly growDelayMs?: number;
  readonly tracesFolder: string;
  readonly cells?: boolean;
  readonly sweepAfterMs?: number;
}): WorldSettings {
  const { location } = options;
  const { capacityRps, readyRps } = options.capacity;
  return {
    location,
    locations: planetLocations.map(({ index, name, provider, address }) => ({
      index,
      name,
      provider,
      address,
      roundTripMs: name === location ? 0 : locationRoundTripMs(location, name),
    })),
    zones: planetZones.map(({ index, name, subnet, clients, resolver }) => ({
      index,
      name,
      subnet,
      clients,
      resolver,
      roundTripMs: zoneRoundTripMs(name, location),
    })),
    bank: { host: "127.20.0.80", port: 8080 },
    journal: { host: "127.20.0.90", port: 7000 },
    ...(options.cells === true ? { cells: cellSettings(location) } : {}),
    sweep: {
      quietForMs: options.sweepAfterMs ?? SWEEP_AFTER_MS,
      // The one journal's process forgets by itself.
      ...(options.cells === true ? { answeredForMs: ANSWERED_FOR_MS } : {}),
    },
    capacity: {
      capacityRps,
      readyRps,
      growRpsPerSecond:
        options.growRpsPerSecond ?? Math.max(1, Math.ceil((capacityRps - readyRps) / GROW_OVER_SECONDS)),
      growDelayMs: options.growDelayMs ?? GROW_DELAY_MS,
    },
    ttlSeconds: TTL_SECONDS,
    tracesFolder: options.tracesFolder,
    writers: { editor: EDITOR_WRITER },
    replicaLagMs: REPLICA_LAG_MS,
  };
}

function cellSettings(location: LocationName): readonly CellSettings[] {
  return cellsNearestFirst(location, planetCells).map((cell) => ({
    name: cell.name,
    endpoints: membersNearestFirst(location, cell).map((member) => {
      const { host, port } = planetCellAddresses.clientDoor(location, member);
      return `http://${host}:${port}`;
    }),
  }));
}

/** Other locations' replicas knock here; beside the store, so that a brownout of the store is not one of the lines between locations. */
export const REPLICA_HOST = 44;

/** Who lives where in a location's /24. */
export function innerAddress(edgeAddress: string, host: number): string {
  return `${edgeAddress.slice(0, edgeAddress.lastIndexOf("."))}.${host}`;
}
