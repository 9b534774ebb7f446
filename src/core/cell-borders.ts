import type { ClassName, LocationName, TrafficClass, Zone, ZoneName } from "./estate.ts";
import { barOf, mayServe } from "./may-serve.ts";

/** Three neighbouring locations that keep each other's request journals. */
export type Cell = { readonly name: string; readonly locations: readonly LocationName[] };

/** A request of that zone and class could begin in `servedIn`, and its journal would be kept in `keptIn` too, where the law forbids it. */
export type BorderCrossed = {
  readonly cell: string;
  readonly zone: ZoneName;
  readonly class: ClassName;
  readonly servedIn: LocationName;
  readonly keptIn: LocationName;
};

/**
 * Whether journals stay where requests may be. A request's journal is in every location of its cell, so a cell crosses a border
 * when one of its locations may serve a zone's class and another must not; none crosses one: an empty list is the proof, for all
 * cells, zones, classes and pairs were looked at. One for each cell, zone and class.
 */
export function bordersCrossed(
  cells: readonly Cell[],
  { zones, classes }: { readonly zones: readonly Zone[]; readonly classes: readonly TrafficClass[] },
): readonly BorderCrossed[] {
  return cells.flatMap(({ name, locations }) =>
    zones.flatMap((zone) =>
      classes.flatMap((trafficClass): BorderCrossed[] => {
        const servedIn = locations.find((location) => mayServe(trafficClass, zone, location));
        const keptIn = locations.find((location) => barOf(zone, trafficClass.name, location) === "law");
        if (servedIn === undefined || keptIn === undefined) return [];
        return [{ cell: name, zone: zone.name, class: trafficClass.name, servedIn, keptIn }];
      }),
    ),
  );
}
