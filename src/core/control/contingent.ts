import { rowToBuckets, bucketsToRow } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { loadOf, locationIndex, rowOf, rpsOf, withRows, type NewRow, type Traffic } from "../shift/traffic.ts";
import { barredPlaces } from "./publish.ts";
import { estateOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * The contingency of the table in use, laid over the assignment of now: what servers that follow the loss
 * notice do already becomes what the next table says. Places that sickened since, or are full, are left out.
 */
export function withContingency(
  turn: Turn,
  options: { readonly assignment: Assignment; readonly place: DraftPlace; readonly traffic: Traffic },
): Assignment {
  const { assignment, place, traffic } = options;
  const estate = estateOf(turn);
  const rows = turn.now.table?.contingency[place.name];
  if (rows === undefined || place.leave === null) return assignment;
  const here = locationIndex(estate, place.name);
  const barred = new Set(barredPlaces(turn));
  const load = loadOf(estate, assignment, traffic);
  const room = estate.locations.map(({ name }) =>
    barred.has(name) ? 0 : (turn.now.places[name]!.capacity?.readyRps ?? 0) - load[name]!,
  );
  const newRows: NewRow[] = [];
  for (const className of place.leave.classes) {
    for (const { name: zone } of estate.zones) {
      const planned = rows[className]?.[zone];
      if (planned === undefined) continue;
      const to = rowToBuckets(planned);
      const buckets = rowToBuckets(rowOf(assignment, className, zone));
      for (let bucket = 0; bucket < to.length; bucket++) {
        if (buckets[bucket] !== here || to[bucket] === here) continue;
        const rps = rpsOf(traffic, className, zone, bucket, bucket + 1);
        const index = to[bucket]!;
        if (room[index]! < rps) continue;
        room[index] = room[index]! - rps;
        buckets[bucket] = index;
      }
      newRows.push({ class: className, zone, runs: bucketsToRow(buckets) });
    }
  }
  return withRows(assignment, newRows);
}
