import { Command } from "commander";
import type { AddCommand } from "./command.ts";
import { printLines, tellLines } from "./output.ts";

/** `houston` with these commands, unparsed. */
export function programWith(commands: readonly AddCommand[]): Command {
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
