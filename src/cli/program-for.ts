import type { Command } from "commander";
import type { AddCommand } from "./command.ts";
import { programWith } from "./program-with.ts";

/**
 * What people type in a hurry loads nothing but itself: to load all commands takes half a second of processor more, and
 * `hold` has no time to lose.
 */
export const IN_A_HURRY: Readonly<Record<string, () => Promise<AddCommand>>> = {
  status: async () => (await import("./commands/status.ts")).status,
  why: async () => (await import("./commands/why.ts")).why,
  console: async () => (await import("./commands/console.ts")).console,
  evacuate: async () => (await import("./commands/evacuate.ts")).evacuate,
  restore: async () => (await import("./commands/orders.ts")).restore,
  hold: async () => (await import("./commands/orders.ts")).hold,
  release: async () => (await import("./commands/orders.ts")).release,
  mode: async () => (await import("./commands/orders.ts")).mode,
  answer: async () => (await import("./commands/orders.ts")).answer,
};

/** The program that these words need: for anything else, a slip of the finger too, all of it. */
export async function programFor(words: readonly string[]): Promise<Command> {
  const [name = ""] = words;
  if (!Object.hasOwn(IN_A_HURRY, name)) return (await import("./program.ts")).houstonProgram();
  return programWith([await IN_A_HURRY[name]!()]);
}
