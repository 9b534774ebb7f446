import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useColours } from "../look/theme.ts";
import type { Columns } from "../live/trail.ts";
import { dataOf, seriesOf } from "./rps-chart.ts";

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
    const options = {
      ...seriesOf(colours),
      width,
      height,
      axes: [{ show: false }, { show: false }],
      padding: [2, 0, 1, 0] as [number, number, number, number],
    };
    plot.current = new uPlot(options, [[]], frame.current);
    return () => {
      plot.current?.destroy();
      plot.current = null;
    };
  }, [width, height, colours]);
  useEffect(() => {
    if (columns !== undefined) plot.current?.setData(dataOf(at, columns));
  }, [at, columns, width, height, colours]);

  return <div ref={frame} className="sparkline" style={{ width, height }} aria-hidden="true" />;
}
