import type { LocationName } from "../estate.ts";
import { rowToBuckets, bucketsToRow } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { loadOf, locationIndex, rowOf, rpsOf, withRows, type NewRow, type Traffic } from "../shift/traffic.ts";
import { locationOfPool, poolIndices, poolNames } from "../plan/pools.ts";
import { closedNow } from "./conditions.ts";
import { barredPlaces, readyRps } from "./publish.ts";
import { estateOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * The contingency of the table in use, laid over the assignment of now: what servers that follow the loss
 * notice do already becomes what the next table says. Places that sickened since, are closed by a condition, or are full, are left out.
 */
export function withContingency(
  turn: Turn,
  options: { readonly assignment: Assignment; readonly place: DraftPlace; readonly traffic: Traffic },
): Assignment {
  const { assignment, place, traffic } = options;
  const estate = estateOf(turn);
  const rows = contingencyRows(turn, place.name);
  if (rows === undefined || place.leave === null) return assignment;
  const here = locationIndex(estate, place.name);
  const barred = new Set(barredPlaces(turn));
  const closed = closedNow(turn);
  const load = loadOf(estate, assignment, traffic);
  const ready = readyRps(turn);
  const pools = poolNames(estate);
  const indexOf = new Map(pools.map((name, index) => [name, index]));
  const room = pools.map((name) => (barred.has(locationOfPool(name)) ? 0 : ready[name]! - load[name]!));
  const newRows: NewRow[] = [];
  for (const className of place.leave.classes) {
    const poolAt = poolIndices(estate, className, indexOf);
    for (const { name: zone } of estate.zones) {
      const planned = rows[className]?.[zone];
      if (planned === undefined) continue;
      const to = rowToBuckets(planned);
      const buckets = rowToBuckets(rowOf(assignment, className, zone));
      for (let bucket = 0; bucket < to.length; bucket++) {
        if (buckets[bucket] !== here || to[bucket] === here) continue;
        const rps = rpsOf(traffic, className, zone, bucket, bucket + 1);
        const index = to[bucket]!;
        const pool = poolAt[index]!;
        if (room[pool]! < rps || closed.by(className, bucket, estate.locations[index]!.name).length > 0) continue;
        room[pool] = room[pool]! - rps;
        buckets[bucket] = index;
      }
      newRows.push({ class: className, zone, runs: bucketsToRow(buckets) });
    }
  }
  return withRows(assignment, newRows);
}

/** That of its provider when all of it is lost, as servers then follow it; else its own. */
function contingencyRows(turn: Turn, name: LocationName): Assignment | undefined {
  const { table, places } = turn.now;
  if (table === null) return undefined;
  const losses = Object.values(table.providerContingency ?? {});
  const ofProvider = losses.find(
    ({ locations }) => locations.includes(name) && locations.every((each) => places[each]!.lostAt !== null),
  );
  return ofProvider?.rows ?? table.contingency[name];
}
