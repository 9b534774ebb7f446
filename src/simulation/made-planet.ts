import type { EntryDemand } from "../core/control-contract.ts";
import {
  BUCKETS,
  type ClassName,
  type Estate,
  type LocationName,
  type Service,
  type ZoneName,
} from "../core/estate.ts";
import type { Path } from "../core/plan/bad-paths.ts";
import { chance, type Chance } from "./chance.ts";

/** A planet that never was: 15 locations on five continents and their users, drawn from the seed. */
export type MadePlanet = {
  readonly estate: Estate;
  readonly names: readonly LocationName[];
  readonly demandRps: Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;
  /** Share of a class's requests in each bucket; sums to 1. */
  readonly bucketShares: readonly number[];
  readonly readyRps: Readonly<Record<LocationName, number>>;
  readonly expected: readonly EntryDemand[];
  roundTripMs(a: string, b: string): number;
  /** Zones with their nearest location, of which they are a small part: where a bad path can be told from a bad location. */
  readonly sidePaths: readonly Path[];
};

export const LOCATIONS = 15;
const CONTINENTS = 5;
/** Users who live away from any location. */
const ZONES_BETWEEN = 5;
const TOTAL_RPS = 1500;
/** Of more of its users who fail a location itself is to blame. */
const SIDE_SHARE_MAX = 0.3;
/** Where Houston stands it is this far to everybody. */
export const HOUSTON_AWAY_MS = 60;
const CLASS_SHARE: Readonly<Record<ClassName, number>> = { public: 0.94, editor: 0.02, internal: 0.04 };
const PROVIDERS = ["aws", "google", "azure"] as const;

const part = (...dependsOn: readonly string[]): Service => ({ layer: "service", dependsOn });
const resource: Service = { layer: "resource", dependsOn: [] };
/** A small shop with one store that much of it shares. */
export const SERVICES: Readonly<Record<string, Service>> = {
  edge: { layer: "edge", dependsOn: ["web", "catalog", "cart", "checkout"] },
  web: part("cache"),
  catalog: part("cache", "dynamodb"),
  cart: part("stock"),
  stock: part("dynamodb"),
  checkout: part("stock", "payment", "orders"),
  payment: part(),
  orders: part("dynamodb"),
  dynamodb: resource,
  cache: resource,
};

/** What each location has ready for its own users, as a multiple: enough for any one location to go at demand x1.4, once its neighbours have grown. */
const ROOM_TIMES = 1.6;

export function madePlanet(seed: number, roomTimes = ROOM_TIMES): MadePlanet {
  const random = chance(seed, "planet");
  const places = drawPlaces(random);
  const names = places.map(({ name }) => name);
  const zonePlaces = [
    ...places.map(({ name, x, y }) => ({ name: `at-${name}`, x, y })),
    ...Array.from({ length: ZONES_BETWEEN }, (_, index) => {
      const near = places[random.index(places.length)]!;
      return { name: `between-${index + 1}`, x: near.x + random.between(-20, 20), y: near.y + random.between(-20, 20) };
    }),
  ];
  const weights = zonePlaces.map(({ name }) => (name.startsWith("at-") ? random.between(0.6, 1.6) : 0.4));
  const allWeights = weights.reduce((sum, weight) => sum + weight, 0);
  const zoneRps = weights.map((weight) => (TOTAL_RPS * weight) / allWeights);
  const latency = zonePlaces.map((zone) =>
    Object.fromEntries(places.map((to) => [to.name, Math.round(10 * (8 + far(zone, to))) / 10])),
  );
  const nearest = latency.map((row) => names.reduce((best, name) => (row[name]! < row[best]! ? name : best)));
  const homeRps = Object.fromEntries(
    names.map((name) => [name, zoneRps.reduce((sum, rps, index) => sum + (nearest[index] === name ? rps : 0), 0)]),
  );
  const demandRps = Object.fromEntries(
    Object.keys(CLASS_SHARE).map((className) => [
      className,
      Object.fromEntries(zonePlaces.map(({ name }, index) => [name, zoneRps[index]! * CLASS_SHARE[className]!])),
    ]),
  );
  const writer = names[0]!;
  const editorRps = TOTAL_RPS * CLASS_SHARE["editor"]!;
  const readyRps = Object.fromEntries(
    names.map((name) => [name, Math.round((homeRps[name]! + (name === writer ? editorRps : 0)) * roomTimes + 20)]),
  );
  const estate: Estate = {
    locations: places.map(({ name, x, y }, index) => ({
      name,
      provider: PROVIDERS[index % PROVIDERS.length]!,
      country: name.slice(0, 2),
      latitude: y,
      longitude: x,
      capacityRps: Math.round(readyRps[name]! * 2),
      costPerRps: 0,
    })),
    zones: zonePlaces.map(({ name }, index) => ({ name, country: name, latencyMs: latency[index]! })),
    classes: [
      { name: "public", priority: 3, latencyWeight: 1, data: { kind: "everywhere" } },
      { name: "editor", priority: 2, latencyWeight: 1, data: { kind: "one-writer", location: writer } },
      { name: "internal", priority: 1, latencyWeight: 0.2, data: { kind: "everywhere" } },
    ],
    services: SERVICES,
    journeys: {
      browse: { needs: ["edge", "web", "catalog"] },
      buy: { needs: ["edge", "cart", "checkout", "stock", "payment", "orders"] },
    },
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: 1,
    guards: { maxShareMovedPerMinute: 0.5, minLocationsServing: 8, maxUtilisation: 0.85, peopleOnly: [] },
    mode: "act",
    restore: "auto",
    actWithoutPromise: true,
    ttlSeconds: 5,
  };
  const byName = new Map(places.map((place) => [place.name, place]));
  return {
    estate,
    names,
    demandRps,
    bucketShares: drawBucketShares(random),
    readyRps,
    sidePaths: zonePlaces.flatMap(({ name: zone }, index) => {
      const location = nearest[index]!;
      return zoneRps[index]! <= SIDE_SHARE_MAX * homeRps[location]! ? [{ zone, location }] : [];
    }),
    expected: names.map((from) => ({
      from,
      rps: Object.fromEntries(
        Object.entries(demandRps).map(([className, zones]) => [
          className,
          Object.fromEntries(Object.entries(zones).filter((_, index) => nearest[index] === from)),
        ]),
      ),
    })),
    roundTripMs(a, b) {
      const [from, to] = [byName.get(a), byName.get(b)];
      return from === undefined || to === undefined ? HOUSTON_AWAY_MS : Math.max(1, far(from, to));
    },
  };
}

type Spot = { readonly x: number; readonly y: number };

/** Distances are milliseconds: some 100 between continents, 10 to 30 within. */
function drawPlaces(random: Chance): (Spot & { readonly name: LocationName })[] {
  const continents = ["af", "am", "ap", "eu", "oz"];
  return Array.from({ length: LOCATIONS }, (_, index) => {
    const continent = index % CONTINENTS;
    const turn = (2 * Math.PI * continent) / CONTINENTS;
    const x = 90 * Math.cos(turn) + random.between(-12, 12);
    const y = 90 * Math.sin(turn) + random.between(-12, 12);
    return { name: `${continents[continent]}-${Math.floor(index / CONTINENTS) + 1}`, x, y };
  });
}

const far = (a: Spot, b: Spot): number => Math.hypot(a.x - b.x, a.y - b.y);

function drawBucketShares(random: Chance): readonly number[] {
  const weights = Array.from({ length: BUCKETS }, () => random.between(0.5, 1.5));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round((1e7 * weight) / all) / 1e7);
}
