import type { LocationName } from "../../../core/estate.ts";
import { followedAsLost, type RouteState } from "../../../core/route/route.ts";
import { rowToBuckets } from "../../../core/route/rows.ts";
import type { Chunk, RouteTable } from "../../../core/route/table.ts";

/** Where a chunk would go if its location were lost; `isSpread`: other buckets of its zone would go elsewhere. */
export type NextPlace = { readonly location: LocationName; readonly isSpread: boolean };

/** Asked for each query: a table's rows are unpacked once. Null: the contingency says nothing, keeps it there, or leads to one that is lost. */
export type NextPlaceOf = (route: RouteState, chunk: Chunk, own: LocationName) => NextPlace | null;

export function makeNextPlace(): NextPlaceOf {
  let table: RouteTable | null = null;
  const rows = new Map<string, { readonly buckets: Uint8Array; readonly isSpread: boolean } | null>();
  return (route, chunk, own) => {
    if (route.table === null) return null;
    if (route.table !== table) {
      table = route.table;
      rows.clear();
    }
    const key = `${own} ${chunk.class} ${chunk.zone}`;
    let row = rows.get(key);
    if (row === undefined) {
      const runs = table.contingency[own]?.[chunk.class]?.[chunk.zone];
      row = runs === undefined ? null : { buckets: rowToBuckets(runs), isSpread: runs.length > 1 };
      rows.set(key, row);
    }
    if (row === null) return null;
    const location = table.locations[row.buckets[chunk.bucket]!]!;
    if (location === own || followedAsLost(route).includes(location)) return null;
    return { location, isSpread: row.isSpread };
  };
}
