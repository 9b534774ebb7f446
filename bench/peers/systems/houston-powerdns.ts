import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startProgram } from "../program.ts";
import { SERVICE_PORT } from "../world.ts";
import type { Levers } from "./houston.ts";
import { domainOf, type StartOptions } from "./system.ts";

/** A PowerDNS that Houston writes to, set up as docs/how-to/powerdns.md says. */
export async function powerdnsOfHouston(
  options: StartOptions & { readonly server: { readonly address: string; readonly port: number } },
): Promise<Levers> {
  const { host, server, probeSeconds } = options;
  const domain = domainOf(host);
  const folder = join(options.folder, "powerdns");
  mkdirSync(folder);
  const file = join(folder, "zones.sqlite3");
  const database = new DatabaseSync(file);
  database.exec(readFileSync(SCHEMA, "utf8"));
  database.prepare("INSERT INTO domains (name, type) VALUES (?, 'NATIVE')").run(domain);
  const insert = database.prepare(
    "INSERT INTO records (domain_id, name, type, content, ttl, auth) VALUES (1, ?, ?, ?, 60, 1)",
  );
  insert.run(domain, "SOA", `ns1.${domain} hostmaster.${domain} 1 7200 1800 259200 60`);
  insert.run(domain, "NS", `ns1.${domain}`);
  insert.run(`ns1.${domain}`, "A", server.address);
  database.close();
  writeFileSync(
    join(folder, "pdns.conf"),
    `launch=gsqlite3
gsqlite3-database=${file}
local-address=${server.address}
local-port=${server.port}
socket-dir=${folder}
api=yes
api-key=${KEY}
webserver=yes
webserver-address=${server.address}
webserver-port=${API_PORT}
webserver-allow-from=127.0.0.0/8
enable-lua-records=shared
lua-health-checks-interval=${probeSeconds}
edns-subnet-processing=yes
guardian=no
daemon=no
security-poll-suffix=
`,
  );
  const url = `http://${server.address}:${API_PORT}`;
  const program = await startProgram({
    argv: ["pdns_server", `--config-dir=${folder}`],
    folder,
    debianPackage: "pdns-server pdns-backend-sqlite3",
    isReady: async () => (await fetch(`${url}/api/v1/servers/localhost`, { headers: { "x-api-key": KEY } })).ok,
  });
  const driver = {
    kind: "powerdns",
    url,
    answeredBy: [`${server.address}:${server.port}`],
    domains: [domain],
    healthUrl: `http://${host}:${SERVICE_PORT}/health`,
  };
  return { drivers: [JSON.stringify(driver)], running: [program], env: { HOUSTON_POWERDNS_KEY: KEY } };
}

const SCHEMA = "/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql";
const API_PORT = 8081;
/** Of a server that lives for a minute on loopback. */
const KEY = "bench";
