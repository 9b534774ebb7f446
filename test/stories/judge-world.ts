import type { Estate } from "../../src/core/estate.ts";
import { initialJudge, judge, type JudgeState } from "../../src/core/judge/judge.ts";
import type { Moved } from "../../src/core/judge/around.ts";
import { judgeEstate } from "../../src/core/judge/scope.ts";
import type { Baseline } from "../../src/core/judge/usual.ts";
import type { Reading } from "../../src/core/reading.ts";
import type { Load, Summary } from "../../src/core/summary.ts";
import type { Suspect } from "../../src/core/suspects.ts";
import type { Verdict } from "../../src/core/verdict.ts";

/**
 * Fifteen made locations with a shop in each: requests that fail by chance, latencies that scatter, probes, and
 * a judge in every one. Chance comes from a seed; time is counted, not measured.
 */
export const SERVICES = {
  edge: { layer: "edge", dependsOn: ["web"] },
  web: { layer: "service", dependsOn: ["catalog", "cart", "checkout", "orders"] },
  catalog: { layer: "service", dependsOn: ["cache", "pricing", "stock"] },
  pricing: { layer: "service", dependsOn: ["cache"] },
  search: { layer: "service", dependsOn: ["disk"] },
  recommend: { layer: "service", dependsOn: ["cache"] },
  cart: { layer: "service", dependsOn: ["dynamodb", "session"] },
  session: { layer: "service", dependsOn: ["dynamodb"] },
  stock: { layer: "service", dependsOn: ["dynamodb"] },
  checkout: { layer: "service", dependsOn: ["cart", "payment", "orders"] },
  payment: { layer: "service", dependsOn: ["queue"] },
  orders: { layer: "service", dependsOn: ["dynamodb"] },
  wishlist: { layer: "service", dependsOn: ["dynamodb"] },
  email: { layer: "service", dependsOn: ["queue"] },
  dynamodb: { layer: "resource", dependsOn: [] },
  cache: { layer: "resource", dependsOn: [] },
  queue: { layer: "resource", dependsOn: [] },
  disk: { layer: "resource", dependsOn: [] },
} as const;
export type MadeService = keyof typeof SERVICES;

const CALLS: Record<MadeService, { perRequest: number; ms: number }> = {
  edge: { perRequest: 1, ms: 20 },
  web: { perRequest: 1, ms: 15 },
  catalog: { perRequest: 0.6, ms: 8 },
  pricing: { perRequest: 0.3, ms: 3 },
  search: { perRequest: 0.2, ms: 12 },
  recommend: { perRequest: 0.2, ms: 6 },
  cart: { perRequest: 0.3, ms: 7 },
  session: { perRequest: 0.4, ms: 4 },
  stock: { perRequest: 0.3, ms: 5 },
  checkout: { perRequest: 0.05, ms: 60 },
  payment: { perRequest: 0.05, ms: 30 },
  orders: { perRequest: 0.1, ms: 6 },
  wishlist: { perRequest: 0.1, ms: 6 },
  email: { perRequest: 0.05, ms: 10 },
  dynamodb: { perRequest: 1, ms: 2 },
  cache: { perRequest: 0.8, ms: 1 },
  queue: { perRequest: 0.1, ms: 2 },
  disk: { perRequest: 0.2, ms: 4 },
};

export const NAMES = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-west-1",
  "eu-central-1",
  "europe-north1",
  "ap-south-1",
  "asia-southeast1",
  "ap-northeast-1",
  "australia-southeast1",
  "southafricanorth",
  "uaenorth",
  "us-central1",
] as const;

const PROVIDERS = [
  "aws",
  "aws",
  "aws",
  "aws",
  "aws",
  "aws",
  "aws",
  "google",
  "aws",
  "google",
  "aws",
  "google",
  "azure",
  "azure",
  "google",
];

export function madeEstate(names: readonly string[] = NAMES): Estate {
  return {
    locations: names.map((name, i) => ({
      name,
      provider: PROVIDERS[i] ?? "aws",
      country: "-",
      latitude: 0,
      longitude: 0,
      capacityRps: 400,
      costPerRps: 1,
    })),
    zones: [],
    classes: [],
    services: SERVICES,
    journeys: { browse: { needs: ["web", "catalog"] }, buy: { needs: ["web", "cart", "checkout"] } },
    objective: { errorRatio: 0.001, slowMs: 1000, burnRate: 5 },
    needlessMovesPerYear: 1,
    guards: { maxShareMovedPerMinute: 0.3, minLocationsServing: 5, maxUtilisation: 0.85, peopleOnly: [] },
    mode: "act",
    restore: "auto",
    actWithoutPromise: true,
    ttlSeconds: 5,
  };
}

export const MADE_BASELINE: Baseline = {
  promise: "none",
  services: Object.fromEntries(
    Object.keys(SERVICES).map((name) => [name, { errorRatio: 0.001, logMs: null, logSd: null }]),
  ),
};

/** What ails one service of one location this second. */
export type Ailment = { readonly fails?: number; readonly slower?: number };

export type World = {
  readonly estate: Estate;
  readonly random: () => number;
  readonly judges: Map<string, JudgeState>;
  readonly summaries: Map<string, Summary>;
  readonly rps: Map<string, number>;
  /** Changed by whoever tells the story. */
  ails: (location: string, service: MadeService, second: number) => Ailment;
  /** Does a probe from one location to another get an answer? Else why not. */
  answers: (from: string, to: string, second: number) => "ok" | "refused" | "timeout" | "error" | "status";
  load: (location: string) => Partial<Load>;
  suspects: (location: string) => readonly Suspect[];
  deploys: (location: string) => string | null;
  /** Shared by all locations: a factor on every latency, as when the machine under them stalls. */
  everySlower: (second: number) => number;
  /** What its counters make of it: exporters lie, clocks are wrong. Null: nothing comes through, the edge's load included. */
  tells: (location: string, readings: Reading[], second: number) => Reading[] | null;
  moved: Moved[];
  second: number;
  dead: Set<string>;
};

export function madeWorld(options: {
  seed: number;
  names?: readonly string[];
  rps?: number;
  /** Null: they begin without any. */
  baseline?: Baseline | null;
}): World {
  const estate = madeEstate(options.names);
  const world: World = {
    estate,
    random: seeded(options.seed),
    judges: new Map(),
    summaries: new Map(),
    rps: new Map(estate.locations.map(({ name }) => [name, options.rps ?? 100])),
    ails: () => ({}),
    answers: () => "ok",
    load: () => ({}),
    suspects: () => [],
    deploys: () => "v3",
    everySlower: () => 1,
    tells: (_, readings) => readings,
    moved: [],
    second: 0,
    dead: new Set(),
  };
  for (const { name } of estate.locations) {
    const config = { event: "config", at: atOf(0), location: name, estate } as const;
    const baseline = options.baseline === undefined ? MADE_BASELINE : options.baseline;
    world.judges.set(name, judge(initialJudge(), baseline === null ? config : { ...config, baseline }).state);
  }
  return world;
}

export const atOf = (second: number): number => 1_700_000_000_000 + Math.round(second * 1000);

/** One second passes everywhere: counters, probes, ticks; summaries reach the others at the end of it. */
export function passSecond(world: World): Verdict[] {
  world.second += 1;
  const at = atOf(world.second);
  const told: Summary[] = [];
  const names = world.estate.locations.map(({ name }) => name);
  for (const name of names) {
    const state = world.judges.get(name);
    if (state === undefined || world.dead.has(name)) continue;
    const counters = world.tells(name, countersOf(world, name, at), world.second);
    const readings = [...(counters ?? []), ...probesOf(world, name, names, at)];
    judge(state, { event: "readings", at, readings });
    const rps = world.rps.get(name) ?? 0;
    const load: Load = {
      servedRps: rps,
      enteredRps: rps,
      readyRps: rps * 2,
      capacityRps: rps * 3,
      utilisation: 0.5,
      shedRps: 0,
      queueMs: 0,
      failedRatio: 0,
      ...world.load(name),
    };
    if (counters !== null) judge(state, { event: "load", at, load, suspects: world.suspects(name) });
    for (const effect of judge(state, { event: "tick", at }).effects) told.push(effect.summary);
  }
  for (const summary of told) {
    world.summaries.set(summary.from, summary);
    for (const state of world.judges.values()) judge(state, { event: "summary", at, summary });
  }
  return judgeEstate({ estate: world.estate, summaries: [...world.summaries.values()], moved: world.moved, at });
}

function countersOf(world: World, location: string, at: number): Reading[] {
  const readings: Reading[] = [];
  const shared = world.everySlower(world.second);
  for (const service of Object.keys(SERVICES) as MadeService[]) {
    const { perRequest, ms } = CALLS[service];
    const total = poisson(world.random, (world.rps.get(location) ?? 0) * perRequest);
    if (total === 0) continue;
    const ailment = world.ails(location, service, world.second);
    const bad = binomial(world.random, total, Math.min(1, 0.0002 + (ailment.fails ?? 0)));
    readings.push({ at, location, service, signal: "requests", good: total - bad, total, overMs: 1000 });
    const counts = histogram(
      world.random,
      total,
      Math.log(ms * shared * (ailment.slower ?? 1)) + 0.05 * normal(world.random),
      0.5,
    );
    readings.push({ at, location, service, signal: "latency_hist", bounds: BOUNDS, counts, overMs: 1000 });
  }
  const version = world.deploys(location);
  if (version !== null) readings.push({ at, location, service: "cart", signal: "deploy", version });
  return readings;
}

/** At rest two looks a second at each location, vantages in turn; everyone looks when a location did not answer. */
function probesOf(world: World, from: string, names: readonly string[], at: number): Reading[] {
  const readings: Reading[] = [];
  const own = names.indexOf(from);
  for (let to = 0; to < names.length; to++) {
    const name = names[to];
    if (name === undefined || to === own) continue;
    const turn = (world.second * 2 + to) % names.length;
    const suspected = names.some((vantage) => (world.summaries.get(vantage)?.sees[name]?.failedLooks ?? 0) > 0);
    if (!suspected && own !== turn && own !== (turn + 1) % names.length) continue;
    const answer = world.answers(from, name, world.second);
    readings.push({
      at,
      location: name,
      signal: "probe",
      journey: "browse",
      ok: answer === "ok",
      ms: 20,
      vantage: from,
      ...(answer === "ok" ? {} : { why: answer }),
    });
  }
  return readings;
}

export const BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

export const seeded = (seed: number): (() => number) => drawing({ state: seed >>> 0 });

/** Where a sequence of drawn numbers stands: it goes on from there as one that is seeded with it. */
export type Chance = { state: number };

export function drawing(chance: Chance): () => number {
  return () => {
    const state = (chance.state + 0x6d2b79f5) >>> 0;
    chance.state = state;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function poisson(random: () => number, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = 0;
  for (let left = Math.exp(-mean), product = random(); product > left; product *= random()) count += 1;
  return count;
}

export function binomial(random: () => number, total: number, probability: number): number {
  if (probability >= 1) return total;
  if (total * probability < 30) {
    let count = 0;
    if (probability <= 0) return 0;
    // The gaps between successes are geometric: cheap when successes are rare.
    for (let i = Math.floor(Math.log(1 - random()) / Math.log1p(-probability)); i < total; count++) {
      i += 1 + Math.floor(Math.log(1 - random()) / Math.log1p(-probability));
    }
    return count;
  }
  const count = Math.round(total * probability + Math.sqrt(total * probability * (1 - probability)) * normal(random));
  return Math.max(0, Math.min(total, count));
}

/** Counts by bucket of lognormal latencies: each bucket's share of what is left is drawn by itself. */
export function histogram(random: () => number, total: number, mean: number, spread: number): number[] {
  const counts: number[] = [];
  let [left, below] = [total, 0];
  for (const bound of BOUNDS) {
    const upTo = cumulative((Math.log(bound) - mean) / spread);
    const here =
      left === 0 || upTo - below < 1e-9 ? 0 : binomial(random, left, Math.min(1, (upTo - below) / (1 - below)));
    counts.push(here);
    left -= here;
    below = upTo;
  }
  return [...counts, left];
}

/** The normal distribution's cumulative share, by a logistic approximation: good to 0.02 %. */
const cumulative = (z: number): number => 1 / (1 + Math.exp(-1.5976 * z - 0.07056 * z ** 3));
