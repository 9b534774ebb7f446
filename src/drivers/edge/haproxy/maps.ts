import type { LocationName, ZoneName } from "../../../core/estate.ts";
import type { SteeredHost } from "../../steering-context.ts";
import type { MapEntry } from "./route-entries.ts";

/** The files that the HAProxy config of config-text.ts names; each is a map of HAProxy's, or a list. */
export const MAP_FILES = {
  /** (class, zone, bucket) -> location: a route table (route-entries.ts), */
  routes: "routes.map",
  /** and what makes the newest one of it; looked up first. */
  changes: "changes.map",
  /** Host -> how its bucket is told, and its class. */
  hosts: "hosts.map",
  /** Subnet -> zone. */
  zones: "zones.map",
  /** Addresses that the other locations' relays come from. */
  edges: "edges.lst",
} as const;

/** `www.example.com network/public`; of `*.shops.example.com` HAProxy looks up `*` and the rest when it knows no such name. */
export const hostEntries = (hosts: readonly SteeredHost[]): readonly MapEntry[] =>
  hosts.map((host) => [host.name, `${host.bucketBy}/${host.class}`]);

/** The longest subnet counts; whoever is in none is of `otherwise`. */
export function zoneEntries(
  subnets: Readonly<Record<ZoneName, readonly string[]>>,
  otherwise: ZoneName,
): readonly MapEntry[] {
  const entries = Object.entries(subnets).flatMap(([zone, each]) => each.map((subnet): MapEntry => [subnet, zone]));
  const everybody = ["0.0.0.0/0", "::/0"].filter((all) => !entries.some(([subnet]) => subnet === all));
  return [...entries, ...everybody.map((all): MapEntry => [all, otherwise])];
}

/** As HAProxy reads a map from a file. */
export const mapText = (entries: readonly MapEntry[]): string =>
  entries.map(([key, value]) => `${key} ${value}\n`).join("");

/** Of a map's file; what is no entry is left out. */
export const entriesOfText = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\n").flatMap((line): [string, string][] => {
      const [, key, value] = /^([^#\s]\S*)\s+(\S+)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value]];
    }),
  );

/** Where relays to `here` come from: the other locations' addresses, or what the settings say instead. */
export function edgeAddresses(
  here: LocationName,
  sources: Readonly<Record<LocationName, readonly string[]>>,
): readonly string[] {
  return Object.entries(sources).flatMap(([location, each]) => (location === here ? [] : each));
}
