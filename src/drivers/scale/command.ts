import { runProgram, type Exit } from "../run-program.ts";
import type { Machines, MachinesProblem } from "./machines.ts";
import { readProblem, readSeen, SEEN_SHAPE } from "./plain-answer.ts";
import { noAnswer, problem } from "./problem.ts";

/**
 * A program of yours, called without a shell: `argv... look LOCATION PART` prints `{"floor":6,"ready":6,"most":40}`, and
 * `argv... floor LOCATION PART REPLICAS` sets the floor. Exit 0 is done, 75 (EX_TEMPFAIL of sysexits.h) is "ask again", anything
 * else is a no; on standard output it may say why: `{"code":"quota","says":"..."}`.
 */
export type CommandPart = {
  /** The program and its first arguments, each as it is: no shell reads them. */
  readonly argv: readonly string[];
  /** Variables that it is given beside PATH, by name; of all others it knows nothing. */
  readonly environment: readonly string[];
  readonly location: string;
  readonly part: string;
};

const EXIT_TRY_AGAIN = 75;

export function commandMachines(
  { argv, environment, location, part }: CommandPart,
  env: Readonly<Record<string, string | undefined>>,
): Machines {
  const given: Record<string, string> = {};
  for (const name of ["PATH", ...environment]) if (env[name] !== undefined) given[name] = env[name];
  const secrets = environment.flatMap((name) => env[name] ?? []);
  const call = async (words: readonly string[], signal: AbortSignal): Promise<Exit | MachinesProblem> => {
    try {
      const exit = await runProgram([...argv, ...words], given, signal);
      if (signal.aborted) return noAnswer(null, signal, secrets);
      if (exit.code === 0) return exit;
      const said = readProblem(jsonOf(exit.output));
      return problem({
        code: exit.code === EXIT_TRY_AGAIN ? "provider-fault" : (said.code ?? "refused"),
        says: said.says ?? `it ended with ${exit.code === null ? "a signal" : `exit ${exit.code}`}`,
        secrets,
      });
    } catch (error) {
      const says = `${argv[0]} can't be run: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
      return problem({ code: "unknown-target", says, secrets });
    }
  };
  return {
    name: `command ${location}/${part}`,
    async look(signal) {
      const exit = await call(["look", location, part], signal);
      if ("says" in exit) return exit;
      return readSeen(jsonOf(exit.output)) ?? problem({ code: "bad-answer", says: SEEN_SHAPE, secrets });
    },
    async ask(replicas, signal) {
      const exit = await call(["floor", location, part, String(replicas)], signal);
      return "says" in exit ? exit : { kind: "done" };
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
