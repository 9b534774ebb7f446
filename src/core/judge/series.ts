import type { UnixMs } from "../step.ts";

/**
 * What one signal of one service said: a weighted mean for each ten seconds in which something came, newest last.
 * Like a memory, it keeps the last of it whole and of what is older an ever thinner part: a day costs no more than an hour.
 */
export type Series = {
  /** Slots: when each ended, in seconds since the first reading; its mean; how much it is the mean of. */
  readonly seconds: Float32Array;
  readonly values: Float32Array;
  readonly weights: Float32Array;
  slots: number;
  readonly firstAt: UnixMs;
  /** The slot that is still open. */
  openedAt: UnixMs;
  lastAt: UnixMs;
  sum: number;
  weight: number;
};

/** Several slots as one: the values themselves, and their mean by weight. */
export type Stretch = { readonly values: number[]; sum: number; weight: number };

export function newSeries(at: UnixMs): Series {
  return {
    seconds: new Float32Array(SLOTS_MOST),
    values: new Float32Array(SLOTS_MOST),
    weights: new Float32Array(SLOTS_MOST),
    slots: 0,
    firstAt: at,
    openedAt: at,
    lastAt: at,
    sum: 0,
    weight: 0,
  };
}

/** Adds a value of so much weight: requests, lines, spans; 1 for a gauge's reading. What comes late counts for now. */
export function addTo(series: Series, at: UnixMs, value: number, weight: number): void {
  if (series.weight > 0 && at - series.openedAt >= SLOT_MS) closeSlot(series);
  if (series.weight === 0) series.openedAt = Math.max(at, series.lastAt);
  series.sum += value * weight;
  series.weight += weight;
  series.lastAt = Math.max(series.lastAt, at);
}

/**
 * The series cut into stretches of equal length that end at `at`, newest first; those in which nothing came are left
 * out of the past. Null when nothing came lately.
 */
export function stretchesOf(
  series: Series,
  at: UnixMs,
  lengthMs: number,
): { readonly now: Stretch; readonly past: readonly { readonly stretch: Stretch; readonly agoMs: number }[] } | null {
  const found = new Map<number, Stretch>();
  const put = (endedAt: UnixMs, value: number, weight: number): void => {
    const which = Math.floor((at - endedAt) / lengthMs);
    if (which < 0) return;
    let stretch = found.get(which);
    if (stretch === undefined) found.set(which, (stretch = { values: [], sum: 0, weight: 0 }));
    stretch.values.push(value);
    stretch.sum += value * weight;
    stretch.weight += weight;
  };
  if (series.weight > 0) put(series.lastAt, series.sum / series.weight, series.weight);
  for (let i = series.slots - 1; i >= 0; i--)
    put(series.firstAt + (series.seconds[i] ?? 0) * 1000, series.values[i] ?? 0, series.weights[i] ?? 0);
  const now = found.get(0);
  if (now === undefined) return null;
  const past = [...found].flatMap(([which, stretch]) => (which > 0 ? { stretch, agoMs: which * lengthMs } : []));
  return { now, past };
}

function closeSlot(series: Series): void {
  if (series.slots === SLOTS_MOST) thin(series);
  series.seconds[series.slots] = (series.lastAt - series.firstAt) / 1000;
  series.values[series.slots] = series.sum / series.weight;
  series.weights[series.slots] = series.weight;
  series.slots += 1;
  series.sum = 0;
  series.weight = 0;
}

/** Of the older two thirds every second slot goes. */
function thin(series: Series): void {
  const old = Math.floor((series.slots * 2) / 3);
  let kept = 0;
  for (let i = 0; i < series.slots; i++) {
    if (i < old && i % 2 === 1) continue;
    series.seconds[kept] = series.seconds[i] ?? 0;
    series.values[kept] = series.values[i] ?? 0;
    series.weights[kept] = series.weights[i] ?? 0;
    kept += 1;
  }
  series.slots = kept;
}

const SLOT_MS = 10_000;
/** Three numbers of four bytes a slot: under 3 kB a series. */
const SLOTS_MOST = 240;
