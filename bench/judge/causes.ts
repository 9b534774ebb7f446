import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Reading, RecordingHeader } from "../../src/core/reading.ts";
import {
  judgeRecording,
  scoreRecording,
  whereAt,
  type VerdictLine,
} from "../../src/runtime/recording/judge-recording.ts";
import type { RecordingLine } from "../../src/runtime/recording/line.ts";
import { openRecording, type Recording } from "../../src/runtime/recording/reader.ts";
import { seeded } from "../../test/stories/judge-world.ts";
import { bestThreshold, readNab, scoreAt } from "./nab.ts";
import { raisesOf, type Fault } from "./raises.ts";

/**
 * How often is the right service named, and how well are single gauges read? On days that others recorded and labelled,
 * beside what is published of their own tools. The data is not part of this project: FOLDER holds `nezha/` (recordings
 * `DAY.ndjson.gz`, each with its `DAY.labels.json`) and `nab/` (the benchmark's `data/` and `labels/`).
 *
 *   node --conditions=reactive-production:source bench/judge/causes.ts --data FOLDER [--json]
 */
const ASKED_AFTER_MS = 120_000;
const HALVES = 10;
const LABELS = ".labels.json";
const SPAN_GAUGES =
  /^(own_ms|network_(in|out)_ms|(missing|new)_steps|step_surprise_nats|calls_per_request|new_log_templates)$/;
const NEZHA_PUBLISHED = "Nezha's own, over more days: shop 0.929 and 0.964, trains 0.867 and 0.978";

const { values } = parseArgs({ options: { data: { type: "string" }, json: { type: "boolean" } } });
if (values.data === undefined) {
  console.error("where are the recordings? --data FOLDER, with nezha/ or nab/ in it");
  process.exit(2);
}
const [nezha, nab] = [join(values.data, "nezha"), join(values.data, "nab")];
const days: Awaited<ReturnType<typeof measureDay>>[] = [];
for (const day of daysIn(nezha)) days.push(await measureDay(nezha, day));
const gauges = existsSync(nab) ? await measureNab(nab) : null;
console.log(values.json === true ? JSON.stringify({ days, gauges }) : table());

async function measureDay(folder: string, day: string) {
  const file = join(folder, `${day}.ndjson.gz`);
  const labels = JSON.parse(readFileSync(join(folder, `${day}.labels.json`), "utf8")) as { faults: Fault[] };
  const faults = labels.faults.sort((a, b) => a.at - b.at);
  const named = new Map<number, readonly string[]>();
  const moments = faults.map(({ at }) => at + ASKED_AFTER_MS);
  for await (const { at, causes } of whereAt(await openRecording(file), moments))
    named.set(
      at,
      causes.map(({ name }) => name),
    );
  const hits = (first: number): number => {
    const right = faults.filter(({ at, service }) =>
      (named.get(at + ASKED_AFTER_MS) ?? []).slice(0, first).includes(service),
    );
    return round(right.length / faults.length);
  };
  const seen = { from: Infinity, to: 0 };
  const verdicts: VerdictLine[] = [];
  for await (const line of judgeRecording(metricsOnly(await openRecording(file), seen))) verdicts.push(line);
  const { recall, falsePerHour, chance } = raisesOf(verdicts, faults, seen);
  return {
    day,
    faults: faults.length,
    first: hits(1),
    firstThree: hits(3),
    metricsOnly: { recall: round(recall), falsePerHour: round(falsePerHour), chance: round(chance) },
  };
}

/** Spans and logs were kept only around faults: that they come at all would tell. */
function metricsOnly({ header, lines }: Recording, seen: { from: number; to: number }): Recording {
  async function* kept(): AsyncGenerator<RecordingLine> {
    for await (const line of lines) {
      if (line.kind !== "reading" || isFromSpansOrLogs(line.reading)) continue;
      seen.from = Math.min(seen.from, line.at);
      seen.to = Math.max(seen.to, line.at);
      yield line;
    }
  }
  return { header, lines: kept() };
}

function isFromSpansOrLogs(reading: Reading): boolean {
  switch (reading.signal) {
    case "requests":
    case "latency_hist":
    case "latency_exp":
    case "latency_log":
    case "logs":
      return true;
    case "latency_ms":
      return reading.side === "span";
    case "gauge":
      return SPAN_GAUGES.test(reading.name);
    case "probe":
    case "deploy":
    case "set-aside":
    case "status":
    case "demand":
      return false;
  }
}

/** One threshold for all series: chosen on one half of them, measured on the other, ten times. */
async function measureNab(folder: string) {
  const series = readNab(folder);
  const scores: number[][] = [];
  for (const each of series) {
    const scored: number[] = [];
    for await (const { score } of scoreRecording(gaugeRecording(each))) scored.push(score);
    scores.push(scored);
  }
  const halves = Array.from({ length: HALVES }, (_, draw) => {
    const random = seeded(draw + 1);
    const drawn = series.map((_each, i) => ({ i, by: random() })).sort((a, b) => a.by - b.by);
    const half = (part: typeof drawn) =>
      [part.flatMap(({ i }) => series[i] ?? []), part.map(({ i }) => scores[i] ?? [])] as const;
    const middle = drawn.length >> 1;
    return scoreAt(...half(drawn.slice(middle)), bestThreshold(...half(drawn.slice(0, middle))).threshold);
  });
  const heldOut = halves.reduce((sum, score) => sum + score, 0) / halves.length;
  return { whole: round(bestThreshold(series, scores).score), halves: halves.map(round), heldOut: round(heldOut) };
}

function gaugeRecording({ at, value }: { at: readonly number[]; value: readonly number[] }): Recording {
  const header: RecordingHeader = { recording: 1, locations: ["nab"], services: {} };
  async function* lines(): AsyncGenerator<RecordingLine> {
    for (const [i, each] of value.entries()) {
      const when = at[i] ?? 0;
      const reading = {
        at: when,
        location: "nab",
        service: "nab",
        signal: "gauge",
        name: "value",
        value: each,
      } as const;
      yield { kind: "reading", at: when, reading: { ...reading, worse: "both" } };
    }
  }
  return { header, lines: lines() };
}

function daysIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => (name.endsWith(LABELS) ? name.slice(0, -LABELS.length) : [])).sort();
}

function table(): string {
  const lines = days.map(
    ({ day, faults, first, firstThree, metricsOnly: { recall, falsePerHour, chance } }) =>
      `${day}: ${faults} faults; right service first ${first}, in the first three ${firstThree} (${NEZHA_PUBLISHED})\n` +
      `  metrics alone: found in 300 s ${recall} (by chance ${chance}), ${falsePerHour} false an hour`,
  );
  if (gauges !== null)
    lines.push(
      `NAB: ${gauges.heldOut} held out, ${gauges.whole} with the best threshold for all (published: Numenta 70.1, best known 74.9)\n` +
        `  halves: ${gauges.halves.join(" ")}`,
    );
  return lines.length > 0 ? lines.join("\n") : "nothing to measure there: no nezha/, no nab/";
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
