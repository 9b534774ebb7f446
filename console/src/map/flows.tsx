import { geoInterpolate, geoPath, type GeoProjection } from "d3-geo";
import type { World } from "../../../src/api/contract.ts";
import type { MovedFlow } from "../../../src/core/control-contract.ts";
import { percent } from "../../../src/core/control/words.ts";
import { arcsOf } from "./sizes.ts";

/** What is served away from home, along great circles, with its share of what left the same place. */
export function Flows(props: {
  readonly world: World;
  readonly flows: readonly MovedFlow[];
  readonly projection: GeoProjection;
}) {
  const { world, flows, projection } = props;
  const at = new Map(
    world.estate.locations.map(({ name, longitude, latitude }) => [name, [longitude, latitude] as [number, number]]),
  );
  const path = geoPath(projection);
  const drawn = arcsOf(flows).flatMap((arc) => {
    const [from, to] = [at.get(arc.from), at.get(arc.to)];
    if (!from || !to) return [];
    const along = geoInterpolate(from, to);
    return [
      {
        ...arc,
        d: path({ type: "LineString", coordinates: [from, to] }) ?? "",
        // A little before the end, so that the head is not under the receiver's sign.
        head: headOf(projection(along(0.8)), projection(along(0.86))),
        middle: projection(along(0.5)),
      },
    ];
  });
  return (
    <g className="flows" aria-hidden="true">
      {drawn.map(({ from, to, d, width }) => (
        <path key={`${from} ${to}`} className="flow" d={d} strokeWidth={width} />
      ))}
      {drawn.map(({ from, to, head }) => head && <path key={`${from} ${to}`} className="flow-head" d={head} />)}
      {drawn.map(
        ({ from, to, middle, share, isNamed }) =>
          isNamed &&
          middle && (
            <text key={`${from} ${to}`} className="flow-share" x={middle[0]} y={middle[1]}>
              {percent(share)}
            </text>
          ),
      )}
    </g>
  );
}

type Spot = [number, number] | null;

/** An arrow's head between two points on the way. */
function headOf(from: Spot, to: Spot): string | null {
  if (from === null || to === null) return null;
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const corner = (turn: number, length: number): string =>
    `${(to[0] + length * Math.cos(angle + turn)).toFixed(1)} ${(to[1] + length * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${corner(0, 4)}L${corner(2.4, 5)}L${corner(-2.4, 5)}Z`;
}
