import type { PlanetFigures } from "./measure-planet.ts";
import type { Figures } from "./wanted.ts";

/** What the planet itself should be: quick to start, small, and able to carry its users. */
export const PLANET_WANTED: readonly {
  readonly name: string;
  readonly wanted: string;
  readonly figures: (measured: PlanetFigures) => Figures;
  readonly met: (figures: Figures) => boolean;
}[] = [
  {
    name: "planet: start",
    wanted: "all locations serve within 20 s",
    figures: ({ startMs }) => ({ startSeconds: startMs / 1000 }),
    met: ({ startSeconds }) => (startSeconds ?? Infinity) <= 20,
  },
  {
    name: "planet: memory",
    wanted: "all processes in <= 2 GiB (sum of PSS)",
    figures: ({ pssMib }) => ({ pssMib }),
    met: ({ pssMib }) => (pssMib ?? Infinity) <= 2048,
  },
  {
    name: "planet: throughput",
    wanted: ">= 1,000 requests/s with p99 under 300 ms plus one round trip to who answers; < 1 % failed",
    figures: ({ seconds, total, failed, p99OverDistanceMs }) => ({
      servedRps: (total - failed) / seconds,
      failedPercent: (100 * failed) / Math.max(1, total),
      p99OverDistanceMs,
    }),
    met: ({ servedRps, failedPercent, p99OverDistanceMs }) =>
      (servedRps ?? 0) >= 1000 && (failedPercent ?? Infinity) < 1 && (p99OverDistanceMs ?? Infinity) < 300,
  },
];
