import { assert } from "../errors.ts";
import type { Served } from "./cheapest-flow.ts";
import { costIn, costOut, type Network } from "./network.ts";

/**
 * The smallest prices (duals >= 0, in cost units of the network) that explain an optimal flow: what one more unit of room in a
 * place would save. It is the most that a chain of moves into the place can save: someone who would rather be there
 * comes, which may make room for the next. That is a longest path, found by Bellman and Ford's rounds.
 *
 * How much of each priority goes unserved is settled before costs are (it comes first in the order), so unserved
 * rows may only change places with others of their own rank; each rank with unserved rows is a node of its own.
 * @returns one price a place; 0 where there is room.
 */
export function smallestPrices(result: {
  readonly network: Network;
  readonly served: Served;
  /** Of each row: its priority, from 1. */
  readonly rank: Int32Array;
  readonly ranks: number;
}): Float64Array {
  const { network, served, rank, ranks } = result;
  const { flow, load } = served;
  const unserved = network.places - 1;
  const nodes = unserved + ranks;
  const saves = new Float64Array(nodes * nodes).fill(-Infinity);
  // Where there is room the price is 0, so only moves into the others can raise one.
  const full = Array.from(load.keys()).filter((place) => load[place]! >= network.capacity[place]!);
  const short = new Uint8Array(ranks + 1);
  for (let row = 0; load[unserved]! > 0 && row < network.rows; row++) {
    if (flow[row * network.places + unserved]! > 0) short[rank[row]!] = 1;
  }
  for (let row = 0; row < network.rows; row++) addMoves(row);

  const gain = new Float64Array(nodes).fill(-Infinity, unserved).fill(0, 0, unserved);
  for (let round = 0; ; round++) {
    // Without a saving cycle each node is final after as many rounds as there are nodes.
    assert(round <= nodes, "plan: the flow is not optimal, a cycle of moves would save");
    if (!relax()) break;
  }
  return gain.subarray(0, unserved);

  function addMoves(row: number): void {
    const first = row * network.places;
    for (let from = 0; from <= unserved; from++) {
      if (flow[first + from] === 0) continue;
      const fromNode = from === unserved ? unserved + rank[row]! - 1 : from;
      const saved = from === unserved ? 0 : costOut(network, flow, first + from);
      for (const to of full) if (to !== from) raise(fromNode, to, saved - costIn(network, flow, first + to));
      if (from !== unserved && short[rank[row]!] === 1) raise(fromNode, unserved + rank[row]! - 1, saved);
    }
  }
  function raise(from: number, to: number, saving: number): void {
    const pair = from * nodes + to;
    if (saving > saves[pair]!) saves[pair] = saving;
  }
  function relax(): boolean {
    let changed = false;
    for (let from = 0; from < nodes; from++) {
      if (gain[from] === -Infinity) continue;
      for (let to = 0; to < nodes; to++) {
        const here = gain[from]! + saves[from * nodes + to]!;
        if (here > gain[to]!) {
          gain[to] = here;
          changed = true;
        }
      }
    }
    return changed;
  }
}
