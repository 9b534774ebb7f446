import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { faultWords } from "../../src/simulation/faults.ts";
import { madePlanet } from "../../src/simulation/made-planet.ts";
import { simulate, type Seen } from "../../src/simulation/run.ts";
import { SimulationViolation } from "../../src/simulation/violation.ts";
import { loadOracle } from "../plan/highs-oracle.ts";
import { drawEvacuation, roomTimesOf } from "./made-evacuation.ts";
import { overloadWatch, type OverloadResult } from "./overload.ts";

/**
 * Evacuations in the simulator, made hard: growth that is slow, refused or a lie, surges, second losses, losses amid a restore. Counts the seconds
 * in which a receiver is overloaded, and of them those that a feasible plan could have avoided; `overload.ts` says exactly what that means.
 *
 *     node --conditions=reactive-production:source bench/evacuations/bench.ts [--json] [--seeds 500] [--from 1] [--seed SEED] [--results FILE] [--minutes 4]
 *
 * With `--results` each seed's line is added to the file, and seeds that are in it are not run again; with `--minutes` it ends after so long, to be
 * gone on with later. `--seed` tells one evacuation with all that Houston decided. The last line sums up.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    seeds: { type: "string", default: "500" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    results: { type: "string" },
    minutes: { type: "string", default: "1000000" },
  },
});

type Line = OverloadResult & {
  readonly seed: number;
  readonly roomTimes: number;
  readonly faults: readonly string[];
  readonly requests: { readonly total: number; readonly failed: number } | null;
  /** An invariant of docs/invariants.md that did not hold; W2 is what is counted here. */
  readonly broken: string | null;
};

const oracle = await loadOracle();
const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const until = performance.now() + Number(values.minutes) * 60_000;
const known = new Map(readResults().map((line) => [line.seed, line]));
const lines: Line[] = [];
for (let seed = first; seed < first + count; seed++) {
  const before = known.get(seed);
  if (before === undefined && performance.now() > until) break;
  const line = before ?? (await evacuation(seed));
  if (before === undefined && values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(line)}\n`);
  lines.push(line);
  if (before === undefined) tell(line);
}
sumUp();

async function evacuation(seed: number): Promise<Line> {
  const roomTimes = roomTimesOf(seed);
  const faults = drawEvacuation(seed, madePlanet(seed, roomTimes), 0);
  let watch: ReturnType<typeof overloadWatch> | null = null;
  const look = (seen: Seen): void => {
    watch ??= overloadWatch(oracle, seen.at);
    watch.look(seen);
  };
  const seconds = Math.ceil(Math.max(...faults.map(({ untilMs }) => untilMs)) / 1000);
  const line = (rest: Pick<Line, "requests" | "broken">): Line => ({
    seed,
    roomTimes: Number(roomTimes.toFixed(2)),
    faults: faults.map(faultWords),
    ...watch!.result(),
    ...rest,
  });
  try {
    const { requests, decisions } = await simulate({
      seed,
      seconds,
      roomTimes,
      draw: (planet, fromMs) => drawEvacuation(seed, planet, fromMs),
      look,
      spared: ["W2"],
      replays: false,
    });
    if (values.seed !== undefined) for (const decided of decisions) process.stdout.write(`${decided}\n`);
    return line({ requests, broken: null });
  } catch (error) {
    if (!(error instanceof SimulationViolation)) throw error;
    if (values.seed !== undefined) process.stdout.write(`${error.message}\n`);
    return line({ requests: null, broken: `${error.invariant} at ${error.atSeconds} s: ${error.says}` });
  }
}

function readResults(): readonly Line[] {
  if (values.results === undefined || !existsSync(values.results)) return [];
  return readFileSync(values.results, "utf8")
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => JSON.parse(text) as Line);
}

function tell(line: Line): void {
  if (values.json) return void process.stdout.write(`${JSON.stringify(line)}\n`);
  const { seed, overloadedSeconds, avoidableSeconds, broken, faults } = line;
  const wrong = broken === null ? "" : `  BROKEN ${broken}`;
  process.stdout.write(
    `seed ${seed}  overloaded ${overloadedSeconds} s, avoidable ${avoidableSeconds} s${wrong}  room ${line.roomTimes}; ${faults.join("; ")}\n`,
  );
}

function sumUp(): void {
  const sum = (of: (line: Line) => number): number => lines.reduce((all, line) => all + of(line), 0);
  const result = {
    evacuations: lines.length,
    overloadedReceiverSeconds: sum(({ overloadedSeconds }) => overloadedSeconds),
    avoidableSeconds: sum(({ avoidableSeconds }) => avoidableSeconds),
    newsSeconds: sum(({ newsSeconds }) => newsSeconds),
    noRoomSeconds: sum(({ noRoomSeconds }) => noRoomSeconds),
    avoidableIn: lines.filter(({ avoidableSeconds }) => avoidableSeconds > 0).map(({ seed }) => seed),
    brokenIn: lines.filter(({ broken }) => broken !== null).map(({ seed }) => seed),
  };
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `${result.evacuations} evacuations: ${result.overloadedReceiverSeconds} overloaded-receiver seconds, ${result.avoidableSeconds} of them avoidable (seeds ${result.avoidableIn.join(", ") || "none"}), ${result.newsSeconds} that nobody could know of in time, ${result.noRoomSeconds} without room for all; invariants broken in ${result.brokenIn.join(", ") || "none"}\n`,
  );
}
