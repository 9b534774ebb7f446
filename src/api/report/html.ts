import type { Piece, Section } from "./sections.ts";

/**
 * One file that needs nothing else: no script, no request to anybody, light and dark, fit to be printed. Every text is escaped, so that names from
 * outside stay text.
 */
export function htmlOf(title: string, sections: readonly Section[]): string {
  const body = sections.map(
    (section) => `<section>\n<h2>${escaped(section.title)}</h2>\n${section.pieces.map(piece).join("\n")}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body.join("\n")}
</main>
</body>
</html>
`;
}

function piece(each: Piece): string {
  switch (each.kind) {
    case "text":
      return `<p>${escaped(each.text)}</p>`;
    case "parts":
      return `<dl>${each.parts.map(({ name, text }) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`).join("\n")}</dl>`;
    case "table": {
      const head = each.head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("");
      const rows = each.rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`);
      // A wide table is scrolled in its own frame, by keyboard as well.
      return `<div class="table" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table></div>`;
    }
    case "commands":
      return `<pre><code>${escaped(each.lines.join("\n"))}</code></pre>`;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (each) => ENTITIES[each]!).replaceAll(/[^\P{C}\n]/gu, " ");
}

const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --fg: #1a1f24; --muted: #59636e; --line: #d1d9e0; --card: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --fg: #e6edf3; --muted: #9198a1; --line: #3d444d; --card: #161b22; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
p { margin: .5rem 0; max-width: 60rem; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .35rem 1rem; margin: .75rem 0; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
dt { font-weight: 600; }
dd { margin: 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 600; white-space: nowrap; }
td:first-child { white-space: nowrap; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; white-space: pre-wrap; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { :root { --bg: #fff; --fg: #000; --muted: #444; --line: #bbb; --card: #fff; } main { max-width: none; padding: 0; } section, tr { break-inside: avoid; } .table { overflow: visible; } }
`;
