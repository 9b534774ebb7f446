import { geoInterpolate, geoPath, type GeoProjection } from "d3-geo";
import type { World } from "../../../src/api/contract.ts";
import type { Arc } from "./sizes.ts";

/** What is served away from home, along great circles; how much of it goes where is written at its receivers' names. */
export function Flows(props: {
  readonly world: World;
  readonly arcs: readonly Arc[];
  readonly projection: GeoProjection;
}) {
  const { world, arcs, projection } = props;
  const at = new Map(
    world.estate.locations.map(({ name, longitude, latitude }) => [name, [longitude, latitude] as [number, number]]),
  );
  const path = geoPath(projection);
  const drawn = arcs.flatMap((arc) => {
    const [from, to] = [at.get(arc.from), at.get(arc.to)];
    if (!from || !to) return [];
    const along = geoInterpolate(from, to);
    return [
      {
        key: `${arc.from} ${arc.to}`,
        width: arc.width,
        d: path({ type: "LineString", coordinates: [from, to] }) ?? "",
        // A little before the end, so that the head is not under the receiver's sign.
        head: headOf(projection(along(0.7)), projection(along(0.76))),
      },
    ];
  });
  return (
    <g className="flows" aria-hidden="true">
      {drawn.map(({ key, d, width }) => (
        <path key={key} className="flow" d={d} strokeWidth={width} />
      ))}
      {drawn.map(({ key, head }) => head && <path key={key} className="flow-head" d={head} />)}
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
