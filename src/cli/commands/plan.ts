import type { Command } from "commander";
import { solve } from "../../core/plan/solve.ts";
import { whyUnserved } from "../../core/plan/why-unserved.ts";
import { badUsage } from "../ask.ts";
import { connect, withConnection, type ConnectOptions } from "../client.ts";
import { print, printJson, tell } from "../output.ts";
import { boundLines } from "./bound-lines.ts";
import { planLines, whatIfLines } from "./plan-tables.ts";
import { readProblem } from "./plan-problem.ts";

type PlanOptions = ConnectOptions & { problem?: string; without?: string; json?: boolean; timing?: boolean };

export function plan(program: Command): void {
  withConnection(program.command("plan"))
    .description("Who should serve whom: now, without a location, or for a problem from a file.")
    .option(
      "--without <location>",
      "what would happen if this location went, or this provider with all of its locations",
    )
    .option(
      "--problem <file>",
      "solve a planning problem (JSON; - is standard input) instead of asking the running Houston",
    )
    .option("--timing", "with --problem: also say how long solving took (solveMs)")
    .option("--json", "one JSON document")
    .addHelpText("after", HELP)
    .action(async (options: PlanOptions) => {
      if (options.problem === undefined) return planLive(options);
      if (options.without !== undefined)
        throw badUsage("--without asks the running Houston; in a problem it is the field `without`");
      return planProblem(options.problem, options);
    });
}

const HELP = `
A problem is
  {"locations": [{"name": "us-east-1", "capacityRps": 900, "costPerRps": 1}],
   "zones": [{"name": "us", "demandRps": {"public": 500}, "latencyMs": {"us-east-1": 12}}],
   "classes": {"public": {"priority": 2, "latencyWeight": 1}},
   "current": [{"zone": "us", "class": "public", "location": "us-east-1", "rps": 500}], "churnWeight": 5, "without": []}
(the last line is optional; a location missing in latencyMs is forbidden for the zone; a higher priority is served first).
A zone may also say, by class, where it is "forbidden" (law), where it is "preferred" and how far it may be sent ("farthestMs"):
  "forbidden": {"public": ["us-west-2"]}, "preferred": {"public": ["us-east-1"]}, "farthestMs": {"public": 150}
and a location which classes have "pools" of their own there: {"internal": 50}; "capacityRps" is what all others share.

Examples:
  $ houston plan --without us-east-1
  $ houston plan --without aws
  $ houston plan --problem problem.json --json
  $ generate-problem | houston plan --problem - --timing`;

async function planProblem(file: string, options: PlanOptions): Promise<void> {
  const { problem, warnings } = await readProblem(file);
  for (const warning of warnings) tell(`houston: ${warning}`);
  const begun = performance.now();
  const answer = solve(problem);
  const solveMs = performance.now() - begun;
  if (options.json) {
    const whys = whyUnserved(problem, answer).map(({ zone, class: className, why }) => ({
      zone,
      class: className,
      why,
    }));
    printJson({ ...answer, ...(whys.length > 0 && { whyUnserved: whys }), ...(options.timing && { solveMs }) });
    return;
  }
  for (const line of planLines(problem, answer)) print(line);
  if (options.timing) print(`solved in ${solveMs.toFixed(2)} ms`);
}

async function planLive(options: PlanOptions): Promise<void> {
  if (options.timing) throw badUsage("--timing goes with --problem");
  const answer = await connect(options).plan(options.without);
  if (options.json) return printJson(answer);
  for (const line of [...whatIfLines(answer), ...boundLines(answer.bounds ?? [], Date.now())]) print(line);
}
