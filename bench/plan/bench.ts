import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { flowsOf } from "../../src/core/plan/chunks.ts";
import { ALL_OPEN } from "../../src/core/plan/closed.ts";
import { contingencies } from "../../src/core/plan/contingency.ts";
import { problemOf } from "../../src/core/plan/estate-problem.ts";
import { planChunks } from "../../src/core/plan/plan-chunks.ts";
import type { Plan, Problem } from "../../src/core/plan/problem.ts";
import { solve } from "../../src/core/plan/solve.ts";
import { drawn } from "../chart.ts";
import { GROWTH_LOCATIONS, GROWTH_ZONES, growthChart, growthSize } from "./growth.ts";
import { loadOracle, type Oracle } from "./highs-oracle.ts";
import { madeEstate, poolsOf, withRules, type MadeEstate } from "./made-estate.ts";
import { KINDS, madeProblem, type Kind } from "./made-problems.ts";

/**
 * The planner's figures, ours beside HiGHS in the same run (its WebAssembly build, and native by scipy where python3 has it), model
 * building counted on both sides; and how many of the made problems both answer alike.
 *
 *     node --conditions=reactive-production:source bench/plan/bench.ts [--json] [--seconds 2] [--problems 1000] [--part PART ...]
 *       [--rounds 5] [--cold] [--results FILE] [--picture FILE.svg]
 *
 * Parts: `planet` (15 locations x 250 zones x 3 classes, laws, preferences, distances and pools included), `large` (50 x 2,000 x 5),
 * `growth` (up to 200 x 20,000 x 3), `problems`. Each size runs in a process of its own, so that rss is its own. Prints a line a result.
 * With `--results` each size's line is added to the file, and sizes that are in it are not measured again; `--picture` draws how `growth` grows.
 * `--cold` measures nothing but cold plans, each at least `--rounds` times.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    seconds: { type: "string", default: "2" },
    problems: { type: "string", default: "1000" },
    part: { type: "string", multiple: true },
    rounds: { type: "string", default: "5" },
    cold: { type: "boolean" },
    results: { type: "string" },
    picture: { type: "string" },
    /** Of the parts' own processes. */
    size: { type: "string" },
  },
});
const PARTS = ["planet", "large", "growth", "problems"] as const;
const PLANET = "15x250x3";
const LARGE = "50x2000x5";
/** A general solver takes more than twenty minutes for 500,000 rows x places: its WebAssembly build for 50 x 2,000 x 5. */
const ORACLE_CELLS_MAX = 100_000;
const SEED = 1;
/** A planner runs for months; so the first runs, which the engine still compiles in, count for nobody: as many as this, or for as long. */
const WARM_UPS = 300;
const WARM_UP_MS = 1_000;

if (values.size !== undefined) await measureSize(values.size);
else {
  for (const part of values.part ?? PARTS) {
    switch (part) {
      case "planet":
        print(inOwnProcess(PLANET));
        break;
      case "large":
        print(inOwnProcess(LARGE));
        break;
      case "growth":
        measureGrowth();
        break;
      case "problems":
        compareProblems(await loadOracle(), Number(values.problems));
        break;
      default:
        throw new Error(`no part ${part}; there are ${PARTS.join(", ")}`);
    }
  }
}

function measureGrowth(): void {
  const coldMs = new Map<string, number>();
  for (const locations of GROWTH_LOCATIONS) {
    for (const zones of GROWTH_ZONES) {
      const row = inOwnProcess(growthSize(locations, zones));
      coldMs.set(row.size, row.cold.processorP50);
      print(row);
    }
  }
  if (values.picture !== undefined) writeFileSync(values.picture, drawn(growthChart(coldMs)));
}

type Row = { readonly size: string; readonly cold: Took };

function inOwnProcess(size: string): Row {
  const known = readResults().find((row) => row.size === size);
  if (known !== undefined) return known;
  const own = [...process.execArgv, fileURLToPath(import.meta.url), "--size", size, "--json"];
  const limits = ["--seconds", values.seconds, "--rounds", values.rounds, ...(values.cold === true ? ["--cold"] : [])];
  const told = execFileSync(process.execPath, [...own, ...limits]).toString();
  if (values.results !== undefined) appendFileSync(values.results, told);
  return JSON.parse(told) as Row;
}

function readResults(): readonly Row[] {
  if (values.results === undefined || !existsSync(values.results)) return [];
  const lines = readFileSync(values.results, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Row);
}

async function measureSize(size: string): Promise<void> {
  const [locations, zones, classes] = size.split("x").map(Number) as [number, number, number];
  const made = withRules(madeEstate({ seed: SEED, locations, zones, classes }));
  const capacityRps = { ...made.capacityFor(1.3), ...poolsOf(made) };
  const build = (): Problem => problemOf({ ...made, capacityRps });
  const cold = timed(() => solve(build()));
  if (values.cold === true) return print({ size, cold });
  const plan = solve(build());
  const lost = "location-0";
  const replan = timed(() =>
    solve(problemOf({ ...made, capacityRps, without: [lost], current: plan.assignment, churnWeight: 1000 })),
  );
  // Before the oracle, whose memory is not ours.
  const rssMiB = round(process.resourceUsage().maxRSS / 1024);
  const ours = { size, cold, replanAfterLoss: replan, rssMiB, unservedRps: round(unservedRps(plan)) };
  if (locations * zones * classes > ORACLE_CELLS_MAX) return print({ ...ours, wasm: null, native: null });
  const chunks = timed(() => planChunks({ ...made, capacityRps, previous: null }), 3);
  const safety = safetyOf(made, capacityRps);
  const losses = timed(() => contingencies(safety), 3);
  const problem = build();
  const wasm = await wasmHighs(problem, cold.p50);
  const native = nativeHighs(problem, cold.p50);
  print({ ...ours, chunks, allContingencies: losses, wasm, native, objectiveDiffers: differs(plan, [wasm, native]) });
}

function safetyOf(made: MadeEstate, capacityRps: Readonly<Record<string, number>>) {
  const { assignment } = planChunks({ ...made, capacityRps, previous: null });
  const loadRps: Record<string, number> = {};
  const pools = new Map(made.estate.locations.map(({ name, pools: own = {} }) => [name, own]));
  for (const flow of flowsOf({ ...made, assignment })) {
    const pool = pools.get(flow.location)![flow.class] === undefined ? flow.location : `${flow.location}/${flow.class}`;
    loadRps[pool] = (loadRps[pool] ?? 0) + flow.rps;
  }
  const readyRps = { ...made.capacityFor(1.4), ...poolsOf(made) };
  return {
    ...made,
    assignment,
    readyRps,
    loadRps,
    maxUtilisation: 0.95,
    exclude: [],
    closed: ALL_OPEN,
    stays: () => false,
  };
}

type Other = { readonly p50: number; readonly total: number; readonly timesFaster: number };

/** Both sides solve for cost alone where everybody has a place: the least that a general solver has to do. */
async function wasmHighs(problem: Problem, oursMs: number): Promise<Other | null> {
  const oracle = await loadOracle();
  if (unservedRps(solve(problem)) > 0) return null;
  const { p50 } = timed(() => oracle.leastCost(problem), 3);
  return { p50, total: oracle.leastCost(problem), timesFaster: round(p50 / oursMs) };
}

type Native = Other & { readonly solveP50: number };

function nativeHighs(problem: Problem, oursMs: number): Native | null {
  if (unservedRps(solve(problem)) > 0) return null;
  const script = fileURLToPath(new URL("scipy-highs.py", import.meta.url));
  try {
    const told = execFileSync("python3", [script, "7"], {
      input: JSON.stringify(problem),
      stdio: ["pipe", "pipe", "ignore"],
    });
    const { p50, solveP50, total } = JSON.parse(told.toString()) as { p50: number; solveP50: number; total: number };
    return { p50: round(p50), solveP50: round(solveP50), total, timesFaster: round(p50 / oursMs) };
  } catch {
    // No python3, or one without scipy: then there is nothing to put beside ours.
    return null;
  }
}

function differs(plan: Plan, others: readonly (Other | null)[]): number | null {
  const parts = others.flatMap((other) => (other === null ? [] : [relative(plan.objective.total, other.total)]));
  return parts.length === 0 ? null : Math.max(...parts);
}

/** Six digits: unserved by priority and total cost, and nobody is where there is no room. */
function compareProblems(oracle: Oracle, count: number): void {
  const worst = Object.fromEntries(
    KINDS.map((kind) => [kind, { problems: 0, equal: 0, fits: 0, differs: 0 }]),
  ) as Record<Kind, { problems: number; equal: number; fits: number; differs: number }>;
  for (let index = 0; index < count; index++) {
    const kind = KINDS[index % KINDS.length]!;
    const problem = madeProblem(kind, Math.floor(index / KINDS.length));
    const plan = solve(problem);
    const answer = oracle.solve(problem);
    const ranks = answer.unservedRps.map(({ priority, rps }) => {
      const ours = plan.unserved.filter((one) => problem.classes[one.class]!.priority === priority);
      return relative(sum(ours), rps);
    });
    const difference = Math.max(relative(plan.objective.total, answer.total), ...ranks);
    const row = worst[kind];
    row.problems += 1;
    row.differs = Math.max(row.differs, difference);
    if (difference <= 1e-6) row.equal += 1;
    if (fits(problem, plan)) row.fits += 1;
  }
  for (const kind of KINDS) print({ kind, ...worst[kind] });
}

function fits(problem: Problem, plan: Plan): boolean {
  const out = new Set(problem.without ?? []);
  return problem.locations.every(({ name, capacityRps, pools = {} }) => {
    const here = plan.assignment.filter(({ location }) => location === name);
    const shared = sum(here.filter((flow) => pools[flow.class] === undefined));
    const own = Object.entries(pools).every(
      ([pool, rps]) => sum(here.filter((flow) => flow.class === pool)) <= rps * (1 + 1e-9) + 1e-9,
    );
    return own && (out.has(name) ? here.length === 0 : shared <= capacityRps * (1 + 1e-9) + 1e-9);
  });
}

function sum(parts: readonly { readonly rps: number }[]): number {
  return parts.reduce((total, { rps }) => total + rps, 0);
}

function unservedRps(plan: Plan): number {
  return sum(plan.unserved);
}

/** Of the larger, or of 1 where both are small. */
function relative(ours: number, theirs: number): number {
  return Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs));
}

/** `warmUps` ran before any was counted. */
type Took = {
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
  /** Of all threads of this process: what a busy machine does not bend. */
  readonly processorP50: number;
  readonly rounds: number;
  readonly warmUps: number;
};

/** Milliseconds over as many rounds as fit, at least `least`. */
function timed(run: () => unknown, least = Number(values.rounds)): Took {
  const warm = performance.now() + WARM_UP_MS;
  let warmUps = 0;
  do run();
  while (++warmUps < WARM_UPS && performance.now() < warm);
  const end = performance.now() + 1000 * Number(values.seconds);
  const took: number[] = [];
  const processor: number[] = [];
  while (took.length < least || performance.now() < end) {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    run();
    took.push(performance.now() - begun);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
  }
  for (const each of [took, processor]) each.sort((a, b) => a - b);
  const at = (share: number, of = took): number => round(of[Math.min(of.length - 1, Math.floor(share * of.length))]!);
  const processorP50 = at(0.5, processor);
  return { min: round(took[0]!), p50: at(0.5), p99: at(0.99), processorP50, rounds: took.length, warmUps };
}

function print(result: Readonly<Record<string, unknown>>): void {
  if (values.json) return console.log(JSON.stringify(result));
  const words = Object.entries(result).map(([name, value]) => `${name} ${wordsOf(value)}`);
  console.log(words.join("  "));
}

function wordsOf(value: unknown): string {
  if (value === null) return "-";
  if (typeof value !== "object") return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${String(part)}`)
    .join(" ");
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
