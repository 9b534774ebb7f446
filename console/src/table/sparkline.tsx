import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useColours } from "../look/theme.ts";
import type { Columns } from "../live/trail.ts";

/** A location's requests a second over the last minutes, and below in the colour of trouble those that failed. */
export function Sparkline(props: {
  readonly at: readonly number[];
  readonly columns: Columns | undefined;
  readonly width: number;
  readonly height: number;
}) {
  const { at, columns, width, height } = props;
  const colours = useColours();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);

  useEffect(() => {
    if (frame.current === null) return;
    plot.current = new uPlot(
      optionsOf({ width, height, served: colours.accent, failed: colours.failing }),
      [[]],
      frame.current,
    );
    return () => {
      plot.current?.destroy();
      plot.current = null;
    };
  }, [width, height, colours]);
  useEffect(() => {
    if (columns === undefined) return;
    plot.current?.setData([at as number[], columns.servedRps as number[], columns.failedRps as number[]]);
  }, [at, columns, width, height, colours]);

  return <div ref={frame} className="sparkline" style={{ width, height }} aria-hidden="true" />;
}

function optionsOf(chart: { width: number; height: number; served: string; failed: string }): uPlot.Options {
  return {
    width: chart.width,
    height: chart.height,
    ms: 1,
    pxAlign: false,
    cursor: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    padding: [2, 0, 1, 0],
    // From nothing: half the height is half the traffic.
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.05)] } },
    series: [
      {},
      { stroke: chart.served, width: 1.25, points: { show: false }, spanGaps: false },
      { stroke: chart.failed, fill: chart.failed, width: 1, points: { show: false }, spanGaps: false },
    ],
  };
}
