import type { Piece, Section } from "./sections.ts";

/** Markdown (GitHub's, for the tables) that shows each text as it is: names from outside may look like headings, links or tags. */
export function markdownOf(title: string, sections: readonly Section[]): string {
  const blocks = [
    `# ${escaped(title)}`,
    ...sections.flatMap((section) => [`## ${escaped(section.title)}`, ...section.pieces.map(piece)]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function piece(each: Piece): string {
  switch (each.kind) {
    case "text":
      return prose(each.text);
    case "parts":
      return each.parts.map(({ name, text }) => `- **${escaped(name)}:** ${prose(text)}`).join("\n");
    case "table":
      return [row(each.head), row(each.head.map(() => "---")), ...each.rows.map((cells) => row(cells.map(prose)))].join(
        "\n",
      );
    case "commands":
      return each.lines.map((line) => `    ${oneLine(line)}`).join("\n");
  }
}

/**
 * Commands in our own words stay code: in it a backslash would be shown, so they are left as they are. What is not surely one of our
 * commands is escaped like everything else.
 */
function prose(text: string): string {
  return oneLine(text)
    .split(COMMAND)
    .map((part, index) => (index % 2 === 1 ? part : escapedInside(part, { isStart: index === 0 })))
    .join("");
}

/** In one pair of backticks, and nothing in it that Markdown, GitHub or Slack could read as something else. */
const COMMAND = /(?<![\\`])(`houston(?: [\w.:=%/-]+)+`)(?!`)/;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/**
 * One line of plain text. A backslash before what could begin markup, and before what GitHub would make a link of; what counts at the start of a
 * line only (lists, numbers, rules) is taken care of there. Mentions are found in what is read, after the backslashes are gone: `@name` on
 * GitHub, `<!channel>` in Slack. What calls nobody looks the same, with a space of no width in it.
 */
export function escaped(text: string): string {
  return escapedInside(oneLine(text), { isStart: true });
}

function escapedInside(text: string, { isStart }: { readonly isStart: boolean }): string {
  const all = text
    .replaceAll(/[\\`*_[\]<|&#~$@]/g, "\\$&")
    .replaceAll(/@|<(?=!)/g, `$&${NO_WIDTH}`)
    .replaceAll("://", "\\://")
    .replaceAll(/www\./gi, (start) => `${start.slice(0, 3)}\\.`);
  return isStart ? escapedStart(all) : all;
}

const escapedStart = (text: string): string =>
  text.replace(/^[-+=:>]/, "\\$&").replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");

const NO_WIDTH = "\u200B";

/** Line breaks and control characters become spaces: a text is one line wherever it stands. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
