import type { Command } from "commander";

/** What every command file exports: it adds itself to the program, with its help and examples. */
export type AddCommand = (program: Command) => void;

/** Exit codes: done, refused or failed, bad usage. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
