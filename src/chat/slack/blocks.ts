import type { Button, ConfirmationDialog, KnownBlock, RichTextElement, RichTextSection } from "@slack/types";
import type { UnixMs } from "../../core/step.ts";
import { cut, plain } from "../plain.ts";

/**
 * Slack's blocks, made so that text from outside stays text. Sentences are rich text, whose elements Slack shows letter by
 * letter: `<!channel>`, `*` and links in a tenant's name are just characters there. Limits are Slack's published ones.
 */
export const SLACK_LIMITS = {
  blocks: 50,
  header: 150,
  text: 3000,
  buttons: 25,
  buttonText: 75,
  buttonValue: 2000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  /** All blocks as JSON. Slack documents no such limit, and refuses messages from some 13,200 characters on (bolt-js issue 2509). */
  message: 12_500,
  /** Of a message's plain text; it is for notifications, which show a line or two. */
  fallback: 1000,
} as const;

export type Message = { readonly blocks: readonly KnownBlock[]; readonly text: string };

export const header = (text: string): KnownBlock => ({ type: "header", text: plainText(text, SLACK_LIMITS.header) });

/** Sections of one block, each a paragraph. */
export const rich = (...sections: readonly (readonly RichTextElement[])[]): KnownBlock => ({
  type: "rich_text",
  elements: sections.map((elements): RichTextSection => ({ type: "rich_text_section", elements: [...elements] })),
});

export const numbered = (items: readonly string[]): KnownBlock => ({
  type: "rich_text",
  elements: [
    {
      type: "rich_text_list",
      style: "ordered",
      elements: items.map((item) => ({ type: "rich_text_section", elements: sentence(item) })),
    },
  ],
});

export const bold = (text: string): RichTextElement => ({ type: "text", text, style: { bold: true } });

export const quiet = (text: string): RichTextElement => ({ type: "text", text, style: { italic: true } });

/** Each reader sees it in their own time zone; where it can't be shown so, in UTC. */
export const clock = (at: UnixMs): RichTextElement => ({
  type: "date",
  timestamp: Math.floor(at / 1000),
  format: "{time_secs}",
  fallback: `${new Date(at).toISOString().slice(11, 19)} UTC`,
});

export const person = (id: string): RichTextElement => ({ type: "user", user_id: id });

/** What Houston says, with our commands as code. Text from outside can't make more of itself than such a command. */
export function sentence(text: string, max: number = SLACK_LIMITS.text): RichTextElement[] {
  const elements = cut(plain(text), max)
    .split(/(`houston [^`]+`)/)
    .filter((piece) => piece !== "")
    .map((piece): RichTextElement => {
      const isCommand = piece.startsWith("`houston ") && piece.endsWith("`");
      return isCommand
        ? { type: "text", text: piece.slice(1, -1), style: { code: true } }
        : { type: "text", text: piece };
    });
  return elements.length > 0 ? elements : [{ type: "text", text: " " }];
}

/** Who is called when somebody must look. */
export type Mention =
  | { readonly kind: "here" | "channel" }
  | { readonly kind: "user" | "usergroup"; readonly id: string };

export function mentionElement(mention: Mention): RichTextElement {
  switch (mention.kind) {
    case "here":
    case "channel":
      return { type: "broadcast", range: mention.kind };
    case "user":
      return { type: "user", user_id: mention.id };
    case "usergroup":
      return { type: "usergroup", usergroup_id: mention.id };
  }
}

/** The same in a message's plain text, with the space after it; empty for nobody. */
export function mentionText(mention: Mention | null): string {
  if (mention === null) return "";
  switch (mention.kind) {
    case "here":
    case "channel":
      return `<!${mention.kind}> `;
    case "user":
      return `<@${mention.id}> `;
    case "usergroup":
      return `<!subteam^${mention.id}> `;
  }
}

export type ButtonSpec = {
  readonly id: string;
  readonly text: string;
  readonly value: unknown;
  readonly style?: "primary" | "danger";
  /** Slack asks this before it tells us of the click. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
};

export function buttons(specs: readonly ButtonSpec[]): KnownBlock {
  return {
    type: "actions",
    elements: specs.slice(0, SLACK_LIMITS.buttons).map(({ id, text, value, style, confirm }): Button => ({
      type: "button",
      action_id: `houston:${id}`,
      text: plainText(text, SLACK_LIMITS.buttonText),
      value: JSON.stringify(value),
      ...(style === undefined ? {} : { style }),
      ...(confirm === undefined ? {} : { confirm: dialog(confirm) }),
    })),
  };
}

function dialog({ title, text, yes }: { title: string; text: string; yes: string }): ConfirmationDialog {
  return {
    title: plainText(title, SLACK_LIMITS.confirmTitle),
    text: plainText(text, SLACK_LIMITS.confirmText),
    confirm: plainText(yes, SLACK_LIMITS.confirmButton),
    deny: plainText("No", SLACK_LIMITS.confirmButton),
    style: "danger",
  };
}

/** Slack takes no empty one. */
function plainText(text: string, max: number) {
  const whole = escaped(cut(plain(text) || "-", max));
  // What is cut in the middle of an entity would be read as its first letters.
  const fits = whole.length <= max ? whole : `${whole.slice(0, max - 1).replace(/&[a-z]*$/, "")}…`;
  return { type: "plain_text" as const, text: fits, emoji: false };
}

/** The plain text beside the blocks: Slack reads it as its markup, so what could be markup is taken from it. */
export function fallback(text: string): string {
  const characters = cut(plain(text), SLACK_LIMITS.fallback);
  // A word joiner beside it: the character stays to be read, and no pair of them formats what is between.
  return escaped(characters).replaceAll(/[*_~`]/g, "\u2060$&\u2060");
}

/** Slack's control characters. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
