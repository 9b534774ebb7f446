import { makeZoneLookup } from "../drivers/dns/zone-lookup.ts";
import type { NameServerOptions } from "../drivers/dns/embedded/server.ts";
import { nearestLocations, planetLocations, planetZones, TTL_SECONDS, zoneAround } from "./geography.ts";

/**
 * What all the planet's name servers have in common (DESIGN section 10). Give `address`, `port` and `route` beside it.
 * A zone is known by its EDNS client subnet and by the addresses that its resolver and its users call from.
 */
export function planetDns(askedLocation: string): Omit<NameServerOptions, "address" | "port" | "route"> {
  const home = new Map(planetZones.map(({ name }) => [name, nearestLocations(name)[0]!]));
  return {
    ttlSeconds: TTL_SECONDS,
    locations: planetLocations,
    nameServers: [
      { label: "ns", address: "127.20.0.53" },
      ...planetLocations.map(({ index, nameServer }) => ({ label: `ns${index}`, address: nameServer })),
    ],
    zoneOf: planetZoneLookup(),
    askedLocation,
    askedZone: zoneAround(askedLocation),
    homeOf: (zone) => home.get(zone) ?? askedLocation,
  };
}

export function planetZoneLookup(): ReturnType<typeof makeZoneLookup> {
  return makeZoneLookup(planetZones.map(({ name, subnet, clients }) => ({ name, subnets: [subnet, clients] })));
}
