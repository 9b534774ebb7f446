import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useConsole, useLive } from "../../context.tsx";
import { clockText } from "../../look/moments.ts";
import { useColours } from "../../look/theme.ts";
import { useWidth } from "../../map/use-width.ts";
import { dataOf, seriesOf } from "../../table/rps-chart.ts";

/** One location's last minutes with figures to read off. */
export function Trend({ name }: { readonly name: string }) {
  const { zone } = useConsole();
  const trail = useLive((live) => live.trail);
  const colours = useColours();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const width = useWidth(frame);
  const columns = trail.places[name];

  useEffect(() => {
    if (frame.current === null || width === 0) return;
    const axis = {
      stroke: colours.muted,
      grid: { stroke: colours.line, width: 1 },
      ticks: { show: false },
      font: FONT,
    };
    plot.current = new uPlot(
      {
        ...seriesOf(colours),
        width,
        height: HEIGHT,
        axes: [
          { ...axis, space: 90, size: 26, values: (_plot, moments) => moments.map((at) => clockText(at, zone, at)) },
          { ...axis, space: 20, size: 44 },
        ],
      },
      [[]],
      frame.current,
    );
    return () => {
      plot.current?.destroy();
      plot.current = null;
    };
  }, [width, colours, zone]);
  useEffect(() => {
    if (columns !== undefined) plot.current?.setData(dataOf(trail.at, columns));
  }, [trail, columns, width, colours, zone]);

  return (
    <figure className="trend">
      <div ref={frame} aria-hidden="true" />
      <figcaption className="muted">Requests a second over the last 10 minutes; filled: those that failed</figcaption>
    </figure>
  );
}

const HEIGHT = 130;
const FONT = "11px system-ui, sans-serif";
