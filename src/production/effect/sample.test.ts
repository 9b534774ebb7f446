import { expect, test } from "vitest";
import { initialRoute, routeStep, type RouteState } from "../../core/route/route.ts";
import type { Run } from "../../core/route/table.ts";
import { placesFor } from "../../drivers/dns/told-places.ts";
import { zoneLookupOf } from "../../drivers/dns/zone-lookup.ts";
import { askerFrom, changedAskers, changedNames, type Sampled } from "./sample.ts";

const subnets = { near: ["10.1.0.0/16"], far: ["10.2.0.0/16", "2001:db8::/32"], small: ["192.0.2.0/26"] };
const sampled: Sampled = {
  hosts: [
    { name: "www.example.com", class: "public", bucketBy: "network" },
    { name: "*.shops.example.com", class: "public", bucketBy: "host" },
  ],
  subnets,
  otherwise: "far",
  homeOf: () => "a",
  lookup: zoneLookupOf(subnets),
};
const ALL_A: Runs = [[0, 256]];
/** A canary of 5 %. */
const SOME_B: Runs = [
  [0, 243],
  [1, 13],
];
const ALL_B: Runs = [[1, 256]];

test("a canary is asked for as the very networks and names that it moves, in the zone that it moves", () => {
  const [before, after] = [route(1, ALL_A), route(2, SOME_B)];
  const askers = changedAskers(before, after, sampled);
  expect(askers.map(({ host, from }) => `${host.name} ${from?.zone}`)).toEqual([
    "www.example.com near",
    "*.shops.example.com near",
  ]);
  for (const asker of askers) {
    expect(placesFor(before, asker, sampled.homeOf)).toEqual(["a"]);
    expect(placesFor(after, asker, sampled.homeOf)).toEqual(["b"]);
  }
});

test("nothing is asked for a table that changes no answer; at the start some users of each zone are", () => {
  expect(changedAskers(route(1, ALL_A), route(2, ALL_A), sampled)).toEqual([]);
  const zones = changedAskers(null, route(1, ALL_A), sampled).map(({ from }) => from?.zone);
  // Of a zone that is smaller than a network nobody can be asked for.
  expect([...new Set(zones)]).toEqual(["near", "far"]);
});

test("where a table changes nothing no network is tried", () => {
  const tried: Uint8Array[] = [];
  const find: Sampled["lookup"]["find"] = (network, bits) => {
    tried.push(network);
    return sampled.lookup.find(network, bits);
  };
  const counted = { ...sampled, lookup: { ...sampled.lookup, find } };
  changedAskers(route(1, ALL_A), route(2, ALL_A), counted);
  expect(tried).toEqual([]);
  // Only users of `near` move.
  changedAskers(route(1, ALL_A), route(2, SOME_B), counted);
  expect(new Set(tried.map((network) => network[1]))).toEqual(new Set([1]));
  // A zone of which no table says anything is answered as before too.
  expect(changedAskers(route(1, ALL_A), route(2, ALL_A), { ...sampled, otherwise: "new" })).toEqual([]);
});

test("one who asks from a known address is held against its own answer, any other against what nobody is led to any more", () => {
  const known = askerFrom("10.1.7.53", sampled);
  expect(known.zone).toBe("near");
  expect(askerFrom("203.0.113.1", sampled).zone).toBe("far");
  const names = (before: Runs, after: Runs, from: typeof known | null): readonly string[] =>
    changedNames(route(1, before), route(2, after), from, sampled).map(({ host }) => host.name);
  expect(names(ALL_A, ALL_B, known)).toEqual(["www.example.com", "*.shops.example.com"]);
  // Others are led to a still, and b is nothing new that could be missing.
  expect(names(ALL_A, ALL_B, null)).toEqual([]);
  expect(names(ALL_B, ALL_A, null)).toEqual(["www.example.com", "*.shops.example.com"]);
});

test("ten thousand names are no more questions than six, taken from all over the list", () => {
  const hosts = Array.from({ length: 10_000 }, (_, index) => ({
    ...sampled.hosts[0]!,
    name: `shop-${index}.example.com`,
  }));
  const asked = changedAskers(route(1, ALL_A), route(2, ALL_B), { ...sampled, hosts });
  expect(asked.length).toBe(6);
  expect(asked.at(-1)!.name).toBe("shop-8333.example.com");
});

type Runs = readonly Run[];

function route(version: number, near: Runs): RouteState {
  const table = {
    version,
    at: version,
    locations: ["a", "b"],
    assignment: { public: { near, far: ALL_A, small: ALL_A } },
    contingency: {},
    apart: [],
  };
  return routeStep(initialRoute(table.locations), { event: "table", at: 0, table }).state;
}
