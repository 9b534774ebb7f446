import { faultNames } from "./faults.ts";
import type { Row } from "./measure.ts";
import type { System } from "./systems/system.ts";

/**
 * A panel for each fault, a bar for each system: the share of the bad location's users' requests that failed, and beside it after how many
 * seconds they were well. Ours stand first and are darker; bars go by the square root, so that small shares can be told apart. Light and dark go
 * by the reader's machine.
 */
export function peersPicture(rows: readonly Row[], systems: readonly Pick<System, "name" | "isOurs">[]): string {
  const faults = faultNames.filter((fault) => rows.some((row) => row.fault === fault));
  const measured = systems.filter(({ name }) => rows.some((row) => row.system === name));
  const panelHeight = measured.length * ROW + GAP;
  const height = TOP + Math.ceil(faults.length / COLUMNS) * panelHeight + FOOT;
  const panels = faults.map((fault, index) => {
    const [x, y] = [(index % COLUMNS) * PANEL, TOP + Math.floor(index / COLUMNS) * panelHeight];
    const bars = measured.map((system, at) => {
      const row = rows.find((each) => each.fault === fault && each.system === system.name);
      return `<g transform="translate(0 ${at * ROW})">${bar(system, row)}</g>`;
    });
    return `<g transform="translate(${x} ${y})"><text class="ink name" x="${LABEL}" y="-8">${fault}</text>\n${bars.join("\n")}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS * PANEL} ${height}" role="img" aria-labelledby="title says" font-family="system-ui, sans-serif" font-size="12">`,
    `<title id="title">What users felt of each fault</title>`,
    `<desc id="says">For each fault and system the share of the bad location's users' requests that failed, and after how many seconds they were well. All figures stand in the tables of the page.</desc>`,
    STYLE,
    `<rect class="paper" width="${COLUMNS * PANEL}" height="${height}" rx="6"/>`,
    `<text class="ink title" x="16" y="24">What users felt of each fault: failed requests, and seconds until they were well</text>`,
    ...panels,
    "</svg>\n",
  ].join("\n");
}

function bar({ name, isOurs }: Pick<System, "name" | "isOurs">, row: Row | undefined): string {
  const look = isOurs ? "ours" : "other";
  const label = `<text class="${look}" x="${LABEL - 6}" y="11" text-anchor="end">${name}</text>`;
  if (row === undefined) return `${label}<text class="soft" x="${LABEL}" y="11">not measured</text>`;
  const width = Math.round(Math.sqrt(row.failedPercent / 100) * WIDEST * 10) / 10;
  const well = row.wellSeconds === null ? "never well" : `${row.wellSeconds} s`;
  return `${label}<rect class="${look}" x="${LABEL}" y="2" width="${Math.max(1, width)}" height="${ROW - 5}"/><text class="soft" x="${LABEL + Math.max(1, width) + 5}" y="11">${row.failedPercent} %, ${well}</text>`;
}

const [COLUMNS, PANEL, LABEL, WIDEST, ROW, GAP, TOP, FOOT] = [2, 480, 142, 220, 16, 42, 62, 4];

const STYLE = `<style>
.paper{fill:#fff}.ink{fill:#1c2330}.soft{fill:#5b6474}.title{font-size:15px;font-weight:600}.name{font-weight:600}
.ours{fill:#b3470b}text.ours{font-weight:600}rect.other{fill:#8da0bd}text.other{fill:#3d4859}
@media (prefers-color-scheme:dark){.paper{fill:#12161d}.ink{fill:#e6eaf0}.soft{fill:#a2abba}.ours{fill:#ff9d5c}rect.other{fill:#5a6c8a}text.other{fill:#c3cbd8}}
</style>`;
