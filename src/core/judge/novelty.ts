/**
 * How unlike its own past a value is, 0..1: the distance to the nearest value ever seen, as a share of the range so
 * far. What wins at finding anomalies in single gauges is memory ("have I ever seen this?"), not a better forecast.
 * It speaks once: in the wake of something stranger a reading is part of that, and scores nothing.
 */
export type Novelty = {
  seen: number[];
  count: number;
  /** Scores of late that nothing since has exceeded, falling, each with its place in the count. */
  peaks: { readonly at: number; readonly score: number }[];
};

export const newNovelty = (): Novelty => ({ seen: [], count: 0, peaks: [] });

export function scoreOf(novelty: Novelty, value: number): number {
  if (!Number.isFinite(value)) return 0;
  const { seen } = novelty;
  const at = placeOf(seen, value);
  const below = seen[at - 1];
  const above = seen[at];
  const gap = Math.min(
    below === undefined ? Number.POSITIVE_INFINITY : value - below,
    above === undefined ? Number.POSITIVE_INFINITY : above - value,
  );
  const range = Math.max(value, seen.at(-1) ?? value) - Math.min(value, seen[0] ?? value);
  const score = novelty.count < VALUES_TO_KNOW || range <= 0 ? 0 : Math.min(1, gap / range);
  novelty.count += 1;
  if (gap > 0) seen.splice(at, 0, value);
  if (seen.length > VALUES_KEPT) thin(seen);
  return isPeak(novelty, score) ? score : 0;
}

function isPeak(novelty: Novelty, score: number): boolean {
  const { peaks, count } = novelty;
  const wake = Math.max(WAKE_LEAST, Math.floor(count * WAKE_SHARE));
  while (peaks[0] !== undefined && count - peaks[0].at > wake) peaks.shift();
  const isHighest = peaks[0] === undefined || score > peaks[0].score;
  while ((peaks.at(-1)?.score ?? Number.POSITIVE_INFINITY) <= score) peaks.pop();
  peaks.push({ at: count, score });
  if (peaks.length > PEAKS_KEPT) peaks.pop();
  return isHighest;
}

function placeOf(seen: readonly number[], value: number): number {
  let [low, high] = [0, seen.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if ((seen[half] ?? 0) < value) low = half + 1;
    else high = half;
  }
  return low;
}

/** Every second value goes, the ends stay: what is lost is resolution where values lie densest. */
function thin(seen: number[]): void {
  let kept = 0;
  for (let i = 0; i < seen.length; i++) {
    if (i % 2 === 0 || i === seen.length - 1) seen[kept++] = seen[i] ?? 0;
  }
  seen.length = kept;
}

/** The wake of an alarm: this share of all that was seen so far. */
const WAKE_SHARE = 0.04;
const WAKE_LEAST = 10;
const PEAKS_KEPT = 64;
const VALUES_TO_KNOW = 30;
const VALUES_KEPT = 4000;
