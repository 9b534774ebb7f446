import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SteeringContext } from "../../steering-context.ts";
import { type AskedApplication, askedApplication } from "../asked-application.testing.ts";
import { freePort, nobodyListens } from "../asked-edge.testing.ts";
import { haproxyConfig } from "./config-text.ts";
import { writeFirstMaps } from "./first-maps.ts";
import { runtimeSocket } from "./runtime-socket.ts";
import type { HaproxySettings } from "./shape.ts";

/** A location of a test: a real HAProxy with our lines in its config, before its application. */
export type RealEdge = {
  readonly location: string;
  readonly address: string;
  readonly socket: string;
  /** The same by TCP. */
  readonly adminPort: number;
  readonly mapsFolder: string;
  readonly application: AskedApplication;
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
  /** Its config names the application, so that what is safe to repeat is asked elsewhere too. */
  readonly asksAgain?: boolean;
}): Promise<RealEdge> {
  const { location, address, port, steered } = options;
  const folder = mkdtempSync(join(tmpdir(), `haproxy-${location}-`));
  const socket = join(folder, "admin.sock");
  const mapsFolder = join(folder, "maps");
  const settings: HaproxySettings = { ...options.settings, mapsFolder, edges: [{ location, socket }] };
  mkdirSync(mapsFolder);
  writeFirstMaps(location, { settings, ...steered });
  const application = await askedApplication(location, address);
  const adminPort = await freePort();
  const { frontend, backends } = haproxyConfig({
    here: location,
    settings,
    addresses: steered.addresses,
    application: options.asksAgain === true ? [`${address}:${application.port}`] : undefined,
  });
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
    server here ${address}:${application.port}
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
    application,
    reload: () => void child?.kill("SIGUSR2"),
    signalAll: (name) => void process.kill(-child!.pid!, name),
    kill: () => kill("SIGKILL"),
    start,
    stop: async () => {
      await kill("SIGKILL");
      await application.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
