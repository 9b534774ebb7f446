import { assert } from "../errors.ts";
import { moversOf } from "./movers.ts";
import { costIn, type Network } from "./network.ts";

/**
 * Minimum-cost flow for few places and very many rows, in whole numbers.
 *
 * The idea: everybody first sits down at the restaurant they like best. Where it is too full, somebody must
 * go elsewhere, and it should be the guest who minds least, who may in turn push another guest on, until a
 * restaurant with a free seat is reached. So a search never looks at guests, only at restaurants: for each pair
 * of them we keep which guest would change most cheaply (movers.ts). That makes a search cost places x places, not rows.
 *
 * It is the successive shortest path algorithm with potentials (Ahuja, Magnanti and Orlin, *Network Flows*,
 * section 9.7) on the graph of places; potentials are prices. Invariants, which the tests cite:
 * 1. No row would rather sit elsewhere at the current prices (reduced costs are never negative).
 * 2. A place with room has price 0, so a search may stop at the first place with room.
 * 3. All numbers are whole and below 2^53, so sums are exact and ties are real ties.
 */
export function cheapestFlow(network: Network): Served {
  const { rows, places, demand, capacity, kept } = network;
  const flow = new Float64Array(rows * places);
  const load = new Float64Array(places);
  const price = new Float64Array(places);
  /** Of each place, until its movers are known. */
  const members: number[][] = Array.from({ length: places }, () => []);
  const movers = moversOf(network, flow);
  const distance = new Float64Array(places);
  const settled = new Uint8Array(places);
  const cameFrom = new Int32Array(places);
  // The path that was found, from its end back to its start.
  const pathRow = new Int32Array(places);
  const pathTo = new Int32Array(places);

  for (let row = 0; row < rows; row++) sitDown(row);
  for (let place = 0; place < places; place++) {
    while (load[place]! > capacity[place]!) relieve(place);
  }
  return { flow, load };

  function sitDown(row: number): void {
    let left = demand[row]!;
    while (left > 0) {
      let best = 0;
      let bestCost = Infinity;
      for (let place = 0; place < places; place++) {
        const here = costIn(network, flow, row * places + place);
        if (here < bestCost) {
          bestCost = here;
          best = place;
        }
      }
      const at = row * places + best;
      const room = kept !== null && flow[at]! < kept[at]! ? kept[at]! - flow[at]! : left;
      const amount = Math.min(left, room);
      if (flow[at] === 0) members[best]!.push(row);
      flow[at]! += amount;
      load[best]! += amount;
      left -= amount;
    }
  }

  /** Moves as much as one path allows from an overfull place to the nearest place with room. */
  function relieve(start: number): void {
    const end = search(start);
    let amount = Math.min(load[start]! - capacity[start]!, capacity[end]! - load[end]!);
    let steps = 0;
    for (let to = end; to !== start; to = cameFrom[to]!) {
      const row = movers.row[cameFrom[to]! * places + to]!;
      amount = Math.min(amount, movable(row, cameFrom[to]!, to));
      pathRow[steps] = row;
      pathTo[steps++] = to;
    }
    assert(amount > 0, "plan: a path that moves nothing");
    load[start]! -= amount;
    load[end]! += amount;
    for (let step = 0; step < steps; step++) {
      const to = pathTo[step]!;
      const first = pathRow[step]! * places;
      if (flow[first + to] === 0 && !movers.isKnown(to)) members[to]!.push(pathRow[step]!);
      flow[first + to]! += amount;
      flow[first + cameFrom[to]!]! -= amount;
    }
    for (let step = 0; step < steps; step++) {
      const to = pathTo[step]!;
      movers.changed(pathRow[step]!, { from: cameFrom[to]!, to, units: amount });
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
    let nearest = start;
    while (load[nearest]! >= capacity[nearest]!) {
      settled[nearest] = 1;
      if (!movers.isKnown(nearest)) movers.study(nearest, members[nearest]!);
      const base = distance[nearest]! - price[nearest]!;
      let next = -1;
      let nextDistance = Infinity;
      for (let place = 0; place < places; place++) {
        if (settled[place] === 1) continue;
        const there = base + movers.cost[nearest * places + place]! + price[place]!;
        if (there < distance[place]!) {
          distance[place] = there;
          cameFrom[place] = nearest;
        }
        if (distance[place]! < nextDistance) {
          nextDistance = distance[place]!;
          next = place;
        }
      }
      assert(next >= 0, "plan: no way to a place with room");
      nearest = next;
    }
    for (let place = 0; place < places; place++) {
      if (settled[place] === 1) price[place]! += distance[nearest]! - distance[place]!;
    }
    return nearest;
  }
}

export type Served = {
  /** By row x places + place. */
  readonly flow: Float64Array;
  /** By place: the sum of its flows. */
  readonly load: Float64Array;
};
