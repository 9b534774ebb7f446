import "uplot/dist/uPlot.min.css";
import type uPlot from "uplot";
import type { Columns } from "../live/trail.ts";
import type { Colours } from "../look/colours.ts";

/** How requests a second are drawn, small in a table's row and large for one location: served as a line, failed as an area. */
export function seriesOf(
  colours: Colours,
): Pick<uPlot.Options, "ms" | "cursor" | "select" | "legend" | "scales" | "series"> {
  return {
    ms: 1,
    cursor: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    legend: { show: false },
    // From nothing: half the height is half the traffic.
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.05)] } },
    series: [
      {},
      { stroke: colours.accent, width: 1.25, points: { show: false }, spanGaps: false },
      { stroke: colours.failing, fill: colours.failing, width: 1, points: { show: false }, spanGaps: false },
    ],
  };
}

export function dataOf(at: readonly number[], columns: Columns): uPlot.AlignedData {
  // A line along the bottom would look like trouble where there is none.
  const failed = columns.failedRps.map((value) => (value !== null && value >= FAILED_SHOWN_RPS ? value : null));
  return [at as number[], columns.servedRps as number[], failed];
}

const FAILED_SHOWN_RPS = 0.05;
