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

/** What one more unit of a row costs at a place, when `flow` is there; `at` is row x places + place. */
export function costIn(network: Network, flow: Float64Array, at: number): number {
  const { kept, cost } = network;
  return kept !== null && flow[at]! < kept[at]! ? cost[at]! - network.keepSaving : cost[at]!;
}

/** What one unit less saves. */
export function costOut(network: Network, flow: Float64Array, at: number): number {
  const { kept, cost } = network;
  return kept !== null && flow[at]! <= kept[at]! ? cost[at]! - network.keepSaving : cost[at]!;
}
