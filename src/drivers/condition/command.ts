import { runProgram } from "../run-program.ts";
import { withoutSecrets, type Environment } from "../secret.ts";
import { atLocation, fails, HOLDS, unknown, type ConditionDriver, type ConditionTurn } from "./contract.ts";

/** EX_TEMPFAIL of sysexits.h: it can't be told now. */
const EXIT_UNKNOWN = 75;

/**
 * A program of yours, called without a shell: `argv... LOCATION`. Exit 0 holds, 75 can't be told, anything else fails, and the first line of its
 * standard output says why. It sees PATH and the variables that are named, and nothing else.
 */
export function commandCondition(
  turn: ConditionTurn,
  options: { readonly argv: readonly string[]; readonly environment: readonly string[]; readonly env: Environment },
): ConditionDriver {
  const { argv, environment, env } = options;
  const given: Record<string, string> = {};
  for (const name of ["PATH", ...environment]) if (env[name] !== undefined) given[name] = env[name];
  const secrets = environment.flatMap((name) => env[name] ?? []);
  return {
    ...turn,
    async ask(location, signal) {
      try {
        const { code, output } = await runProgram(
          [...argv.map((word) => atLocation(word, location)), location],
          given,
          signal,
        );
        if (signal.aborted) return unknown("it did not end in time");
        const said = withoutSecrets(output.split("\n")[0]!.trim(), secrets);
        if (code === 0) return HOLDS;
        if (code === null) return unknown("it was ended by a signal");
        if (code === EXIT_UNKNOWN) return unknown(said === "" ? "it says that it can't tell" : said);
        return fails(said === "" ? `it ended with exit ${code}` : said);
      } catch (error) {
        return unknown(`${argv[0]} can't be run: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
      }
    },
  };
}
