import type { Baseline } from "../core/judge/usual.ts";
import type { LocationName } from "../core/estate.ts";
import type { Reading } from "../core/reading.ts";
import type { UnixMs } from "../core/step.ts";
import type { Chance } from "./chance.ts";
import { SERVICES } from "./made-planet.ts";

/** How a location's services are doing at one moment: what each does wrong by itself. */
export type Condition = {
  /** Share of its own calls that fail, by service. */
  readonly failing: Readonly<Record<string, number>>;
  /** Milliseconds more, by service. */
  readonly extraMs: Readonly<Record<string, number>>;
  /** Times slower, by service. */
  readonly factor: Readonly<Record<string, number>>;
  readonly version: string;
};

export const WELL: Condition = { failing: {}, extraMs: {}, factor: {}, version: "1" };

/** What users and callers get of each service, its dependencies included. */
export type Health = {
  readonly failing: Readonly<Record<string, number>>;
  /** Median milliseconds. */
  readonly ms: Readonly<Record<string, number>>;
};

/** Calls of each service for one request at the edge, and what a call takes by itself. */
const CALLS: Readonly<Record<string, { readonly share: number; readonly ownMs: number }>> = {
  edge: { share: 1, ownMs: 2 },
  web: { share: 0.4, ownMs: 6 },
  catalog: { share: 0.4, ownMs: 8 },
  cart: { share: 0.15, ownMs: 5 },
  stock: { share: 0.2, ownMs: 4 },
  checkout: { share: 0.05, ownMs: 10 },
  payment: { share: 0.05, ownMs: 20 },
  orders: { share: 0.05, ownMs: 6 },
  dynamodb: { share: 0.6, ownMs: 6 },
  cache: { share: 0.8, ownMs: 1.5 },
};
/** Which share of the edge's requests need which service. */
const USERS_NEED: Readonly<Record<string, number>> = { web: 0.4, catalog: 0.4, cart: 0.15, checkout: 0.05 };
/** A failing dependency fails its caller this often: some calls are tried again, some can be done without. */
const PASSED_ON: Readonly<Record<string, number>> = { cache: 0.1, dynamodb: 0.7 };
/** Users break off, and parts fail a little, always. */
const USERS_FAIL = 0.0006;
const PARTS_FAIL = 0.0003;
/** Log-normal: one request in three takes more than half as long again as the middle one, or less than two thirds. */
const SPREAD = 0.45;

/** Dependencies before those who need them. */
const ORDER: readonly string[] = [
  "dynamodb",
  "cache",
  "payment",
  "orders",
  "stock",
  "cart",
  "checkout",
  "catalog",
  "web",
];

export function healthOf(condition: Condition): Health {
  const failing: Record<string, number> = {};
  const ms: Record<string, number> = {};
  for (const service of ORDER) {
    let well = (1 - PARTS_FAIL) * (1 - (condition.failing[service] ?? 0));
    let slow = CALLS[service]!.ownMs * (condition.factor[service] ?? 1) + (condition.extraMs[service] ?? 0);
    for (const on of SERVICES[service]!.dependsOn) {
      well *= 1 - failing[on]! * (PASSED_ON[on] ?? 1);
      slow += ms[on]!;
    }
    failing[service] = 1 - well;
    ms[service] = slow;
  }
  let bad = USERS_FAIL;
  let logMs = 0;
  for (const [service, share] of Object.entries(USERS_NEED)) {
    bad += share * failing[service]!;
    logMs += share * Math.log(ms[service]! + CALLS["edge"]!.ownMs);
  }
  failing["edge"] = Math.min(1, bad);
  ms["edge"] = Math.exp(logMs);
  return { failing, ms };
}

/** What a probe meets: the journey's services, one after another. */
export function journeyOf(
  health: Health,
  journey: "browse" | "buy",
): { readonly failing: number; readonly ms: number } {
  const needs = journey === "browse" ? ["catalog"] : ["cart", "checkout"];
  let well = 1;
  let ms = 0;
  for (const service of needs) {
    well *= 1 - health.failing[service]!;
    ms += health.ms[service]!;
  }
  return { failing: 1 - well, ms };
}

/** The made baseline: usual failures are known, and how long things take; no promise stands behind it. */
export const MADE_BASELINE: Baseline = {
  promise: "none",
  services: Object.fromEntries(
    Object.keys(SERVICES).map((service) => [
      service,
      { errorRatio: service === "edge" ? 0.001 : 0.0005, logMs: null, logSd: null },
    ]),
  ),
};

const BOUNDS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const LOG_BOUNDS = BOUNDS.map((bound) => Math.log(bound));

/** What each service counted while the edge served so many requests. */
export function readingsOf(options: {
  readonly location: LocationName;
  readonly at: UnixMs;
  readonly overMs: number;
  readonly served: number;
  readonly health: Health;
  readonly version: string;
  readonly random: Chance;
}): Reading[] {
  const { location, at, overMs, served, health, random } = options;
  const readings: Reading[] = [];
  for (const service of Object.keys(CALLS)) {
    const total = service === "edge" ? Math.round(served) : random.poisson(served * CALLS[service]!.share);
    if (total === 0) continue;
    const bad = random.binomial(total, health.failing[service]!);
    readings.push({ at, location, service, signal: "requests", good: total - bad, total, overMs });
    const counts = latencyCounts(total, Math.log(health.ms[service]!), random);
    readings.push({ at, location, service, signal: "latency_hist", bounds: BOUNDS, counts, overMs });
  }
  readings.push({ at, location, service: "checkout", signal: "deploy", version: options.version });
  return readings;
}

/** How so many log-normal times fall between the bounds: bin after bin of what is left. */
function latencyCounts(total: number, middle: number, random: Chance): number[] {
  const counts: number[] = [];
  let left = total;
  let below = 0;
  for (const bound of LOG_BOUNDS) {
    const share = normalBelow((bound - middle) / SPREAD);
    const here = below >= 1 ? 0 : Math.min(1, (share - below) / (1 - below));
    const count = here < 1e-6 ? 0 : random.binomial(left, here);
    counts.push(count);
    left -= count;
    below = share;
  }
  counts.push(left);
  return counts;
}

/** The normal distribution, by Abramowitz and Stegun 26.2.17; its error is below 1e-7. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const density = Math.exp((-z * z) / 2) / 2.5066282746310002;
  const tail =
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
