/** Where names go on the map, so that none covers another or a sign: the most important first, and who finds no room has none. */
export type Labelled = {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** What to write, the best first: where the first finds no room, the next may. */
  readonly labels: readonly Label[];
  /** Higher is placed first. */
  readonly weight: number;
};

type Label = { readonly text: string; readonly width: number };

export type PlacedLabel = { readonly key: string; readonly text: string; readonly x: number; readonly y: number };

/** A piece of the map that no name may cover. */
export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

export const LABEL_HEIGHT = 14;
const GAP = 3;

/** `x` is the label's left edge, `y` its middle. */
export function placeLabels(
  items: readonly Labelled[],
  size: { readonly width: number; readonly height: number },
  covered: readonly Box[] = [],
): readonly PlacedLabel[] {
  const taken: Box[] = [...covered, ...items.map(({ x, y, radius }) => around(x, y, radius))];
  const placed: PlacedLabel[] = [];
  const sorted = [...items].sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  for (const item of sorted) {
    const own = around(item.x, item.y, item.radius);
    const place = item.labels
      .flatMap((label) => candidates(item, label.width).map((at) => ({ ...label, ...at })))
      .find(({ x, y, width }) => {
        const box = boxOf(x, y, width);
        return isInside(box, size) && !taken.some((other) => !isSame(other, own) && overlap(box, other));
      });
    if (place === undefined) continue;
    const { text, x, y, width } = place;
    taken.push(boxOf(x, y, width));
    placed.push({ key: item.key, text, x, y });
  }
  return placed;
}

/** Right, left, above, below, then the corners: as a person would write them. */
function candidates({ x, y, radius }: Labelled, width: number): readonly { readonly x: number; readonly y: number }[] {
  const right = x + radius + GAP;
  const left = x - radius - GAP - width;
  const middle = x - width / 2;
  const above = y - radius - GAP - LABEL_HEIGHT / 2;
  const below = y + radius + GAP + LABEL_HEIGHT / 2;
  return [
    { x: right, y },
    { x: left, y },
    { x: middle, y: above },
    { x: middle, y: below },
    { x: right, y: above },
    { x: right, y: below },
    { x: left, y: above },
    { x: left, y: below },
  ];
}

function boxOf(x: number, y: number, width: number): Box {
  return { left: x, top: y - LABEL_HEIGHT / 2, right: x + width, bottom: y + LABEL_HEIGHT / 2 };
}

function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

function isInside(box: Box, { width, height }: { readonly width: number; readonly height: number }): boolean {
  return box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
}

function isSame(a: Box, b: Box): boolean {
  return a.left === b.left && a.top === b.top && a.right === b.right;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
