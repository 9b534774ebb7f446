import { assert } from "../errors.ts";

/**
 * The least cost of capacities that satisfy a list of demands of the kind "these places together hold at least so much", to which more
 * are added as they are found.
 *
 * The idea: put a price on each demand, as high as the places' own costs allow. The prices that bring most are found by the simplex method
 * on the dual program, whose basis is as small as there are places (50 at most), however many demands there are; and its multipliers
 * are the capacities. A new demand that the capacities break is a column that may enter, so nothing begins anew
 * (Dantzig and Thapa, *Linear Programming 2*, on the revised simplex method and cutting planes).
 * 1. The prices never exceed a place's cost, so what they bring is a floor under the cost of any capacities (weak duality).
 * 2. At the end the capacities break no demand that was added, and cost what the prices bring.
 */
export type Cover = {
  /** One a place. */
  readonly capacity: Float64Array;
  /** By demand, in the order they were added: what one unit less of it would save; 0 for most. */
  readonly prices: Float64Array;
};

export type Covering = {
  add(places: readonly number[], atLeast: number): void;
  /** Null: no capacities within the places' limits do. */
  solve(): Cover | null;
};

/** Shares of the largest cost or demand that are taken for nothing. */
const NOTHING = 1e-10;
/** The inverse is worked out anew after so many pivots, before rounding adds up. */
const REFRESH_EVERY = 40;
/** After so many pivots without gain the rule that can't go round in circles takes over (Bland's). */
const STALLS_MAX = 60;
const PIVOTS_MAX = 100_000;

type Column = { readonly places: readonly number[]; readonly sign: 1 | -1; readonly gain: number };

/** `most`: the most of each place, Infinity where there is no limit. */
export function covering(cost: readonly number[], most: readonly number[]): Covering {
  const size = cost.length;
  // Columns: first a slack for each place, then its limit, then the demands.
  const columns: Column[] = [
    ...cost.map((_, place): Column => ({ places: [place], sign: 1, gain: 0 })),
    ...most.map((limit, place): Column => ({ places: [place], sign: -1, gain: -limit })),
  ];
  const basis = Int32Array.from({ length: size }, (_, place) => place);
  const inverse = new Float64Array(size * size);
  const value = Float64Array.from(cost);
  const capacity = new Float64Array(size);
  const way = new Float64Array(size);
  const costScale = Math.max(...cost, Number.MIN_VALUE);
  let sinceRefresh = 0;
  refresh();

  return {
    add: (places, atLeast) => void columns.push({ places, sign: 1, gain: atLeast }),
    solve() {
      const scale = columns.reduce((top, { gain }) => (Math.abs(gain) < Infinity ? Math.max(top, gain) : top), 1);
      let stalls = 0;
      for (let pivots = 0; ; pivots++) {
        assert(pivots < PIVOTS_MAX, "size: the search for the least cost does not end");
        price();
        const enters = entering(NOTHING * scale, stalls > STALLS_MAX);
        if (enters < 0) return answer();
        const leaves = leaving(enters);
        if (leaves < 0) return null;
        stalls = value[leaves]! / way[leaves]! > NOTHING * costScale ? 0 : stalls + 1;
        pivot(enters, leaves);
      }
    },
  };

  function answer(): Cover {
    const prices = new Float64Array(columns.length - 2 * size);
    for (let row = 0; row < size; row++)
      if (basis[row]! >= 2 * size) prices[basis[row]! - 2 * size] = Math.max(0, value[row]!);
    return { capacity: capacity.map((each) => Math.max(0, each)), prices };
  }

  /** The multipliers of the basis: what the places hold. */
  function price(): void {
    capacity.fill(0);
    for (let row = 0; row < size; row++) {
      const { gain } = columns[basis[row]!]!;
      if (gain === 0) continue;
      for (let place = 0; place < size; place++) capacity[place]! += gain * inverse[row * size + place]!;
    }
  }

  /** The demand, slack or limit that the capacities break most, or the first that they break; -1: none. */
  function entering(slack: number, first: boolean): number {
    let best = -1;
    let most = slack;
    for (let index = 0; index < columns.length; index++) {
      const { places, sign, gain } = columns[index]!;
      let held = 0;
      for (const place of places) held += capacity[place]!;
      const broken = gain - sign * held;
      if (broken <= most) continue;
      best = index;
      most = broken;
      if (first) break;
    }
    return best;
  }

  /** Who leaves the basis for the column; -1: nobody ever would. Fills `way`. */
  function leaving(enters: number): number {
    const { places, sign } = columns[enters]!;
    let least = Infinity;
    let leaves = -1;
    for (let row = 0; row < size; row++) {
      let step = 0;
      for (const place of places) step += inverse[row * size + place]!;
      way[row] = sign * step;
      if (way[row]! <= 1e-9) continue;
      const ratio = value[row]! / way[row]!;
      if (ratio < least - 1e-12 * costScale || (ratio <= least && (leaves < 0 || basis[row]! < basis[leaves]!))) {
        least = Math.min(least, ratio);
        leaves = row;
      }
    }
    return leaves;
  }

  function pivot(enters: number, leaves: number): void {
    basis[leaves] = enters;
    if (++sinceRefresh >= REFRESH_EVERY) return refresh();
    const over = way[leaves]!;
    for (let at = 0; at < size; at++) inverse[leaves * size + at]! /= over;
    value[leaves]! /= over;
    for (let row = 0; row < size; row++) {
      const share = way[row]!;
      if (row === leaves || share === 0) continue;
      for (let at = 0; at < size; at++) inverse[row * size + at]! -= share * inverse[leaves * size + at]!;
      value[row] = Math.max(0, value[row]! - share * value[leaves]!);
    }
  }

  /** The inverse of the basis by Gauss and Jordan, and what it makes of the costs. */
  function refresh(): void {
    sinceRefresh = 0;
    const matrix = new Float64Array(size * size);
    inverse.fill(0);
    for (let row = 0; row < size; row++) {
      inverse[row * size + row] = 1;
      const { places, sign } = columns[basis[row]!]!;
      for (const place of places) matrix[place * size + row] = sign;
    }
    for (let column = 0; column < size; column++) {
      let best = column;
      for (let row = column + 1; row < size; row++)
        if (Math.abs(matrix[row * size + column]!) > Math.abs(matrix[best * size + column]!)) best = row;
      const over = matrix[best * size + column]!;
      assert(Math.abs(over) > 1e-12, "size: a basis that has no inverse");
      for (const table of [matrix, inverse]) {
        for (let at = 0; at < size; at++) {
          const [here, there] = [table[column * size + at]!, table[best * size + at]!];
          table[best * size + at] = here;
          table[column * size + at] = there / over;
        }
      }
      for (let row = 0; row < size; row++) {
        const share = matrix[row * size + column]!;
        if (row === column || share === 0) continue;
        for (const table of [matrix, inverse])
          for (let at = 0; at < size; at++) table[row * size + at]! -= share * table[column * size + at]!;
      }
    }
    for (let row = 0; row < size; row++) {
      let sum = 0;
      for (let at = 0; at < size; at++) sum += inverse[row * size + at]! * cost[at]!;
      value[row] = Math.max(0, sum);
    }
  }
}
