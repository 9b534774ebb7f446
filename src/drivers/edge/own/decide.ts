import type { Chunk } from "../../../core/route/table.ts";
import { bucketOfHost, bucketOfNetwork } from "../../../core/route/host.ts";
import { answer, type RouteState } from "../../../core/route/route.ts";
import { addressBytes, zoneLookupOf, zoneOfAddress, type ZoneLookup } from "../../dns/zone-lookup.ts";
import type { SteeredHost } from "../../steering-context.ts";
import { HOPS_MAX } from "../passport.ts";
import { type RouteDocument, routeOf } from "./route-document.ts";

/** A route document, ready to be asked: whose request it is, and where it belongs. */
export type Routing = {
  readonly document: RouteDocument;
  readonly state: RouteState;
  readonly hosts: ReadonlyMap<string, SteeredHost>;
  readonly zones: ZoneLookup;
};

export function routing(document: RouteDocument): Routing {
  return {
    document,
    state: routeOf(document),
    hosts: new Map(document.hosts.map((host) => [host.name, host])),
    zones: zoneLookupOf(document.subnets),
  };
}

/** Class by the host, zone by the user's address, bucket by either, alike for DNS and all edges. Null: nobody is steered by this name. */
export function chunkOf(
  { hosts, zones, document }: Routing,
  asked: { readonly host: string; readonly user: string },
): Chunk | null {
  const name = bareHost(asked.host);
  const own = hosts.get(name) ?? hosts.get(`*${name.slice(name.indexOf("."))}`);
  if (own === undefined) return null;
  const address = own.bucketBy === "network" ? addressBytes(asked.user) : null;
  return {
    class: own.class,
    zone: zoneOfAddress(zones, asked.user) ?? document.otherwise,
    bucket: own.bucketBy === "host" ? bucketOfHost(name) : address === null ? 0 : bucketOfNetwork(address),
  };
}

function bareHost(host: string): string {
  const colon = host.lastIndexOf(":");
  const name = (colon > 0 && !host.endsWith("]") ? host.slice(0, colon) : host).toLowerCase();
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** Where a request is answered. */
export type Place =
  | { readonly kind: "here" }
  | { readonly kind: "there"; readonly location: string }
  /** Set apart: served nowhere for now. */
  | { readonly kind: "nowhere" }
  | { readonly kind: "loop" };

/**
 * 1. What another edge passed on is served here, whatever our table says; after HOPS_MAX edges it is cut. Nothing goes in circles.
 * 2. A probe asks how this place is, and is answered here.
 * 3. What says that it has been here stays, whoever says so: edges that do not know each other make no circle.
 * 4. Without a table, or for a name that nobody steers, everybody is served where they came.
 */
export function placeOf(
  route: RouteState | null,
  asked: {
    readonly chunk: Chunk | null;
    readonly here: string;
    readonly fromEdge: boolean;
    readonly hops: readonly string[];
    readonly probe: boolean;
  },
): Place {
  const { chunk, here, fromEdge, hops, probe } = asked;
  if (fromEdge) return hops.length >= HOPS_MAX ? { kind: "loop" } : { kind: "here" };
  if (probe || hops.includes(here) || chunk === null || route === null) return { kind: "here" };
  const location = answer(route, chunk, here);
  if (location === null) return { kind: "nowhere" };
  return location === here ? { kind: "here" } : { kind: "there", location };
}
