import type { ClassName, LocationName, ZoneName } from "../../core/estate.ts";
import { byName } from "../../core/route/by-name.ts";
import { answer, type RouteState } from "../../core/route/route.ts";
import { rowToBuckets } from "../../core/route/rows.ts";

/** Who answers the users of one class in one zone: an index into the table's locations for each bucket. */
export type ZoneRow = { readonly zone: ZoneName; readonly buckets: Uint8Array };

/** Requests a second by class and zone; null: nothing is known. */
export type Demand = Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>> | null;

/**
 * All rows of a class as they are answered now, a followed loss included, zones by name. A bucket that is shed everywhere stays where
 * its row sends it, for DNS has no way to say no: the edge there does.
 */
export function rowsOf(route: RouteState, className: ClassName): readonly ZoneRow[] {
  const zones = route.table?.assignment[className] ?? {};
  return Object.keys(zones)
    .toSorted(byName)
    .map((zone) => {
      const buckets = rowToBuckets(zones[zone]!);
      for (let bucket = 0; bucket < buckets.length; bucket++) {
        const named: LocationName = route.locations[buckets[bucket]!]!;
        const answered = answer(route, { class: className, zone, bucket }, named);
        if (answered !== null) buckets[bucket] = route.locations.indexOf(answered);
      }
      return { zone, buckets };
    });
}

/** Share of the class's requests for each location, 0..1, zones weighed by their demand; where none is known, alike. */
export function sharesOfRows(
  rows: readonly ZoneRow[],
  options: { readonly class: ClassName; readonly demand: Demand; readonly locationCount: number },
): readonly number[] {
  const rps = rows.map(({ zone }) => options.demand?.[options.class]?.[zone] ?? 0);
  const isKnown = rps.some((value) => value > 0);
  const sums = Array.from({ length: options.locationCount }, () => 0);
  let total = 0;
  rows.forEach(({ buckets }, index) => {
    const weight = isKnown ? rps[index]! : 1;
    for (const location of buckets) sums[location]! += weight;
    total += weight * buckets.length;
  });
  return sums.map((sum) => (total > 0 ? sum / total : 0));
}

/** Share of the class's requests that come from some of its rows, 0..1; where no demand is known, each zone counts alike. */
export function shareOfRows(
  some: readonly ZoneRow[],
  {
    all,
    class: className,
    demand,
  }: { readonly all: readonly ZoneRow[]; readonly class: ClassName; readonly demand: Demand },
): number {
  const sum = (rows: readonly ZoneRow[]): number =>
    rows.reduce((total, { zone }) => total + (demand?.[className]?.[zone] ?? 0), 0);
  const known = sum(all);
  return known > 0 ? sum(some) / known : some.length / Math.max(1, all.length);
}
