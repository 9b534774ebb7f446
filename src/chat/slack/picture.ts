import type { Frame } from "../../api/contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import { cut, plain } from "../plain.ts";

/**
 * A picture of an evacuation: what the left location serves falls, what its receivers serve rises. A pure function of frames
 * to SVG, for a white ground and Slack's width. Lines differ in colour, stroke and label, so colour alone says nothing.
 */
export type TrafficPicture = { readonly svg: string; readonly alt: string };

export function trafficPicture(input: {
  readonly frames: readonly Frame[];
  readonly location: LocationName;
  /** Who took its traffic, the most first. */
  readonly receivers: readonly LocationName[];
  /** When it began; a mark in the picture. */
  readonly openedAt: UnixMs;
}): TrafficPicture | null {
  const { frames, location, openedAt } = input;
  const first = frames[0];
  const last = frames.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  const receivers = input.receivers.filter((name) => name !== location).slice(0, RECEIVERS_MAX);
  const lines = [location, ...receivers].map((name, index) => lineOf(frames, name, STYLES[index]!));
  const scale = scaleOf(Math.max(1, ...lines.flatMap(({ points }) => points.map(({ rps }) => rps))));
  const x = (at: UnixMs): number => LEFT + ((at - first.at) / (last.at - first.at)) * (WIDTH - LEFT - RIGHT);
  const y = (rps: number): number => HEIGHT - BOTTOM - (rps / scale.top) * (HEIGHT - TOP - BOTTOM);
  const labels = apart(
    lines.map(({ name, points, style }) => ({
      name,
      style,
      rps: points.at(-1)?.rps ?? 0,
      y: y(points.at(-1)?.rps ?? 0),
    })),
  );
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${FONT}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text({ x: LEFT, y: 26, size: 16, fill: INK, weight: 700 }, `Traffic of ${location} and where it went`),
    text({ x: LEFT, y: 46, size: 12, fill: GREY }, "served requests a second, UTC"),
    ...gridOf(scale, y),
    ...ticksOf(first.at, last.at).map(
      (at) =>
        `<line x1="${x(at)}" x2="${x(at)}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 5}" stroke="${GREY}"/>` +
        text(
          { x: x(at), y: HEIGHT - BOTTOM + 20, size: 12, fill: GREY, anchor: "middle" },
          timeOf(at, last.at - first.at),
        ),
    ),
    ...(openedAt > first.at && openedAt < last.at ? markOf(x(openedAt)) : []),
    ...lines.toReversed().map(({ points, style }) =>
      path(
        points.map(({ at, rps }) => [x(at), y(rps)]),
        style,
      ),
    ),
    ...labels.flatMap(({ name, style, rps, y: at }) => [
      text({ x: WIDTH - RIGHT + 10, y: at + 1, size: 13, fill: style.colour, weight: 700 }, cut(name, LABEL_MAX)),
      text({ x: WIDTH - RIGHT + 10, y: at + 16, size: 12, fill: style.colour }, `${whole(rps)} rps`),
    ]),
    "</svg>",
  ].join("\n");
  return { svg, alt: altOf(lines) };
}

/** Drawn at twice the size that it is shown in, so that it is sharp on every screen. */
export const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 56;
const RIGHT = 150;
const TOP = 66;
const BOTTOM = 40;
/** The family name in the font that is brought along; no other is loaded. */
export const FONT = "B612";
const INK = "#1d1c1d";
const GREY = "#616061";
const RECEIVERS_MAX = 4;
const LABEL_MAX = 16;
const LABEL_APART = 34;

type Style = { readonly colour: string; readonly width: number; readonly dash: string };
type Point = { readonly at: UnixMs; readonly rps: number };
type Line = { readonly name: LocationName; readonly points: readonly Point[]; readonly style: Style };

/** Okabe and Ito's colours, darkened for text on white; the first is the one that is left. */
const STYLES: readonly Style[] = [
  { colour: "#b23c00", width: 4, dash: "" },
  { colour: "#00578f", width: 2.5, dash: "" },
  { colour: "#00735a", width: 2.5, dash: "9 4" },
  { colour: "#8a3f75", width: 2.5, dash: "3 4" },
  { colour: "#5c5a00", width: 2.5, dash: "12 4 3 4" },
];

function lineOf(frames: readonly Frame[], name: LocationName, style: Style): Line {
  const points = frames.flatMap(({ at, locations }) => {
    const place = locations.find((each) => each.name === name);
    return place === undefined ? [] : [{ at, rps: Math.max(0, place.servedRps) }];
  });
  return { name, points: thinned(points), style };
}

const POINTS_MAX = 400;

/** More points than pixels only make it slow. */
function thinned(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / POINTS_MAX);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

/** A round top with so many round steps below it. */
function scaleOf(most: number): { readonly top: number; readonly steps: number } {
  const power = 10 ** Math.floor(Math.log10(most));
  const [top, steps] = SCALES.find(([each]) => most <= each * power) ?? [10, 5];
  return { top: top * power, steps };
}

const SCALES = [
  [1, 4],
  [1.5, 3],
  [2, 4],
  [2.5, 5],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 3],
  [8, 4],
  [10, 5],
] as const;

function gridOf({ top, steps }: { top: number; steps: number }, y: (rps: number) => number): string[] {
  return Array.from({ length: steps + 1 }, (_, index) => (top * index) / steps).map(
    (rps) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(rps)}" y2="${y(rps)}" stroke="${rps === 0 ? GREY : "#e3e3e3"}"/>` +
      text({ x: LEFT - 8, y: y(rps) + 4, size: 12, fill: GREY, anchor: "end" }, whole(rps)),
  );
}

const TICK_SECONDS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400] as const;
const TICKS_MAX = 6;

function ticksOf(from: UnixMs, to: UnixMs): UnixMs[] {
  const seconds = TICK_SECONDS.find((each) => (to - from) / 1000 / each <= TICKS_MAX) ?? 604_800;
  const step = seconds * 1000;
  const ticks: UnixMs[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to && ticks.length <= TICKS_MAX; at += step) ticks.push(at);
  return ticks;
}

function timeOf(at: UnixMs, spanMs: number): string {
  return new Date(at).toISOString().slice(11, spanMs < 10 * 60_000 ? 19 : 16);
}

function markOf(at: number): string[] {
  return [
    `<line x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${HEIGHT - BOTTOM}" stroke="${GREY}" stroke-dasharray="2 4"/>`,
    text({ x: at + 5, y: TOP + 4, size: 12, fill: GREY }, "opened"),
  ];
}

/** Labels beside the ends of their lines, moved apart where they would cover each other. */
function apart<Label extends { readonly y: number }>(labels: readonly Label[]): Label[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  const placed: Label[] = [];
  for (const label of sorted) {
    const above = placed.at(-1);
    placed.push({ ...label, y: Math.max(label.y, above === undefined ? TOP : above.y + LABEL_APART) });
  }
  const over = Math.max(0, (placed.at(-1)?.y ?? 0) + 16 - (HEIGHT - 8));
  return placed.map((label) => ({ ...label, y: label.y - over }));
}

function path(points: readonly (readonly [number, number])[], { colour, width, dash }: Style): string {
  if (points.length === 0) return "";
  const d = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const dashes = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"${dashes}/>`;
}

function text(
  about: {
    readonly x: number;
    readonly y: number;
    readonly size: number;
    readonly fill: string;
    readonly weight?: number;
    readonly anchor?: "middle" | "end";
  },
  content: string,
): string {
  const { x, y, size, fill, weight = 400, anchor } = about;
  const at = anchor === undefined ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" font-weight="${weight}" fill="${fill}"${at}>${inSvg(content)}</text>`;
}

/** Names come from outside: in SVG they are text and nothing else. */
function inSvg(content: string): string {
  return plain(content)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function altOf(lines: readonly Line[]): string {
  const said = lines.map(
    ({ name, points }) => `${plain(name)} from ${whole(points[0]?.rps ?? 0)} to ${whole(points.at(-1)?.rps ?? 0)}`,
  );
  return cut(`Served requests a second: ${said.join(", ")}`, ALT_MAX);
}

const ALT_MAX = 1000;

const whole = (value: number): string =>
  value >= 10 || value === 0 ? Math.round(value).toLocaleString("en-GB") : value.toFixed(1);
