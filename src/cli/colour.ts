import { styleText } from "node:util";
import stringWidth from "string-width";

/** What a part of a line means to its reader. It is never the meaning alone: the words say it too. */
export type Tone = "bad" | "warn" | "good" | "strong" | "quiet";

export type Toned = { readonly text: string; readonly tone: Tone };

/**
 * A line for people as parts, not yet cleaned or coloured. Tones are data, and become colours where the line is printed
 * (`output.ts`): so text from outside can't bring its own.
 */
export type Line = Part | readonly Part[];
export type Part = string | Toned;

export const toned = (tone: Tone, text: string): Toned => ({ text, tone });
export const partsOf = (line: Line): readonly Part[] => (typeof line === "string" || "text" in line ? [line] : line);
export const textOf = (part: Part): string => (typeof part === "string" ? part : part.text);
export const withText = (part: Part, text: string): Part => (typeof part === "string" ? text : { ...part, text });

const FORMATS: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  bad: ["bold", "red"],
  warn: "yellow",
  good: "green",
  strong: "bold",
  quiet: "dim",
};

/** The colours of a tone around a text that is clean already. */
export const painted = (tone: Tone, text: string): string => styleText(FORMATS[tone], text, { validateStream: false });

/** Node's own rules: a terminal that has colours, unless NO_COLOR or TERM=dumb; FORCE_COLOR wins over both. */
export const hasColours = (stream: NodeJS.WritableStream): boolean => styleText("bold", "x", { stream }) !== "x";

/** Columns on a terminal: some letters take two, some none. */
export const widthOf = (text: string): number => stringWidth(text);

export const padded = (text: string, width: number, align: "left" | "right"): string => {
  const room = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? `${text}${room}` : `${room}${text}`;
};

/** At most so many columns; what is cut off shows as an ellipsis. */
export function cut(line: Line, width: number): Line {
  const parts = partsOf(line);
  if (parts.reduce((sum, part) => sum + widthOf(textOf(part)), 0) <= width) return line;
  const kept: Part[] = [];
  let room = Math.max(0, width - 1);
  for (const part of parts) {
    const text = firstColumns(textOf(part), room);
    kept.push(withText(part, text));
    room -= widthOf(text);
    if (text !== textOf(part)) break;
  }
  return width < 1 ? "" : [...kept, "…"];
}

function firstColumns(text: string, width: number): string {
  let [first, used] = ["", 0];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    first += segment;
  }
  return first;
}

/** Breaks a text between words; a word that is too long for a line has one of its own. Always a line at least. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
