import type { Estate } from "../../src/core/estate.ts";
import type { Reading } from "../../src/core/reading.ts";
import {
  binomial,
  BOUNDS,
  drawing,
  histogram,
  madeEstate,
  normal,
  poisson,
  type Chance,
} from "../../test/stories/judge-world.ts";
import { beta } from "./guards.ts";

export const TICK_SECONDS = 10;
export const DAY_SECONDS = 86_400;
export const DAY_TICKS = DAY_SECONDS / TICK_SECONDS;

export const SERVICES = {
  edge: { layer: "edge", dependsOn: ["web"] },
  web: { layer: "service", dependsOn: ["dynamodb"] },
  dynamodb: { layer: "resource", dependsOn: [] },
} as const satisfies Estate["services"];
export type Service = keyof typeof SERVICES;

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

export type WorldOptions = {
  /** How often its counters are read; ten seconds when absent. */
  readonly tickSeconds?: number;
  /** Share of requests that fail while all is well. */
  readonly usual?: number;
  /** What ails a service there over the seconds that end at `second`, on top of what is healthy. */
  readonly ails?: (location: string, service: Service, second: number) => Ailment;
  /** Goes on from there, with the chance of the seed; with its own where the seed is `from.chance.state`. */
  readonly from?: WorldState;
};

/** All that the world remembers: plain data. */
export type WorldState = { readonly places: Place[]; readonly shared: Wander; readonly chance: Chance };

/**
 * Fifteen locations in which nothing is wrong, seen each ten seconds (or as asked) by five signals: failures of edge, web and
 * dynamodb, latencies of web and dynamodb. Load follows the hour and the weekday; failures come in bursts, and more of
 * them in a nightly batch; rates wander, each place's own and all together; a version is rolled out each three
 * days, with a step in latency and a counter that resets; scrapes leave gaps; an exporter lies for ten minutes.
 */
export class HealthyWorld {
  readonly estate: Estate = { ...madeEstate(), services: SERVICES, journeys: { all: { needs: ["web", "dynamodb"] } } };
  readonly state: WorldState;
  readonly tickSeconds: number;
  readonly #random: () => number;
  readonly #usual: number;
  readonly #ails: NonNullable<WorldOptions["ails"]>;

  constructor(seed: number, { tickSeconds = TICK_SECONDS, usual = USUAL, ails = () => WELL, from }: WorldOptions = {}) {
    this.tickSeconds = tickSeconds;
    this.#usual = usual;
    this.#ails = ails;
    const chance = { state: seed >>> 0 };
    this.#random = drawing(chance);
    this.state = from === undefined ? this.#begun(chance) : { ...from, chance };
  }

  #begun(chance: Chance): WorldState {
    return {
      chance,
      shared: newWander(),
      places: this.estate.locations.map(({ name }, index) => ({
        name,
        index,
        own: newWander(),
        slow: newWander(),
        step: 0,
        gap: { from: 0, until: 0 },
        lie: { from: 0, until: 0 },
      })),
    };
  }

  /** What each location's counters say of the seconds before `tick`; empty where scrapes are missing. */
  pass(tick: number, at: number): ReadonlyMap<string, Reading[]> {
    this.#wander(this.state.shared, SHARED_MEMORY_SECONDS);
    const second = tick * this.tickSeconds;
    return new Map(this.state.places.map((place) => [place.name, this.#readingsOf(place, second, at)]));
  }

  /** What goes on there now, or went on in the ten minutes before: the most special first. */
  disturbanceAt(location: string, tick: number): Disturbance {
    const place = this.state.places.find(({ name }) => name === location)!;
    const second = tick * this.tickSeconds;
    const lately = { from: second - LATELY_SECONDS, until: second };
    const touches = (span: Span): boolean => span.from <= lately.until && span.until >= lately.from;
    const sinceDeploy = second - deploySecond(place, second);
    if (touches(place.lie)) return "lying exporter";
    if (touches(place.gap)) return "gap";
    if (sinceDeploy <= TICK_SECONDS + LATELY_SECONDS && sinceDeploy >= 0)
      return sinceDeploy <= RESET_SHOWS_SECONDS ? "counter reset" : "deploy";
    if (isBatch(place, second) || isBatch(place, second - LATELY_SECONDS)) return "batch";
    if (this.state.shared.value > 1.5) return "drift of all";
    return place.own.value > 1.5 ? "own drift" : "nothing special";
  }

  #readingsOf(place: Place, second: number, at: number): Reading[] {
    const [random, seconds] = [this.#random, this.tickSeconds];
    this.#wander(place.own, OWN_MEMORY_SECONDS);
    this.#wander(place.slow, OWN_MEMORY_SECONDS);
    const isDeployed = second === deploySecond(place, second);
    if (isDeployed) place.step = LATENCY_STEP * normal(random);
    if (random() < (GAPS_A_DAY / DAY_SECONDS) * seconds) place.gap = { from: second, until: second + GAP_SECONDS };
    if (random() < (LIES_A_DAY / DAY_SECONDS) * seconds) place.lie = { from: second, until: second + LIE_SECONDS };
    if (second >= place.gap.from && second < place.gap.until) return [];
    const load = loadAt(place, second);
    const failing = this.#usual * Math.exp(SHARED_SD * this.state.shared.value + OWN_SD * place.own.value);
    const ailment = (service: Service): Ailment => this.#ails(place.name, service, second);
    const of = (service: Service) => ({ at, location: place.name, service, overMs: seconds * 1000 });
    const readings: Reading[] = [];
    const count = (service: Service, healthy: number): void => {
      const total = poisson(random, load * seconds);
      const share = Math.min(FAILING_MOST, healthy + ailment(service).fails);
      const burst = beta(random, share * (1 / RHO - 1), (1 - share) * (1 / RHO - 1));
      const bad = binomial(random, total, burst);
      readings.push({ ...of(service), signal: "requests", good: total - bad, total });
    };
    const isLying = second >= place.lie.from && second < place.lie.until;
    count("edge", failing);
    count("web", isLying ? LIE : failing);
    count("dynamodb", isBatch(place, second) ? BATCH * failing : failing);
    const slower = place.step + SLOW_SD * place.slow.value + PEAK_SLOWER * (load / PEAK_RPS);
    for (const service of ["web", "dynamodb"] as const) {
      const mean = Math.log(USUAL_MS[service] * ailment(service).slower) + slower;
      const counts = histogram(random, poisson(random, load * seconds), mean, 0.5);
      readings.push({ ...of(service), signal: "latency_hist", bounds: BOUNDS, counts });
    }
    if (isDeployed) {
      const version = `v${Math.floor(second / DEPLOY_EACH_SECONDS)}`;
      readings.push({ at, location: place.name, service: "web", signal: "deploy", version });
      // The process starts anew, and its counters with it.
      readings.push({ ...of("web"), signal: "requests", good: -load, total: -load });
    }
    return readings;
  }

  #wander(it: Wander, memorySeconds: number): void {
    const keeps = Math.exp(-this.tickSeconds / memorySeconds);
    it.value = keeps * it.value + Math.sqrt(1 - keeps * keeps) * normal(this.#random);
  }
}

/** `fails`: a share of requests more. `slower`: a factor. */
export type Ailment = { readonly fails: number; readonly slower: number };
export const WELL: Ailment = { fails: 0, slower: 1 };

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

/** A standard normal value that keeps a memory of so many seconds (Ornstein-Uhlenbeck). */
type Wander = { value: number };
const newWander = (): Wander => ({ value: 0 });

/** Requests a second: most in the evening, a third of it at night, 0.7 of it at a weekend. */
function loadAt({ index }: Place, second: number): number {
  const hour = hourOf(index, second);
  const weekday = Math.floor(second / DAY_SECONDS) % 7;
  return PEAK_RPS * (0.675 - 0.325 * Math.cos(((hour - 6) / 12) * Math.PI)) * (weekday >= 5 ? 0.7 : 1);
}

const hourOf = (index: number, second: number): number => ((second / DAY_SECONDS) * 24 + index * 1.6) % 24;
const isBatch = ({ index }: Place, second: number): boolean => Math.floor(hourOf(index, second)) === 2;

/** Each three days, one location after the other, ten minutes apart. */
function deploySecond({ index }: Place, second: number): number {
  const wave = Math.floor(second / DEPLOY_EACH_SECONDS) * DEPLOY_EACH_SECONDS;
  return wave + DAY_SECONDS / 2 + index * 600;
}

const PEAK_RPS = 50;
const USUAL = 0.001;
const USUAL_MS = { web: 15, dynamodb: 2 } as const;
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
const DEPLOY_EACH_SECONDS = 3 * DAY_SECONDS;
const GAPS_A_DAY = 0.2;
const GAP_SECONDS = 300;
/** Of one location; 15 have one in ten days. */
const LIES_A_DAY = 1 / 150;
const LIE_SECONDS = 600;
const LIE = 0.3;
/** Less than all: a share of all has no bursts. */
const FAILING_MOST = 0.999;
const RESET_SHOWS_SECONDS = 30;
const LATELY_SECONDS = 600;
