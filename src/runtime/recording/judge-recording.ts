import type { Estate, LocationName } from "../../core/estate.ts";
import { initialJudge, judge, type JudgeState } from "../../core/judge/judge.ts";
import { newNovelty, scoreOf, type Novelty } from "../../core/judge/novelty.ts";
import { judgeEstate } from "../../core/judge/scope.ts";
import { asideSummary, countAside } from "../../core/judge/set-aside.ts";
import { exponentialMoments } from "../../core/judge/exponential.ts";
import { suspectsAt, whereIsIt } from "../../core/judge/where.ts";
import type { Reading } from "../../core/reading.ts";
import type { Summary } from "../../core/summary.ts";
import type { Cause, Verdict } from "../../core/verdict.ts";
import { estateOf } from "./recorded-estate.ts";
import type { RecordingLine } from "./line.ts";
import type { Recording } from "./reader.ts";

export type VerdictLine = { readonly at: number } & Verdict;
export type ScoreLine = {
  readonly at: number;
  readonly location: string;
  readonly service: string;
  readonly signal: string;
  readonly name: string;
  readonly score: number;
};
export type WhereLine = { readonly at: number; readonly location: string; readonly causes: readonly Cause[] };

/** Runs every location's judge over a recording, with ticks of its own: a line when a verdict, its first cause or its scope changes. */
export async function* judgeRecording(
  recording: Recording,
  /** Told at the end: what each location's judge set aside. */
  aside: (location: LocationName, count: number, says: string) => void = () => undefined,
): AsyncGenerator<VerdictLine> {
  const said = new Map<LocationName, string>();
  let judges: ReadonlyMap<LocationName, JudgeState> = new Map();
  for await (const tick of ticksOf(recording)) {
    judges = tick.judges;
    for (const verdict of judgeEstate({
      estate: tick.estate,
      summaries: [...tick.summaries.values()],
      moved: [],
      at: tick.at,
    })) {
      const known = tick.summaries.has(verdict.location);
      const key = `${verdict.verdict} ${verdict.causes[0]?.name ?? ""} ${verdict.verdict === "healthy" ? "" : verdict.scope}`;
      // Healthy is what everyone is until something is said.
      if (!known || key === (said.get(verdict.location) ?? "healthy  ")) continue;
      said.set(verdict.location, key);
      yield { at: tick.at, ...verdict };
    }
  }
  for (const [location, { setAside }] of judges) {
    const says = asideSummary(setAside);
    if (says !== null) aside(location, countAside(setAside), says);
  }
}

/** 'Something is wrong at that moment: where?' from what was known by then, one line for each moment, in time order. */
export async function* whereAt(recording: Recording, moments: readonly number[]): AsyncGenerator<WhereLine> {
  const open = [...moments].sort((a, b) => a - b);
  let judges: ReadonlyMap<LocationName, JudgeState> = new Map();
  for await (const tick of ticksOf(recording, open)) {
    judges = tick.judges;
    while (open[0] !== undefined && open[0] <= tick.at) yield where(open.shift() ?? 0, judges);
  }
  for (const at of open) yield where(at, judges);
}

/**
 * Of the location with the strongest case; before there is any, of the one with the strongest suspect. Where too little
 * past is recorded to tell who is unlike themselves, the verdict's own causes are the answer.
 */
function where(at: number, judges: ReadonlyMap<LocationName, JudgeState>): WhereLine {
  let worst: { location: string; nats: number; causes: Cause[] } | null = null;
  for (const [location, state] of judges) {
    const suspect = suspectsAt(state.histories, state.graph, state.at)[0]?.nats ?? 0;
    const nats = Math.max(state.view.evidenceNats, state.view.aloneNats) + suspect;
    const ranked = whereIsIt(state.histories, state.graph, state.at);
    const causes = ranked.length > 0 ? ranked : [...state.view.causes];
    if (worst === null || nats > worst.nats) worst = { location, nats, causes };
  }
  return { at, location: worst?.location ?? "", causes: worst?.causes ?? [] };
}

/** How unlike its own past each reading is, from what came before it in the file. */
export async function* scoreRecording(recording: Recording): AsyncGenerator<ScoreLine> {
  const series = new Map<string, Novelty>();
  for await (const line of recording.lines) {
    if (line.kind !== "reading") continue;
    const told = valueOf(line.reading);
    if (told === null) continue;
    const key = `${told.location}\n${told.service}\n${told.signal}\n${told.name}`;
    const novelty = series.get(key) ?? newNovelty();
    // What was used last stands last: without end of names, the one that was not used for longest is forgotten.
    series.delete(key);
    series.set(key, novelty);
    if (series.size > SERIES_MOST) series.delete(series.keys().next().value ?? "");
    const { value, ...names } = told;
    yield { at: line.at, ...names, score: Math.round(scoreOf(novelty, value) * 1e6) / 1e6 };
  }
}

function valueOf(
  reading: Reading,
): { location: string; service: string; signal: string; name: string; value: number } | null {
  switch (reading.signal) {
    case "requests":
      return { ...namesOf(reading), name: "failing", value: reading.total > 0 ? 1 - reading.good / reading.total : 0 };
    case "latency_ms":
      return { ...namesOf(reading), name: `p${reading.quantile * 100}`, value: Math.log1p(reading.value) };
    case "latency_hist": {
      const total = reading.counts.reduce((sum, count) => sum + count, 0);
      const sum = reading.counts.reduce(
        (all, count, i) => all + count * Math.log1p(reading.bounds[i] ?? (reading.bounds.at(-1) ?? 1) * 2),
        0,
      );
      return { ...namesOf(reading), name: "mean", value: total > 0 ? sum / total : 0 };
    }
    case "latency_exp": {
      const { count, sum } = exponentialMoments(reading);
      return { ...namesOf(reading), name: "mean", value: count > 0 ? sum / count : 0 };
    }
    case "latency_log":
      return { ...namesOf(reading), name: "mean", value: reading.count > 0 ? reading.sum / reading.count : 0 };
    case "gauge":
      return { ...namesOf(reading), name: reading.name, value: reading.value };
    case "logs":
      return { ...namesOf(reading), name: reading.severity, value: Math.log1p(reading.count) };
    case "probe":
      return {
        location: reading.location,
        service: reading.journey,
        signal: "probe",
        name: reading.vantage ?? "",
        value: reading.ok ? Math.log1p(reading.ms) : 20,
      };
    case "deploy":
    case "set-aside":
    case "status":
    case "demand":
      return null;
  }
}

const namesOf = (reading: { location: string; service: string; signal: string }) => ({
  location: reading.location,
  service: reading.service,
  signal: reading.signal,
});

type Tick = {
  readonly at: number;
  readonly estate: Estate;
  readonly judges: ReadonlyMap<LocationName, JudgeState>;
  readonly summaries: ReadonlyMap<LocationName, Summary>;
};

/** Steps all judges; also at the moments asked about, so that nothing later is known by then. */
async function* ticksOf(recording: Recording, moments: readonly number[] = []): AsyncGenerator<Tick> {
  const estate = estateOf(recording.header);
  const { tickMs, lines } = await cadenceOf(recording);
  const judges = new Map<LocationName, JudgeState>();
  const summaries = new Map<LocationName, Summary>();
  const asked = [...moments].sort((a, b) => a - b);
  let pending = new Map<LocationName, Reading[]>();
  let next = 0;

  const step = (at: number): Tick => {
    stepJudges({ judges, summaries, readings: pending, at });
    pending = new Map();
    return { at, estate, judges, summaries };
  };

  for await (const line of lines) {
    if (next === 0) {
      next = line.at + tickMs;
      for (const { name } of estate.locations) {
        const config = { location: name, estate, tickMs, asksWhere: moments.length > 0 };
        judges.set(name, judge(initialJudge(), { event: "config", at: line.at, ...config }).state);
      }
    }
    while (line.at >= next || (asked[0] !== undefined && line.at > asked[0])) {
      const moment = asked[0] !== undefined && asked[0] < next ? asked.shift() : undefined;
      yield step(moment ?? next);
      // Where nothing was recorded there is nothing to look at: jump to the next line's tick.
      if (moment === undefined) next = Math.max(next + tickMs, line.at - ((line.at - next) % tickMs));
    }
    if (line.kind !== "reading") continue;
    const judgedBy = judgeOf(line.reading);
    if (judgedBy === null || !judges.has(judgedBy)) continue;
    const readings = pending.get(judgedBy);
    if (readings === undefined) pending.set(judgedBy, [line.reading]);
    else if (readings.push(line.reading) >= PENDING_MOST) {
      judge(judges.get(judgedBy)!, { event: "readings", at: line.at, readings });
      pending.delete(judgedBy);
    }
  }
  if (next > 0) yield step(next);
}

/** One tick of every location's judge, each of which has heard the others' newest word. */
export function stepJudges(tick: {
  readonly judges: ReadonlyMap<LocationName, JudgeState>;
  /** By location; the new ones are put in. */
  readonly summaries: Map<LocationName, Summary>;
  readonly readings: ReadonlyMap<LocationName, readonly Reading[]>;
  readonly at: number;
}): void {
  const { judges, summaries, at } = tick;
  for (const [location, state] of judges) {
    // Between ticks of a slow recording the others' newest word is the last one, however old: it is told again.
    for (const summary of summaries.values()) {
      if (summary.from !== location) judge(state, { event: "summary", at, summary: { ...summary, at } });
    }
  }
  for (const [location, state] of judges) {
    const readings = tick.readings.get(location);
    if (readings !== undefined) judge(state, { event: "readings", at, readings });
    for (const effect of judge(state, { event: "tick", at }).effects) summaries.set(location, effect.summary);
  }
}

/** Whose judge takes this reading in: a probe is its vantage's, everything else the location's own. */
function judgeOf(reading: Reading): LocationName | null {
  switch (reading.signal) {
    case "probe":
      return reading.vantage ?? null;
    case "status":
    case "demand":
      return null;
    case "requests":
    case "latency_ms":
    case "latency_hist":
    case "latency_exp":
    case "latency_log":
    case "gauge":
    case "logs":
    case "deploy":
    case "set-aside":
      return reading.location;
  }
}

/** The header's tick, or else the usual gap between two lines of a series, from a second to a minute. */
async function cadenceOf(recording: Recording): Promise<{ tickMs: number; lines: AsyncIterable<RecordingLine> }> {
  if (recording.header.tickMs !== undefined) return { tickMs: recording.header.tickMs, lines: recording.lines };
  const first: RecordingLine[] = [];
  const last = new Map<string, number>();
  const gaps: number[] = [];
  const iterator = recording.lines[Symbol.asyncIterator]();
  let ended = false;
  while (first.length < LINES_TO_KNOW) {
    const next = await iterator.next();
    if (next.done === true) {
      ended = true;
      break;
    }
    first.push(next.value);
    const told = next.value.kind === "reading" ? valueOf(next.value.reading) : null;
    if (told === null) continue;
    const key = `${told.location}\n${told.service}\n${told.signal}\n${told.name}`;
    const before = last.get(key);
    if (before !== undefined && next.value.at > before) gaps.push(next.value.at - before);
    last.set(key, next.value.at);
  }
  gaps.sort((a, b) => a - b);
  const usual = gaps[gaps.length >> 1] ?? TICK_LEAST_MS;
  return {
    tickMs: Math.max(TICK_LEAST_MS, Math.min(TICK_MOST_MS, usual)),
    lines: again(first, ended ? null : iterator),
  };
}

async function* again(
  first: readonly RecordingLine[],
  rest: AsyncIterator<RecordingLine> | null,
): AsyncGenerator<RecordingLine> {
  yield* first;
  if (rest === null) return;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** A recording may have any number of names, a memory has not: some 32 kB each at most, most of them little. */
const SERIES_MOST = 10_000;
/** Readings of one tick that wait; of a larger tick the first are taken in before. */
const PENDING_MOST = 10_000;
const LINES_TO_KNOW = 5_000;
const TICK_LEAST_MS = 1_000;
const TICK_MOST_MS = 60_000;
