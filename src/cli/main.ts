import { CommanderError } from "commander";
import { CallerError } from "../core/errors.ts";
import { EXIT } from "./command.ts";
import { tell } from "./output.ts";
import { houstonProgram } from "./program.ts";

try {
  await houstonProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof CallerError) {
    tell(`houston: ${error.message}\n  fix: ${error.hint}  (${error.code})`);
    return EXIT.failed;
  }
  tell(`houston: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failed;
}
