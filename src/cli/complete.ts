import { liveNames } from "./completion/names.ts";
import { clean } from "./clean.ts";

/** A list that is longer helps nobody. */
const NAMES_MAX = 500;
/** What is offered stands on the command line as it is: a name that a shell would read as more than a word is not offered. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * `houston __complete KIND [ARGUMENTS SO FAR]`, for the scripts of `houston completion`: a name a line, after a tab what it
 * is. It says nothing of what goes wrong, for it speaks into a line that somebody is typing.
 */
export async function complete([kind = "", ...given]: readonly string[]): Promise<void> {
  const names = await liveNames(kind, given).catch(() => []);
  const lines = names
    .filter(({ name }) => PLAIN.test(name))
    .slice(0, NAMES_MAX)
    .map(({ name, says }) => (says === "" ? name : `${name}\t${clean(says)}`));
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
}
