import type { AddCommand } from "../command.ts";

/** The whole command table, in the order of the docs. */
export const commands: readonly AddCommand[] = [];
