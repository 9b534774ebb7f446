import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_PORT, type Location } from "../world.ts";
import { startEdge } from "./edge-program.ts";
import { nearestAddresses, type StartOptions, type System } from "./system.ts";

/** HAProxy from Debian, one front for each zone, which never fails here: a real location's fault takes its own edge with it. */
export const haproxyDefaults: System = {
  name: "haproxy-defaults",
  kind: "edge",
  isOurs: false,
  says: "health checks as documented (each 2 s, down after 3), the others as backup, Debian's time-outs",
  start: (options) =>
    start(options, {
      timeouts: "timeout connect 5s\n  timeout client 50s\n  timeout server 50s",
      backend: "option httpchk GET /health",
      server: (index) => `check${index > 0 ? " backup" : ""}`,
    }),
};

const quick = {
  timeouts: "timeout connect 200ms\n  timeout client 50s\n  timeout server 500ms\n  timeout check 400ms",
  // With `backup` a second try could not leave the location while it is up: so by weight, and a few are sent elsewhere always.
  server: (index: number): string =>
    `weight ${index === 0 ? 254 : 1} check inter 500ms fall 2 rise 4 observe layer7 error-limit 10 on-error mark-down`,
};
const again = "balance roundrobin\n  option httpchk GET /health\n  retries 1\n  option redispatch 1";

export const haproxy: System = {
  name: "haproxy",
  kind: "edge",
  isOurs: false,
  says: "checks each 500 ms, time-out 500 ms, outliers marked down; only failed connections are tried again",
  start: (options) => start(options, { ...quick, backend: again }),
};

export const haproxyRetries: System = {
  name: "haproxy-retries",
  kind: "edge",
  isOurs: false,
  says: "the same, and 5xx and time-outs are tried again too, purchases as well",
  start: (options) => start(options, { ...quick, backend: `${again}\n  retry-on all-retryable-errors` }),
};

type How = {
  readonly timeouts: string;
  readonly backend: string;
  readonly server: (index: number) => string;
};

async function start(options: StartOptions, how: How) {
  const { folder, range, locations, zones, host } = options;
  const fronts = zones.map((_, index) => `${range}.${index + 1}`);
  const nameOf = (address: string): string =>
    locations.find((location: Location) => location.address === address)?.name ?? "";
  const parts = zones.map((zone, index) => {
    const servers = nearestAddresses(zone, locations).map(
      (address, place) => `  server ${nameOf(address)} ${address}:${SERVICE_PORT} ${how.server(place)}`,
    );
    return `frontend ${zone.name}
  bind ${fronts[index]}:${SERVICE_PORT}
  default_backend to-${zone.name}
backend to-${zone.name}
  ${how.backend}
${servers.join("\n")}
`;
  });
  const file = join(folder, "haproxy.cfg");
  writeFileSync(
    file,
    `global
  nbthread 1
defaults
  mode http
  ${how.timeouts}
${parts.join("")}`,
  );
  return startEdge({ argv: ["haproxy", "-db", "-f", file], folder, debianPackage: "haproxy", fronts, host });
}
