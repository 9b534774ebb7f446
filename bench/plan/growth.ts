import type { Axis, Chart, Line } from "../chart.ts";

/** Three classes each; zones stand evenly on a logarithmic axis. */
export const GROWTH_LOCATIONS = [15, 50, 200] as const;
export const GROWTH_ZONES = [250, 700, 2000, 6000, 20_000] as const;
export const growthSize = (locations: number, zones: number): string => `${locations}x${zones}x3`;

/**
 * What a cold plan takes of a processor (median) by zones, both by powers of ten, a line for each number of locations, and below them one that is
 * linear in zones: who runs alongside it is linear too. `coldMs` is by size; a size that was not measured is left out.
 */
export function growthChart(coldMs: ReadonlyMap<string, number>): Chart {
  const lines = GROWTH_LOCATIONS.map((locations, index): Line => {
    const points = GROWTH_ZONES.flatMap((zones) => {
      const took = coldMs.get(growthSize(locations, zones));
      return took === undefined ? [] : [{ across: zones, up: took / 1000 }];
    });
    return { label: `${locations} locations`, look: index === 0 ? "strong" : "other", points };
  }).filter(({ points }) => points.length > 0);
  const [first, last] = [GROWTH_ZONES[0], GROWTH_ZONES.at(-1)!];
  const least = Math.min(...lines.flatMap(({ points }) => points.map(({ across, up }) => up * (first / across))));
  const begins = least / 2;
  const linear = { label: "linear: 10 x the zones, 10 x as long", look: "quiet" as const };
  const points = [
    { across: first, up: begins },
    { across: last, up: begins * (last / first) },
  ];
  const all = [...lines, { ...linear, points }];
  return {
    title: "A cold plan takes about as many times longer as there are more zones",
    says: "Seconds of a processor for a cold plan against zones, three classes each, both by powers of ten: the lines of 15, 50 and 200 locations run near a line that is linear in zones.",
    across: { unit: "zones", scale: "log", from: first, to: last, ticks: GROWTH_ZONES },
    up: secondsAxis(all.flatMap((line) => line.points.map(({ up }) => up))),
    lines: all.toReversed(),
    rules: [],
    marks: [],
  };
}

/** Whole powers of ten. */
function secondsAxis(seconds: readonly number[]): Axis {
  const from = Math.floor(Math.log10(Math.min(...seconds)));
  const to = Math.ceil(Math.log10(Math.max(...seconds)));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => Number(`1e${from + i}`));
  return { unit: "s", scale: "log", from: ticks[0]!, to: ticks.at(-1)!, ticks };
}
