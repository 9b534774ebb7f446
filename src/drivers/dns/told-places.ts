import type { LocationName, ZoneName } from "../../core/estate.ts";
import { bucketOfHost, bucketOfNetwork } from "../../core/route/host.ts";
import { answer, type RouteState } from "../../core/route/route.ts";
import type { Asker, LocationAddresses } from "../steering-context.ts";
import { rowsOf } from "./host-rows.ts";

/** Where a route state leads one who asks; all places of the class that it may be, where it is not known as whose user it is answered. */
export function placesFor(
  route: RouteState,
  { host, name, from }: Asker,
  homeOf: (zone: ZoneName) => LocationName,
): readonly LocationName[] {
  if (from !== null) {
    const bucket = host.bucketBy === "host" ? bucketOfHost(name) : bucketOfNetwork(from.network);
    const home = homeOf(from.zone);
    // Who is shed is told of its home: the edge there says no.
    return [answer(route, { class: host.class, zone: from.zone, bucket }, home) ?? home];
  }
  const rows = rowsOf(route, host.class);
  const used = new Set<number>();
  for (const { buckets } of rows) {
    if (host.bucketBy === "host") used.add(buckets[bucketOfHost(name)]!);
    else for (const each of buckets) used.add(each);
  }
  return route.locations.filter((_, index) => used.has(index));
}

/** All addresses of these places, place by place. */
export function addressesOf(
  places: readonly LocationName[],
  addresses: Readonly<Record<LocationName, LocationAddresses>>,
): LocationAddresses {
  return {
    v4: places.flatMap((place) => addresses[place]?.v4 ?? []),
    v6: places.flatMap((place) => addresses[place]?.v6 ?? []),
  };
}
