import { clean, UNSEEN } from "./clean.ts";
import { hasColours, painted, partsOf, type Line } from "./colour.ts";

/**
 * The one door to people. Names of services, sentences about evidence and people's names come from outside: here, where a
 * line is shown, they lose terminal escapes, control characters and line breaks, and only then tones become colours.
 */

// A reader that has seen enough (`houston why L | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

/** Standard output, one line: with `--json` one document, or one per line for streams. */
export function print(line: Line): void {
  process.stdout.write(`${readable(line, process.stdout)}\n`);
}

/** The same document as `JSON.stringify` gives; what a terminal would obey, and JSON lets pass, is written as an escape. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value).replaceAll(UNSEEN, (found) =>
    [...Array(found.length).keys()]
      .map((index) => `\\u${found.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
  process.stdout.write(`${text}\n`);
}

/** Everything that is not the answer: questions, warnings, errors. */
export function tell(line: Line): void {
  process.stderr.write(`${readable(line, process.stderr)}\n`);
}

/** For what has lines of its own: a help, a stack, another process's complaint. */
export const printLines = (text: string): void => linesOf(text).forEach(print);
export const tellLines = (text: string): void => linesOf(text).forEach(tell);

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, "").split("\n");

/** A line as this stream may show it. */
export function readable(line: Line, stream: NodeJS.WritableStream): string {
  const colours = hasColours(stream);
  return partsOf(line)
    .map((part) => {
      if (typeof part === "string") return clean(part);
      return colours ? painted(part.tone, clean(part.text)) : clean(part.text);
    })
    .join("");
}
