import type { LocationName, ZoneName } from "../../../core/estate.ts";
import { bucketsToRow, eachRow, rowToBuckets } from "../../../core/route/rows.ts";
import type { RouteTable, Run } from "../../../core/route/table.ts";

/**
 * A table that was made for other locations, or for another order of them, as these have it: everybody stays, and who was where no
 * location is any more goes to the zone's nearest. What was solved for the loss of one holds no more.
 */
export function forLocations(
  table: RouteTable,
  {
    locations,
    nearest,
  }: { readonly locations: readonly LocationName[]; readonly nearest: (zone: ZoneName) => LocationName },
): RouteTable {
  if (table.locations.length === locations.length && table.locations.every((name, index) => name === locations[index]))
    return table;
  const numbers = table.locations.map((name) => locations.indexOf(name));
  const assignment: Record<string, Record<ZoneName, readonly Run[]>> = {};
  eachRow(table.assignment, (className, zone, runs) => {
    const otherwise = locations.indexOf(nearest(zone));
    const buckets = Array.from(rowToBuckets(runs), (number) => {
      const now = numbers[number] ?? -1;
      return now < 0 ? otherwise : now;
    });
    (assignment[className] ??= {})[zone] = bucketsToRow(buckets);
  });
  const { version, at, apart, ttlSeconds = {} } = table;
  const isThere = (name: LocationName): boolean => locations.includes(name);
  return {
    version,
    at,
    locations,
    assignment,
    contingency: {},
    apart: apart.filter(({ location }) => location === null || isThere(location)),
    ttlSeconds: Object.fromEntries(Object.entries(ttlSeconds).filter(([name]) => isThere(name))),
  };
}
