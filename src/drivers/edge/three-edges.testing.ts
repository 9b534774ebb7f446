import { bucketOfHost, bucketOfNetwork } from "../../core/route/host.ts";
import { answer, initialRoute, routeStep } from "../../core/route/route.ts";
import { bucketsToRow } from "../../core/route/rows.ts";
import type { Chunk, LossNotice, RouteTable, Run } from "../../core/route/table.ts";
import { estateOf } from "../made-estate.testing.ts";
import type { SteeringContext } from "../steering-context.ts";
import { addressBytes, zoneLookupOf, zoneOfAddress } from "../dns/zone-lookup.ts";

/** Three locations with an edge each, whose users come by a name of all and by tenants' names; users stand in the first one's edge. */
export const LOCATIONS = ["east", "west", "north"];
export const [HERE, OTHER, THIRD] = LOCATIONS as [string, string, string];

const SUBNETS = { "zone-east": ["127.88.1.0/24", "127.88.16.0/20"], "zone-west": ["127.88.17.0/24", "::1/128"] };
const OTHERWISE = "zone-north";

export const steeredTo = (addressOf: (location: string) => string) => ({
  hosts: [
    { name: "www.example.com", class: "public", bucketBy: "network" as const },
    { name: "*.shops.example.com", class: "tenants", bucketBy: "host" as const },
  ],
  addresses: Object.fromEntries(LOCATIONS.map((name) => [name, { v4: [addressOf(name)], v6: [] }])),
  subnets: SUBNETS,
  otherwise: OTHERWISE,
});

/** What a driver is told that keeps nothing on disk and has no secret. */
export const toldTo = (name: string, steered: ReturnType<typeof steeredTo>): SteeringContext => ({
  name,
  estate: estateOf(LOCATIONS),
  ...steered,
  demandRps: () => null,
  env: {},
  stateFolder: "/none",
  now: () => 1000,
});

/** Null: nobody is steered by this name. */
export function chunkOf({ address, host }: { readonly address: string; readonly host: string }): Chunk | null {
  const name = host.toLowerCase().replace(/\.?(?::\d+)?$/, "");
  const tenant = /^[^.]+\.shops\.example\.com$/.test(name);
  if (!tenant && name !== "www.example.com") return null;
  const zone = zoneOfAddress(zoneLookupOf(SUBNETS), address) ?? OTHERWISE;
  return tenant
    ? { class: "tenants", zone, bucket: bucketOfHost(name) }
    : { class: "public", zone, bucket: bucketAt(address) };
}

/** Where the core says that a chunk is served, for who asks the first location's edge. */
export function servedAt(table: RouteTable, chunk: Chunk): string {
  const { state } = routeStep(initialRoute(LOCATIONS), { event: "table", at: 0, table });
  return answer(state, chunk, HERE)!;
}

export const bucketAt = (address: string): number => bucketOfNetwork(addressBytes(address)!);

/** Neighbouring buckets have different places, so that a wrong bucket shows. */
const mixedRow = (first: number): readonly Run[] =>
  bucketsToRow(Array.from({ length: 256 }, (_, bucket) => (first + bucket * 7 + (bucket >> 4)) % 3));

export const mixedRows = (): Readonly<Record<string, readonly Run[]>> => ({
  "zone-east": mixedRow(0),
  "zone-west": mixedRow(1),
  "zone-north": mixedRow(2),
});

export function rowsTable(version: number, to: Readonly<Record<string, number>>): RouteTable {
  const rows = Object.fromEntries(Object.entries(to).map(([zone, location]) => [zone, [[location, 256] as const]]));
  return { version, at: 0, locations: LOCATIONS, assignment: { public: rows }, contingency: {}, apart: [] };
}

export const notice = (location: string, tableVersion: number): LossNotice => ({
  location,
  tableVersion,
  seenBy: LOCATIONS.filter((name) => name !== location),
  at: 1000,
  expires: 5000,
});
