/** Looks a second, for a year. */
export const YEAR_SECONDS = 365 * 24 * 3600;
/** One needless move a year of one location that is looked at each second. */
export const BAR_OF_ONE = Math.log(YEAR_SECONDS);
/** Of an estate of 15 locations. */
export const BAR_OF_FIFTEEN = Math.log(15 * YEAR_SECONDS);

/** Kullback-Leibler divergence of one request that fails with probability `fault` from one that fails with `usual`, in nats. */
export function failureDivergence(fault: number, usual: number): number {
  return fault * Math.log(fault / usual) + (1 - fault) * Math.log((1 - fault) / (1 - usual));
}

/** Of one lognormal latency that is slower by `factor`. */
export const latencyDivergence = (factor: number, sigma: number): number => Math.log(factor) ** 2 / (2 * sigma ** 2);

export type Delays = {
  readonly boundSeconds: number;
  readonly seconds: number;
  readonly ofBound: number;
  readonly p90: number;
};

export function delaysOf(delays: readonly number[], boundSeconds: number): Delays {
  const sorted = delays.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  return {
    boundSeconds: round(boundSeconds),
    seconds: round(mean),
    ofBound: round(mean / boundSeconds),
    p90: round(sorted[Math.floor(0.9 * (sorted.length - 1))]!),
  };
}

export const round = (value: number): number => Math.round(value * 100) / 100;
