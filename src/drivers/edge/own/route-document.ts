import type { LocationName, ZoneName } from "../../../core/estate.ts";
import { LOCATIONS_MAX, tableProblems } from "../../../core/route/check-table.ts";
import { initialRoute, routeStep, type RouteState } from "../../../core/route/route.ts";
import type { LossNotice, RouteTable } from "../../../core/route/table.ts";
import { digest } from "../../dns/marker.ts";
import { zoneLookupOf } from "../../dns/zone-lookup.ts";
import type { LocationAddresses, SteeredHost } from "../../steering-context.ts";

/**
 * All that an application needs to be its own edge, as one JSON document: the route table with the losses that are followed, and whose request is
 * whose. Houston writes it (`kind: application`), applications keep it.
 */
export type RouteDocument = {
  /** Of this document's shape. */
  readonly document: 1;
  readonly table: RouteTable;
  /** Locations whose loss is followed for this table. */
  readonly lost: readonly LocationName[];
  readonly hosts: readonly SteeredHost[];
  readonly subnets: Readonly<Record<ZoneName, readonly string[]>>;
  readonly otherwise: ZoneName;
  readonly addresses: Readonly<Record<LocationName, LocationAddresses>>;
  readonly ttlSeconds: number;
};

/** A table of 15 x 250 x 3 with its contingencies is 2 MB of JSON. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;

/** What is wrong with it, each with its path; empty when it can be answered from. It comes over the network, or from a disk that was full. */
export function documentProblems(given: unknown): readonly string[] {
  if (!isRecord(given)) return ["it is no object"];
  if (given["document"] !== 1) return ["document: not 1; a newer Houston wrote it, and this edge is to be updated"];
  const { table, lost, hosts, subnets, otherwise, addresses, ttlSeconds } = given;
  const names = isRecord(table) && isNames(table["locations"]) ? table["locations"] : [];
  const locations = names.length <= LOCATIONS_MAX && new Set(names).size === names.length ? names : [];
  return [
    ...(locations.length === 0
      ? [`table.locations: not 1 to ${LOCATIONS_MAX} different names`]
      : tableProblems(table, locations)),
    ...(isNames(lost) && lost.every((name) => locations.includes(name)) ? [] : ["lost: not names of its locations"]),
    ...(Array.isArray(hosts) && hosts.every(isHost) ? [] : ["hosts: not a list of {name, class, bucketBy}"]),
    ...subnetProblems(subnets),
    ...(typeof otherwise === "string" ? [] : ["otherwise: no zone"]),
    ...(isRecord(addresses) && Object.values(addresses).every(isAddresses)
      ? []
      : ["addresses: not {v4, v6} by location"]),
    ...(typeof ttlSeconds === "number" && ttlSeconds > 0 ? [] : ["ttlSeconds: not above 0"]),
  ];
}

function subnetProblems(subnets: unknown): readonly string[] {
  if (!isRecord(subnets) || !Object.values(subnets).every(isNames)) return ["subnets: not subnets by zone"];
  try {
    zoneLookupOf(subnets as RouteDocument["subnets"]);
    return [];
  } catch (error) {
    return [`subnets: ${(error as Error).message}`];
  }
}

/** What answers by it. Whoever wrote it had the word of most locations for each loss, so it is followed without another. */
export function routeOf({ table, lost }: Pick<RouteDocument, "table" | "lost">): RouteState {
  const held = routeStep(initialRoute(table.locations), { event: "table", at: 0, table }).state;
  if (lost.length === 0) return held;
  return routeStep(held, { event: "notices", at: 0, notices: noticesOf({ table, lost }) }).state;
}

/** The word of all for each loss that is followed, good at the moment 0. */
export const noticesOf = ({ table, lost }: Pick<RouteDocument, "table" | "lost">): readonly LossNotice[] =>
  lost.map((location) => ({ location, tableVersion: table.version, seenBy: table.locations, at: 0, expires: 1 }));

/**
 * Whether the first one takes the other's place: a newer table, or the same, whose hosts or subnets may have changed with houston.yaml. A loss is
 * never taken back.
 */
export function takesPlaceOf(
  one: Pick<RouteDocument, "table" | "lost">,
  held: Pick<RouteDocument, "table" | "lost"> | null,
): boolean {
  if (held === null || one.table.version !== held.table.version)
    return held === null || one.table.version > held.table.version;
  return one.lost.length >= held.lost.length;
}

/** Names a document by its JSON: the same tag, the same routes for the same users. */
export const documentTag = ({ table }: Pick<RouteDocument, "table">, text: string): string =>
  `${table.version}.${digest(text)}`;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");
const isHost = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value["name"] === "string" &&
  typeof value["class"] === "string" &&
  (value["bucketBy"] === "network" || value["bucketBy"] === "host");
const isAddresses = (value: unknown): boolean => isRecord(value) && isNames(value["v4"]) && isNames(value["v6"]);
