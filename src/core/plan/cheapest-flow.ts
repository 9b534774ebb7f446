import { assert } from "../errors.ts";

/**
 * Minimum-cost flow for few places and very many rows, in whole numbers.
 *
 * The idea: everybody first sits down at the restaurant they like best. Where it is too full, somebody must
 * go elsewhere, and it should be the guest who minds least, who may in turn push another guest on, until a
 * restaurant with a free seat is reached. So a search never looks at guests, only at restaurants: for each pair
 * of them we keep which guest would change most cheaply. That makes a search cost places x places, not rows.
 *
 * It is the successive shortest path algorithm with potentials (Ahuja, Magnanti and Orlin, *Network Flows*,
 * section 9.7) on the graph of places; potentials are prices. Invariants, which the tests cite:
 * 1. No row would rather sit elsewhere at the current prices (reduced costs are never negative).
 * 2. A place with room has price 0, so a search may stop at the first place with room.
 * 3. All numbers are whole and below 2^53, so sums are exact and ties are real ties.
 */
export function cheapestFlow(network: Network): Float64Array {
  const { rows, places, cost, demand, capacity, kept, keepSaving } = network;
  const flow = new Float64Array(rows * places);
  const load = new Float64Array(places);
  const price = new Float64Array(places);
  const members: number[][] = Array.from({ length: places }, () => []);
  const position = new Int32Array(rows * places);
  // For each pair of places: who moves most cheaply from the one to the other, and for how much.
  const mover = new Int32Array(places * places);
  const moveCost = new Float64Array(places * places);
  const known = new Uint8Array(places);
  const distance = new Float64Array(places);
  const settled = new Uint8Array(places);
  const cameFrom = new Int32Array(places);
  const pathRow: number[] = [];
  const pathFrom: number[] = [];
  const pathTo: number[] = [];

  for (let row = 0; row < rows; row++) sitDown(row);
  for (let place = 0; place < places; place++) {
    while (load[place]! > capacity[place]!) relieve(place);
  }
  return flow;

  /** What one more unit of this row costs there, and what one unit less saves. */
  function costIn(row: number, place: number): number {
    const at = row * places + place;
    return kept !== null && flow[at]! < kept[at]! ? cost[at]! - keepSaving : cost[at]!;
  }
  function costOut(row: number, place: number): number {
    const at = row * places + place;
    return kept !== null && flow[at]! <= kept[at]! ? cost[at]! - keepSaving : cost[at]!;
  }

  function sitDown(row: number): void {
    let left = demand[row]!;
    while (left > 0) {
      let best = 0;
      let bestCost = Infinity;
      for (let place = 0; place < places; place++) {
        const here = costIn(row, place);
        if (here < bestCost) {
          bestCost = here;
          best = place;
        }
      }
      const at = row * places + best;
      const room = kept !== null && flow[at]! < kept[at]! ? kept[at]! - flow[at]! : left;
      const amount = Math.min(left, room);
      if (flow[at] === 0) join(row, best);
      flow[at]! += amount;
      load[best]! += amount;
      left -= amount;
    }
  }

  function join(row: number, place: number): void {
    position[row * places + place] = members[place]!.push(row) - 1;
  }
  function leave(row: number, place: number): void {
    const list = members[place]!;
    const last = list.pop()!;
    if (last === row) return;
    const at = position[row * places + place]!;
    list[at] = last;
    position[last * places + place] = at;
  }

  /** Moves as much as one path allows from an overfull place to the nearest place with room. */
  function relieve(start: number): void {
    const end = search(start);
    pathRow.length = pathFrom.length = pathTo.length = 0;
    let amount = Math.min(load[start]! - capacity[start]!, capacity[end]! - load[end]!);
    for (let to = end; to !== start; to = cameFrom[to]!) {
      const from = cameFrom[to]!;
      const row = mover[from * places + to]!;
      amount = Math.min(amount, movable(row, from, to));
      pathRow.push(row);
      pathFrom.push(from);
      pathTo.push(to);
    }
    assert(amount > 0, "plan: a path that moves nothing");
    load[start]! -= amount;
    load[end]! += amount;
    for (let step = 0; step < pathRow.length; step++) {
      const row = pathRow[step]!;
      const from = pathFrom[step]!;
      const to = pathTo[step]!;
      if (flow[row * places + to] === 0) join(row, to);
      flow[row * places + to]! += amount;
      flow[row * places + from]! -= amount;
      if (flow[row * places + from] === 0) leave(row, from);
    }
    for (let step = 0; step < pathRow.length; step++) {
      const row = pathRow[step]!;
      if (kept === null) {
        look(row, pathFrom[step]!);
        look(row, pathTo[step]!);
      } else {
        // With churn, what it costs to go to a place depends on how much is there already, so all pairs of the row may change.
        for (let place = 0; place < places; place++) {
          if (place === pathFrom[step] || flow[row * places + place]! > 0) look(row, place);
        }
      }
    }
  }

  function movable(row: number, from: number, to: number): number {
    const here = flow[row * places + from]!;
    if (kept === null) return here;
    const keptHere = kept[row * places + from]!;
    const there = flow[row * places + to]!;
    const keptThere = kept[row * places + to]!;
    return Math.min(here > keptHere ? here - keptHere : here, there < keptThere ? keptThere - there : Infinity);
  }

  /** Dijkstra on the places; stops at the nearest with room (invariant 2) and raises the prices on the way. */
  function search(start: number): number {
    distance.fill(Infinity);
    settled.fill(0);
    distance[start] = 0;
    for (;;) {
      let nearest = -1;
      let nearestDistance = Infinity;
      for (let place = 0; place < places; place++) {
        if (settled[place] === 0 && distance[place]! < nearestDistance) {
          nearestDistance = distance[place]!;
          nearest = place;
        }
      }
      assert(nearest >= 0, "plan: no way to a place with room");
      if (load[nearest]! < capacity[nearest]!) {
        for (let place = 0; place < places; place++) {
          if (settled[place] === 1) price[place]! += nearestDistance - distance[place]!;
        }
        return nearest;
      }
      settled[nearest] = 1;
      if (known[nearest] === 0) study(nearest);
      const base = nearestDistance - price[nearest]!;
      for (let place = 0; place < places; place++) {
        if (settled[place] === 1) continue;
        const there = base + moveCost[nearest * places + place]! + price[place]!;
        if (there < distance[place]!) {
          distance[place] = there;
          cameFrom[place] = nearest;
        }
      }
    }
  }

  /** Most places never fill up, so their pairs are worked out only when a search first passes. */
  function study(from: number): void {
    known[from] = 1;
    moveCost.fill(Infinity, from * places, (from + 1) * places);
    mover.fill(-1, from * places, (from + 1) * places);
    for (const row of members[from]!) look(row, from);
  }

  function find(from: number, to: number): void {
    let best = -1;
    let bestCost = Infinity;
    if (from !== to) {
      const list = members[from]!;
      for (let index = 0; index < list.length; index++) {
        const row = list[index]!;
        const here = costIn(row, to) - costOut(row, from);
        if (here < bestCost || (here === bestCost && row < best)) {
          bestCost = here;
          best = row;
        }
      }
    }
    mover[from * places + to] = best;
    moveCost[from * places + to] = bestCost;
  }

  /** Brings the pairs out of `from` up to date after the row's flow has changed. */
  function look(row: number, from: number): void {
    if (known[from] === 0) return;
    const gone = flow[row * places + from] === 0;
    const saved = gone ? 0 : costOut(row, from);
    for (let to = 0; to < places; to++) {
      if (to === from) continue;
      const pair = from * places + to;
      const here = gone ? Infinity : costIn(row, to) - saved;
      if (mover[pair] === row) {
        if (here > moveCost[pair]!) find(from, to);
        else moveCost[pair] = here;
      } else if (here < moveCost[pair]! || (here === moveCost[pair] && here < Infinity && row < mover[pair]!)) {
        mover[pair] = row;
        moveCost[pair] = here;
      }
    }
  }
}

/** A transportation problem in whole numbers: matrices are row after row, one column a place. */
export type Network = {
  readonly rows: number;
  readonly places: number;
  /** Infinity where a row may not go. At least one place with endless capacity must be open to every row. */
  readonly cost: Float64Array;
  readonly demand: Float64Array;
  readonly capacity: Float64Array;
  /** How much of a row at a place costs `keepSaving` less, because it is there already. */
  readonly kept: Float64Array | null;
  readonly keepSaving: number;
};
