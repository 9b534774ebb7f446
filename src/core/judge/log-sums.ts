import type { LatencyLogReading } from "../reading.ts";

export type LogSums = Pick<LatencyLogReading, "count" | "sum" | "squares" | "slow">;

/**
 * Whether such sums can be of that many requests: none has none, each request's logarithm lies within what can be measured, and the squares are
 * at least what the mean alone makes (Cauchy and Schwarz), but for what rounding takes.
 */
export function areSums({ count, sum, squares, slow }: LogSums): boolean {
  if (slow > count) return false;
  if (count === 0) return sum === 0 && squares === 0;
  const mean = sum / count;
  return Math.abs(mean) <= LOG_MOST && squares / count <= LOG_MOST ** 2 && squares / count >= mean * mean - ROUNDING;
}

/** Natural logarithms of milliseconds: e^60 ms are longer than the world is old. */
const LOG_MOST = 60;
const ROUNDING = 1e-3;
