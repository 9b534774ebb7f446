import type { Estate } from "../../src/core/estate.ts";
import type { Reading } from "../../src/core/reading.ts";
import { binomial, BOUNDS, histogram, madeEstate, normal, poisson, seeded } from "../../test/stories/judge-world.ts";
import { beta } from "./guards.ts";

export const TICK_SECONDS = 10;
export const DAY_TICKS = 86_400 / TICK_SECONDS;

const SERVICES = {
  edge: { layer: "edge", dependsOn: ["web"] },
  web: { layer: "service", dependsOn: ["dynamodb"] },
  dynamodb: { layer: "resource", dependsOn: [] },
} as const satisfies Estate["services"];
type Service = keyof typeof SERVICES;

/** What goes on at a healthy location that a judge could take for a fault. */
export type Disturbance =
  | "batch"
  | "deploy"
  | "counter reset"
  | "gap"
  | "lying exporter"
  | "drift of all"
  | "own drift"
  | "nothing special";

/**
 * Fifteen locations in which nothing is wrong, seen each ten seconds by five signals: failures of edge, web and
 * dynamodb, latencies of web and dynamodb. Load follows the hour and the weekday; failures come in bursts, and more of
 * them in a nightly batch; rates wander, each place's own and all together; a version is rolled out each three
 * days, with a step in latency and a counter that resets; scrapes leave gaps; an exporter lies for ten minutes.
 */
export class HealthyWorld {
  readonly estate: Estate = { ...madeEstate(), services: SERVICES, journeys: { all: { needs: ["web", "dynamodb"] } } };
  readonly #random: () => number;
  readonly #places: Place[];
  readonly #shared = newWander();

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#places = this.estate.locations.map(({ name }, index) => ({
      name,
      index,
      own: newWander(),
      slow: newWander(),
      step: 0,
      gap: { from: 0, until: 0 },
      lie: { from: 0, until: 0 },
    }));
  }

  /** What each location's counters say of the ten seconds before `tick`; empty where scrapes are missing. */
  pass(tick: number, at: number): ReadonlyMap<string, Reading[]> {
    wander(this.#shared, this.#random, SHARED_MEMORY_SECONDS);
    return new Map(this.#places.map((place) => [place.name, this.#readingsOf(place, tick, at)]));
  }

  /** What goes on there now, or went on in the ten minutes before: the most special first. */
  disturbanceAt(location: string, tick: number): Disturbance {
    const place = this.#places.find(({ name }) => name === location)!;
    const lately = { from: tick - LATELY_TICKS, until: tick };
    const touches = (span: Span): boolean => span.from <= lately.until && span.until >= lately.from;
    const sinceDeploy = tick - deployTick(place, tick);
    if (touches(place.lie)) return "lying exporter";
    if (touches(place.gap)) return "gap";
    if (sinceDeploy <= 1 + LATELY_TICKS && sinceDeploy >= 0) return sinceDeploy <= 3 ? "counter reset" : "deploy";
    if (isBatch(place, tick) || isBatch(place, tick - LATELY_TICKS)) return "batch";
    if (this.#shared.value > 1.5) return "drift of all";
    return place.own.value > 1.5 ? "own drift" : "nothing special";
  }

  #readingsOf(place: Place, tick: number, at: number): Reading[] {
    const random = this.#random;
    wander(place.own, random, OWN_MEMORY_SECONDS);
    wander(place.slow, random, OWN_MEMORY_SECONDS);
    const isDeployed = tick === deployTick(place, tick);
    if (isDeployed) place.step = LATENCY_STEP * normal(random);
    if (random() < GAPS_A_DAY / DAY_TICKS) place.gap = { from: tick, until: tick + GAP_TICKS };
    if (random() < LIES_A_DAY / DAY_TICKS) place.lie = { from: tick, until: tick + LIE_TICKS };
    if (tick >= place.gap.from && tick < place.gap.until) return [];
    const load = loadAt(place, tick);
    const failing = USUAL * Math.exp(SHARED_SD * this.#shared.value + OWN_SD * place.own.value);
    const readings: Reading[] = [];
    const count = (service: Service, share: number): void => {
      const total = poisson(random, load * TICK_SECONDS);
      const burst = beta(random, share * (1 / RHO - 1), (1 - share) * (1 / RHO - 1));
      const bad = binomial(random, total, burst);
      readings.push({ ...of(place, service, at), signal: "requests", good: total - bad, total });
    };
    const isLying = tick >= place.lie.from && tick < place.lie.until;
    count("edge", failing);
    count("web", isLying ? LIE : failing);
    count("dynamodb", isBatch(place, tick) ? BATCH * failing : failing);
    const slower = place.step + SLOW_SD * place.slow.value + PEAK_SLOWER * (load / PEAK_RPS);
    for (const [service, ms] of [
      ["web", 15],
      ["dynamodb", 2],
    ] as const) {
      const counts = histogram(random, poisson(random, load * TICK_SECONDS), Math.log(ms) + slower, 0.5);
      readings.push({ ...of(place, service, at), signal: "latency_hist", bounds: BOUNDS, counts });
    }
    if (isDeployed) {
      const version = `v${Math.floor(tick / DEPLOY_EACH_TICKS)}`;
      readings.push({ at, location: place.name, service: "web", signal: "deploy", version });
      // The process starts anew, and its counters with it.
      readings.push({ ...of(place, "web", at), signal: "requests", good: -load, total: -load });
    }
    return readings;
  }
}

type Span = { readonly from: number; readonly until: number };
type Place = {
  readonly name: string;
  readonly index: number;
  readonly own: Wander;
  readonly slow: Wander;
  step: number;
  gap: Span;
  lie: Span;
};

const of = ({ name }: Place, service: Service, at: number) => ({
  at,
  location: name,
  service,
  overMs: TICK_SECONDS * 1000,
});

/** A standard normal value that keeps a memory of so many seconds (Ornstein-Uhlenbeck). */
type Wander = { value: number };
const newWander = (): Wander => ({ value: 0 });
function wander(it: Wander, random: () => number, memorySeconds: number): void {
  const keeps = Math.exp(-TICK_SECONDS / memorySeconds);
  it.value = keeps * it.value + Math.sqrt(1 - keeps * keeps) * normal(random);
}

/** Requests a second: most in the evening, a third of it at night, 0.7 of it at a weekend. */
function loadAt({ index }: Place, tick: number): number {
  const hour = hourOf(index, tick);
  const weekday = Math.floor(tick / DAY_TICKS) % 7;
  return PEAK_RPS * (0.675 - 0.325 * Math.cos(((hour - 6) / 12) * Math.PI)) * (weekday >= 5 ? 0.7 : 1);
}

const hourOf = (index: number, tick: number): number => ((tick / DAY_TICKS) * 24 + index * 1.6) % 24;
const isBatch = ({ index }: Place, tick: number): boolean => Math.floor(hourOf(index, tick)) === 2;

/** Each three days, one location after the other, ten minutes apart. */
function deployTick({ index }: Place, tick: number): number {
  const wave = Math.floor(tick / DEPLOY_EACH_TICKS) * DEPLOY_EACH_TICKS;
  return wave + DAY_TICKS / 2 + index * 60;
}

const PEAK_RPS = 50;
const USUAL = 0.001;
const RHO = 0.005;
const SHARED_SD = 0.4;
const SHARED_MEMORY_SECONDS = 600;
const OWN_SD = 0.2;
const OWN_MEMORY_SECONDS = 3600;
const SLOW_SD = 0.03;
const PEAK_SLOWER = 0.05;
const LATENCY_STEP = 0.02;
/** A nightly batch makes dynamodb fail so many times more often, for an hour. */
const BATCH = 3;
const DEPLOY_EACH_TICKS = 3 * DAY_TICKS;
const GAPS_A_DAY = 0.2;
const GAP_TICKS = 30;
/** Of one location; 15 have one in ten days. */
const LIES_A_DAY = 1 / 150;
const LIE_TICKS = 60;
const LIE = 0.3;
const LATELY_TICKS = 60;
