import { runProgram } from "../../run-program.ts";
import type { Environment } from "../../secret.ts";
import { jsonOf } from "../../json-call.ts";
import { failed } from "../api-call.ts";
import { retry } from "../record-server.ts";
import { type AskYours, readReason } from "./letters.ts";

export type YourCommand = {
  readonly argv: readonly string[];
  /** Variables that it is given beside PATH, by name; of all others it knows nothing. */
  readonly environment: readonly string[];
  readonly env: Environment;
};

const EXIT_TRY_AGAIN = 75;

/**
 * Each question is one run: the letter on standard input, the answer on standard output. Exit 0 is done, 75 (EX_TEMPFAIL of sysexits.h)
 * and an end by a signal are "ask again", anything else is a no; what its code says goes before.
 */
export function askCommand({ argv, environment, env }: YourCommand): AskYours {
  const given: Record<string, string> = {};
  for (const name of ["PATH", ...environment]) if (env[name] !== undefined) given[name] = env[name];
  const secrets = environment.flatMap((name) => env[name] ?? []);
  const who = argv[0]!;
  return async (letter, signal) => {
    try {
      const exit = await runProgram(argv, given, signal, JSON.stringify(letter));
      if (signal.aborted) return retry("timeout", `${who}: no answer in time`);
      const answer = jsonOf(exit.output.trim());
      if (exit.code === 0) {
        if (answer !== undefined) return { kind: "answer", body: answer };
        return retry("bad-answer", `${who} ended well, without JSON that can be read`);
      }
      const { code, says } = readReason(answer);
      // A signal is no word of the program's: memory ran out, or it wrote more than is read.
      const ended = exit.code === null ? "a signal, as after more than 64 kB of output" : `exit ${exit.code}`;
      return failed(
        code ?? (exit.code === EXIT_TRY_AGAIN || exit.code === null ? "provider-fault" : "refused"),
        `${who} ended with ${ended}${says === undefined ? "" : `: ${says}`}`,
        secrets,
      );
    } catch (error) {
      return failed(
        "unsupported",
        `${who} can't be run: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
        [],
      );
    }
  };
}
