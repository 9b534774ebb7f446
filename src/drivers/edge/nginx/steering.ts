import type { Outcome } from "../../../core/control-contract.ts";
import type { LocationName } from "../../../core/estate.ts";
import { tableProblems } from "../../../core/route/check-table.ts";
import { initialRoute, routeStep, type RouteState } from "../../../core/route/route.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import { createRouteHolder, gatherNotices } from "../../route-holder.ts";
import type { MakeSteering, RunningSteering } from "../../steering-context.ts";
import { unwritableName } from "../haproxy/route-entries.ts";
import { leastOf, together } from "../together.ts";
import { keptRoutes } from "./files.ts";
import { oneNginx } from "./one-nginx.ts";
import { routeText } from "./route-text.ts";
import type { NginxSettings } from "./shape.ts";

/**
 * Makes the nginxes of all locations relay by the route table, by a file that each of them includes.
 *
 * 1. Done: every nginx in reach says that it answers by it, and one at least did; who was not reached is named, and reads its file when it starts.
 * 2. Which loss is followed is decided once, by the core's rules, for all of them.
 */
export const makeNginx: MakeSteering<NginxSettings> = async (settings, context): Promise<RunningSteering> => {
  const locations = context.estate.locations.map(({ name }) => name);
  const route = createRouteHolder(locations);
  const gather = gatherNotices(route, context.now);
  const withinMs = settings.withinSeconds * 1000;
  const nginxes = settings.edges.map(({ location, folder = settings.folder, status, test, reload }) => ({
    here: location,
    nginx: oneNginx({ name: `${location} (${status})`, kept: keptRoutes(folder), status, test, reload }),
  }));
  const bring = async (state: RouteState, signal: AbortSignal): Promise<Outcome> => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const render = (here: string) => (lost: readonly string[]) =>
      routeText(followedAgain(state, lost, context.now()), { ...context, here });
    const answers = nginxes.map(async ({ here, nginx }) => ({
      name: nginx.name,
      outcome: await nginx.apply(state.table!.version, render(here), bounded),
    }));
    return together(await Promise.all(answers), "nginxes");
  };
  return {
    driver: {
      name: context.name,
      // A quarter more than each of them has, so that whoever is silent is named.
      withinMs: withinMs * 1.25,
      async apply(table, signal) {
        const problem = problemOf(table, locations);
        if (problem !== null) return { kind: "refused", code: "table-malformed", says: problem };
        const held = route.state();
        const isHeld = held.table?.version === table.version;
        const state = isHeld ? held : routeStep(initialRoute(locations), { event: "table", at: 0, table }).state;
        const outcome = await bring(state, signal);
        // A notice is weighed by what somebody answers from. The same table again is no news.
        if (outcome.kind === "done" && table.version > (held.table?.version ?? 0)) route.putTable(table);
        return outcome;
      },
      async notice(notice, signal) {
        const outcome = await gather(notice);
        return outcome.kind === "done" ? bring(route.state(), signal) : outcome;
      },
    },
    version: () => leastOf(nginxes.flatMap(({ nginx }) => nginx.version() ?? [])),
    stop: async () => {},
  };
};

function problemOf(table: RouteTable, locations: readonly LocationName[]): string | null {
  const problems = tableProblems(table, locations);
  if (problems.length > 0) return problems.join("; ");
  const name = unwritableName(table);
  return name === null ? null : `${JSON.stringify(name)} can't stand in nginx's config`;
}

/** The table with the losses that a file of the same version follows: whoever wrote it had the word of most locations. */
function followedAgain(state: RouteState, lost: readonly string[], at: number): RouteState {
  const { table, notice, locations } = state;
  if (table === null || notice !== null || lost.length === 0) return state;
  const notices = lost.map((location) => ({
    location,
    tableVersion: table.version,
    seenBy: locations,
    at,
    expires: at + 1,
  }));
  return routeStep(state, { event: "notices", at, notices }).state;
}
