import { CEILING_ABOVE_BAR_NATS } from "../../src/core/judge/bar.ts";
import { fuse, newAll } from "../../src/core/judge/fuse.ts";
import { graphOf } from "../../src/core/judge/graph.ts";
import { closeLook, newStream, type Look, type Stream } from "../../src/core/judge/stream.ts";
import { weigh } from "../../src/core/judge/weigh.ts";
import { binomial, normal, poisson, seeded } from "../../test/stories/judge-world.ts";
import { BAR_OF_FIFTEEN, delaysOf, failureDivergence, round } from "./limit.ts";

const [RPS, USUAL] = [50, 0.001];
const DAY = 86_400;
/** The others' minute: 14 places like this one. */
const ELSEWHERE_REQUESTS = 14 * 60 * RPS;

/** How failures come while all is well. */
const WORLDS = {
  independent: { rho: 0, drift: 0 },
  bursts: { rho: 0.005, drift: 0 },
  "bursts and a shared drift": { rho: 0.005, drift: 0.5 },
} as const;
type Chance = (typeof WORLDS)[keyof typeof WORLDS];

/**
 * With all guards on: what is usual was learnt from one day, failures come in bursts (beta-binomial, rho 0.005), and their rate wanders for
 * all locations together. Then the fault. `alarms`: how often the evidence passed 8 nats in so many quiet days, and the most that the
 * promise allows for that bar.
 */
export function guardedRows(runs: number) {
  const graph = graphOf({ services: { edge: { layer: "edge", dependsOn: [] } }, journeys: {} });
  const nothing = newAll();
  const limits = { barNats: BAR_OF_FIFTEEN, ceilingNats: BAR_OF_FIFTEEN + CEILING_ABOVE_BAR_NATS, othersSlower: 0 };
  return Object.entries(WORLDS).flatMap(([world, chance]) => {
    const random = seeded(7);
    const drift = drifting(random, chance);
    const pass = (stream: Stream, second: number, fault: number): number => {
      const usual = drift();
      const look = lookAt(random, { second, failing: fault > 0 ? Math.max(fault, usual) : usual, rho: chance.rho });
      const there = binomial(random, ELSEWHERE_REQUESTS, usual);
      Object.assign(stream.pending, look);
      weigh(stream, closeLook(stream, look.at), {
        ...limits,
        at: look.at,
        elsewhere: {
          failing: (there + 3 * Math.sqrt(there)) / ELSEWHERE_REQUESTS,
          bad: there,
          total: ELSEWHERE_REQUESTS,
          latencies: { from: [], logMs: [] },
        },
      });
      return fuse({ streams: [stream], joints: [], all: nothing, graph }).relativeNats;
    };
    const learnt = newStream("edge", "edge", undefined);
    for (let second = 1; second <= DAY; second++) pass(learnt, second, 0);
    let [above, alarms] = [false, 0];
    const quiet = structuredClone(learnt);
    const quietDays = Math.max(1, Math.round(runs / 10));
    for (let second = 1; second <= quietDays * DAY; second++) {
      const nats = pass(quiet, DAY + second, 0);
      if (nats >= LOW_BAR_NATS && !above) alarms += 1;
      above = nats >= LOW_BAR_NATS;
    }
    return [0.01, 0.05, 0.2].map((fault) => {
      const delays = Array.from({ length: runs }, () => {
        const stream = structuredClone(learnt);
        for (let second = 1; second < GIVES_UP_SECONDS; second++)
          if (pass(stream, DAY + second, fault) >= BAR_OF_FIFTEEN) return second;
        return GIVES_UP_SECONDS;
      });
      const bound = BAR_OF_FIFTEEN / (failureDivergence(fault, USUAL) * RPS);
      return {
        world,
        fault,
        ...delaysOf(delays, bound),
        alarms,
        allowed: round((quietDays * DAY) / Math.exp(LOW_BAR_NATS)),
      };
    });
  });
}

const GIVES_UP_SECONDS = 600;
/** A bar so low that a promise about it can be seen kept or broken within days. */
const LOW_BAR_NATS = 8;

/** A rate that wanders with a memory of 300 s: its logarithm's standard deviation is `drift`. */
function drifting(random: () => number, { drift }: Chance): () => number {
  let at = 0;
  const keeps = Math.exp(-1 / 300);
  return () => {
    if (drift === 0) return USUAL;
    at = keeps * at + Math.sqrt(1 - keeps * keeps) * normal(random);
    return Math.min(0.5, USUAL * Math.exp(drift * at - (drift * drift) / 2));
  };
}

function lookAt(
  random: () => number,
  of: { readonly second: number; readonly failing: number; readonly rho: number },
): Look {
  const total = poisson(random, RPS);
  const share =
    of.rho === 0 ? of.failing : beta(random, of.failing * (1 / of.rho - 1), (1 - of.failing) * (1 / of.rho - 1));
  const bad = binomial(random, total, share);
  return { at: of.second * 1000, overMs: 1000, bad, total, count: 0, sum: 0, squares: 0, slow: 0 };
}

/** A beta variate from two gamma ones. */
export function beta(random: () => number, a: number, b: number): number {
  const one = gamma(random, a);
  return one / (one + gamma(random, b));
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
function gamma(random: () => number, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
