import type { Outcome } from "../../../core/control-contract.ts";
import { followedAsLost, type RouteState } from "../../../core/route/route.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import { refusedTable } from "../../refused-table.ts";
import { createRouteHolder, gatherNotices } from "../../route-holder.ts";
import type { MakeSteering, RunningSteering, SteeringContext } from "../../steering-context.ts";
import { leastOf, together } from "../together.ts";
import { keptMaps } from "./kept-maps.ts";
import { type LeadOut, leadOut } from "./lead-out.ts";
import { hostEntries, zoneEntries } from "./maps.ts";
import { type FollowedLoss, type OneHaproxy, oneHaproxy } from "./one-haproxy.ts";
import { lossOf, lossOfProvider, unwritableName } from "./route-entries.ts";
import { inTurn, runtimeSocket } from "./runtime-socket.ts";
import type { HaproxySettings } from "./shape.ts";

/**
 * Makes the HAProxies of all locations relay by the route table, through their runtime sockets.
 *
 * 1. Done: every HAProxy in reach has been seen to answer from it, and one at least was; who was not is named, and is brought up to it when
 *    the table is offered again (`version` says that one is behind) or when it starts and reads its maps.
 * 2. Which loss is followed is decided once, by the core's rules, for all of them.
 * 3. Who no longer belongs to a location is led out of it when the HAProxies answer so (lead-out.ts).
 */
export const makeHaproxy: MakeSteering<HaproxySettings> = async (settings, context) =>
  steerHaproxies(settings, context, WITHIN_MS);

/** The same with a time of its own within which HAProxies have to answer. */
export async function steerHaproxies(
  settings: HaproxySettings,
  context: SteeringContext,
  withinMs: number,
): Promise<RunningSteering> {
  const { estate, hosts, subnets, otherwise, now } = context;
  const locations = estate.locations.map(({ name }) => name);
  const route = createRouteHolder(locations);
  const gather = gatherNotices(route, now);
  const always = { hosts: hostEntries(hosts), zones: zoneEntries(subnets, otherwise) };
  const leaders: LeadOut[] = [];
  const haproxies = settings.edges.map(
    ({ location, socket, tls, mapsFolder = settings.mapsFolder, mapsHere = socket.startsWith("/"), application }) => {
      const ask = inTurn(runtimeSocket({ socket, tls }));
      // Without it the config has no backend for what stays open.
      if (application !== undefined)
        leaders.push(leadOut({ ask, here: location, steered: context, share: settings.leaving.endShareEachSecond }));
      return oneHaproxy({
        name: `${location} (${socket})`,
        ask,
        mapsFolder,
        kept: mapsHere ? keptMaps(mapsFolder) : null,
      });
    },
  );
  const all = async (
    signal: AbortSignal,
    each: (haproxy: OneHaproxy, signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome> => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const answers = haproxies.map(async (haproxy) => ({
      name: haproxy.name,
      outcome: await each(haproxy, bounded),
    }));
    return together(await Promise.all(answers), "HAProxies");
  };
  const lead = (): void => leaders.forEach((leader) => leader.follow(route.state()));
  return {
    driver: {
      name: context.name,
      async apply(table, signal) {
        const refused = refusedTable(table, locations, unwritable);
        if (refused !== null) return refused;
        const maps = { table, ...always };
        const outcome = await all(signal, (haproxy, within) => haproxy.apply(maps, within));
        // A notice is weighed by what somebody answers from. The same table again is no news.
        if (outcome.kind === "done" && table.version > (route.state().table?.version ?? 0)) route.putTable(table);
        if (outcome.kind === "done") lead();
        return outcome;
      },
      async notice(notice, signal) {
        const outcome = await gather(notice);
        const loss = followed(route.state());
        if (outcome.kind !== "done" || loss === null) return outcome;
        const follows = await all(signal, (haproxy, within) => haproxy.follow(loss, within));
        if (follows.kind === "done") lead();
        return follows;
      },
    },
    version: () => leastOf(haproxies.flatMap((haproxy) => haproxy.version() ?? [])),
    stop: async () => void (await Promise.all(leaders.map((leader) => leader.stop()))),
  };
}

function unwritable(table: RouteTable): string | null {
  const name = unwritableName(table);
  return name === null ? null : `${JSON.stringify(name)} can't stand in a map's line`;
}

/** Whoever asks us gives up after a second, and then nobody would be told which of them is silent. */
const WITHIN_MS = 800;

function followed(state: RouteState): FollowedLoss | null {
  const { table, notice, provider } = state;
  if (table === null || notice === null) return null;
  const { version } = table;
  if (provider === null) return { version, loss: lossOf(notice.location), grown: [] };
  return { version, loss: lossOfProvider(provider), grown: followedAsLost(state).map(lossOf) };
}
