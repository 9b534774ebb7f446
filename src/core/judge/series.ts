import type { UnixMs } from "../step.ts";

/**
 * What one signal of one service said: a weighted mean for each ten seconds in which something came, and of what is older
 * than a few minutes one level for each stretch. Like a memory, it keeps the last of it whole and of what is older an
 * ever thinner part: a day costs no more than an hour.
 *
 * Q1 A slot is folded into a level when it is a whole stretch older than the newest: what is asked about stays as it came.
 */
export type Series = {
  /** Slots of (ended, mean, weight), then levels of (ended, level); times are seconds since the first reading. */
  readonly numbers: Float32Array;
  slots: number;
  levels: number;
  readonly firstAt: UnixMs;
  /** The slot that is still open. */
  openedAt: UnixMs;
  lastAt: UnixMs;
  sum: number;
  weight: number;
};

/** Several slots as one: the values themselves, and their mean by weight. */
export type Stretch = { readonly values: number[]; sum: number; weight: number };

/** How a stretch of this series becomes one number. */
export type LevelOf = (stretch: Stretch) => number;

/** In a part of somebody's larger memory, if given. */
export function newSeries(at: UnixMs, numbers = new Float32Array(SERIES_NUMBERS)): Series {
  return {
    numbers,
    slots: 0,
    levels: 0,
    firstAt: at,
    openedAt: at,
    lastAt: at,
    sum: 0,
    weight: 0,
  };
}

/** The past of a series as plain JSON: levels of (ended, level), as they are kept; the last minutes are left out. */
export type SeriesLearnt = { readonly firstAt: UnixMs; readonly lastAt: UnixMs; readonly levels: readonly number[] };

export const seriesLearnt = ({ numbers, levels, firstAt, lastAt }: Series): SeriesLearnt => ({
  firstAt,
  lastAt,
  levels: Array.from(numbers.subarray(LEVELS_FROM, LEVELS_FROM + LEVEL * levels), fiveDigits),
});

export function takeUpSeries({ firstAt, lastAt, levels }: SeriesLearnt, numbers: Float32Array<ArrayBuffer>): Series {
  const series = newSeries(firstAt, numbers);
  numbers.set(levels, LEVELS_FROM);
  series.levels = levels.length / LEVEL;
  series.lastAt = lastAt;
  return series;
}

/** More than any comparison could use. */
export const fiveDigits = (value: number): number => Number(value.toPrecision(5));

/** Adds a value of so much weight: requests, lines, spans; 1 for a gauge's reading. What comes late counts for now. */
export function addTo(series: Series, at: UnixMs, value: number, weight: number, levelOf: LevelOf): void {
  if (series.weight > 0 && at - series.openedAt >= SLOT_MS) closeSlot(series, levelOf);
  if (series.weight === 0) series.openedAt = Math.max(at, series.lastAt);
  series.sum += value * weight;
  series.weight += weight;
  series.lastAt = Math.max(series.lastAt, at);
}

/**
 * The stretch that ends at `at`, and the levels of those before it, oldest first; those in which nothing came are left
 * out of the past. Null when nothing came lately.
 */
export function stretchesOf(
  series: Series,
  at: UnixMs,
  levelOf: LevelOf,
): { readonly now: Stretch; readonly past: readonly { readonly level: number; readonly agoMs: number }[] } | null {
  const { numbers, firstAt } = series;
  // Those that are not folded yet: whole stretches before the present one, of which there are few.
  const whole: Stretch[] = [];
  const put = (endedAt: UnixMs, value: number, weight: number): void => {
    const which = Math.floor((at - endedAt) / STRETCH_MS);
    if (which < 0) return;
    add((whole[which] ??= newStretch()), value, weight);
  };
  for (let i = 0; i < series.slots; i++)
    put(firstAt + numbers[SLOT * i]! * 1000, numbers[SLOT * i + 1]!, numbers[SLOT * i + 2]!);
  if (series.weight > 0) put(series.lastAt, series.sum / series.weight, series.weight);
  const now = whole[0];
  if (now === undefined) return null;
  const past: { level: number; agoMs: number }[] = [];
  for (let i = 0; i < series.levels; i++) {
    const endedAt = firstAt + numbers[LEVELS_FROM + LEVEL * i]! * 1000;
    past.push({ level: numbers[LEVELS_FROM + LEVEL * i + 1]!, agoMs: at - endedAt });
  }
  for (const [which, stretch] of Object.entries(whole).reverse())
    if (stretch !== now) past.push({ level: levelOf(stretch), agoMs: Number(which) * STRETCH_MS });
  return { now, past };
}

const newStretch = (): Stretch => ({ values: [], sum: 0, weight: 0 });

function add(stretch: Stretch, value: number, weight: number): void {
  stretch.values.push(value);
  stretch.sum += value * weight;
  stretch.weight += weight;
}

function closeSlot(series: Series, levelOf: LevelOf): void {
  const { numbers } = series;
  const seconds = (series.lastAt - series.firstAt) / 1000;
  while (series.slots > 0 && (series.slots === SLOTS_MOST || seconds - stretchEnd(numbers[0]!) >= STRETCH_SECONDS))
    fold(series, levelOf);
  numbers[SLOT * series.slots] = seconds;
  numbers[SLOT * series.slots + 1] = series.sum / series.weight;
  numbers[SLOT * series.slots + 2] = series.weight;
  series.slots += 1;
  series.sum = 0;
  series.weight = 0;
}

/** Stretches end at fixed times: of what comes each minute one holds two and the next three, as the present one does. */
const stretchEnd = (seconds: number): number => (Math.floor(seconds / STRETCH_SECONDS) + 1) * STRETCH_SECONDS;

/** The oldest stretch of slots becomes a level. */
function fold(series: Series, levelOf: LevelOf): void {
  const { numbers } = series;
  const stretch = newStretch();
  const until = stretchEnd(numbers[0]!);
  let folded = 0;
  while (folded < series.slots && numbers[SLOT * folded]! < until) {
    add(stretch, numbers[SLOT * folded + 1]!, numbers[SLOT * folded + 2]!);
    folded += 1;
  }
  if (series.levels === LEVELS_MOST) thin(series);
  numbers[LEVELS_FROM + LEVEL * series.levels] = numbers[SLOT * (folded - 1)]!;
  numbers[LEVELS_FROM + LEVEL * series.levels + 1] = levelOf(stretch);
  series.levels += 1;
  numbers.copyWithin(0, SLOT * folded, SLOT * series.slots);
  series.slots -= folded;
}

/** Of the older two thirds every second level goes. */
function thin(series: Series): void {
  const { numbers } = series;
  const old = Math.floor((series.levels * 2) / 3);
  let kept = 0;
  for (let i = 0; i < series.levels; i++) {
    if (i < old && i % 2 === 1) continue;
    numbers.copyWithin(LEVELS_FROM + LEVEL * kept, LEVELS_FROM + LEVEL * i, LEVELS_FROM + LEVEL * (i + 1));
    kept += 1;
  }
  series.levels = kept;
}

const SLOT_MS = 10_000;
/** 'Lately': two looks of a metric that comes each minute, and half a minute for it to arrive. */
const STRETCH_SECONDS = 150;
const STRETCH_MS = 1000 * STRETCH_SECONDS;
/** Numbers of a slot, and of a level. */
const SLOT = 3;
export const LEVEL = 2;
/** Two stretches of slots, and two more: the present one is never folded. */
const SLOTS_MOST = 32;
/** Four hours whole, of which the last is never thinned. */
export const LEVELS_MOST = 96;
const LEVELS_FROM = SLOT * SLOTS_MOST;
/** How many numbers a series is kept in. */
export const SERIES_NUMBERS = LEVELS_FROM + LEVEL * LEVELS_MOST;
