import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DrillReport } from "./report.ts";
import { WANTED, type Wanted } from "./wanted.ts";

/** One run of a drill as a line of docs/measurements/drills.ndjson; the timeline is left out, for it is long. */
export type Measurement = {
  readonly at: number;
  /** Runs of one batch make one table; a new batch begins from nothing. */
  readonly batch: string;
  readonly houston: boolean;
  readonly rps: number;
  readonly report: Omit<DrillReport, "timeline">;
};

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

/** docs/measurements.md: what was wanted, what came, and what it is when nobody helps. */
export function writeTable(file: string, measurements: readonly Measurement[]): void {
  writeFileSync(file, `${tableOf(measurements).join("\n")}\n`);
}

export function tableOf(measurements: readonly Measurement[]): readonly string[] {
  const rows = WANTED.map((wanted) => {
    const helped = runsOf(measurements, { drill: wanted.drill, houston: true });
    const alone = runsOf(measurements, { drill: wanted.drill, houston: false });
    if (helped.length === 0)
      return `| ${wanted.drill} | ${wanted.wanted} | not measured yet | | ${costOf(wanted, alone)} |`;
    const median = medianFigures(wanted, helped);
    return `| ${wanted.drill} | ${wanted.wanted} | ${figuresWords(median)} (of ${helped.length}) | ${wanted.met(median) ? "yes" : "**no**"} | ${costOf(wanted, alone)} |`;
  });
  return [
    "# Measurements",
    "",
    "Medians of the runs in `measurements/drills.ndjson`, made by `npm run drills`; this page is written by it.",
    "Counted by the planet's users and its bank, on the machine that ran them.",
    "",
    "| drill | wanted | measured, median | met | nobody helping: failed |",
    "|---|---|---|---|---|",
    ...rows,
  ];
}

function runsOf(
  measurements: readonly Measurement[],
  { drill, houston }: { drill: string; houston: boolean },
): readonly DrillReport[] {
  const batch = measurements.at(-1)?.batch;
  return measurements
    .filter((each) => each.batch === batch && each.houston === houston && each.report.drill === drill)
    .map(({ report }) => ({ ...report, timeline: [] }));
}

function medianFigures(wanted: Wanted, reports: readonly DrillReport[]): Readonly<Record<string, number | null>> {
  const all = reports.map((report) => wanted.figures(report));
  return Object.fromEntries(
    Object.keys(all[0] ?? {}).map((name) => [name, median(all.map((figures) => figures[name] ?? null))]),
  );
}

/** What never came counts as later than everything. */
function median(values: readonly (number | null)[]): number | null {
  const sorted = values
    .map((value) => value ?? Infinity)
    .sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? Infinity;
  return Number.isFinite(middle) ? middle : null;
}

function costOf(wanted: Wanted, alone: readonly DrillReport[]): string {
  if (alone.length === 0) return "";
  const percent = medianFigures(wanted, alone)["failedPercent"];
  return percent === null || percent === undefined ? "" : `${percent.toFixed(1)} %`;
}

/** Names of figures end in their unit. */
function figuresWords(figures: Readonly<Record<string, number | null>>): string {
  return Object.entries(figures)
    .map(
      ([name, value]) =>
        `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value === null ? "never" : Math.round(value * 100) / 100}`,
    )
    .join(", ");
}
