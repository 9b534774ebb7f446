import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { haproxyConfig } from "../../../src/drivers/edge/haproxy/config-text.ts";
import { writeFirstMaps } from "../../../src/drivers/edge/haproxy/first-maps.ts";
import { haproxyShape } from "../../../src/drivers/edge/haproxy/shape.ts";
import { startProgram, type Program } from "../program.ts";
import { SERVICE_PORT } from "../world.ts";
import type { Levers } from "./houston.ts";
import type { StartOptions } from "./system.ts";

/** A HAProxy before the service in each location, with what `houston edge haproxy` prints in its config (docs/how-to/haproxy.md). */
export async function edgesOfHouston(options: StartOptions): Promise<Levers> {
  const { range, locations, zones, host, folder } = options;
  const edges = locations.map((location, index) => ({ ...location, address: `${range}.${FIRST + index}` }));
  const places = edges.map(({ name }, index) => ({
    location: name,
    socket: join(folder, `edge-${name}`, "admin.sock"),
    mapsFolder: join(folder, `edge-${name}`, "maps"),
    application: [`${locations[index]!.address}:${SERVICE_PORT}`],
  }));
  const written = { kind: "haproxy", edges: places, relay: { port: SERVICE_PORT, ...TIMEOUTS }, askAgain: ASK_AGAIN };
  const settings = haproxyShape.parse(written);
  const addresses = Object.fromEntries(edges.map(({ name, address }) => [name, { v4: [address], v6: [] }]));
  const steered = {
    hosts: [{ name: host, class: "public", bucketBy: "network" as const }],
    addresses,
    subnets: Object.fromEntries(zones.map(({ name, subnet, calls }) => [name, [subnet, calls]])),
    otherwise: zones[0]!.name,
  };
  const running: Program[] = [];
  try {
    for (const [index, { name, address }] of edges.entries()) {
      const { socket, mapsFolder } = places[index]!;
      const own = { ...settings, mapsFolder };
      const edgeFolder = join(folder, `edge-${name}`);
      mkdirSync(edgeFolder);
      writeFirstMaps(name, { settings: own, ...steered });
      const { frontend, backends } = haproxyConfig({
        here: name,
        settings: own,
        addresses,
        application: places[index]!.application,
      });
      const file = join(edgeFolder, "haproxy.cfg");
      writeFileSync(
        file,
        `global
  nbthread 1
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout connect 200ms
  timeout client 50s
  timeout server 500ms
  option forwardfor
  source ${address}
frontend users
  bind ${address}:${SERVICE_PORT}
${frontend}
  default_backend service
backend service
  server here ${locations[index]!.address}:${SERVICE_PORT}
${backends}
`,
      );
      running.push(
        await startProgram({
          argv: ["haproxy", "-db", "-f", file],
          folder: edgeFolder,
          debianPackage: "haproxy",
          isReady: async () => (await fetch(`http://${address}:${SERVICE_PORT}/api`, { headers: { host } })).ok,
        }),
      );
    }
  } catch (error) {
    for (const program of running) await program.stop();
    throw error;
  }
  const standing = Object.fromEntries(edges.map(({ name }, index) => [name, [running[index]!.pid]]));
  return { drivers: [JSON.stringify(written)], running, edges, standing };
}

/** Of the range's addresses; those before are Houston's own. */
const FIRST = 11;
/** As the HAProxies beside ours have them; who has waited in one place has to be answered by another while users are patient. */
const TIMEOUTS = { connectSeconds: 0.2, answerSeconds: 0.5 };
const ASK_AGAIN = { afterSeconds: TIMEOUTS.answerSeconds };
