import { rpsNumber } from "./numbers.ts";
import type { Flow, Problem } from "./problem.ts";

/** What is where now. Each place of a zone's class is here once, in the order of the input's first mention, which is the same for the same input. */
export type Current = {
  readonly rps: readonly number[];
  /** The cell of each in a matrix of rows and places; null where it is in none of them. */
  readonly cells: readonly (number | null)[];
  /** By cell: 1 + the index of what is there; 0: nothing. */
  readonly indexAt: Int32Array;
};

export function currentOf(
  { current = [] }: Problem,
  { cellOf, cellCount }: { readonly cellOf: (flow: Flow) => number | null; readonly cellCount: number },
): Current {
  const rps: number[] = [];
  const cells: (number | null)[] = [];
  const indexAt = new Int32Array(cellCount);
  const indexOfGone = new Map<string, number>();
  for (const flow of current) {
    rpsNumber(flow.rps, () => `current rps of ${flow.class} of ${flow.zone} at ${flow.location}`);
    const cell = cellOf(flow);
    const known = cell === null ? (indexOfGone.get(goneKey(flow)) ?? -1) : indexAt[cell]! - 1;
    if (known >= 0) {
      rps[known]! += flow.rps;
      continue;
    }
    if (cell === null) indexOfGone.set(goneKey(flow), rps.length);
    else indexAt[cell] = rps.length + 1;
    rps.push(flow.rps);
    cells.push(cell);
  }
  return { rps, cells, indexAt };
}

function goneKey({ zone, class: className, location }: Flow): string {
  return JSON.stringify([zone, className, location]);
}

/** By cell: how much of it is there now. */
export function keptUnits({ rps, cells, indexAt }: Current, rpsUnit: number): Float64Array {
  const kept = new Float64Array(indexAt.length);
  cells.forEach((cell, index) => {
    if (cell !== null) kept[cell] = Math.round(rps[index]! / rpsUnit);
  });
  return kept;
}

/** Sum of max(0, current - served), `served` being by index; what was somewhere that is gone now counts whole. */
export function leftRps({ rps }: Current, served: Float64Array): number {
  return rps.reduce((left, here, index) => left + Math.max(0, here - served[index]!), 0);
}
