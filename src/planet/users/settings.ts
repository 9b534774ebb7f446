import type { LocationName } from "../../core/estate.ts";

/**
 * Whom the users live among: nothing here is the planet's own, so that the same users can measure any system that serves
 * the shop's API and answers DNS.
 */
export type PopulationSettings = {
  readonly seed: number;
  /** User requests a second at factor 1, everywhere together. */
  readonly rps: number;
  /** From the first user to all of them, in milliseconds; absent: all at once. */
  readonly openingMs?: number;
  readonly zones: readonly UserZone[];
  /** Index in this list is what records call a location. */
  readonly locations: readonly UserLocation[];
  /** Hosts are bXX.shop.<domain>, bXX.editor.<domain> and bXX.internal.<domain>. */
  readonly domain: string;
  readonly edgePort: number;
  /** Each zone's share of the demand at an hour of the day (UTC, with fraction); need not sum to 1. */
  readonly demandShareAt: (utcHour: number) => readonly number[];
  /** Fixes the hour; absent: the clock's. */
  readonly utcHour?: number;
  /** Each zone's resolver listens on this port of its address too, for programs from outside; 0 for any free one. */
  readonly resolverPort: number;
  /** Where each location's node takes what its users saw; absent: users tell nobody. */
  readonly beacons?: (location: number) => string;
  /** How long a resolver waits for a name server before it asks the next; 600 when absent. */
  readonly nameServerTimeoutMs?: number;
  readonly habits?: SessionHabits;
};

/** How users shop; each has a default. */
export type SessionHabits = {
  /** Share of sessions that end in a checkout. */
  readonly checkoutShare?: number;
  /** Between one step and the next. */
  readonly thinkMs?: { readonly from: number; readonly to: number };
};

export type UserZone = {
  readonly name: string;
  /** Told to name servers as EDNS client subnet, for example 198.18.7.0/24. */
  readonly subnet: string;
  readonly resolver: string;
  /** Addresses that this zone's users call from. */
  readonly clients: readonly string[];
  /** Attackers of this zone call from here. */
  readonly botClient: string;
  /** In the order in which its resolver asks: the general one first, then the nearest locations'. */
  readonly nameServers: readonly NameServer[];
  /** Round trip to each location, by its index: what a new connection costs at our end. */
  readonly roundTripMs: readonly number[];
};

export type UserLocation = { readonly name: LocationName; readonly address: string };

export type NameServer = { readonly address: string; readonly port: number; readonly roundTripMs: number };

/** What can be changed while users shop. Absent fields stay as they are. */
export type Load = {
  readonly rps?: number;
  /** A surge: everybody comes so many times as often. */
  readonly factor?: number;
  /** An attack on one location: its own demand times `factor`, the rest of it from bots. */
  readonly locationFactor?: { readonly location: LocationName; readonly factor: number } | null;
  /** One tenant's users ask so much more: those of bucket `bucket` of public who are at home in `location`. */
  readonly tenant?: { readonly location: LocationName; readonly bucket: number; readonly rps: number } | null;
};
