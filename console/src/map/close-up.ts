import { geoMercator, type GeoProjection } from "d3-geo";
import type { MovedFlow } from "../../../src/core/control-contract.ts";
import type { LocationName } from "../../../src/core/estate.ts";
import { freeBox } from "./free-box.ts";
import type { Box } from "./place-labels.ts";

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

type Size = { readonly width: number; readonly height: number };

/** Where the closer look lies on the map, so that it covers neither a location nor users; null: there is no room for it. */
export function closeUpBox(map: {
  readonly estate: { readonly locations: readonly Spot[]; readonly zones: readonly Partial<Spot>[] };
  readonly size: Size;
  readonly projection: GeoProjection;
}): Box | null {
  const { estate, size, projection } = map;
  const points = [...estate.locations, ...estate.zones].flatMap(({ longitude, latitude }) => {
    if (longitude === undefined || latitude === undefined) return [];
    const point = projection([longitude, latitude]);
    return point === null ? [] : [point];
  });
  return freeBox({ size, points, sizes: sizesFor(size.width) });
}

export function sizeOf({ left, top, right, bottom }: Box): Size {
  return { width: right - left, height: bottom - top };
}

function sizesFor(mapWidth: number): readonly Size[] {
  return SHARES.flatMap((wide) =>
    SHARES.map((high) => ({ width: Math.round(mapWidth * wide), height: Math.round(mapWidth * high) })),
  ).filter(
    ({ width, height }) => width >= LEAST.width && height >= LEAST.height && height <= width && width <= MOST_PX,
  );
}

const SHARES = [0.3, 0.27, 0.24, 0.22, 0.2, 0.18, 0.16];
/** Smaller, and three names do not find room beside each other. */
const LEAST = { width: 160, height: 110 };
const MOST_PX = 340;

/** These places in the middle, with room for their names. */
export function closeProjection(spots: readonly Spot[], size: Size): GeoProjection {
  const marginX = Math.min(MARGIN_X_MOST, size.width * MARGIN_SHARE);
  const box = geoMercator().fitExtent(
    [
      [marginX, MARGIN_Y],
      [size.width - marginX, size.height - MARGIN_Y],
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

const MARGIN_X_MOST = 60;
/** Of a small sheet's width: there, names stand above and below rather than beside. */
const MARGIN_SHARE = 0.2;
const MARGIN_Y = 34;
/** Closer than a small country nobody knows where he is. */
const SCALE_MAX = 2500;
