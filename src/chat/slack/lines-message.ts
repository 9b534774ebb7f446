import type { RichTextElement } from "@slack/types";
import type { Words } from "../../core/control-contract.ts";
import type { UnixMs } from "../../core/step.ts";
import {
  bold,
  clock,
  fallback,
  type Mention,
  mentionElement,
  type Message,
  person,
  quiet,
  rich,
  sentence,
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

/** All that waits for a thread in one message. After a pause it is one message too, with the oldest left out. */
export function linesMessage(
  lines: readonly Line[],
  { mention, leftOut }: { readonly mention: Mention | null; readonly leftOut: number },
): Message {
  const shown = lines.slice(-LINES_SHOWN_MAX);
  const hidden = leftOut + lines.length - shown.length;
  const max = Math.max(LINE_MIN, Math.floor(CHARACTERS_MAX / Math.max(1, shown.length)));
  const sections: RichTextElement[][] = [
    ...(mention === null ? [] : [[mentionElement(mention)]]),
    ...(hidden === 0 ? [] : [[quiet(`${hidden} earlier lines are left out; the timeline has them all.`)]]),
    ...shown.map((line): RichTextElement[] => [
      clock(line.at),
      { type: "text", text: "  " },
      ...(line.tells === undefined ? [] : [person(line.tells), { type: "text" as const, text: " " }]),
      ...(line.level === "urgent" ? [bold("Urgent: ")] : []),
      ...sentence(line.text, max),
    ]),
  ];
  return {
    blocks: [
      rich(...sections.map((section, index) => (index === sections.length - 1 ? section : [...section, NEW_LINE]))),
    ],
    text: fallback(shown.at(-1)?.text ?? ""),
  };
}

const NEW_LINE: RichTextElement = { type: "text", text: "\n" };
/** A message of more is a wall; the rest is in the timeline. */
export const LINES_SHOWN_MAX = 20;
const CHARACTERS_MAX = 6000;
const LINE_MIN = 200;

/** What a line of Houston's timeline says in a thread. The parts stand in the first message; here is what is new. */
export function lineOf(entry: Words & { readonly id: string }): Line {
  const need = entry.youNeedTo ?? "do nothing";
  const more = need.startsWith("do nothing") || entry.level === "info" ? "" : ` You need to: ${need}`;
  return { id: entry.id, at: entry.at, level: entry.level, text: `${entry.what}${more}` };
}
