import type { RouteState } from "../../core/route/route.ts";
import type { Assignment, RouteTable } from "../../core/route/table.ts";

/** A table's rows as they are answered now, for edges that are given no contingencies: of a location that is lost, or of a provider. */
export function rowsNow(table: RouteTable, { provider, notice }: RouteState): Assignment {
  const instead =
    provider === null
      ? notice === null
        ? {}
        : (table.contingency[notice.location] ?? {})
      : (table.providerContingency?.[provider]?.rows ?? {});
  const classes = [...new Set([...Object.keys(table.assignment), ...Object.keys(instead)])];
  return Object.fromEntries(classes.map((name) => [name, { ...table.assignment[name], ...instead[name] }]));
}
