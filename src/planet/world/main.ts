import { startNameServer } from "../../drivers/dns/embedded/server.ts";
import { nearestLocations, zoneAround } from "../geography.ts";
import { journalStore } from "../journal/client.ts";
import { planetDns } from "../planet-dns.ts";
import { serveUntilTold } from "../serve-until-told.ts";
import { createRouteHolder } from "../../drivers/route-holder.ts";
import { oneJournal } from "./journals.ts";
import { innerAddress, type WorldSettings } from "./settings.ts";
import { startWorld } from "./world.ts";

/** The process of one location's world (docs/architecture.md): edge, shop, data and DNS server on one route state. */
const settings = JSON.parse(process.argv[2] ?? "null") as WorldSettings | null;
const token = process.env["HOUSTON_TOKEN"];
if (settings === null || !token) {
  process.stderr.write(
    "a world wants its settings as one JSON argument and HOUSTON_TOKEN in the environment; `houston up` starts it\n",
  );
  process.exit(2);
}
const { location, journal } = settings;
const own = settings.locations.find(({ name }) => name === location)!;
const route = createRouteHolder(settings.locations.map(({ name }) => name));
const homes = new Map(settings.zones.map(({ name }) => [name, nearestLocations(name)[0]!]));
const journals =
  settings.cells === undefined
    ? oneJournal(journalStore({ address: journal.host, port: journal.port, token, location }))
    : (await import("./cell-journals.ts")).cellJournals(settings.cells);

const nameServer = await startNameServer({
  ...planetDns(location),
  address: innerAddress(own.address, 53),
  port: 5353,
  route: () => route.state(),
});
const world = await startWorld({
  settings,
  token,
  route,
  journals,
  homeOf: (zone) => homes.get(zone) ?? location,
  zoneOfStrangers: zoneAround(location),
  dnsCounters: () => nameServer.counters(),
});
serveUntilTold(async () => {
  await Promise.all([world.stop(), nameServer.stop(), journals.close()]);
});
