/** A line chart as SVG: few lines, each named where it ends, so that nobody needs a legend. Light and dark go by the reader's machine. */
export type Chart = {
  readonly title: string;
  readonly says: string;
  readonly seconds: number;
  readonly mostNats: number;
  readonly lines: readonly Line[];
  /** Horizontal: what the lines are measured against. */
  readonly rules: readonly { readonly nats: number; readonly label: string }[];
  /** Vertical: what happened when. */
  readonly marks: readonly { readonly second: number; readonly label: string }[];
};

export type Line = {
  readonly label: string;
  readonly look: "strong" | "other" | "quiet";
  /** Of each second from 0 on. */
  readonly nats: readonly number[];
};

export function drawn(chart: Chart): string {
  const { title, says, seconds, mostNats, lines, rules, marks } = chart;
  const x = (second: number): number => round(LEFT + (second / seconds) * (RIGHT - LEFT));
  const y = (nats: number): number => round(BOTTOM - (Math.min(nats, mostNats) / mostNats) * (BOTTOM - TOP));
  const ends = placed(lines.map(({ nats }) => y(nats.at(-1) ?? 0)));
  const ticks = Array.from({ length: Math.floor(seconds / 10) + 1 }, (_, i) => i * 10);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title says" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">${text(title)}</title>`,
    `<desc id="says">${text(says)}</desc>`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    `<text class="ink title" x="${LEFT}" y="22">${text(title)}</text>`,
    ...rules.flatMap(({ nats, label }) => [
      `<path class="rule" d="M${LEFT} ${y(nats)}H${RIGHT}"/>`,
      `<text class="soft" x="${LEFT + 6}" y="${y(nats) - 5}">${text(label)}</text>`,
    ]),
    ...marks.flatMap(({ second, label }) => [
      `<path class="mark" d="M${x(second)} ${TOP}V${BOTTOM}"/>`,
      `<text class="soft" x="${x(second) + 5}" y="${TOP - 4}">${text(label)}</text>`,
    ]),
    `<path class="axis" d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}"/>`,
    ...[0, 10, 20, 30]
      .filter((nats) => nats <= mostNats)
      .map((nats) => `<text class="soft" x="${LEFT - 8}" y="${y(nats) + 4}" text-anchor="end">${nats}</text>`),
    ...ticks.map((tick) => `<text class="soft" x="${x(tick)}" y="${BOTTOM + 18}" text-anchor="middle">${tick}</text>`),
    `<text class="soft" x="${RIGHT}" y="${BOTTOM + 34}" text-anchor="end">seconds</text>`,
    `<text class="soft" x="${LEFT - 8}" y="${TOP - 8}" text-anchor="end">nats</text>`,
    ...lines.flatMap(({ label, look, nats }, i) => [
      `<path class="line ${look}" d="M${nats.map((each, second) => `${x(second)} ${y(each)}`).join("L")}"/>`,
      `<text class="${look}" x="${x(nats.length - 1) + 6}" y="${ends[i]! + 4}">${text(label)}</text>`,
    ]),
    "</svg>\n",
  ].join("\n");
}

/** Names that would lie on each other are moved apart, in their order. */
function placed(ends: readonly number[]): number[] {
  const order = ends.map((_, i) => i).sort((a, b) => ends[a]! - ends[b]!);
  const found = [...ends];
  for (const [rank, i] of order.entries()) {
    const above = order[rank - 1];
    if (above !== undefined) found[i] = Math.max(found[i]!, found[above]! + LABEL_HEIGHT);
  }
  return found;
}

const text = (words: string): string => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const round = (value: number): number => Math.round(value * 10) / 10;

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM, LABEL_HEIGHT] = [780, 320, 48, 540, 58, 270, 16];

const STYLE = `<style>
.paper{fill:#fff}.ink{fill:#1c2330}.soft{fill:#5b6474}.title{font-size:15px;font-weight:600}
.axis,.rule,.mark,.line{fill:none}.axis{stroke:#5b6474}.rule{stroke:#5b6474;stroke-dasharray:2 4}.mark{stroke:#9aa3b2;stroke-dasharray:6 4}
.line{stroke-width:2.5;stroke-linejoin:round}.line.strong{stroke:#b3470b}.line.other{stroke:#1f5fd0}.line.quiet{stroke:#7a8292}
text.strong{fill:#b3470b}text.other{fill:#1f5fd0}text.quiet{fill:#5b6474}
@media (prefers-color-scheme:dark){.paper{fill:#12161d}.ink{fill:#e6eaf0}.soft,text.quiet{fill:#a2abba}.axis,.rule{stroke:#a2abba}
.line.strong{stroke:#ff9d5c}.line.other{stroke:#79adff}.line.quiet{stroke:#8d96a6}text.strong{fill:#ff9d5c}text.other{fill:#79adff}}
</style>`;
