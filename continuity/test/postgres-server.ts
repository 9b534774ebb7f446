import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real PostgreSQL on a loopback address of this process alone, with its data in a temporary folder; ends with us. */
export type PostgresServer = {
  /** Of both servers, when there is a standby. */
  readonly url: string;
  pause(): void;
  resume(): void;
  /** The primary goes as by kill -9. */
  kill(): Promise<void>;
  /** The standby takes its place. */
  promote(): Promise<void>;
  close(): Promise<void>;
};

const VERSIONS = "/usr/lib/postgresql";
const PASSWORD = "a secret";
const startWithinMs = 30_000;
let ports = 5432;

/** With a standby, nothing is acknowledged that the standby has not on its disk. */
export async function postgresServer({ standby = false } = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const { pid } = process;
  const address = `127.${64 + (pid >> 16)}.${(pid >> 8) & 255}.${pid & 255}`;
  // PostgreSQL refuses to run as root; Debian's package brings a user for it.
  const asPostgres = process.getuid?.() === 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  if (asPostgres.length > 0) {
    chownSync(folder, idOfPostgres("-u"), idOfPostgres("-g"));
  }
  const env = { ...process.env, PGPASSWORD: PASSWORD };
  const run = (program: string, ...words: string[]) => {
    const ended = spawnSync("setpriv", [...asPostgres, join(binaries(), program), ...words], { cwd: folder, env });
    if (ended.status !== 0) throw new Error(`${program} failed: ${ended.stderr.toString()}`);
  };

  async function start(data: string, port: number, more: Readonly<Record<string, string>>): Promise<ChildProcess> {
    const settings = { listen_addresses: address, port, unix_socket_directories: folder, max_connections: 50, ...more };
    const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const program = [...asPostgres, "--pdeathsig=INT", join(binaries(), "postgres"), "-D", data, ...words];
    const child = spawn("setpriv", program, { cwd: folder, stdio: "ignore" });
    const until = performance.now() + startWithinMs;
    while (spawnSync(join(binaries(), "pg_isready"), ["-h", address, "-p", String(port)]).status !== 0) {
      if (child.exitCode !== null || performance.now() > until)
        throw new Error(`no PostgreSQL came up at ${address}:${port} within ${startWithinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return child;
  }

  const [first, second] = [join(folder, "first"), join(folder, "second")];
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  const ways = ["--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--username=shop"];
  run("initdb", "--no-sync", ...ways, "--encoding=UTF8", "--locale=C", first);
  const [port, secondPort] = [(ports += 1), (ports += 1)];
  const primary = await start(first, port, standby ? { synchronous_standby_names: "*" } : {});
  const running = [primary];
  if (standby) {
    run("pg_basebackup", "-h", address, "-p", String(port), "-U", "shop", "-D", second, "-R", "--checkpoint=fast");
    running.push(await start(second, secondPort, {}));
  }
  const hosts = [port, ...(standby ? [secondPort] : [])].map((each) => `${address}:${each}`).join(",");
  return {
    url: `postgres://shop:${encodeURIComponent(PASSWORD)}@${hosts}/postgres`,
    pause: () => signalAll(primary, "SIGSTOP"),
    resume: () => signalAll(primary, "SIGCONT"),
    async kill() {
      const gone = once(primary, "exit");
      signalAll(primary, "SIGKILL");
      await gone;
    },
    promote: async () => run("pg_ctl", "promote", "-D", second),
    async close() {
      for (const child of running) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGINT");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const idOfPostgres = (which: "-u" | "-g"): number => Number(spawnSync("id", [which, "postgres"]).stdout.toString());

/** The newest that Debian has put there. */
function binaries(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a)) : [];
  const newest = versions[0];
  if (newest === undefined) throw new Error("PostgreSQL is not installed; fix: `apt-get install postgresql`");
  return join(VERSIONS, newest, "bin");
}

/** The server and its workers, one for each connection. */
function signalAll(child: ChildProcess, signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
  const workers = spawnSync("pgrep", ["-P", String(child.pid)])
    .stdout.toString()
    .trim()
    .split("\n");
  for (const pid of [child.pid, ...workers.map(Number)]) if (pid !== undefined && pid > 0) process.kill(pid, signal);
}
