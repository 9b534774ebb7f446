import type { Command } from "commander";
import { commands } from "./commands/index.ts";
import { programWith } from "./program-with.ts";

/** The whole `houston` command, unparsed: bad usage throws a `CommanderError`. */
export const houstonProgram = (): Command => programWith(commands);
