import type { RichTextElement } from "@slack/types";
import type { Words } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import { cut } from "../plain.ts";
import {
  bold,
  clock,
  fallback,
  type Mention,
  mentionElement,
  mentionText,
  type Message,
  person,
  quiet,
  rich,
  sentence,
  SLACK_LIMITS,
} from "./blocks.ts";

/** A line of the story in a thread. */
export type Line = {
  readonly id: string;
  readonly at: UnixMs;
  readonly level: Words["level"];
  readonly text: string;
  /** A person whom it concerns: whose order was overridden. */
  readonly tells?: string;
};

/**
 * All that waits for a thread in one message. After a pause it is one message too, with the oldest left out, and what is urgent
 * last of all.
 */
export function linesMessage(
  lines: readonly Line[],
  about: { readonly mention: Mention | null; readonly leftOut: number; readonly plainOnly: boolean },
): Message {
  const shown = worthShowing(lines);
  const hidden = about.leftOut + lines.length - shown.length;
  const left = hidden === 0 ? null : `${hidden} earlier lines are left out; the timeline has them all.`;
  if (about.plainOnly) return { blocks: [], text: plainLines(shown, { mention: about.mention, left }) };
  const blocks = [CHARACTERS_MAX, CHARACTERS_MAX / 2, CHARACTERS_MAX / 6]
    .map((characters) => [rich(...sectionsOf(shown, { mention: about.mention, left, characters }))])
    .find((each) => JSON.stringify(each).length <= SLACK_LIMITS.message);
  const newest = shown.findLast(({ level }) => level === "urgent") ?? shown.at(-1);
  // Sentences of so many letters that Slack writes long: their text must do.
  return blocks === undefined
    ? { blocks: [], text: plainLines(shown, { mention: about.mention, left }) }
    : { blocks, text: fallback(newest?.text ?? "") };
}

function sectionsOf(
  shown: readonly Line[],
  about: { readonly mention: Mention | null; readonly left: string | null; readonly characters: number },
): RichTextElement[][] {
  const { mention, left, characters } = about;
  const max = Math.min(SLACK_LIMITS.text, Math.floor(characters / Math.max(1, shown.length)));
  const sections: RichTextElement[][] = [
    ...(mention === null ? [] : [[mentionElement(mention)]]),
    ...(left === null ? [] : [[quiet(left)]]),
    ...shown.map((line): RichTextElement[] => [
      clock(line.at),
      { type: "text", text: "  " },
      ...(line.tells === undefined ? [] : [person(line.tells), { type: "text" as const, text: " " }]),
      ...(line.level === "urgent" ? [bold("Urgent: ")] : []),
      ...sentence(line.text, max),
    ]),
  ];
  return sections.map((section, index) => (index === sections.length - 1 ? section : [...section, NEW_LINE]));
}

function plainLines(
  shown: readonly Line[],
  { mention, left }: { readonly mention: Mention | null; readonly left: string | null },
): string {
  const lines = [...(left === null ? [] : [left]), ...shown.map(({ text }) => fallback(cut(text, PLAIN_LINE_MAX)))];
  return `${mentionText(mention)}${lines.join("\n")}`;
}

function worthShowing(lines: readonly Line[]): readonly Line[] {
  const isUrgent = (line: Line): number => Number(line.level === "urgent");
  const best = lines.toReversed().toSorted((a, b) => isUrgent(b) - isUrgent(a));
  const kept = new Set(best.slice(0, LINES_SHOWN_MAX));
  return lines.filter((line) => kept.has(line));
}

const NEW_LINE: RichTextElement = { type: "text", text: "\n" };
/** A message of more is a wall; the rest is in the timeline. */
const LINES_SHOWN_MAX = 20;
/** Of all lines together. */
const CHARACTERS_MAX = 6000;
const PLAIN_LINE_MAX = 200;

/** What a line of Houston's timeline says in a thread. The parts stand in the first message; here is what is new. */
export function lineOf(entry: Words & { readonly id: string }): Line {
  const need = entry.youNeedTo ?? "do nothing";
  const more = need.startsWith("do nothing") || entry.level === "info" ? "" : ` You need to: ${need}`;
  return { id: entry.id, at: entry.at, level: entry.level, text: `${entry.what}${more}` };
}
