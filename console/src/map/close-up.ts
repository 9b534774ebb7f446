import { geoMercator, type GeoProjection } from "d3-geo";
import type { MovedFlow } from "../../../src/core/control-contract.ts";
import type { LocationName } from "../../../src/core/estate.ts";

/** Most moves go to neighbours, which on a map of the world lie on top of each other: those are shown again, closer. */
type Spot = { readonly longitude: number; readonly latitude: number };

/** The places between which something moves that is too short to be seen; none when all can be seen. */
export function tooNear(
  flows: readonly MovedFlow[],
  at: (name: LocationName) => readonly [number, number] | null,
): readonly LocationName[] {
  const names = new Set<LocationName>();
  for (const { from, to, rps } of flows) {
    const [a, b] = [at(from), at(to)];
    if (a === null || b === null || rps <= 0 || from === to) continue;
    if (Math.hypot(a[0] - b[0], a[1] - b[1]) >= SEEN_PX) continue;
    names.add(from);
    names.add(to);
  }
  return [...names].sort();
}

/** An arc with a sign at each end, an arrow's head and a figure. */
const SEEN_PX = 80;

/** These places in the middle, with room for their names. */
export function closeProjection(
  spots: readonly Spot[],
  size: { readonly width: number; readonly height: number },
): GeoProjection {
  const box = geoMercator().fitExtent(
    [
      [MARGIN_X, MARGIN_Y],
      [size.width - MARGIN_X, size.height - MARGIN_Y],
    ],
    { type: "MultiPoint", coordinates: spots.map(({ longitude, latitude }) => [longitude, latitude]) },
  );
  if (box.scale() <= SCALE_MAX) return box;
  const middle = box.invert!([size.width / 2, size.height / 2])!;
  return geoMercator()
    .center(middle)
    .scale(SCALE_MAX)
    .translate([size.width / 2, size.height / 2]);
}

const MARGIN_X = 60;
const MARGIN_Y = 34;
/** Closer than a small country nobody knows where he is. */
const SCALE_MAX = 2500;
