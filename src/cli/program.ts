import { Command } from "commander";
import { commands } from "./commands/index.ts";
import { printLines, tellLines } from "./output.ts";

/** The whole `houston` command, unparsed: bad usage throws a `CommanderError`. */
export function houstonProgram(): Command {
  const program = new Command("houston")
    .description("Watches every location, becomes certain early, and moves traffic out before users notice.")
    .exitOverride()
    // What was typed is in its errors: they pass where all text for people passes.
    .configureOutput({ writeOut: printLines, writeErr: tellLines })
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: true });
  for (const add of commands) add(program);
  return program;
}
