import type { PlanetFigures } from "./measure-planet.ts";
import { atLeast, numberOf, type Figures } from "./wanted.ts";

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
    met: (figures) => numberOf(figures, "startSeconds") <= 20,
  },
  {
    name: "planet: memory",
    wanted: "all processes in <= 2 GiB (sum of PSS)",
    figures: ({ pssMib }) => ({ pssMib }),
    met: (figures) => numberOf(figures, "pssMib") <= 2048,
  },
  {
    name: "planet: throughput",
    wanted: ">= 1,000 requests/s with p99 under 300 ms plus one round trip to who answers; < 1 % failed",
    figures: ({ seconds, total, failed, p99OverDistanceMs }) => ({
      servedRps: (total - failed) / seconds,
      failedPercent: (100 * failed) / Math.max(1, total),
      p99OverDistanceMs,
    }),
    met: (figures) =>
      atLeast(figures, "servedRps", 1000) &&
      numberOf(figures, "failedPercent") < 1 &&
      numberOf(figures, "p99OverDistanceMs") < 300,
  },
];
