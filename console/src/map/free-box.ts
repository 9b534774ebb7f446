import type { Box } from "./place-labels.ts";

type Size = { readonly width: number; readonly height: number };
type Point = readonly [x: number, y: number];

/** Where something may lie on the map without hiding anybody: at its lower edge, where the southern oceans are; null: nowhere. */
export function freeBox(map: {
  readonly size: Size;
  readonly points: readonly Point[];
  readonly sizes: readonly Size[];
}): Box | null {
  const { size, points, sizes } = map;
  const largestFirst = sizes.toSorted((one, other) => other.width * other.height - one.width * one.height);
  for (const { width, height } of largestFirst) {
    for (let left = 0; left + width <= size.width; left += STEP) {
      const box = { left, top: size.height - height, right: left + width, bottom: size.height };
      if (!points.some((point) => isNear(box, point))) return box;
    }
  }
  return null;
}

const STEP = 8;
/** Somebody's sign is larger than a point. */
const CLEAR = 14;

function isNear({ left, top, right, bottom }: Box, [x, y]: Point): boolean {
  return x > left - CLEAR && x < right + CLEAR && y > top - CLEAR && y < bottom + CLEAR;
}
