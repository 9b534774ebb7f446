import type { ClassName, Estate, LocationName } from "../../src/core/estate.ts";
import type { BucketShares } from "../../src/core/plan/chunks.ts";
import type { Demand } from "../../src/core/plan/estate-problem.ts";

/** A made world for tests and benches of the planner, the same for the same seed: places on a globe, skewed demand and buckets. */
export function madeEstate(size: {
  seed: number;
  locations: number;
  zones: number;
  oneWriter?: boolean;
  classes?: number;
}): MadeEstate {
  const chance = chanceFrom(size.seed);
  const spot = (): { latitude: number; longitude: number } => ({
    latitude: Math.asin(2 * chance() - 1),
    longitude: 2 * Math.PI * chance(),
  });
  const places = Array.from({ length: size.locations }, spot);
  const classes = CLASSES.slice(0, size.classes ?? 3);
  const estate: Estate = {
    locations: places.map((place, index) => ({
      name: `location-${index}`,
      provider: `provider-${index % 3}`,
      country: `country-${index % 7}`,
      ...place,
      capacityRps: 0,
      costPerRps: Math.round(10 * chance()),
    })),
    zones: Array.from({ length: size.zones }, (_, index) => {
      const here = spot();
      const latencyMs = Object.fromEntries(
        places.map((place, at) => [`location-${at}`, Math.round(5 + 60 * angle(here, place) + 20 * chance())]),
      );
      return { name: `zone-${index}`, country: `country-${index % 40}`, latencyMs };
    }),
    classes: classes.map((name, index) => ({
      name,
      priority: classes.length - index,
      latencyWeight: 1 / (index + 1),
      data: size.oneWriter && index === 1 ? { kind: "one-writer", location: "location-0" } : { kind: "everywhere" },
    })),
    services: {},
    journeys: {},
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: 1,
    guards: { maxShareMovedPerMinute: 0.3, minLocationsServing: 1, maxUtilisation: 0.85, peopleOnly: [] },
    mode: "act",
    restore: "auto",
    actWithoutPromise: true,
    ttlSeconds: 5,
  };
  let totalRps = 0;
  const demand: Record<ClassName, Record<string, number>> = {};
  classes.forEach((name, index) => {
    demand[name] = Object.fromEntries(
      estate.zones.map((zone) => {
        const rps = chance() < 0.1 ? 0 : (100 * chance() ** 3) / (index + 1);
        totalRps += rps;
        return [zone.name, rps];
      }),
    );
  });
  const bucketShares = Object.fromEntries(
    classes.map((name) => [name, Array.from({ length: 256 }, () => chance() ** 4 / 50)]),
  );
  const weights = places.map(() => 0.3 + chance());
  const sum = weights.reduce((a, b) => a + b, 0);
  const capacityFor = (times: number): Record<LocationName, number> =>
    Object.fromEntries(weights.map((weight, index) => [`location-${index}`, (times * totalRps * weight) / sum]));
  return { estate, demand, bucketShares, totalRps, capacityFor };
}

export type MadeEstate = {
  readonly estate: Estate;
  readonly demand: Demand;
  readonly bucketShares: BucketShares;
  readonly totalRps: number;
  /** Capacities that sum to so many times the demand, unevenly. */
  readonly capacityFor: (times: number) => Readonly<Record<LocationName, number>>;
};

/** Every fifth zone has a law, every seventh a preference, every ninth a limit of distance; two locations have pools of their own. */
export function withRules(made: MadeEstate): MadeEstate {
  const names = made.estate.locations.map(({ name }) => name);
  const [first, second] = made.estate.classes.map(({ name }) => name) as [string, string];
  const estate: Estate = {
    ...made.estate,
    locations: made.estate.locations.map((location, index) =>
      index === 1 || index === 2 ? { ...location, pools: { [second]: made.totalRps / names.length } } : location,
    ),
    zones: made.estate.zones.map((zone, index) => ({
      ...zone,
      ...(index % 5 === 0 && { forbidden: { [first]: names.filter((_, at) => at % 3 === index % 3) } }),
      ...(index % 7 === 0 && { preferred: { [first]: [names[index % names.length]!] } }),
      ...(index % 9 === 0 && { farthestMs: { [second]: 150 } }),
    })),
  };
  return { ...made, estate };
}

/** What the pools of such a world carry, by pool. */
export function poolsOf({ estate }: MadeEstate): Readonly<Record<string, number>> {
  return Object.fromEntries(
    estate.locations.flatMap(({ name, pools = {} }) =>
      Object.entries(pools).map(([className, rps]) => [`${name}/${className}`, rps]),
    ),
  );
}

const CLASSES = ["public", "editor", "internal", "batch", "mirror"];

/** Mulberry32: small, fast, good enough for made worlds. */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function angle(a: { latitude: number; longitude: number }, b: { latitude: number; longitude: number }): number {
  const cosine =
    Math.sin(a.latitude) * Math.sin(b.latitude) +
    Math.cos(a.latitude) * Math.cos(b.latitude) * Math.cos(a.longitude - b.longitude);
  return Math.acos(Math.max(-1, Math.min(1, cosine)));
}
