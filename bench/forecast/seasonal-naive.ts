import { LEVELS } from "../../src/core/forecast/series.ts";

/** What everybody compares with: as this hour last week; and as sure as it has been so far (the quantiles of all its errors, as factors). */
export function seasonalNaive() {
  const past = new Map<number, number>();
  const errors = new Map<number, number[]>();
  return {
    learn(hour: number, rps: number): void {
      for (const weeks of [1, 2]) {
        const before = past.get(hour - 168 * weeks);
        if (before === undefined) continue;
        const known = errors.get(weeks) ?? [];
        errors.set(weeks, known);
        const error = Math.log((rps + SMALL) / (before + SMALL));
        known.splice(firstAbove(known, error), 0, error);
      }
      past.set(hour, rps);
    },
    /** The bands in the order of LEVELS; null: it knows too little. */
    ahead(hour: number, hours: number): readonly number[] | null {
      const weeks = Math.ceil(hours / 168);
      const before = past.get(hour + hours - 168 * weeks);
      const known = errors.get(weeks) ?? [];
      if (before === undefined || known.length < 24) return null;
      return LEVELS.map((level) => {
        const error = known[Math.min(known.length - 1, Math.floor(level * known.length))]!;
        return Math.max(0, Math.exp(error) * (before + SMALL) - SMALL);
      });
    },
  };
}

const SMALL = 0.5;

function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
