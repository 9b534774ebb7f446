import { costIn, costOut, type Network } from "./network.ts";

/**
 * For each pair of places: which row moves from the one to the other most cheaply, and for how much; of equals the first row.
 *
 * The idea: at the door of each restaurant hang lists of its guests, one list for each other restaurant, whoever minds that change least on
 * top. A list is a heap, and nobody crosses names out of the middle of it: who has left, or would mind more than it says, is found out when on
 * top; who minds less than it says is written down once more.
 *
 * 1. When `changed` was told of each change of the flow, `row` and `cost` are what a look at all rows would say.
 * 2. A place's lists are written when a search first passes it (most places never fill up); no row leaves it before.
 */
export function moversOf(network: Network, flow: Float64Array): Movers {
  const { places, kept } = network;
  const topRow = new Int32Array(places * places).fill(NOBODY);
  const topCost = new Float64Array(places * places).fill(Infinity);
  const lists: (Lists | null)[] = Array.from({ length: places }, () => null);
  return { row: topRow, cost: topCost, isKnown: (from) => lists[from] !== null, study, changed };

  function study(from: number, members: readonly number[]): void {
    const own = emptyLists(places, members.length + SPARE_LINES);
    lists[from] = own;
    for (let to = 0; to < places; to++) {
      if (to === from) continue;
      const first = to * own.capacity;
      let size = 0;
      for (let index = 0; index < members.length; index++) {
        const row = members[index]!;
        const cost = costOf(row, from, to);
        if (cost === Infinity) continue;
        own.cost[first + size] = cost;
        own.row[first + size] = row;
        size += 1;
      }
      own.size[to] = size;
      for (let at = (size >> 1) - 1; at >= 0; at--) sink(own, first, { at, size });
      readTop(own, from, to);
    }
  }

  /** To be told when the whole path has moved. */
  function changed(row: number, { from, to, units }: Change): void {
    const first = row * places;
    const there = flow[first + to]!;
    const here = flow[first + from]!;
    // Who is new there is in none of its lists; who has more there than it kept, and had not before, goes more cheaply.
    if (lists[to] !== null && (there === units || isBeyond(there, first + to, units))) {
      for (let other = 0; other < places; other++) if (other !== to) write(row, to, other);
    }
    if (isBelow(here, first + from, units)) {
      // It comes back more cheaply, from wherever the rest of it is.
      for (let other = 0; other < places; other++) {
        if (other !== from && lists[other] !== null && flow[first + other]! > 0) write(row, other, from);
      }
    }
    for (let other = 0; other < places; other++) {
      if (topRow[from * places + other] === row) settle(from, other);
      if (topRow[other * places + to] === row) settle(other, to);
    }
  }

  function isBeyond(there: number, at: number, units: number): boolean {
    return kept !== null && there > kept[at]! && there - units <= kept[at]!;
  }
  function isBelow(here: number, at: number, units: number): boolean {
    return kept !== null && here < kept[at]! && here + units >= kept[at]!;
  }
  function costOf(row: number, from: number, to: number): number {
    const first = row * places;
    return costIn(network, flow, first + to) - costOut(network, flow, first + from);
  }

  function write(row: number, from: number, to: number): void {
    const cost = costOf(row, from, to);
    if (cost === Infinity) return;
    let own = lists[from]!;
    if (own.size[to] === own.capacity) lists[from] = own = longer(own, places);
    const first = to * own.capacity;
    let at = own.size[to]!++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(cost, row, own.cost[first + above]!, own.row[first + above]!)) break;
      own.cost[first + at] = own.cost[first + above]!;
      own.row[first + at] = own.row[first + above]!;
      at = above;
    }
    own.cost[first + at] = cost;
    own.row[first + at] = row;
    if (at === 0) readTop(own, from, to);
  }

  /** Until what is on top of the list is true. */
  function settle(from: number, to: number): void {
    const own = lists[from]!;
    const first = to * own.capacity;
    while (own.size[to]! > 0) {
      const row = own.row[first]!;
      if (flow[row * places + from] === 0) {
        const last = first + --own.size[to]!;
        own.cost[first] = own.cost[last]!;
        own.row[first] = own.row[last]!;
      } else {
        const cost = costOf(row, from, to);
        if (cost === own.cost[first]) break;
        own.cost[first] = cost;
      }
      sink(own, first, { at: 0, size: own.size[to]! });
    }
    readTop(own, from, to);
  }

  function readTop(own: Lists, from: number, to: number): void {
    const pair = from * places + to;
    const isEmpty = own.size[to] === 0;
    topRow[pair] = isEmpty ? NOBODY : own.row[to * own.capacity]!;
    topCost[pair] = isEmpty ? Infinity : own.cost[to * own.capacity]!;
  }
}

export type Movers = {
  /** By pair, from x places + to; -1: nobody. */
  readonly row: Int32Array;
  /** Infinity where nobody. */
  readonly cost: Float64Array;
  readonly isKnown: (from: number) => boolean;
  /** `members` are the rows that have anything there. */
  readonly study: (from: number, members: readonly number[]) => void;
  readonly changed: (row: number, change: Change) => void;
};

/** Crosses no line up to which a row was there already, on either side. */
export type Change = { readonly from: number; readonly to: number; readonly units: number };

const NOBODY = -1;
/** Some come before a list has to be written anew. */
const SPARE_LINES = 16;

/** One place's lists, each a heap, one after the other. */
type Lists = {
  readonly capacity: number;
  readonly cost: Float64Array;
  readonly row: Int32Array;
  readonly size: Int32Array;
};

function emptyLists(places: number, capacity: number): Lists {
  return {
    capacity,
    cost: new Float64Array(places * capacity),
    row: new Int32Array(places * capacity),
    size: new Int32Array(places),
  };
}

function longer(lists: Lists, places: number): Lists {
  const more = emptyLists(places, 2 * lists.capacity);
  more.size.set(lists.size);
  for (let to = 0; to < places; to++) {
    const first = to * lists.capacity;
    more.cost.set(lists.cost.subarray(first, first + lists.size[to]!), to * more.capacity);
    more.row.set(lists.row.subarray(first, first + lists.size[to]!), to * more.capacity);
  }
  return more;
}

function isBefore(cost: number, row: number, otherCost: number, otherRow: number): boolean {
  return cost < otherCost || (cost === otherCost && row < otherRow);
}

function sink(lists: Lists, first: number, { at, size }: { readonly at: number; readonly size: number }): void {
  if (at >= size) return;
  const cost = lists.cost[first + at]!;
  const row = lists.row[first + at]!;
  let hole = at;
  for (;;) {
    let below = 2 * hole + 1;
    if (below >= size) break;
    const right = first + below + 1;
    if (
      below + 1 < size &&
      isBefore(lists.cost[right]!, lists.row[right]!, lists.cost[right - 1]!, lists.row[right - 1]!)
    )
      below += 1;
    if (!isBefore(lists.cost[first + below]!, lists.row[first + below]!, cost, row)) break;
    lists.cost[first + hole] = lists.cost[first + below]!;
    lists.row[first + hole] = lists.row[first + below]!;
    hole = below;
  }
  lists.cost[first + hole] = cost;
  lists.row[first + hole] = row;
}
