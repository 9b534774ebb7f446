import { join } from "node:path";
import type { Outcome } from "../../../core/control-contract.ts";
import { CallerError } from "../../../core/errors.ts";
import type { LocationName, ZoneName } from "../../../core/estate.ts";
import { tableProblems } from "../../../core/route/check-table.ts";
import type { LossNotice, RouteTable } from "../../../core/route/table.ts";
import { bucketOfHost, bucketOfNetwork } from "../../../core/route/host.ts";
import { createRouteHolder, gatherNotices, type RouteHolder } from "../../route-holder.ts";
import type { Asker, RunningSteering, SteeringContext } from "../../steering-context.ts";
import { learntFile, type LearntStore } from "../../store/learnt-file.ts";
import { homesWithoutTable } from "../homes-without-table.ts";
import { addressesOf, placesFor } from "../told-places.ts";
import { zoneLookupOf } from "../zone-lookup.ts";
import { forLocations } from "./for-locations.ts";
import { makeNextPlace } from "./next-place.ts";
import type { EmbeddedSettings } from "./shape.ts";
import { startNameServer, type NameServer } from "./server.ts";
import { steeredNames } from "./steered-names.ts";
import { toldLedger } from "./told-ledger.ts";

/**
 * Our own authoritative name server in Houston's process: a table is answered from with the next query, a loss notice followed at once.
 *
 * Like a sign at a crossroads: it stays as it was turned last, whether or not anybody still thinks about where it should point.
 *
 * 1. What it answers from is on disk before the table counts as applied, so a restart answers from it before anybody has decided anything.
 * 2. Without any table each zone gets its nearest location.
 */
export async function makeEmbedded(settings: EmbeddedSettings, context: SteeringContext): Promise<EmbeddedSteering> {
  const { estate, hosts, addresses, subnets, otherwise, now } = context;
  const names = estate.locations.map(({ name }) => name);
  const route = createRouteHolder(names);
  const kept = learntFile(join(context.stateFolder, "route.json"));
  const homeOf = homesWithoutTable(context);
  takeUp(route, { kept, homeOf });
  const told = toldLedger(now);
  const nextPlaceOf = makeNextPlace();
  const servers = await startAll(
    settings.listen.map((listen) => ({
      listen,
      start: () =>
        startNameServer({
          ...endpointOf(listen),
          names: steeredNames(hosts, {
            nameServers: settings.nameServers,
            mailbox: settings.mailbox?.replace("@", "."),
          }),
          ttlSeconds: estate.ttlSeconds,
          locations: names.map((name) => ({ name, addresses: addresses[name] ?? { v4: [], v6: [] } })),
          zoneOf: zoneLookupOf(subnets),
          askedLocation: homeOf(otherwise),
          askedZone: otherwise,
          homeOf,
          route: () => route.state(),
          told,
          answers: settings.answers,
          https: settings.https,
          ...(settings.rateLimit !== "none" && { rateLimit: settings.rateLimit }),
        }),
    })),
  );
  /** The second places of two answers: all that there may be, where it is not known as whose user one is answered. */
  const nextOf = ({ host, name, from }: Asker, led: readonly LocationName[]): readonly LocationName[] => {
    if (settings.answers === 1) return [];
    if (from === null) return names;
    const bucket = host.bucketBy === "host" ? bucketOfHost(name) : bucketOfNetwork(from.network);
    const chunk = { class: host.class, zone: from.zone, bucket };
    return led.flatMap((own) => nextPlaceOf(route.state(), chunk, own)?.location ?? []);
  };
  const gather = gatherNotices(route, now);
  /** The world's failures are values: a full disk stops no move, and is said. */
  const keep = (): Outcome => {
    const { table, heard } = route.state();
    try {
      kept.write(JSON.stringify({ table, notices: heard }));
      return { kind: "done" };
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      return { kind: "done", says: `it answers so, and after a restart will not: ${because}` };
    }
  };
  return {
    driver: {
      name: context.name,
      async apply(table) {
        if (table.version === route.state().table?.version) return { kind: "done" };
        const outcome = route.putTable(table);
        return outcome.kind === "done" ? keep() : outcome;
      },
      async notice(notice) {
        const outcome = await gather(notice);
        return outcome.kind === "done" ? keep() : outcome;
      },
    },
    endpoints: servers.map(({ address, port }) => ({ address, port })),
    told: {
      servers: servers.map(({ address, port }) => askedAt(address, port)),
      rightFor: (asker) => {
        if (route.state().table === null) return null;
        const led = placesFor(route.state(), asker, homeOf);
        return addressesOf([...led, ...nextOf(asker, led)], addresses);
      },
      toldOf: (location) => told.of(location),
    },
    version: () => route.state().table?.version ?? null,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

export type EmbeddedSteering = RunningSteering & {
  /** Where it takes questions, in the order of `listen`. */
  readonly endpoints: readonly { readonly address: string; readonly port: number }[];
};

/** What can't be used stays beside for people to look at. */
function takeUp(
  route: RouteHolder,
  { kept, homeOf }: { readonly kept: LearntStore; readonly homeOf: (zone: ZoneName) => LocationName },
): void {
  try {
    const text = kept.read();
    if (text === null) return;
    const { table, notices } = JSON.parse(text) as {
      readonly table: RouteTable;
      readonly notices: readonly LossNotice[];
    };
    const { locations } = route.state();
    const isWhole = tableProblems(table, table.locations).length === 0;
    if (!isWhole || route.putTable(forLocations(table, { locations, nearest: homeOf })).kind !== "done")
      return kept.putAside();
    // A loss that was followed when we stopped is followed on, however long that is ago: only a newer table ends it.
    if (notices.length > 0) route.putNotices(notices, Math.min(...notices.map(({ at }) => at)));
  } catch {
    kept.putAside();
  }
}

/** `203.0.113.53:53` or `[2001:db8::53]:53`. */
function endpointOf(listen: string): { readonly address: string; readonly port: number } {
  const colon = listen.lastIndexOf(":");
  return { address: listen.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(listen.slice(colon + 1)) };
}

/** What listens on all addresses is asked on this machine's own. */
function askedAt(address: string, port: number): string {
  if (address === "0.0.0.0") return `127.0.0.1:${port}`;
  return address.includes(":") ? `[${address === "::" ? "::1" : address}]:${port}` : `${address}:${port}`;
}

/** All or none. */
async function startAll(
  servers: readonly { readonly listen: string; readonly start: () => Promise<NameServer> }[],
): Promise<readonly NameServer[]> {
  const started: NameServer[] = [];
  for (const { listen, start } of servers) {
    try {
      started.push(await start());
    } catch (error) {
      await Promise.all(started.map((server) => server.stop()));
      throw new CallerError({
        code: "no-dns-port",
        message: `${listen} can't be listened on for DNS: ${error instanceof Error ? error.message : String(error)}`,
        hint: "name a free one under `listen`; below 1024 a process needs the right to (AmbientCapabilities=CAP_NET_BIND_SERVICE, or another port and a redirect)",
        cause: error,
      });
    }
  }
  return started;
}
