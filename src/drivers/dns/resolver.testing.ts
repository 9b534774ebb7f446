import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./name-server.testing.ts";
import { overTcp } from "./tcp-exchange.ts";

/** A real resolver of Debian's on a port of its own, that asks one name server for all below one name. It ends with us, even if we are killed. */
export type TestResolver = { readonly address: string; stop(): Promise<void> };

export type ResolverOptions = {
  readonly domain: string;
  readonly nameServer: { readonly address: string; readonly port: number };
  /** On loopback: name servers see it as asking from here. */
  readonly asksFrom: string;
  /** Keeps answers for so long whatever they say. */
  readonly keepsAtLeastSeconds?: number;
};

export function unbound({
  domain,
  nameServer,
  asksFrom,
  keepsAtLeastSeconds = 0,
}: ResolverOptions): Promise<TestResolver> {
  return started((folder, port) => {
    const file = join(folder, "unbound.conf");
    writeFileSync(
      file,
      `server:
  interface: 127.0.0.1@${port}
  outgoing-interface: ${asksFrom}
  do-not-query-localhost: no
  do-daemonize: no
  chroot: ""
  username: ""
  pidfile: ""
  directory: "${folder}"
  use-syslog: no
  num-threads: 1
  module-config: "iterator"
  cache-min-ttl: ${keepsAtLeastSeconds}
  local-zone: "test." nodefault
remote-control:
  control-enable: no
stub-zone:
  name: "${domain}"
  stub-addr: ${nameServer.address}@${nameServer.port}
`,
    );
    return ["/usr/sbin/unbound", "-d", "-c", file];
  });
}

export function dnsmasq({
  domain,
  nameServer,
  asksFrom,
  keepsAtLeastSeconds = 0,
}: ResolverOptions): Promise<TestResolver> {
  return started((_folder, port) => [
    "/usr/sbin/dnsmasq",
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--no-resolv",
    "--no-hosts",
    "--user=",
    "--group=",
    "--pid-file",
    "--bind-interfaces",
    "--listen-address=127.0.0.1",
    `--port=${port}`,
    `--min-cache-ttl=${keepsAtLeastSeconds}`,
    `--server=/${domain}/${nameServer.address}#${nameServer.port}@${asksFrom}`,
  ]);
}

const START_WITHIN_MS = 10_000;

async function started(argv: (folder: string, port: number) => readonly string[]): Promise<TestResolver> {
  const folder = mkdtempSync(join(tmpdir(), "resolver-"));
  const port = await freePort();
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...argv(folder, port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => void said.push(chunk.toString()));
  await once(child, "spawn");
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const until = performance.now() + START_WITHIN_MS;
  while (performance.now() < until && child.exitCode === null) {
    if (await listens(port)) return { address: `127.0.0.1:${port}`, stop };
    await sleep(20);
  }
  await stop();
  throw new Error(`${child.spawnargs.join(" ")} did not answer within ${START_WITHIN_MS} ms: ${said.join("")}`);
}

/** Whatever it says: it is there. */
async function listens(port: number): Promise<boolean> {
  const query = Buffer.from("000101000001000000000000000002000100", "hex").subarray(0, 17);
  try {
    await overTcp({ host: "127.0.0.1", port }, [query], AbortSignal.timeout(300));
    return true;
  } catch {
    return false;
  }
}
