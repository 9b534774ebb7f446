/** A line chart as SVG: few lines, each named where it ends, so that nobody needs a legend. Light and dark go by the reader's machine. */
export type Chart = {
  readonly title: string;
  readonly says: string;
  readonly across: Axis;
  readonly up: Axis;
  readonly lines: readonly Line[];
  /** Horizontal: what the lines are measured against. */
  readonly rules: readonly { readonly at: number; readonly label: string }[];
  /** Vertical: what happened when. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
};

/** What is above `to` is drawn at `to`. A `log` axis has no place for 0. */
export type Axis = {
  readonly unit: string;
  readonly scale: "linear" | "log";
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
};

export type Line = {
  readonly label: string;
  readonly look: "strong" | "other" | "quiet";
  readonly points: readonly Point[];
};

export type Point = { readonly across: number; readonly up: number };

export function drawn(chart: Chart): string {
  const { title, says, across, up, lines, rules, marks } = chart;
  const x = (value: number): number => round(LEFT + shareOf(across, value) * (RIGHT - LEFT));
  const y = (value: number): number => round(BOTTOM - shareOf(up, value) * (BOTTOM - TOP));
  const ends = placed(lines.map(({ points }) => y(points.at(-1)?.up ?? up.from)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title says" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="title">${text(title)}</title>`,
    `<desc id="says">${text(says)}</desc>`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    `<text class="ink title" x="${LEFT}" y="22">${text(title)}</text>`,
    ...rules.flatMap(({ at, label }) => [
      `<path class="rule" d="M${LEFT} ${y(at)}H${RIGHT}"/>`,
      `<text class="soft" x="${LEFT + 6}" y="${y(at) - 5}">${text(label)}</text>`,
    ]),
    ...marks.flatMap(({ at, label }) => [
      `<path class="mark" d="M${x(at)} ${TOP}V${BOTTOM}"/>`,
      `<text class="soft" x="${x(at) + 5}" y="${TOP - 4}">${text(label)}</text>`,
    ]),
    `<path class="axis" d="M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}"/>`,
    ...up.ticks.map(
      (tick) => `<text class="soft" x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${figure(tick)}</text>`,
    ),
    ...across.ticks.map(
      (tick) => `<text class="soft" x="${x(tick)}" y="${BOTTOM + 18}" text-anchor="middle">${figure(tick)}</text>`,
    ),
    `<text class="soft" x="${RIGHT}" y="${BOTTOM + 34}" text-anchor="end">${text(across.unit)}</text>`,
    `<text class="soft" x="${LEFT - 8}" y="${TOP - 8}" text-anchor="end">${text(up.unit)}</text>`,
    ...lines.flatMap(({ label, look, points }, i) => [
      `<path class="line ${look}" d="M${points.map((point) => `${x(point.across)} ${y(point.up)}`).join("L")}"/>`,
      `<text class="${look}" x="${x(points.at(-1)?.across ?? across.from) + 6}" y="${ends[i]! + 4}">${text(label)}</text>`,
    ]),
    "</svg>\n",
  ].join("\n");
}

function shareOf({ scale, from, to }: Axis, value: number): number {
  const within = Math.min(value, to);
  return scale === "log" ? Math.log(within / from) / Math.log(to / from) : (within - from) / (to - from);
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
const figure = (value: number): string => value.toLocaleString("en");
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
