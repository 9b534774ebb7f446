import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { CommanderError } from "commander";
import { nearest } from "../config/nearest.ts";
import { clean } from "./clean.ts";
import { EXIT } from "./command.ts";
import { tell } from "./output.ts";

/**
 * Says what is about to change and waits for a yes; a big move wants its location's name, as the console does. `--yes` skips the
 * question; without a terminal there is nobody to ask, so then it is needed (exit 2). Gives false for a no.
 */
export async function confirmed(options: {
  readonly says: readonly string[];
  /** What must be typed; null: a yes will do. */
  readonly typed: string | null;
  readonly yes: boolean;
}): Promise<boolean> {
  for (const line of options.says) tell(line);
  if (options.yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw badUsage("this changes traffic, and there is no terminal to ask on: give --yes");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    if (options.typed === null) return /^y(?:es)?$/i.test((await lines.question("Do it? [y/N] ")).trim());
    return (
      (await lines.question(`This is a big one. Type ${clean(options.typed)} to do it: `)).trim() === options.typed
    );
  } finally {
    lines.close();
  }
}

/** The command was called wrongly: exit 2. */
export function badUsage(message: string): CommanderError {
  tell(`houston: ${message}`);
  return new CommanderError(EXIT.usage, "houston.usage", message);
}

/** A name that is known here and not to Houston alone was mistyped: exit 2, with the one that was meant. */
export function unknownName(what: string, given: string, names: readonly string[]): CommanderError {
  const near = nearest(given, names);
  return badUsage(
    `there is no ${what} ${given}; ${near === null ? `one of ${names.join(", ")}` : `did you mean ${near}?`}`,
  );
}

/** Who gives the order, as the record names them. */
export function orderedBy(): string {
  const { username } = userInfo();
  return process.env["HOUSTON_BY"] ?? username;
}
