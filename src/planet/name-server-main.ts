import { startNameServer } from "../drivers/dns/embedded/server.ts";
import { adminServer } from "./admin-server.ts";
import { planetLocations, TTL_SECONDS } from "./geography.ts";
import { planetDns } from "./planet-dns.ts";
import { serveUntilTold } from "./serve-until-told.ts";
import { createRouteHolder } from "../drivers/route-holder.ts";
import { steeringIntake } from "./steering-intake.ts";

/** The planet's own name server, which stands for an anycast address and survives any location. */
export type NameServerSettings = {
  readonly address: string;
  readonly port: number;
  readonly adminPort: number;
  readonly ttlSeconds: number;
  /** Whose neighbours clients of no known zone are taken for. */
  readonly askedLocation: string;
};

const DEFAULTS: NameServerSettings = {
  address: "127.20.0.53",
  port: 5353,
  adminPort: 7000,
  ttlSeconds: TTL_SECONDS,
  askedLocation: "us-east-1",
};

const settings = { ...DEFAULTS, ...(JSON.parse(process.argv[2] ?? "{}") as Partial<NameServerSettings>) };
const token = process.env["HOUSTON_TOKEN"];
if (token === undefined || token === "") {
  process.stderr.write("name server: HOUSTON_TOKEN is not set; `houston up` sets it\n");
  process.exit(2);
}
const route = createRouteHolder(planetLocations.map(({ name }) => name));
const intake = steeringIntake({ route });
const dns = await startNameServer({
  ...planetDns(settings.askedLocation),
  address: settings.address,
  port: settings.port,
  ttlSeconds: settings.ttlSeconds,
  route: () => route.state(),
});
const admin = await adminServer({
  address: settings.address,
  port: settings.adminPort,
  token,
  handle(call) {
    if (call.method === "GET" && call.path === "/counters") return { status: 200, body: dns.counters() };
    return intake(call) ?? { status: 404, body: { code: "no-such-call", says: `${call.method} ${call.path}` } };
  },
});
serveUntilTold(async () => {
  await Promise.all([dns.stop(), admin.stop()]);
});
