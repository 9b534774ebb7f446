import { geoNaturalEarth1, type GeoProjection } from "d3-geo";

/** The inhabited world in a box: without the poles, where nobody has a location. */
export function worldProjection(size: { readonly width: number; readonly height: number }): GeoProjection {
  return geoNaturalEarth1()
    .rotate([-EAST_OF_GREENWICH, 0])
    .fitExtent(
      [
        [MARGIN, MARGIN],
        [size.width - MARGIN, size.height - MARGIN],
      ],
      { type: "MultiPoint", coordinates: EDGES },
    );
}

/** The map is cut in the Bering Strait, through no country. */
const EAST_OF_GREENWICH = 11;
const EDGES = [
  [EAST_OF_GREENWICH - 179.9, 20],
  [EAST_OF_GREENWICH + 179.9, 20],
  [EAST_OF_GREENWICH, 76],
  [EAST_OF_GREENWICH, -56],
];
const MARGIN = 2;

/** Height for a width, so that the extent just fits. */
export const MAP_RATIO = 0.46;
