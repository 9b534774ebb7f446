import { costIn, costOut, type Network } from "./network.ts";

/**
 * For each pair of places: which row moves from the one to the other most cheaply, and for how much; of equals the first row.
 *
 * The idea: a restaurant has, for each other restaurant, a list of its guests, whoever minds that change least on top. Nobody crosses
 * names out of the middle of it: who has left, or would mind more than it says, is found out when on top. Who comes later is written in one book for all
 * lists, which a list reads up when it is next looked at. And a list is put in order (it is a heap) only when its first guest goes.
 *
 * 1. When `changed` was told of each change of the flow, `row` and `cost` are what a look at all rows would say.
 * 2. A place's lists are written when a search first passes it (most places never fill up); no row leaves it before. They are written row by row, as
 *    costs lie in memory.
 */
export function moversOf(network: Network, flow: Float64Array): Movers {
  const { places, kept } = network;
  const topRow = new Int32Array(places * places).fill(NOBODY);
  const topCost = new Float64Array(places * places).fill(Infinity);
  const books: (number[] | null)[] = Array.from({ length: places }, () => null);
  /** By place, then by whereto. */
  const lists: (readonly List[])[] = Array.from({ length: places }, () => []);
  return { row: topRow, cost: topCost, isKnown: (from) => books[from] !== null, study, changed };

  function study(from: number, members: readonly number[]): void {
    const own = emptyLists(places, members.length);
    lists[from] = own;
    for (const row of members) {
      const first = row * places;
      const saved = costOut(network, flow, first + from);
      for (let to = 0; to < places; to++) {
        const cost = costIn(network, flow, first + to) - saved;
        if (to === from || cost === Infinity) continue;
        append(own[to]!, row, cost);
        offer(row, from * places + to, cost);
      }
    }
    books[from] = [];
  }

  function comes(row: number, from: number): void {
    books[from]!.push(row);
    const first = row * places;
    const saved = costOut(network, flow, first + from);
    for (let to = 0; to < places; to++) {
      if (to !== from) offer(row, from * places + to, costIn(network, flow, first + to) - saved);
    }
  }

  function offer(row: number, pair: number, cost: number): void {
    if (!isBefore(cost, row, topCost[pair]!, topRow[pair]!)) return;
    topRow[pair] = row;
    topCost[pair] = cost;
  }

  /** To be told when the whole path has moved. */
  function changed(row: number, { from, to, units }: Change): void {
    const first = row * places;
    const there = flow[first + to]!;
    // Who is new there is in no list; who has more there than it kept, and had not before, goes more cheaply than its lists say.
    if (books[to] !== null && (there === units || isBeyond(there, first + to, units))) comes(row, to);
    if (isBelow(flow[first + from]!, first + from, units)) {
      // It comes back more cheaply, from wherever the rest of it is.
      for (let other = 0; other < places; other++) {
        if (other === from || books[other] === null || flow[first + other] === 0) continue;
        const cost = costOf(row, other, from);
        write(lists[other]![from]!, row, cost);
        offer(row, other * places + from, cost);
      }
    }
    for (let other = 0; other < places; other++) if (topRow[from * places + other] === row) settle(from, other);
    if (kept === null) return;
    // Who has all there that it kept goes there less cheaply, from anywhere.
    for (let other = 0; other < places; other++) if (topRow[other * places + to] === row) settle(other, to);
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

  /** Brings a pair's list up to the book, and its top to the truth. */
  function settle(from: number, to: number): void {
    const pair = from * places + to;
    const list = lists[from]![to]!;
    if (!list.isHeap) {
      list.isHeap = true;
      for (let at = (list.size >> 1) - 1; at >= 0; at--) sink(list, at);
    }
    for (const book = books[from]!; list.read < book.length; list.read++) {
      const row = book[list.read]!;
      const cost = flow[row * places + from] === 0 ? Infinity : costOf(row, from, to);
      if (cost < Infinity) write(list, row, cost);
    }
    while (list.size > 0) {
      const { lines, first } = list;
      const row = lines[first + 1]!;
      if (flow[row * places + from] === 0) {
        list.size -= 1;
        lines[first] = lines[first + 2 * list.size]!;
        lines[first + 1] = lines[first + 2 * list.size + 1]!;
      } else {
        const cost = costOf(row, from, to);
        if (cost === lines[first]) break;
        lines[first] = cost;
      }
      sink(list, 0);
    }
    topRow[pair] = list.size === 0 ? NOBODY : list.lines[list.first + 1]!;
    topCost[pair] = list.size === 0 ? Infinity : list.lines[list.first]!;
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

type List = {
  /** From `first` on: cost, row, cost, row, ... */
  lines: Float64Array;
  first: number;
  /** So many lines have room. */
  room: number;
  size: number;
  /** By cost, then row; before, in no order. */
  isHeap: boolean;
  /** So many of the book's names are in it. */
  read: number;
};

/** Some come before a list has to be copied to a longer one. */
const SPARE_LINES = 8;

/** A place's lists, in one piece of memory. */
function emptyLists(places: number, members: number): readonly List[] {
  const room = members + SPARE_LINES;
  const lines = new Float64Array(2 * places * room);
  const lists: List[] = [];
  for (let to = 0; to < places; to++)
    lists.push({ lines, first: 2 * to * room, room, size: 0, isHeap: false, read: 0 });
  return lists;
}

function append(list: List, row: number, cost: number): void {
  if (list.size === list.room) lengthen(list);
  const at = list.first + 2 * list.size++;
  list.lines[at] = cost;
  list.lines[at + 1] = row;
}

function lengthen(list: List): void {
  const { lines, first, size } = list;
  list.room = 2 * size;
  list.lines = new Float64Array(2 * list.room);
  list.lines.set(lines.subarray(first, first + 2 * size));
  list.first = 0;
}

/** Into its place, where the list is in order. */
function write(list: List, row: number, cost: number): void {
  append(list, row, cost);
  if (!list.isHeap) return;
  const { lines, first } = list;
  let at = list.size - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const line = first + 2 * above;
    if (!isBefore(cost, row, lines[line]!, lines[line + 1]!)) break;
    lines[first + 2 * at] = lines[line]!;
    lines[first + 2 * at + 1] = lines[line + 1]!;
    at = above;
  }
  lines[first + 2 * at] = cost;
  lines[first + 2 * at + 1] = row;
}

function sink({ lines, first, size }: List, start: number): void {
  const cost = lines[first + 2 * start]!;
  const row = lines[first + 2 * start + 1]!;
  let at = start;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= size) break;
    let line = first + 2 * below;
    if (below + 1 < size && isBefore(lines[line + 2]!, lines[line + 3]!, lines[line]!, lines[line + 1]!)) {
      below += 1;
      line += 2;
    }
    if (!isBefore(lines[line]!, lines[line + 1]!, cost, row)) break;
    lines[first + 2 * at] = lines[line]!;
    lines[first + 2 * at + 1] = lines[line + 1]!;
    at = below;
  }
  lines[first + 2 * at] = cost;
  lines[first + 2 * at + 1] = row;
}

function isBefore(cost: number, row: number, otherCost: number, otherRow: number): boolean {
  return cost < otherCost || (cost === otherCost && row < otherRow);
}
