import { CommanderError, type Command } from "commander";
import { CallerError } from "../core/errors.ts";
import { EXIT } from "./command.ts";
import { tell, tellLines } from "./output.ts";
import { programFor } from "./program-for.ts";

/** Runs one command and gives its exit code; what went wrong is told on standard error, with the fix. */
export async function runHouston(words: readonly string[]): Promise<number> {
  try {
    const program = await programFor(words);
    await program.parseAsync(meant(program, words), { from: "user" });
    // A command that did its work and has bad news (`check`, a no to a question) says so itself.
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof CallerError) {
      tell(`houston: ${error.message}`);
      for (const line of error.lines) tell(`  ${line}`);
      tell(`  fix: ${error.hint}  (${error.code})`);
      if (MISTYPED.has(error.code)) return EXIT.usage;
    } else tellLines(`houston: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return EXIT.failed;
  }
}

/** A name that is not there was mistyped, whether the command knows the names itself or Houston has to be asked. */
const MISTYPED: ReadonlySet<string> = new Set([
  "unknown-location",
  "unknown-class",
  "unknown-zone",
  "unknown-fault",
  "unknown-service",
]);

/** With `help`, or `--help`, a command that is not there would show the help of all: the slip of the finger is told instead. */
function meant(program: Command, words: readonly string[]): readonly string[] {
  const [name = ""] = words[0] === "help" ? words.slice(1) : words;
  const isThere = name === "" || name.startsWith("-") || program.commands.some((each) => each.name() === name);
  return isThere ? words : [name];
}
