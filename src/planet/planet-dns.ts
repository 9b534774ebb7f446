import { makeZoneLookup } from "../drivers/dns/zone-lookup.ts";
import { planetNames } from "../drivers/dns/embedded/planet-names.ts";
import type { NameServerOptions } from "../drivers/dns/embedded/server.ts";
import { PLANET_DOMAIN } from "../core/route/host.ts";
import { nearestLocations, planetLocations, planetZones, TTL_SECONDS, zoneAround } from "./geography.ts";

/**
 * What all the planet's name servers have in common (DESIGN section 10). Give `address`, `port` and `route` beside it.
 * A zone is known by its EDNS client subnet and by the addresses that its resolver and its users call from.
 */
export function planetDns(askedLocation: string): Omit<NameServerOptions, "address" | "port" | "route"> {
  const home = new Map(planetZones.map(({ name }) => [name, nearestLocations(name)[0]!]));
  return {
    ttlSeconds: TTL_SECONDS,
    locations: planetLocations.map(({ name, address }) => ({ name, addresses: { v4: [address], v6: [] } })),
    names: planetNames({
      nameServers: [
        { label: "ns", address: "127.20.0.53" },
        ...planetLocations.map(({ index, nameServer }) => ({ label: `ns${index}`, address: nameServer })),
      ],
      tenantHosts: { has: isTenantHost },
    }),
    zoneOf: planetZoneLookup(),
    askedLocation,
    askedZone: zoneAround(askedLocation),
    homeOf: (zone) => home.get(zone) ?? askedLocation,
  };
}

export function planetZoneLookup(): ReturnType<typeof makeZoneLookup> {
  return makeZoneLookup(planetZones.map(({ name, subnet, clients }) => ({ name, subnets: [subnet, clients] })));
}

/**
 * A tenant's own host: any below `.test` or `.example` that is not ours. Edges serve whatever host is pointed at them, as edges do,
 * and our name servers stand for the tenants' own; but only for names that nobody can own (RFC 2606), since a planet in a
 * box must not answer for the internet's.
 */
export function isTenantHost(host: string): boolean {
  return TENANT_HOST.test(host) && host !== PLANET_DOMAIN && !host.endsWith(`.${PLANET_DOMAIN}`);
}

const TENANT_HOST = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:test|example)$/;
