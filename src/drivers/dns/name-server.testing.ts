import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { askServer } from "./ask-server.ts";

/** A real name server of Debian's, on a port of its own, with its files in a temporary folder. It ends with us, even if we are killed. */
export type NameServer = {
  readonly port: number;
  readonly folder: string;
  /** Sends what is written to nsupdate, signed: a stranger to our own code. */
  readonly setByHand: (name: string, type: string, value: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export const TEST_DOMAIN = "example.test";
export const TEST_KEY = {
  name: "houston.test",
  secret: Buffer.from("a secret of the tests, 32 bytes.").toString("base64"),
};

const ZONE = `@ 5 IN SOA ns1 host 1 3600 600 86400 5
@ 5 IN NS ns1
ns1 5 IN A 127.0.0.1
`;
const START_WITHIN_MS = 15_000;

export async function knotServer(): Promise<NameServer> {
  return started((folder, port) => {
    writeFileSync(join(folder, `${TEST_DOMAIN}.zone`), ZONE);
    const config = `server:
    rundir: ${folder}
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: ${join(folder, "log")}
    any: info
database:
    storage: ${folder}
key:
  - id: ${TEST_KEY.name}
    algorithm: hmac-sha256
    secret: ${TEST_KEY.secret}
acl:
  - id: houston
    key: ${TEST_KEY.name}
    action: update
zone:
  - domain: ${TEST_DOMAIN}
    storage: ${folder}
    file: ${TEST_DOMAIN}.zone
    zonefile-sync: -1
    journal-content: all
    acl: houston
`;
    writeFileSync(join(folder, "knot.conf"), config);
    return ["knotd", "--config", join(folder, "knot.conf")];
  });
}

export async function bindServer(): Promise<NameServer> {
  return started((folder, port) => {
    writeFileSync(join(folder, `${TEST_DOMAIN}.zone`), ZONE);
    const config = `options {
  directory "${folder}";
  pid-file none;
  session-keyfile "${join(folder, "session.key")}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
};
controls { };
key "${TEST_KEY.name}" { algorithm hmac-sha256; secret "${TEST_KEY.secret}"; };
zone "${TEST_DOMAIN}" {
  type primary;
  file "${join(folder, `${TEST_DOMAIN}.zone`)}";
  update-policy { grant ${TEST_KEY.name} zonesub A AAAA CNAME TXT; };
};
`;
    writeFileSync(join(folder, "named.conf"), config);
    return ["named", "-f", "-n", "1", "-c", join(folder, "named.conf")];
  });
}

/** Starts what `set` has written the files for, and waits until it answers. */
export async function started(set: (folder: string, port: number) => readonly string[]): Promise<NameServer> {
  const folder = mkdtempSync(join(tmpdir(), "name-server-"));
  const port = await freePort();
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...set(folder, port)], { stdio: "ignore" });
  await once(child, "spawn");
  const server: NameServer = {
    port,
    folder,
    async setByHand(name, type, value) {
      const key = `hmac-sha256:${TEST_KEY.name}:${TEST_KEY.secret}`;
      const quoted = type === "TXT" ? `"${value}"` : value;
      const lines = `server 127.0.0.1 ${port}\nupdate delete ${name} ${type}\nupdate add ${name} 5 ${type} ${quoted}\nsend\n`;
      const sent = promisify(execFile)("nsupdate", ["-v", "-y", key]);
      sent.child.stdin?.end(lines);
      await sent;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const until = performance.now() + START_WITHIN_MS;
  while (performance.now() < until && child.exitCode === null) {
    if (await isAnswering(port)) return server;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await server.stop();
  throw new Error(`${child.spawnargs.join(" ")} did not answer within ${START_WITHIN_MS} ms`);
}

async function isAnswering(port: number): Promise<boolean> {
  try {
    const asked = [{ name: `ns1.${TEST_DOMAIN}`, type: "A" }] as const;
    const [answer] = await askServer({ host: "127.0.0.1", port }, asked, AbortSignal.timeout(500));
    return answer?.kind === "sets" && answer.sets.length === 1;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export type PowerdnsTestServer = NameServer & { readonly apiPort: number };

const SCHEMA = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";

/** PowerDNS with SQLite, its API and Lua records; its key is `TEST_KEY.secret`. */
export async function powerdnsTestServer(more: readonly string[] = []): Promise<PowerdnsTestServer> {
  const apiPort = await freePort();
  const server = await started((folder, port) => {
    const file = join(folder, "zones.sqlite3");
    const database = new DatabaseSync(file);
    database.exec(readFileSync(SCHEMA, "utf8"));
    database.exec(`INSERT INTO domains (name, type) VALUES ('${TEST_DOMAIN}', 'NATIVE')`);
    const insert = database.prepare(
      "INSERT INTO records (domain_id, name, type, content, ttl, auth) VALUES (1, ?, ?, ?, 5, 1)",
    );
    insert.run(TEST_DOMAIN, "SOA", `ns1.${TEST_DOMAIN} host.${TEST_DOMAIN} 1 3600 600 86400 5`);
    insert.run(TEST_DOMAIN, "NS", `ns1.${TEST_DOMAIN}`);
    insert.run(`ns1.${TEST_DOMAIN}`, "A", "127.0.0.1");
    database.close();
    const config = [
      "launch=gsqlite3",
      `gsqlite3-database=${file}`,
      "gsqlite3-pragma-synchronous=0",
      `local-address=127.0.0.1`,
      `local-port=${port}`,
      `socket-dir=${folder}`,
      "api=yes",
      `api-key=${TEST_KEY.secret}`,
      "webserver=yes",
      "webserver-address=127.0.0.1",
      `webserver-port=${apiPort}`,
      "enable-lua-records=shared",
      "edns-subnet-processing=yes",
      // Asked of by default before each start, and not by tests.
      "security-poll-suffix=",
      ...more,
    ];
    writeFileSync(join(folder, "pdns.conf"), config.join("\n"));
    return ["pdns_server", `--config-dir=${folder}`];
  });
  return {
    ...server,
    apiPort,
    async setByHand(name, type, value) {
      const content = type === "TXT" ? `"${value}"` : value;
      const rrset = { name: `${name}.`, type, ttl: 5, changetype: "REPLACE", records: [{ content, disabled: false }] };
      const answer = await fetch(`http://127.0.0.1:${apiPort}/api/v1/servers/localhost/zones/${TEST_DOMAIN}.`, {
        method: "PATCH",
        headers: { "x-api-key": TEST_KEY.secret, "content-type": "application/json" },
        body: JSON.stringify({ rrsets: [rrset] }),
      });
      if (!answer.ok) throw new Error(`PowerDNS: ${answer.status} ${await answer.text()}`);
    },
  };
}
