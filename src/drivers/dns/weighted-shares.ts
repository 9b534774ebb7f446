import type { ClassName, ZoneName } from "../../core/estate.ts";
import type { RouteState } from "../../core/route/route.ts";
import { lossOf, type Loss, roundToSteps } from "./grain.ts";
import { type Demand, rowsOf, sharesOfRows } from "./host-rows.ts";

/** Whole parts of a class's users for each location, in the order of the locations, for users that the server can tell apart. */
export type WeightedShares = { readonly group: string; readonly parts: readonly number[]; readonly loss: Loss };

export type Weighing = {
  readonly class: ClassName;
  /** Which users a server answers alike: a country, or everybody. */
  readonly groupOf: (zone: ZoneName) => string;
  /** Parts of a group add up to so many. */
  readonly steps: number;
  readonly demand: Demand;
};

/** How a class's users are split by weights, groups by name; none where the table has no rows for the class. */
export function weightedShares(route: RouteState, weighing: Weighing): readonly WeightedShares[] {
  const rows = rowsOf(route, weighing.class);
  const groups = [...new Set(rows.map(({ zone }) => weighing.groupOf(zone)))].toSorted();
  return groups.map((group) => {
    const shares = sharesOfRows(
      rows.filter(({ zone }) => weighing.groupOf(zone) === group),
      { class: weighing.class, demand: weighing.demand, locationCount: route.locations.length },
    );
    const parts = roundToSteps(shares, weighing.steps);
    return {
      group,
      parts,
      loss: lossOf(
        shares,
        parts.map((part) => part / weighing.steps),
      ),
    };
  });
}
