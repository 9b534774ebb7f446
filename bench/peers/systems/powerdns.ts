import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram } from "../program.ts";
import { SERVICE_PORT } from "../world.ts";
import { askName } from "./ask-name.ts";
import { nearestAddresses, type StartOptions, type System } from "./system.ts";

/** PowerDNS from Debian, with its BIND backend: a Lua record that takes the nearest location whose page is up. */
export const powerdns: System = {
  name: "powerdns",
  kind: "DNS",
  isOurs: false,
  says: "Lua ifurlup, TTL and probes as ours, probe time-out 1 s",
  start: (options) =>
    start(options, {
      ttl: options.ttlSeconds,
      settings: `lua-health-checks-interval=${options.probeSeconds}`,
      check: "{timeout=1}",
    }),
};

export const powerdnsDefaults: System = {
  name: "powerdns-defaults",
  kind: "DNS",
  isOurs: false,
  says: "Lua ifurlup as documented: a probe each 5 s; TTL 60 s",
  start: (options) => start(options, { ttl: 60, settings: "", check: "{}" }),
};

async function start(
  options: StartOptions,
  how: { readonly ttl: number; readonly settings: string; readonly check: string },
) {
  const { folder, range, locations, zones, host } = options;
  const server = { address: `${range}.1`, port: DNS_PORT };
  const [label = "", ...rest] = host.split(".");
  const domain = rest.join(".");
  const branches = zones.map((zone, index) => {
    const sets = nearestAddresses(zone, locations).map((address) => `{'${address}'}`);
    const taken = `return ifurlup('http://${host}:${SERVICE_PORT}/health',{${sets.join(",")}},${how.check})`;
    return `${index === 0 ? "if" : "elseif"} netmask({'${zone.subnet}'}) then ${taken}`;
  });
  writeFileSync(
    join(folder, "pdns.conf"),
    `launch=bind
bind-config=${join(folder, "named.conf")}
local-address=${server.address}
local-port=${DNS_PORT}
socket-dir=${folder}
enable-lua-records=yes
edns-subnet-processing=yes
cache-ttl=0
query-cache-ttl=0
guardian=no
daemon=no
webserver=no
security-poll-suffix=
${how.settings}
`,
  );
  writeFileSync(
    join(folder, "named.conf"),
    `zone "${domain}" { type master; file "${join(folder, "zone")}"; };
`,
  );
  writeFileSync(
    join(folder, "zone"),
    `$ORIGIN ${domain}.
@ 60 IN SOA ns1 hostmaster 1 7200 1800 259200 60
@ 60 IN NS ns1
ns1 60 IN A ${server.address}
${label} ${how.ttl} IN LUA A ${inStrings(`;${branches.join(" ")} end`)}
`,
  );
  // It begins to probe when a name is first asked for: each zone is asked for, so that no user finds it unprepared.
  const isReady = async (): Promise<boolean> => {
    const told = await Promise.all(zones.map(({ subnet }) => askName({ server, name: host, subnet })));
    return told.every((address, index) => address === nearestAddresses(zones[index]!, locations)[0]);
  };
  const program = await startProgram({
    argv: ["pdns_server", `--config-dir=${folder}`],
    folder,
    debianPackage: "pdns-server pdns-backend-bind",
    isReady,
  });
  return { entry: { kind: "dns" as const, nameServers: [server] }, stop: () => program.stop() };
}

/** A string of a zone file has at most 255 characters (RFC 1035, 3.3); several are read as one, with a space between them. */
function inStrings(text: string): string {
  return (text.match(/.{1,250}(?: |$)/g) ?? []).map((part) => `"${part}"`).join(" ");
}

const DNS_PORT = 5300;
