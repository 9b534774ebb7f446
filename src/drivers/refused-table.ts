import type { Outcome } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import { tableProblems } from "../core/route/check-table.ts";
import type { RouteTable } from "../core/route/table.ts";

/** What a driver answers to a table that nobody can be answered from; `otherProblem`: what its own servers could not be told. Null: it is good. */
export function refusedTable(
  table: RouteTable,
  locations: readonly LocationName[],
  otherProblem: (table: RouteTable) => string | null = () => null,
): Outcome | null {
  const problems = tableProblems(table, locations);
  const says = problems.length > 0 ? problems.join("; ") : otherProblem(table);
  return says === null ? null : { kind: "refused", code: "table-malformed", says };
}
