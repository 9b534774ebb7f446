import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram } from "../program.ts";
import { SERVICE_PORT } from "../world.ts";
import { askName } from "./ask-name.ts";
import { nearestAddresses, type StartOptions, type System } from "./system.ts";

/** gdnsd from Debian: the geoip plugin picks by client subnet, its http_status monitor skips what is down. */
export const gdnsd: System = {
  name: "gdnsd",
  kind: "DNS",
  isOurs: false,
  says: "TTL and probes as ours, but no more than a probe each 2 s can be had; down after 2",
  // Its timeout is in whole seconds, at least one, and must be less than the interval.
  start: (options) =>
    start(options, {
      ttl: options.ttlSeconds,
      monitor: `interval => ${Math.max(2, options.probeSeconds)}, timeout => 1, up_thresh => 5, ok_thresh => 2, down_thresh => 2`,
    }),
};

export const gdnsdDefaults: System = {
  name: "gdnsd-defaults",
  kind: "DNS",
  isOurs: false,
  says: "as documented: a probe each 10 s, down after 10; TTL 60 s",
  start: (options) => start(options, { ttl: 60, monitor: "" }),
};

async function start(options: StartOptions, { ttl, monitor }: { readonly ttl: number; readonly monitor: string }) {
  const { folder, range, locations, zones, host } = options;
  const address = `${range}.1`;
  const server = { address, port: DNS_PORT };
  const [label = "", ...rest] = host.split(".");
  for (const each of ["run", "state", "zones"]) mkdirSync(join(folder, each));
  const nets = zones.map(({ subnet, nearest }) => `"${subnet}" => [${nearest.join(", ")}]`);
  writeFileSync(
    join(folder, "config"),
    `options => { listen => "${address}", dns_port => ${DNS_PORT}, udp_threads => 1, tcp_threads => 1,
  run_dir => "${join(folder, "run")}", state_dir => "${join(folder, "state")}" }
service_types => { web => { plugin => http_status, port => ${SERVICE_PORT}, url_path => /health, ${monitor} } }
plugins => { geoip => {
  maps => { near => { datacenters => [${locations.map(({ name }) => name).join(", ")}], nets => { ${nets.join(", ")} } } }
  resources => { www => { map => near, service_types => web, dcmap => {
    ${locations.map((location) => `${location.name} => ${location.address}`).join(", ")} } } }
} }
`,
  );
  writeFileSync(
    join(folder, "zones", rest.join(".")),
    `@ SOA ns1 hostmaster 1 7200 1800 259200 60
@ NS ns1
ns1 A ${address}
${label} ${ttl} DYNA geoip!www
`,
  );
  const [zone] = zones;
  const program = await startProgram({
    argv: ["gdnsd", "-c", folder, "start"],
    folder,
    debianPackage: "gdnsd",
    isReady: async () =>
      (await askName({ server, name: host, subnet: zone!.subnet })) === nearestAddresses(zone!, locations)[0],
  });
  return { entry: { kind: "dns" as const, nameServers: [server] }, stop: () => program.stop() };
}

const DNS_PORT = 5300;
