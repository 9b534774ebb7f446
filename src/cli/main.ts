import { Command, CommanderError } from "commander";
import { CallerError } from "../core/errors.ts";
import { EXIT } from "./command.ts";
import { commands } from "./commands/index.ts";
import { tell } from "./output.ts";

const program = new Command("houston")
  .description("Watches every location, becomes certain early, and moves traffic out before users notice.")
  .exitOverride()
  .showSuggestionAfterError()
  .configureHelp({ sortSubcommands: true });
for (const add of commands) add(program);

try {
  await program.parseAsync(process.argv);
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
