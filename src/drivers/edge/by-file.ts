import type { Outcome } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import { initialRoute, routeStep, type RouteState } from "../../core/route/route.ts";
import type { RouteTable } from "../../core/route/table.ts";
import { refusedTable } from "../refused-table.ts";
import { createRouteHolder, gatherNotices } from "../route-holder.ts";
import type { RunningSteering, SteeringContext } from "../steering-context.ts";
import type { FileEdge } from "./file-edge.ts";
import { leastOf, together } from "./together.ts";

/**
 * Makes edges relay by the route table that read all of it from a file of their own (nginx, Envoy).
 *
 * 1. Done: every edge in reach says that it answers by it, and one at least did; who was not reached is named, and reads its file when it starts.
 * 2. Which loss is followed is decided once, by the core's rules, for all of them.
 */
export function steerByFile<Text>(
  context: SteeringContext,
  options: {
    readonly edges: readonly { readonly here: LocationName; readonly edge: FileEdge<Text> }[];
    /** Of them, in the plural. */
    readonly what: string;
    readonly withinMs: number;
    readonly render: (route: RouteState, here: LocationName) => Text;
    /** Why its file can't hold this table; null: it can. */
    readonly unwritable: (table: RouteTable) => string | null;
  },
): RunningSteering {
  const { edges, withinMs } = options;
  const locations = context.estate.locations.map(({ name }) => name);
  const route = createRouteHolder(locations);
  const gather = gatherNotices(route, context.now);
  const bring = async (state: RouteState, signal: AbortSignal): Promise<Outcome> => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const answers = edges.map(async ({ here, edge }) => ({
      name: edge.name,
      outcome: await edge.apply(
        state.table!.version,
        (lost) => options.render(followedAgain(state, lost, context.now()), here),
        bounded,
      ),
    }));
    return together(await Promise.all(answers), options.what);
  };
  return {
    driver: {
      name: context.name,
      // A quarter more than each of them has, so that whoever is silent is named.
      withinMs: withinMs * 1.25,
      async apply(table, signal) {
        const refused = refusedTable(table, locations, options.unwritable);
        if (refused !== null) return refused;
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
    version: () => leastOf(edges.flatMap(({ edge }) => edge.version() ?? [])),
    stop: async () => {},
  };
}

/** The table with the losses that a file of the same version follows: whoever wrote it had the word of most locations. */
function followedAgain(state: RouteState, lost: readonly LocationName[], at: number): RouteState {
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
