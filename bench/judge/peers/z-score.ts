import type { Peer } from "./peer.ts";

/**
 * How many standard deviations lie the last ten seconds above the mean of a window before them? Of the share of users' requests that
 * failed, and of the share that was slow; either is enough. The window's own deviation is never taken to be less than that of
 * independent requests, else a quiet window would make every failure an outlier.
 */
export const zScore = (windowSeconds: number): Peer<ZScoreState> => {
  const window = Math.round(windowSeconds / BUCKET_SECONDS);
  return {
    name: `z-score over ${windowSeconds / 3600} h`,
    settings: DEVIATIONS.map((deviations) => `z > ${deviations}`),
    documented: 0,
    begin: (locations) => ({
      places: locations.map(() => ({ pending: [0, 0, 0], failed: newWindow(window), slow: newWindow(window) })),
    }),
    pass: ({ places }, { second, seen }) =>
      [...seen.values()].map(({ users }, index) => {
        const place = places[index]!;
        const { pending } = place;
        pending[0]! += users.total;
        pending[1]! += users.bad;
        pending[2]! += users.slow;
        if (second % BUCKET_SECONDS !== 0) return DEVIATIONS.map(() => false);
        const [total, bad, slow] = pending.splice(0, 3, 0, 0, 0) as [number, number, number];
        // Without requests there is nothing to compare.
        if (total === 0) return DEVIATIONS.map(() => false);
        const z = Math.max(take(place.failed, bad / total, total), take(place.slow, slow / total, total));
        return DEVIATIONS.map((deviations) => z > deviations);
      }),
  };
};

export type ZScoreState = {
  readonly places: readonly { readonly pending: number[]; readonly failed: Window; readonly slow: Window }[];
};

export type Window = { readonly values: Float64Array; count: number; sum: number; squares: number };

export const newWindow = (length: number): Window => ({
  values: new Float64Array(length),
  count: 0,
  sum: 0,
  squares: 0,
});

/** How unlike the window the value is, in standard deviations; then it enters the window. 0 until that is half full. */
export function take(window: Window, value: number, requests: number): number {
  const { values } = window;
  const filled = Math.min(window.count, values.length);
  const mean = filled === 0 ? 0 : window.sum / filled;
  const variance = filled === 0 ? 0 : Math.max(0, window.squares / filled - mean * mean);
  const chance = (Math.max(mean, 1 / requests) * (1 - Math.min(1, mean))) / requests;
  const place = window.count % values.length;
  const leaves = window.count >= values.length ? values[place]! : 0;
  window.sum += value - leaves;
  window.squares += value * value - leaves * leaves;
  values[place] = value;
  window.count += 1;
  return filled * 2 < values.length ? 0 : (value - mean) / Math.sqrt(Math.max(variance, chance));
}

const BUCKET_SECONDS = 10;
const DEVIATIONS = [3, 4, 6, 8, 12, 20, 40];
