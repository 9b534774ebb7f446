import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PlanetFigures } from "./measure-planet.ts";
import type { DrillReport } from "./report.ts";
import { PLANET_WANTED } from "./wanted-planet.ts";
import { WANTED, WORST_COUNTS, type Figure, type Figures, type Wanted } from "./wanted.ts";

/** One run as a line of docs/measurements/drills.ndjson; a drill's timeline is left out, for it is long. */
export type Measurement = {
  readonly at: number;
  /** Runs of one batch make one table; a new batch begins from nothing. */
  readonly batch: string;
  readonly houston: boolean;
  readonly rps: number;
} & (
  | { readonly kind: "drill"; readonly report: SavedReport }
  /** The planet itself: how fast it starts, how much it needs and carries. */
  | { readonly kind: "planet"; readonly figures: PlanetFigures }
);

export type SavedReport = Omit<DrillReport, "timeline">;

/** A median of fewer says little. */
const RUNS_MIN = 3;

export function readMeasurements(file: string): readonly Measurement[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Measurement);
}

export function appendMeasurement(file: string, measurement: Measurement): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(measurement)}\n`);
}

/** What the run is of: the drill's name, or `planet`. */
export function subjectOf(measurement: Measurement): string {
  return measurement.kind === "planet" ? "planet" : measurement.report.drill;
}

/** docs/measurements.md: what was wanted, what came, and what it is when nobody helps. */
export function writeTable(file: string, measurements: readonly Measurement[]): void {
  writeFileSync(file, `${tableOf(measurements).join("\n")}\n`);
}

export function tableOf(measurements: readonly Measurement[]): readonly string[] {
  const helpedBatch = newestBatch(measurements, { houston: true });
  const aloneBatch = newestBatch(measurements, { houston: false });
  const drillRows = WANTED.map((wanted) => {
    const helped = sameLoad(reportsOf(helpedBatch, wanted.drill));
    const alone = sameLoad(reportsOf(aloneBatch, wanted.drill));
    return row({
      name: wanted.drill,
      wanted: wanted.wanted,
      rps: helped.rps,
      runs: helped.runs.map((report) => wanted.figures(report, alone.runs)),
      met: wanted.met,
      nothing: wanted.nothing ?? (() => null),
      alone: costOf(wanted, alone.runs),
    });
  });
  const planet = sameLoad(
    helpedBatch.flatMap((each) => (each.kind === "planet" ? [{ rps: each.rps, run: each.figures }] : [])),
  );
  const planetRows = PLANET_WANTED.map(({ name, wanted, figures, met }) =>
    row({ name, wanted, rps: planet.rps, runs: planet.runs.map(figures), met, nothing: () => null, alone: "" }),
  );
  return [
    "# Measurements",
    "",
    "Made by `npm run drills`, which writes this page and `measurements/drills.ndjson`; counted by the planet's users and its bank, on the",
    "machine that ran them. Figures are medians of the runs; of what was lost, doubled, moved without need or overloaded, and the like, the worst run",
    "counts. Fewer than three runs are said.",
    "",
    "| drill | requests/s | wanted | measured | met | nobody helping: failed |",
    "|---|---|---|---|---|---|",
    ...drillRows,
    ...planetRows,
  ];
}

/** All runs of the batch that was added to last, of those with or without Houston. */
function newestBatch(measurements: readonly Measurement[], { houston }: { houston: boolean }): readonly Measurement[] {
  const those = measurements.filter((each) => each.houston === houston);
  const batch = those.at(-1)?.batch;
  return those.filter((each) => each.batch === batch);
}

type Loaded<Run> = readonly { readonly rps: number; readonly run: Run }[];

function reportsOf(batch: readonly Measurement[], drill: string): Loaded<DrillReport> {
  return batch.flatMap((each) =>
    each.kind === "drill" && each.report.drill === drill
      ? [{ rps: each.rps, run: { ...each.report, timeline: [] } }]
      : [],
  );
}

/** Runs under different loads are different measurements: only those like the newest are taken. */
function sameLoad<Run>(all: Loaded<Run>): { readonly rps: number | null; readonly runs: readonly Run[] } {
  const rps = all.at(-1)?.rps ?? null;
  return { rps, runs: all.filter((each) => each.rps === rps).map(({ run }) => run) };
}

function row(of: {
  readonly name: string;
  readonly wanted: string;
  readonly rps: number | null;
  readonly runs: readonly Figures[];
  readonly met: (figures: Figures) => boolean;
  readonly nothing: (figures: Figures) => string | null;
  readonly alone: string;
}): string {
  const { name, wanted, rps, runs, met, nothing, alone } = of;
  if (runs.length === 0) return `| ${name} | | ${wanted} | not measured yet | | ${alone} |`;
  const together = togetherOf(runs);
  return `| ${name} | ${rps} | ${wanted} | ${figuresWords(together)} (${runsWords(runs)}) | ${verdictWords({ isMet: met(together), isKnown: isKnown(together), nothing: nothing(together), goodRuns: runs.filter(met).length, runs: runs.length })} | ${alone} |`;
}

const isKnown = (figures: Figures): boolean => !Object.values(figures).includes("unknown");

/** `of 3, 1 of them known in part` */
function runsWords(runs: readonly Figures[]): string {
  const inPart = runs.filter((figures) => !isKnown(figures)).length;
  return `of ${runs.length}${inPart === 0 ? "" : `, ${inPart} of them known in part`}`;
}

function verdictWords(of: {
  isMet: boolean;
  isKnown: boolean;
  nothing: string | null;
  goodRuns: number;
  runs: number;
}): string {
  const { isMet, nothing, goodRuns, runs } = of;
  if (nothing !== null) return `**${nothing}**`;
  if (!of.isKnown && !isMet) return "**not known**";
  if (runs >= RUNS_MIN) return isMet ? "yes" : "**no**";
  return isMet ? `yes, in ${goodRuns} of ${runs} runs: fewer than three` : "**no**; fewer than three runs";
}

function togetherOf(runs: readonly Figures[]): Figures {
  return Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((name) => {
      const values = runs
        .map((figures) => figures[name] ?? Infinity)
        .filter((figure) => figure !== "unknown")
        .sort((one, other) => one - other);
      if (values.length === 0) return [name, "unknown"];
      const at = WORST_COUNTS.has(name) ? values.length - 1 : Math.floor((values.length - 1) / 2);
      const value = values[at] ?? Infinity;
      // What never came counts as later than everything.
      return [name, Number.isFinite(value) ? value : null];
    }),
  );
}

function costOf(wanted: Wanted, alone: readonly DrillReport[]): string {
  const percent = togetherOf(alone.map((report) => wanted.figures(report)))["failedPercent"];
  return typeof percent === "number" ? `${percent.toFixed(1)} %` : "";
}

/** Names of figures end in their unit. */
function figuresWords(figures: Figures): string {
  return Object.entries(figures)
    .map(
      ([name, value]) => `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${figureWords(value)}`,
    )
    .join(", ");
}

function figureWords(figure: Figure): string {
  if (figure === null) return "never";
  return figure === "unknown" ? "not known" : `${Math.round(figure * 100) / 100}`;
}
