import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015): an early alarm in a window earns up to 1, each
 * false one costs by its distance to the window before. Alarms are scores at or above one threshold for all series.
 */
export type NabSeries = {
  readonly name: string;
  readonly at: readonly number[];
  readonly value: readonly number[];
  /** First and last row of each window. */
  readonly windows: readonly (readonly [number, number])[];
};

/** A row that is no probation: what an alarm there is worth. */
type Row = { readonly score: number; readonly window: number; readonly worth: number };

export function readNab(folder: string): NabSeries[] {
  const labels: unknown = JSON.parse(readFileSync(join(folder, "labels/combined_windows.json"), "utf8"));
  return Object.entries(labels as Record<string, [string, string][]>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, spans]) => {
      const rows = readFileSync(join(folder, "data", name), "utf8")
        .trim()
        .split("\n")
        .slice(1);
      const times = rows.map((row) => row.slice(0, 19));
      const windows = spans.map(([from, to]): [number, number] => [
        times.findIndex((time) => time >= from.slice(0, 19)),
        times.findLastIndex((time) => time <= to.slice(0, 19)),
      ]);
      let before = 0;
      const at = times.map((time) => (before = Math.max(before, Date.parse(`${time.replace(" ", "T")}Z`))));
      return { name, at, value: rows.map((row) => Number(row.slice(row.indexOf(",") + 1))), windows };
    });
}

/** The best threshold of these series, and what it scores there: 0 for silence, 100 for perfection. */
export function bestThreshold(
  series: readonly NabSeries[],
  scores: readonly (readonly number[])[],
): { threshold: number; score: number } {
  const walked = walk(series, scores);
  let best = { threshold: Number.POSITIVE_INFINITY, score: 0 };
  for (const step of walked) if (step.score > best.score) best = step;
  return best;
}

/** What a threshold chosen elsewhere scores here. */
export function scoreAt(
  series: readonly NabSeries[],
  scores: readonly (readonly number[])[],
  threshold: number,
): number {
  return walk(series, scores).findLast((step) => step.threshold >= threshold)?.score ?? 0;
}

/** Every threshold from the highest down, with its score. */
function walk(
  series: readonly NabSeries[],
  scores: readonly (readonly number[])[],
): { threshold: number; score: number }[] {
  const rows = series.flatMap((each, i) => rowsOf(each, scores[i] ?? [], i)).sort((a, b) => b.score - a.score);
  const windows = series.reduce((sum, each) => sum + each.windows.length, 0);
  const best = new Map<number, number>();
  const steps: { threshold: number; score: number }[] = [];
  let total = -windows;
  for (const [i, row] of rows.entries()) {
    if (row.window < 0) total += FALSE_COST * row.worth;
    else {
      const before = best.get(row.window) ?? -1;
      if (row.worth > before) {
        total += row.worth - before;
        best.set(row.window, row.worth);
      }
    }
    if (rows[i + 1]?.score !== row.score)
      steps.push({ threshold: row.score, score: (100 * (total + windows)) / (2 * windows) });
  }
  return steps;
}

function rowsOf(series: NabSeries, scores: readonly number[], index: number): Row[] {
  const rows: Row[] = [];
  const probation = Math.min(Math.floor(0.15 * series.at.length), 750);
  for (let i = probation; i < series.at.length; i++) {
    const inside = series.windows.findIndex(([from, to]) => i >= from && i <= to);
    const score = scores[i] ?? 0;
    if (inside >= 0) {
      const [from, to] = series.windows[inside] ?? [0, 0];
      const worth = sigmoid(-(to - i + 1) / (to - from + 1)) / sigmoid(-1);
      rows.push({ score, window: index * WINDOWS_MOST + inside, worth });
      continue;
    }
    const last = series.windows.findLast(([, to]) => to < i);
    const worth = last === undefined ? -1 : sigmoid((i - last[1]) / Math.max(1, last[1] - last[0]));
    rows.push({ score, window: -1, worth });
  }
  return rows;
}

/** Near +1 well before a window's end, 0 at it, -1 far after it; distances in window lengths. */
const sigmoid = (distance: number): number => (distance > 3 ? -1 : 2 / (1 + Math.exp(5 * distance)) - 1);

/** The standard profile. */
const FALSE_COST = 0.11;
const WINDOWS_MOST = 100;
