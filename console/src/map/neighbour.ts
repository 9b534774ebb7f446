/** Which place an arrow key goes to: the nearest one that lies rather in that direction than across it. */
export type Direction = "left" | "right" | "up" | "down";
type Point = { readonly key: string; readonly x: number; readonly y: number };

export function neighbour(points: readonly Point[], from: string, direction: Direction): string | null {
  const here = points.find(({ key }) => key === from);
  if (here === undefined) return points[0]?.key ?? null;
  let best: { readonly key: string; readonly cost: number } | null = null;
  for (const { key, x, y } of points) {
    const [along, across] = turned(x - here.x, y - here.y, direction);
    if (key === from || along <= 0) continue;
    // Twice as far across as along is no longer "to the right".
    const cost = Math.hypot(along, 2 * across) + (Math.abs(across) > 2 * along ? FAR : 0);
    if (best === null || cost < best.cost) best = { key, cost };
  }
  return best?.key ?? null;
}

/** Further than any map is wide: such a place is taken only when there is none that lies better. */
const FAR = 100_000;

function turned(x: number, y: number, direction: Direction): readonly [number, number] {
  switch (direction) {
    case "right":
      return [x, y];
    case "left":
      return [-x, y];
    case "down":
      return [y, x];
    case "up":
      return [-y, x];
  }
}
