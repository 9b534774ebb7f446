import { Command } from "commander";
import { commands } from "./commands/index.ts";

/** The whole `houston` command, unparsed: bad usage throws a `CommanderError`. */
export function houstonProgram(): Command {
  const program = new Command("houston")
    .description("Watches every location, becomes certain early, and moves traffic out before users notice.")
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: true });
  for (const add of commands) add(program);
  return program;
}
