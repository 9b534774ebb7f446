import { stripVTControlCharacters } from "node:util";
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

/** Control characters, what turns the direction of writing, and what nobody sees; joiners stay, for scripts need them. */
const UNSEEN =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** More marks on one letter than any script has run over the lines above. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Text that a terminal shows and never obeys, on one line. */
export function clean(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " ")
    .replaceAll(UNSEEN, "")
    .replaceAll(PILED_MARKS, "$1");
}
