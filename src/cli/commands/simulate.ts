import type { Command } from "commander";
import { SCENARIOS } from "../../simulation/faults.ts";
import { simulate as run, type SimulationResult } from "../../simulation/run.ts";
import { SimulationViolation } from "../../simulation/violation.ts";
import { badUsage, unknownName } from "../ask.ts";
import { EXIT } from "../command.ts";
import { print, printJson, printLines, tell } from "../output.ts";
import { saveLines } from "../save-lines.ts";

type Options = {
  seeds: string;
  from: string;
  seed?: string;
  seconds?: string;
  record?: string;
  json?: boolean;
};

/** Seeds are 32 bits; counts too. */
const SEED_MAX = 2 ** 32 - 1;

export function simulate(program: Command): void {
  program
    .command("simulate")
    .argument("[scenario]", `what goes wrong: ${Object.keys(SCENARIOS).join(", ")}; without: drawn from the seed`)
    .description("Run the whole loop on a made planet and clock, seed by seed, and check every invariant.")
    .option("--seeds <count>", "how many seeds", "10")
    .option("--from <seed>", "the first seed", "1")
    .option("--seed <seed>", "this seed alone, with what Houston decided")
    .option("--seconds <seconds>", "how long things may go wrong, in simulated seconds")
    .option("--record <file>", "with --seed: save what Houston decided on, for `houston replay RECORDING`")
    .option("--json", "one JSON document per seed")
    .addHelpText(
      "after",
      `
A seed says everything: the planet, its users, the faults and the noise. The same seed gives the same
fingerprint, byte for byte. What is checked is numbered in docs/invariants.md.

Examples:
  $ houston simulate --seeds 200
  $ houston simulate hard-down --seeds 20 --from 1000
  $ houston simulate --seed 17
  $ houston simulate hard-down --seed 17 --record incident.ndjson`,
    )
    .action(async (scenario: string | undefined, options: Options) => {
      const scenarios = Object.keys(SCENARIOS);
      if (scenario !== undefined && !scenarios.includes(scenario)) throw unknownName("scenario", scenario, scenarios);
      const alone = options.seed !== undefined;
      const { record } = options;
      if (record !== undefined && !alone) throw badUsage("--record goes with --seed: a recording is of one run");
      const from = whole(options.seed ?? options.from, "a seed", 0);
      const count = alone ? 1 : whole(options.seeds, "--seeds", 1);
      const seconds = options.seconds === undefined ? undefined : whole(options.seconds, "--seconds", 1);
      tell(count === 1 ? `seed ${from}` : `seeds ${from} to ${from + count - 1}`);
      const failed: number[] = [];
      for (let seed = from; seed < from + count; seed++) {
        try {
          const result = await run({
            seed,
            scenario: scenario ?? null,
            ...(seconds !== undefined && { seconds }),
            ...(record !== undefined && { record: (lines) => saveLines(lines, record) }),
          });
          if (options.json) printJson(result);
          else for (const line of alone ? [...storyOf(result), summaryOf(result)] : [summaryOf(result)]) print(line);
        } catch (error) {
          if (!(error instanceof SimulationViolation)) throw error;
          failed.push(seed);
          const { invariant, atSeconds, says, story } = error;
          if (options.json) printJson({ seed, scenario: scenario ?? null, invariant, atSeconds, says, story });
          else {
            printLines(error.message);
            print(`again: ${again(seed, scenario, seconds)}`);
          }
        }
      }
      tell(`${count - failed.length} of ${count} seeds kept all invariants`);
      for (const seed of failed) tell(`failed: ${again(seed, scenario, seconds)}`);
      if (failed.length > 0) process.exitCode = EXIT.failed;
    });
}

function summaryOf(result: SimulationResult): string {
  const { requests } = result;
  const share = ((100 * requests.failed) / Math.max(1, requests.total)).toFixed(2);
  const faults = result.faults.length === 0 ? "no faults" : result.faults.join("; ");
  return `seed ${result.seed}  ${result.seconds} s  ${result.tables} tables, ${result.movedRps} rps moved, ${share} % of requests failed  ${result.fingerprint.slice(0, 16)}  ${faults}`;
}

function storyOf(result: SimulationResult): string[] {
  return [...result.faults.map((fault) => `fault: ${fault}`), ...result.decisions];
}

function again(seed: number, scenario: string | undefined, seconds: number | undefined): string {
  return `houston simulate${scenario === undefined ? "" : ` ${scenario}`} --seed ${seed}${seconds === undefined ? "" : ` --seconds ${seconds}`}`;
}

function whole(text: string, what: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(value) || value < least || value > SEED_MAX) {
    throw badUsage(`${what} is a whole number from ${least}, not ${text}`);
  }
  return value;
}
