import { parseArgs } from "node:util";
import { contingencies } from "../../src/core/plan/contingency.ts";
import { flowsOf, toChunks } from "../../src/core/plan/chunks.ts";
import { problemOf } from "../../src/core/plan/estate-problem.ts";
import type { Problem } from "../../src/core/plan/problem.ts";
import { solve } from "../../src/core/plan/solve.ts";
import { loadOracle } from "./highs-oracle.ts";
import { madeEstate, type MadeEstate } from "./made-estate.ts";

/**
 * How long a plan takes, ours beside HiGHS (WebAssembly) in the same run, model building counted on both sides.
 *
 *     node bench/plan/solve.ts [--json] [--size 15x64x3 ...] [--seconds 2]
 *
 * `feasible` problems have room for all, so both sides solve for cost alone (the oracle skips its priority rounds).
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    size: { type: "string", multiple: true },
    seconds: { type: "string", default: "2" },
  },
});
const seconds = Number(values.seconds);
const oracle = await loadOracle();

for (const size of values.size ?? ["15x64x3", "15x250x3", "50x2000x5"]) {
  const [locations, zones, classes] = size.split("x").map(Number) as [number, number, number];
  const made = madeEstate({ seed: 1, locations, zones, classes });
  const capacityRps = made.capacityFor(1.3);
  const problem = problemOf({ ...made, capacityRps });
  const cold = timed(() => solve(problem));
  const answer = solve(problem);
  const again = afterLoss(problem);
  const replan = timed(() => solve(again));
  const highs = timed(() => oracle.leastCost(problem), 3);
  const total = oracle.leastCost(problem);
  const relative = Math.abs(total - answer.objective.total) / Math.max(1, Math.abs(total));
  const now = safety(made, capacityRps);
  const all = timed(() => contingencies(now), 3);
  const result = {
    size,
    coldMs: cold,
    replanAfterLossMs: replan,
    highsMs: highs,
    timesFaster: round(highs.p50 / cold.p50),
    objectiveDiffers: relative,
    unservedRps: answer.unserved.reduce((sum, { rps }) => sum + rps, 0),
    allContingenciesMs: all,
    rssMiB: round(process.memoryUsage().rss / 2 ** 20),
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.log(
      `${size}: cold p50 ${cold.p50} p99 ${cold.p99} ms; re-plan after a loss p50 ${replan.p50} p99 ${replan.p99} ms; HiGHS p50 ${highs.p50} ms (${result.timesFaster} x); ` +
        `objective differs by ${relative.toExponential(1)}; ${locations} contingencies p50 ${all.p50} ms; rss ${result.rssMiB} MiB`,
    );
  }
}

/** The largest location is lost; what is in place is the first plan. */
function afterLoss(problem: Problem): Problem {
  return { ...problem, current: solve(problem).assignment, churnWeight: 5, without: ["location-0"] };
}

function safety(made: MadeEstate, capacityRps: Readonly<Record<string, number>>) {
  const plan = solve(problemOf({ ...made, capacityRps }));
  const { assignment } = toChunks({ ...made, capacityRps, plan, previous: null });
  const loadRps: Record<string, number> = {};
  for (const flow of flowsOf({ ...made, assignment }))
    loadRps[flow.location] = (loadRps[flow.location] ?? 0) + flow.rps;
  return {
    ...made,
    assignment,
    readyRps: made.capacityFor(1.4),
    loadRps,
    maxUtilisation: 0.95,
    exclude: [],
    stays: () => false,
  };
}

/** Milliseconds over as many rounds as fit, after one to warm up; at least `least`. */
function timed(run: () => unknown, least = 5): { readonly p50: number; readonly p99: number; readonly rounds: number } {
  const end = performance.now() + 1000 * seconds;
  run();
  const took: number[] = [];
  while (took.length < least || performance.now() < end) {
    const begun = performance.now();
    run();
    took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  const at = (share: number): number => round(took[Math.min(took.length - 1, Math.floor(share * took.length))]!);
  return { p50: at(0.5), p99: at(0.99), rounds: took.length };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
