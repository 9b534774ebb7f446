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
      return escaped(each.text);
    case "parts":
      return each.parts.map(({ name, text }) => `- **${escaped(name)}:** ${escaped(text)}`).join("\n");
    case "table":
      return [
        row(each.head),
        row(each.head.map(() => "---")),
        ...each.rows.map((cells) => row(cells.map(escaped))),
      ].join("\n");
    case "commands":
      return each.lines.map((line) => `    ${oneLine(line)}`).join("\n");
  }
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/**
 * One line of plain text. A backslash before what could begin markup, and before what GitHub would make a link of; what counts at the start of a
 * line only (lists, numbers, rules) is taken care of there. Mentions are found in what is read, after the backslashes are gone: `@name` on
 * GitHub, `<!channel>` in Slack. What calls nobody looks the same, with a space of no width in it.
 */
export function escaped(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_[\]<|&#~$@]/g, "\\$&")
    .replaceAll(/@|<(?=!)/g, `$&${NO_WIDTH}`)
    .replaceAll("://", "\\://")
    .replaceAll(/www\./gi, (start) => `${start.slice(0, 3)}\\.`)
    .replace(/^[-+=:>]/, "\\$&")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}

const NO_WIDTH = "\u200B";

/** Line breaks and control characters become spaces: a text is one line wherever it stands. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
