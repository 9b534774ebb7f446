import { initialRoute, routeStep, type RouteState } from "../../../core/route/route.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import { makeZoneLookup } from "../zone-lookup.ts";
import { planetNames } from "./planet-names.ts";
import type { NameServerOptions } from "./server.ts";

/** Two locations and two zones, for tests of the name server: far's users go to b, bucket 7 is shed, 8 is pinned to b. */
export const TEST_TABLE: RouteTable = {
  version: 3,
  at: 0,
  locations: ["a", "b"],
  assignment: {
    public: { near: [[0, 256]], far: [[1, 256]] },
    editor: {
      near: [
        [0, 128],
        [1, 128],
      ],
    },
  },
  contingency: {},
  apart: [
    { class: "public", bucket: 7, location: null },
    { class: "public", bucket: 8, location: "b" },
  ],
};

export function testRoute(table: RouteTable = TEST_TABLE): RouteState {
  return routeStep(initialRoute(table.locations), { event: "table", at: 0, table }).state;
}

export function testZone(nameServers = 16): Omit<NameServerOptions, "address" | "port" | "route"> {
  return {
    ttlSeconds: 5,
    locations: [
      { name: "a", addresses: { v4: ["127.20.1.1"], v6: [] } },
      { name: "b", addresses: { v4: ["127.20.2.1"], v6: [] } },
    ],
    names: planetNames({
      nameServers: Array.from({ length: nameServers }, (_, i) => ({
        label: i === 0 ? "ns" : `ns${i}`,
        address: `127.20.${i}.53`,
      })),
      tenantHosts: new Set(["www.bakery.example"]),
    }),
    zoneOf: makeZoneLookup([
      { name: "near", subnets: ["198.18.1.0/24", "127.0.0.0/8"] },
      { name: "far", subnets: ["198.18.2.0/24"] },
    ]),
    askedLocation: "a",
    homeOf: (zone) => (zone === "far" ? "b" : "a"),
  };
}
