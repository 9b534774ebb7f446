import { byName } from "../route/by-name.ts";
import type { ServiceName } from "../estate.ts";
import type { Reading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import {
  addTo,
  fiveDigits,
  LEVEL,
  newSeries,
  SERIES_NUMBERS,
  seriesLearnt,
  stretchesOf,
  takeUpSeries,
  type LevelOf,
  type Series,
  type SeriesLearnt,
} from "./series.ts";
import { measuredOf, symptomOf, type Symptom } from "./symptom.ts";

/**
 * Who is unlike themselves? Each signal's last minutes are ranked among its own earlier stretches of the same length.
 * Like a parent who knows which child is ill by its being quieter than ever, not by its being the quietest.
 *
 * R1 It must be unlike both the long past and the last hour.
 * R2 The usual is the past's better quarter: three failures in a row of the same kind don't become it.
 * R3 What strays often, here or in any service (a tail's quantile, a difference of clocks), counts only beyond where it
 *    strays to anyway.
 * R4 No signal has more than NATS_MOST to say, and series are bounded in number and size.
 */
export type Histories = {
  readonly series: Map<ServiceName, Map<string, History>>;
  count: number;
  /** How far each kind of measurement strays, over all services. */
  readonly strays: Map<string, Strays>;
  /** What an earlier life of this node has learnt of series that have not come yet in this one, by service and name. */
  readonly before: Map<string, HistoryLearnt>;
  sweptAt: UnixMs;
};

export type History = {
  readonly symptom: Symptom;
  readonly series: Series;
  readonly levelOf: LevelOf;
  readonly strays: Strays;
  sampledAt: UnixMs;
};
/** The last samples, a ring. */
type Strays = { readonly samples: Float32Array; next: number; count: number };

export type Unusual = { readonly service: ServiceName; readonly symptom: Symptom; readonly nats: number };

export const newHistories = (): Histories => ({
  series: new Map(),
  count: 0,
  strays: new Map(),
  before: new Map(),
  sweptAt: 0,
});

/** Keeps what a reading says; false when it starts a series too many. */
export function remember(histories: Histories, reading: Reading): boolean {
  const measured = measuredOf(reading);
  if (measured === null) return true;
  let history = historyOf(histories, measured.service, measured.series);
  if (history === undefined) {
    const symptom = symptomOf(reading);
    if (symptom === null) return true;
    if (histories.count >= SERIES_MOST) makeRoom(histories, reading.at);
    if (histories.count >= SERIES_MOST) return false;
    history = begin(histories, measured, symptom, reading.at);
  }
  keep(histories, history, reading.at, measured);
  return true;
}

/** What is known of one series of a service. */
export const historyOf = (histories: Histories, service: ServiceName, series: string): History | undefined =>
  histories.series.get(service)?.get(series);

/** Takes one value in. */
export function keep(
  histories: Histories,
  history: History,
  at: UnixMs,
  { value, weight }: { readonly value: number; readonly weight: number },
): void {
  addTo(history.series, at, value, weight, history.levelOf);
  if (at - history.sampledAt < SAMPLE_MS) return;
  history.sampledAt = at;
  const away = awayOf(history, at);
  if (away === null) return;
  const { word } = history.symptom;
  let all = histories.strays.get(word);
  if (all === undefined && histories.strays.size < WORDS_MOST)
    histories.strays.set(word, (all = newStrays(new Float32Array(SAMPLES_MOST))));
  if (all !== undefined) sample(all, away);
  sample(history.strays, away);
}

/** A new series, or what an earlier life has learnt of it. */
function begin(
  histories: Histories,
  { service, series }: { readonly service: ServiceName; readonly series: string },
  symptom: Symptom,
  at: UnixMs,
): History {
  const numbers = new Float32Array(SERIES_NUMBERS + OWN_SAMPLES_MOST);
  const strays = newStrays(numbers.subarray(SERIES_NUMBERS));
  const before = takeBefore(histories, { service, series });
  for (const away of before?.strays ?? []) sample(strays, away);
  const history: History = {
    symptom,
    series: before === null ? newSeries(at, numbers) : takeUpSeries(before, numbers),
    levelOf: levelsOf(symptom),
    strays,
    sampledAt: at,
  };
  let own = histories.series.get(service);
  if (own === undefined) histories.series.set(service, (own = new Map()));
  own.set(series, history);
  histories.count += 1;
  return history;
}

/** All that is unusual at this moment, in nats, strongest where it strays farthest beyond what is common. */
export function unusualAt(histories: Histories, at: UnixMs): Unusual[] {
  const common = new Map<string, number>();
  for (const [word, strays] of histories.strays) common.set(word, Math.max(1, mostly(strays, COMMON) ?? COMMON_FIRST));
  const found: Unusual[] = [];
  for (const [service, own] of histories.series) {
    for (const history of own.values()) {
      const away = awayOf(history, at);
      if (away === null) continue;
      const usual = common.get(history.symptom.word) ?? COMMON_FIRST;
      const beyond = away / Math.max(usual, mostly(history.strays, OWN_COMMON) ?? 0);
      if (beyond <= 1) continue;
      // Beyond the common a tail of exponent 2 is taken, as Student's with two degrees: nothing is too strange to happen.
      const nats = history.symptom.trust * Math.min(NATS_MOST, 2 * Math.log(beyond));
      found.push({ service, symptom: history.symptom, nats });
    }
  }
  return found;
}

/** As plain JSON: of the series that reach back farthest, LEARNT_SERIES_MOST at most, the past; and how far each kind strays. */
export type HistoriesLearnt = {
  readonly series: readonly HistoryLearnt[];
  readonly strays: readonly { readonly word: string; readonly samples: readonly number[] }[];
};

export type HistoryLearnt = SeriesLearnt & {
  readonly service: ServiceName;
  readonly name: string;
  /** How far it strayed, by size. */
  readonly strays: readonly number[];
};

export function historiesLearnt(histories: Histories): HistoriesLearnt {
  const all: { readonly levels: number; readonly key: string; readonly learnt: () => HistoryLearnt }[] = [];
  for (const [key, before] of histories.before)
    all.push({ levels: before.levels.length / LEVEL, key, learnt: () => before });
  for (const [service, own] of histories.series)
    for (const [name, { series, strays }] of own)
      if (series.levels > 0)
        all.push({
          levels: series.levels,
          key: keyOf({ service, series: name }),
          learnt: () => ({ service, name, ...seriesLearnt(series), strays: thinned(strays, LEARNT_OWN_SAMPLES_MOST) }),
        });
  all.sort((a, b) => b.levels - a.levels || byName(a.key, b.key));
  return {
    series: all.slice(0, LEARNT_SERIES_MOST).map(({ learnt }) => learnt()),
    strays: [...histories.strays]
      .map(([word, strays]) => ({ word, samples: thinned(strays, LEARNT_SAMPLES_MOST) }))
      .sort((a, b) => byName(a.word, b.word)),
  };
}

/** What came within a day; each series goes on when it comes again. */
export function takeUpHistories(histories: Histories, learnt: HistoriesLearnt, at: UnixMs): void {
  for (const each of learnt.series)
    if (each.lastAt <= at && at - each.lastAt < DAY_MS)
      histories.before.set(keyOf({ service: each.service, series: each.name }), each);
  for (const { word, samples } of learnt.strays) {
    if (histories.strays.has(word)) continue;
    const strays = newStrays(new Float32Array(SAMPLES_MOST));
    for (const away of samples) sample(strays, away);
    histories.strays.set(word, strays);
  }
}

function takeBefore(
  { before }: Histories,
  of: { readonly service: string; readonly series: string },
): HistoryLearnt | null {
  const key = keyOf(of);
  const known = before.get(key) ?? null;
  before.delete(key);
  return known;
}

const keyOf = ({ service, series }: { readonly service: string; readonly series: string }): string =>
  `${service}\n${series}`;

/** So many of the samples, evenly by size: their quantiles are those of all. */
function thinned({ samples, count }: Strays, most: number): number[] {
  const all = samples.slice(0, count).sort((a, b) => a - b);
  const kept = Math.min(most, count);
  return Array.from({ length: kept }, (_, i) => fiveDigits(all[Math.floor(((i + 0.5) * count) / kept)] ?? 0));
}

/** Names that somebody makes up come once: looked for at most every few minutes. */
function makeRoom(histories: Histories, at: UnixMs): void {
  if (at - histories.sweptAt < SAMPLE_MS) return;
  histories.sweptAt = at;
  for (const [service, own] of histories.series) {
    for (const [name, { series }] of own) {
      if (at - series.lastAt < UNUSED_MS) continue;
      own.delete(name);
      histories.count -= 1;
    }
    if (own.size === 0) histories.series.delete(service);
  }
}

/** How far the last stretch is from the usual, in scatters; null when there is nothing to compare. */
function awayOf({ symptom, series, levelOf }: History, at: UnixMs): number | null {
  const cut = stretchesOf(series, at, levelOf);
  if (cut === null || cut.past.length === 0) return null;
  const now = { level: levelOf(cut.now), weight: cut.now.weight };
  const long = cut.past.map(({ level }) => level);
  const hour = cut.past.filter(({ agoMs }) => agoMs < HOUR_MS).map(({ level }) => level);
  const away = distance(symptom, now, long);
  return hour.length < HOUR_LEAST || hour.length === long.length ? away : Math.min(away, distance(symptom, now, hour));
}

function distance(
  symptom: Symptom,
  { level, weight }: { readonly level: number; readonly weight: number },
  past: readonly number[],
): number {
  const levels = sorted(past);
  const [centre, spread] = usualOf(symptom, levels);
  const away =
    symptom.worse === "up" ? level - centre : symptom.worse === "down" ? centre - level : Math.abs(level - centre);
  const relative = symptom.scale === "plain" ? RELATIVE_LEAST * Math.abs(centre) : 0;
  const chance = symptom.scale === "share" ? 1 / weight : 0;
  const scatter = Math.max(spread, relative, symptom.least, chance, TINY);
  // Few stretches know little of how they scatter.
  return away / (scatter * Math.sqrt(1 + 2 / levels.length));
}

function usualOf(symptom: Symptom, levels: readonly number[]): [number, number] {
  switch (symptom.worse) {
    case "up": {
      const centre = quantile(levels, BETTER);
      return [centre, centre - quantile(levels, BEST)];
    }
    case "down": {
      const centre = quantile(levels, 1 - BETTER);
      return [centre, quantile(levels, 1 - BEST) - centre];
    }
    case "both":
      return [quantile(levels, 0.5), (quantile(levels, 0.9) - quantile(levels, 0.1)) / 2.56];
  }
}

/** A share is pooled; else what a third of the stretch reached: a fault need not fill it, a lone spike is none. */
const levelsOf = ({ scale, worse }: Symptom): LevelOf => (scale === "share" ? pooled : REACHED[worse]);

const pooled: LevelOf = ({ sum, weight }) => sum / weight;
const REACHED: Readonly<Record<Symptom["worse"], LevelOf>> = {
  up: ({ values }) => sorted(values)[values.length - 1 - Math.floor(values.length / 3)] ?? 0,
  down: ({ values }) => sorted(values)[Math.floor(values.length / 3)] ?? 0,
  both: ({ values }) => quantile(sorted(values), 0.5),
};

const newStrays = (samples: Float32Array): Strays => ({ samples, next: 0, count: 0 });

function sample(strays: Strays, away: number): void {
  const { samples } = strays;
  samples[strays.next] = Math.max(0, away);
  strays.next = (strays.next + 1) % samples.length;
  strays.count = Math.min(samples.length, strays.count + 1);
}

function mostly({ samples, count }: Strays, share: number): number | null {
  return count < SAMPLES_TO_KNOW
    ? null
    : quantile(
        samples.slice(0, count).sort((a, b) => a - b),
        share,
      );
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const low = ascending[Math.floor(place)] ?? 0;
  const high = ascending[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A kilobyte each. */
export const LEARNT_SERIES_MOST = 1000;
export const LEARNT_SAMPLES_MOST = 64;
export const LEARNT_OWN_SAMPLES_MOST = 16;
const HOUR_LEAST = 4;
const BETTER = 0.25;
const BEST = 0.05;
/** A change of less than 5 % is nothing. */
const RELATIVE_LEAST = 0.05;
const TINY = 1e-9;
const NATS_MOST = 8;
/** Nine in ten strayed less far; of its own, which repeated faults are part of, three in four. */
const COMMON = 0.9;
const OWN_COMMON = 0.75;
/** Before anything is known of how far a measurement strays. */
const COMMON_FIRST = 2;
const SAMPLES_TO_KNOW = 10;
/** Kinds of measurement that are compared over all services; names that somebody makes up are compared with themselves. */
export const WORDS_MOST = 256;
const SAMPLES_MOST = 1_000;
const OWN_SAMPLES_MOST = 48;
const SAMPLE_MS = 300_000;
/** 200 services of 20 signals: 6 MB. */
export const SERIES_MOST = 4_000;
/** What said nothing for so long makes room, when there is none left. */
const UNUSED_MS = 3_600_000;
