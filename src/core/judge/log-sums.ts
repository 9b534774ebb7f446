import type { LatencyLogReading } from "../reading.ts";
import { LOG_MS_LEAST, LOG_MS_MOST } from "./log-ms.ts";

export type LogSums = Pick<LatencyLogReading, "count" | "sum" | "squares" | "slow">;

/**
 * Whether such sums can be of that many requests: none has none, each request's logarithm lies within what can be measured, and the squares are
 * at least what the mean alone makes (Cauchy and Schwarz), but for what rounding takes.
 */
export function areSums({ count, sum, squares, slow }: LogSums): boolean {
  if (slow > count) return false;
  if (count === 0) return sum === 0 && squares === 0;
  const mean = sum / count;
  if (mean < LOG_MS_LEAST || mean > LOG_MS_MOST) return false;
  return squares / count <= LOG_MS_MOST ** 2 && squares / count >= mean * mean - ROUNDING;
}

const ROUNDING = 1e-3;
