import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SteeringContext } from "../../steering-context.ts";
import { freePort, listening, nobodyListens } from "../asked-edge.testing.ts";
import { haproxyConfig } from "./config-text.ts";
import { writeFirstMaps } from "./first-maps.ts";
import { runtimeSocket } from "./runtime-socket.ts";
import type { HaproxySettings } from "./shape.ts";

/** A location of a test: a real HAProxy with our lines in its config, before an application that says where it is and what it was sent. */
export type RealEdge = {
  readonly location: string;
  readonly address: string;
  readonly socket: string;
  /** The same by TCP. */
  readonly adminPort: number;
  readonly mapsFolder: string;
  /** How often the application was asked. */
  asked(): number;
  /** As a service manager does it: a new process takes the sockets over, the old one ends when its requests have. */
  reload(): void;
  /** To the master and its workers. */
  signalAll(name: NodeJS.Signals): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const HAPROXY = "/usr/sbin/haproxy";

export async function realEdge(options: {
  readonly location: string;
  readonly address: string;
  readonly port: number;
  readonly settings: Omit<HaproxySettings, "edges" | "mapsFolder">;
  readonly steered: Pick<SteeringContext, "hosts" | "addresses" | "subnets" | "otherwise">;
  /** It is reached at [::1] too. */
  readonly v6?: boolean;
}): Promise<RealEdge> {
  const { location, address, port, steered } = options;
  const folder = mkdtempSync(join(tmpdir(), `haproxy-${location}-`));
  const socket = join(folder, "admin.sock");
  const mapsFolder = join(folder, "maps");
  const settings: HaproxySettings = { ...options.settings, mapsFolder, edges: [{ location, socket }] };
  mkdirSync(mapsFolder);
  writeFirstMaps(location, { settings, ...steered });
  let asked = 0;
  const application = createServer((incoming, response) => {
    asked += 1;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ location, headers: incoming.headers, from: incoming.socket.remoteAddress }));
  });
  const adminPort = await freePort();
  const applicationPort = await listening(application, address);
  const { frontend, backends } = haproxyConfig({ here: location, settings, addresses: steered.addresses });
  const config = join(folder, "haproxy.cfg");
  writeFileSync(
    config,
    `global
    stats socket ${socket} mode 600 level admin expose-fd listeners
    stats socket ${address}:${adminPort} level admin
    hard-stop-after 2s
defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
    option forwardfor
    source ${address}
frontend users
    bind ${address}:${port}
    ${options.v6 === true ? `bind [::1]:${port}` : ""}
${frontend}
    default_backend application
backend application
    server here ${address}:${applicationPort}
${backends}
`,
  );
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    child = spawn(HAPROXY, ["-W", "-f", config], { stdio: ["ignore", "ignore", "pipe"], detached: true });
    let words = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => void (words += text));
    const ask = runtimeSocket({ socket });
    for (let tries = 0; ; tries += 1) {
      const answered = await ask("show info", AbortSignal.timeout(500)).catch(() => null);
      if (answered !== null) return;
      if (tries > 200 || child.exitCode !== null) throw new Error(`HAProxy of ${location} did not start: ${words}`);
      await new Promise((resolve) => void setTimeout(resolve, 25));
    }
  };
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    process.kill(-child.pid!, signal);
    await exit;
    await nobodyListens({ address, port });
  };
  await start();
  return {
    location,
    address,
    socket,
    adminPort,
    mapsFolder,
    asked: () => asked,
    reload: () => void child?.kill("SIGUSR2"),
    signalAll: (name) => void process.kill(-child!.pid!, name),
    kill: () => kill("SIGKILL"),
    start,
    stop: async () => {
      await kill("SIGKILL");
      application.closeAllConnections();
      await new Promise((resolve) => void application.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
