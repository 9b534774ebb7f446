import type { Layer } from "../../../../src/core/estate.ts";
import { LAYERS, type NodeId, type StackGraph } from "./stack-graph.ts";

/**
 * Boxes in rows, a layer below the other, like floors of a house: whoever needs something stands above it. Floors that are too
 * long for the width are wrapped. Neighbours are ordered by where those stand whom they need, so that lines cross little.
 */
export type StackLayout = {
  readonly boxes: ReadonlyMap<NodeId, Box>;
  readonly rows: readonly { readonly layer: Layer; readonly ids: readonly NodeId[]; readonly y: number }[];
  readonly height: number;
};

export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly row: number;
  readonly column: number;
};

/** A box of the rest of a layer has this id. */
export const restId = (layer: Layer): NodeId => `rest:${layer}`;

const BOX_HEIGHT = 46;
const COLUMN_GAP = 10;
const ROW_GAP = 34;
/** Rows of one floor that was wrapped stand closer together. */
const WRAP_GAP = 12;
/** A name of eight letters with a sign, and two figures, fit the narrow one; twelve letters and three figures the wide one. */
const NARROW_BOX = 96;
const WIDE_BOX = 144;
/** Wider, and a row would be read as a table. */
const STRETCH_MOST = 1.2;
export const WIDE_FROM = 640;
/** Six sweeps are enough for forty boxes: more change nothing that is seen. */
const SWEEPS = 6;

export function layoutStack(parts: {
  readonly graph: StackGraph;
  readonly shown: readonly NodeId[];
  /** Layers of which some are only counted. */
  readonly rest: readonly Layer[];
  readonly width: number;
  /** Left free on top, for the verdict. */
  readonly top: number;
}): StackLayout {
  const { graph, shown, rest, width, top } = parts;
  const leastWidth = width >= WIDE_FROM ? WIDE_BOX : NARROW_BOX;
  const columns = Math.max(1, Math.floor((width + COLUMN_GAP) / (leastWidth + COLUMN_GAP)));
  const boxWidth = Math.min(
    leastWidth * STRETCH_MOST,
    Math.max(0, Math.floor((width + COLUMN_GAP) / columns) - COLUMN_GAP),
  );
  const floors = orderFloors(floorsOf(graph, shown), graph);
  const rows: { layer: Layer; ids: readonly NodeId[]; y: number }[] = [];
  const boxes = new Map<NodeId, Box>();
  let y = top;
  for (const layer of rest) if (!floors.some((floor) => floor.layer === layer)) floors.push({ layer, ids: [] });
  floors.sort((one, other) => LAYERS.indexOf(one.layer) - LAYERS.indexOf(other.layer));
  for (const [index, { layer, ids }] of floors.entries()) {
    const isLast = floors[index + 1]?.layer !== layer;
    const all = isLast && rest.includes(layer) ? [...ids, restId(layer)] : ids;
    for (let start = 0; start < all.length; start += columns) {
      const row = all.slice(start, start + columns);
      const rowWidth = row.length * (boxWidth + COLUMN_GAP) - COLUMN_GAP;
      for (const [column, id] of row.entries()) {
        boxes.set(id, {
          x: (width - rowWidth) / 2 + column * (boxWidth + COLUMN_GAP),
          y,
          width: boxWidth,
          height: BOX_HEIGHT,
          row: rows.length,
          column,
        });
      }
      rows.push({ layer, ids: row, y });
      y += BOX_HEIGHT + (start + columns < all.length ? WRAP_GAP : ROW_GAP);
    }
  }
  return { boxes, rows, height: Math.max(top, y - ROW_GAP) };
}

/** The box that an arrow key leads to: beside it in its row, or the nearest of the row above or below. */
export function neighbourOf(
  layout: StackLayout,
  id: NodeId,
  key: "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown",
): NodeId {
  const box = layout.boxes.get(id);
  if (box === undefined) return id;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    return layout.rows[box.row]?.ids[box.column + (key === "ArrowLeft" ? -1 : 1)] ?? id;
  }
  const row = layout.rows[box.row + (key === "ArrowUp" ? -1 : 1)];
  let [best, least] = [id, Number.POSITIVE_INFINITY];
  for (const other of row?.ids ?? []) {
    const away = Math.abs((layout.boxes.get(other)?.x ?? 0) - box.x);
    if (away < least) [best, least] = [other, away];
  }
  return best;
}

type Floor = { readonly layer: Layer; readonly ids: readonly NodeId[] };

/** Within a layer, who is needed by another of the same layer stands a floor lower. */
function floorsOf(graph: StackGraph, shown: readonly NodeId[]): readonly Floor[] {
  const among = new Set(shown);
  const depths = new Map<NodeId, number>();
  const depthOf = (id: NodeId, above: ReadonlySet<NodeId>): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const layer = graph.nodes.get(id)?.layer;
    const callers = (graph.callers.get(id) ?? []).filter(
      // Services that need each other in a circle must not send us round it.
      (caller) => among.has(caller) && graph.nodes.get(caller)?.layer === layer && !above.has(caller),
    );
    const path = new Set([...above, id]);
    const depth = callers.reduce((deepest, caller) => Math.max(deepest, depthOf(caller, path) + 1), 0);
    depths.set(id, depth);
    return depth;
  };
  const floors = new Map<string, { layer: Layer; depth: number; ids: NodeId[] }>();
  for (const id of shown) {
    const layer = graph.nodes.get(id)?.layer ?? "service";
    const depth = depthOf(id, new Set());
    const floor = floors.get(`${layer} ${depth}`) ?? { layer, depth, ids: [] };
    floor.ids.push(id);
    floors.set(`${layer} ${depth}`, floor);
  }
  return [...floors.values()].sort(
    (one, other) => LAYERS.indexOf(one.layer) - LAYERS.indexOf(other.layer) || one.depth - other.depth,
  );
}

/** Sweeps down and up, each time putting boxes near the middle of those they are joined to (Sugiyama's barycentres). */
function orderFloors(floors: readonly Floor[], graph: StackGraph): Floor[] {
  const ordered = floors.map(({ layer, ids }) => ({ layer, ids: ids.toSorted(byName(graph)) }));
  const place = new Map<NodeId, number>();
  const note = (ids: readonly NodeId[]): void => {
    for (const [index, id] of ids.entries()) place.set(id, (index + 0.5) / ids.length);
  };
  for (const { ids } of ordered) note(ids);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const joined = sweep % 2 === 0 ? graph.callers : graph.callees;
    for (const floor of sweep % 2 === 0 ? ordered : ordered.toReversed()) {
      const middle = new Map(
        floor.ids.map((id) => {
          const places = (joined.get(id) ?? []).flatMap((other) => place.get(other) ?? []);
          const sum = places.reduce((total, each) => total + each, 0);
          return [id, places.length === 0 ? (place.get(id) ?? 0.5) : sum / places.length];
        }),
      );
      floor.ids = floor.ids.toSorted(
        (one, other) => (middle.get(one) ?? 0) - (middle.get(other) ?? 0) || byName(graph)(one, other),
      );
      note(floor.ids);
    }
  }
  return ordered;
}

const byName =
  (graph: StackGraph) =>
  (one: NodeId, other: NodeId): number => {
    const [a, b] = [graph.nodes.get(one)?.name ?? one, graph.nodes.get(other)?.name ?? other];
    return a < b ? -1 : a > b ? 1 : 0;
  };
