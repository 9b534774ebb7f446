import { BURN_RATE } from "./burn-rate.ts";
import { FAULTS } from "./faults.ts";
import { OURS } from "./ours.ts";
import type { Row } from "./rows.ts";

/**
 * Eight small pictures, one for each fault: how late (median, upwards) against how often wrong (to the right), both by powers of ten, a
 * line for each way to decide and a dot for each of its settings, the documented one larger. Who was never wrong is hollow, and stands
 * where the upper 95 % limit is; who decided in fewer than half of the runs stands on the line at the top.
 */
export function peersPicture(rows: readonly Row[], locationYears: number): string {
  const panels = FAULTS.map(({ name }, which) => {
    const [left, top] = [MARGIN_LEFT + (which % COLUMNS) * STEP_X, MARGIN_TOP + Math.floor(which / COLUMNS) * STEP_Y];
    const of = rows.filter(({ fault }) => fault === name);
    return `<g transform="translate(${left} ${top})">${panel(name, of)}</g>`;
  });
  const legend = [...COLOURS].map(([who, colour], which) => {
    const [x, y] = [MARGIN_LEFT + (which % 4) * 225, HEIGHT - 44 + Math.floor(which / 4) * 20];
    return `<circle cx="${x}" cy="${y - 4}" r="4" fill="${colour}"/>${text(who, { x: x + 10, y })}`;
  });
  const says = `needless decisions a year of one location (of ${locationYears.toFixed(1)} healthy location-years) →`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>Delay against needless decisions: the judge and what people would pick instead</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#fff"/>`,
    ...panels,
    text(says, { x: MARGIN_LEFT, y: HEIGHT - 70 }),
    text("↑ seconds until decided, median", { x: MARGIN_LEFT, y: 20 }),
    text("hollow: never wrong, at its upper 95 % limit; on the top line: most runs missed", { x: 330, y: 20 }),
    ...legend,
    "</svg>\n",
  ].join("\n");
}

function panel(name: string, rows: readonly Row[]): string {
  const grid = [1, 10, 100, 1000].map((seconds) => {
    const y = yOf(seconds);
    const line = `<line x2="${PANEL_X}" y1="${y}" y2="${y}" stroke="#ddd"/>`;
    return line + text(String(seconds), { x: -5, y: y + 4, anchor: "end", colour: "#666" });
  });
  const marks = PER_YEAR.map((perYear) => {
    const x = xOf(perYear);
    const line = `<line x1="${x}" x2="${x}" y2="${PANEL_Y}" stroke="#eee"/>`;
    return line + text(perYear.toLocaleString("en"), { x, y: PANEL_Y + 15, anchor: "middle", colour: "#666" });
  });
  const lines = [...COLOURS].map(([who, colour]) => {
    const dots = rows.filter((row) => row.who === who).map((row) => dotOf(row));
    const path = dots.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("");
    const circles = dots.map(
      ({ x, y, isHollow, isDocumented }) =>
        `<circle cx="${x}" cy="${y}" r="${isDocumented ? 5 : 2.5}" fill="${isHollow ? "#fff" : colour}" stroke="${colour}" stroke-width="1.5"/>`,
    );
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5" opacity="0.6"/>${circles.join("")}`;
  });
  const frame = `<rect width="${PANEL_X}" height="${PANEL_Y}" fill="none" stroke="#bbb"/>`;
  return [...marks, ...grid, frame, text(name, { x: 0, y: -6, bold: true }), ...lines].join("\n");
}

function dotOf({ median, needless, isDocumented }: Row) {
  const isHollow = needless.count === 0;
  const x = xOf(isHollow ? needless.interval95[1] : needless.perYear);
  return { x, y: median === null ? 0 : yOf(Math.max(1, median)), isHollow, isDocumented };
}

const xOf = (perYear: number): number => {
  const share = (Math.log10(Math.max(PER_YEAR_LEAST, perYear)) - Math.log10(PER_YEAR_LEAST)) / DECADES;
  return Math.round(share * PANEL_X * 10) / 10;
};
/** The hour that is watched is at the top. */
const yOf = (seconds: number): number =>
  Math.round((1 - Math.log10(seconds) / Math.log10(SECONDS_MOST)) * PANEL_Y * 10) / 10;

function text(
  says: string,
  at: { x: number; y: number; anchor?: "middle" | "end"; colour?: string; bold?: boolean },
): string {
  const anchor = at.anchor === undefined ? "" : ` text-anchor="${at.anchor}"`;
  const weight = at.bold === true ? ' font-weight="bold"' : "";
  return `<text x="${at.x}" y="${at.y}" fill="${at.colour ?? "#222"}"${anchor}${weight}>${says.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</text>`;
}

/** Told apart without red against green (Okabe and Ito, "Color universal design", 2008). */
const COLOURS: ReadonlyMap<string, string> = new Map([
  [OURS, "#0072b2"],
  [BURN_RATE, "#d55e00"],
  ["n of n probes", "#009e73"],
  ["Envoy, consecutive 5xx", "#cc79a7"],
  ["Envoy, success rate", "#7a4a9e"],
  ["z-score over 1 h", "#b8860b"],
  ["z-score over 24 h", "#777777"],
]);
const [COLUMNS, PANEL_X, PANEL_Y, STEP_X, STEP_Y] = [4, 190, 190, 232, 245];
const [MARGIN_LEFT, MARGIN_TOP] = [44, 52];
const [WIDTH, HEIGHT] = [MARGIN_LEFT + 4 * STEP_X, MARGIN_TOP + 2 * STEP_Y + 70];
const PER_YEAR = [1, 10, 100, 1000, 10_000];
const [PER_YEAR_LEAST, DECADES] = [0.5, Math.log10(10_000 / 0.5)];
const SECONDS_MOST = 3600;
