import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SteeringContext } from "../../steering-context.ts";
import { type AskedApplication, askedApplication } from "../asked-application.testing.ts";
import { freePort, nobodyListens } from "../asked-edge.testing.ts";
import { nginxConfig } from "./config-text.ts";
import { writeFirstFiles } from "./files.ts";
import { nginxShape } from "./shape.ts";

/** A location of a test: a real nginx with our lines in its config, before its application. */
export type RealNginx = {
  readonly location: string;
  readonly address: string;
  readonly folder: string;
  readonly config: string;
  readonly application: AskedApplication;
  /** As `steering.drivers` in houston.yaml has it. */
  readonly place: Readonly<Record<string, unknown>>;
  /** To the master and its workers. */
  signalAll(name: NodeJS.Signals): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export const NGINX = "/usr/sbin/nginx";

export async function realNginx(options: {
  readonly location: string;
  readonly address: string;
  readonly port: number;
  readonly steered: Pick<SteeringContext, "hosts" | "addresses" | "subnets" | "otherwise">;
  /** It is reached at [::1] too. */
  readonly v6?: boolean;
  /** Other addresses of its own. */
  readonly also?: readonly string[];
  /** Its config names the application, with these settings. */
  readonly askAgain?: object;
}): Promise<RealNginx> {
  const { location, address, port, steered } = options;
  const folder = mkdtempSync(join(tmpdir(), `nginx-${location}-`));
  const config = join(folder, "nginx.conf");
  const control = ["-c", config, "-p", folder, "-e", "stderr"];
  const application = await askedApplication(location, address);
  const place = {
    location,
    folder,
    status: `${address}:${await freePort()}`,
    test: [NGINX, "-t", ...control],
    reload: [NGINX, "-s", "reload", ...control],
    itself: `${address}:${port}`,
    second: `${address}:${await freePort()}`,
    ...(options.askAgain !== undefined && { application: `${address}:${application.port}` }),
  };
  const settings = nginxShape.parse({
    kind: "nginx",
    edges: [place],
    relay: { port },
    askAgain: options.askAgain ?? {},
  });
  writeFirstFiles(folder, { ...steered, here: location });
  const { http, server } = nginxConfig({
    here: location,
    settings,
    edge: settings.edges[0]!,
    addresses: steered.addresses,
  });
  const ownFolders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (each) => `${each}_temp_path ${join(folder, each)};`,
  );
  writeFileSync(
    config,
    `daemon off;
worker_processes 1;
pid ${join(folder, "pid")};
error_log stderr;
events { }
http {
access_log off;
${ownFolders.join("\n")}
${http}
upstream application { server ${address}:${application.port}; }
server {
listen ${address}:${port};
${(options.also ?? []).map((each) => `listen ${each}:${port};`).join("\n")}
${options.v6 === true ? `listen [::1]:${port};` : ""}
${server}
location / {
  proxy_pass http://application;
  proxy_http_version 1.1;
  proxy_bind ${address};
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
}
}
}
`.replaceAll(/ {2}proxy_pass \S*\/\/\$rp_\w+;/g, `$&\n  proxy_bind ${address};`),
  );
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    child = spawn(NGINX, control, { stdio: ["ignore", "ignore", "pipe"], detached: true });
    let words = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => void (words += text));
    for (let tries = 0; ; tries += 1) {
      const answered = await fetch(`http://${place.status}/`).catch(() => null);
      if (answered !== null) return;
      if (tries > 200 || child.exitCode !== null) throw new Error(`nginx of ${location} did not start: ${words}`);
      await new Promise((resolve) => void setTimeout(resolve, 25));
    }
  };
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    process.kill(-child.pid!, "SIGKILL");
    await exit;
    await nobodyListens({ address, port });
  };
  await start();
  return {
    location,
    address,
    folder,
    config,
    application,
    place,
    signalAll: (name) => void process.kill(-child!.pid!, name),
    kill,
    start,
    stop: async () => {
      await kill();
      await application.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What nginx says of itself by another way than the driver's own. */
export async function saidBy({
  place,
}: RealNginx): Promise<{ readonly version: number; readonly lost: readonly string[] }> {
  return (await (await fetch(`http://${String(place["status"])}/`)).json()) as { version: number; lost: string[] };
}

export const routesOf = ({ folder }: RealNginx): string => readFileSync(join(folder, "routes.conf"), "utf8");
