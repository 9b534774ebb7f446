import type { Outcome } from "../../core/control-contract.ts";
import { followedAsLost, routeStep, type RouteState } from "../../core/route/route.ts";
import type { LossNotice, RouteTable } from "../../core/route/table.ts";
import type { UnixMs } from "../../core/step.ts";
import { tableDigest } from "./marker.ts";
import { refused } from "./record-server.ts";

/** By what a driver leads users once it was told something, before anybody has heard of it from the driver; or why it goes on as before. */
export type ToldRoute =
  | { readonly kind: "route"; readonly route: RouteState }
  | Extract<Outcome, { readonly kind: "refused" }>;

/** The same table again is taken again: what was not brought to its servers then may be now. */
export function withTable(route: RouteState, table: RouteTable, at: UnixMs): ToldRoute {
  const have = route.table;
  if (have?.version !== table.version) {
    const step = routeStep(route, { event: "table", at, table });
    const problem = step.reasons.find(({ code }) => code === "table-malformed" || code === "table-not-newer");
    if (problem !== undefined) return { kind: "refused", code: problem.code, says: problem.says };
    return { kind: "route", route: step.state };
  }
  if (tableDigest(have) !== tableDigest(table))
    return refused("another-writer", `another table came as version ${table.version} before`);
  return { kind: "route", route };
}

export function withLoss(route: RouteState, notice: LossNotice, at: UnixMs): ToldRoute {
  const step = routeStep(route, { event: "notices", at, notices: [notice] });
  if (followedAsLost(step.state).includes(notice.location)) return { kind: "route", route: step.state };
  const reason = step.reasons.at(-1);
  return { kind: "refused", code: reason?.code ?? "refused", says: reason?.says ?? "the notice is not followed" };
}
