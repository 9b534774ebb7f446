import { CommanderError } from "commander";
import { CallerError } from "../core/errors.ts";
import { EXIT } from "./command.ts";
import { tell, tellLines } from "./output.ts";
import { houstonProgram } from "./program.ts";

/** Runs one command and gives its exit code; what went wrong is told on standard error, with the fix. */
export async function runHouston(words: readonly string[]): Promise<number> {
  try {
    await houstonProgram().parseAsync(words, { from: "user" });
    // A command that did its work and has bad news (`check`, a no to a question) says so itself.
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof CallerError) {
      tell(`houston: ${error.message}`);
      tell(`  fix: ${error.hint}  (${error.code})`);
    } else tellLines(`houston: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return EXIT.failed;
  }
}
