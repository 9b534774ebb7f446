/**
 * Our own relay beside HAProxy's: requests for each second of the relay's processor, and the latency that it adds at 2,000 requests a second, in
 * turns and in the same run, before the same server that answers at once: `node bench/edges/relay.ts [--seconds 3] [--json]`. Needs Debian's `haproxy`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, freePort, HOST, poolOf, quantile, rateOf, secondsAsked } from "./asked-port.ts";

const ADDRESS = "127.0.0.1";
const ROUNDS = 5;
const IN_FLIGHT = 32;
const PACED_RPS = 2000;

const DEFAULTS = `global
    nbthread 1
defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
`;

const seconds = secondsAsked();
const folder = mkdtempSync(join(tmpdir(), "bench-relay-"));
const started: ChildProcess[] = [];
try {
  await bench();
} finally {
  for (const each of started) each.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const [direct, haproxy, ours] = [await freePort(ADDRESS), await freePort(ADDRESS), await freePort(ADDRESS)];
  writeFileSync(join(folder, "there.cfg"), thereConfig(direct));
  writeFileSync(join(folder, "relay.cfg"), relayConfig(haproxy, direct));
  writeFileSync(join(folder, "route.json"), JSON.stringify(routeDocument()));
  started.push(spawn("/usr/sbin/haproxy", ["-db", "-f", join(folder, "there.cfg")], { stdio: "ignore" }));
  const relayed = spawn("/usr/sbin/haproxy", ["-db", "-f", join(folder, "relay.cfg")], { stdio: "ignore" });
  const settings = {
    address: ADDRESS,
    port: ours,
    there: direct,
    route: join(folder, "route.json"),
    kept: join(folder, "kept.json"),
  };
  const program = spawn(process.execPath, [join(import.meta.dirname, "relay-program.ts"), JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(relayed, program);
  await once(program.stdout, "data");
  for (const port of [direct, haproxy, ours]) await isThere(port);

  const systems = {
    direct: { address: ADDRESS, port: direct, pid: 0 },
    haproxy: { address: ADDRESS, port: haproxy, pid: relayed.pid! },
    ours: { address: ADDRESS, port: ours, pid: program.pid! },
  };
  const rates = { haproxy: [] as number[], ours: [] as number[] };
  const latencies = { direct: [] as number[], haproxy: [] as number[], ours: [] as number[] };
  const load = { inFlight: IN_FLIGHT, seconds };
  await rateOf(systems.ours, load);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of ["haproxy", "ours"] as const) rates[name].push(await rateOf(systems[name], load));
    for (const name of ["direct", "haproxy", "ours"] as const)
      latencies[name].push(...(await latenciesOf(systems[name].port)));
  }
  const added = (name: "haproxy" | "ours", share: number): number =>
    quantile(latencies[name], share) - quantile(latencies.direct, share);
  const found = {
    requestsPerProcessorSecond: { haproxy: quantile(rates.haproxy, 0.5), ours: quantile(rates.ours, 0.5) },
    addedMs: {
      haproxy: { p50: added("haproxy", 0.5), p99: added("haproxy", 0.99) },
      ours: { p50: added("ours", 0.5), p99: added("ours", 0.99) },
    },
    pacedRps: PACED_RPS,
    seconds,
    rounds: ROUNDS,
  };
  if (process.argv.includes("--json")) return console.log(JSON.stringify(found));
  for (const name of ["haproxy", "ours"] as const) {
    const { p50, p99 } = found.addedMs[name];
    console.log(
      `${name.padEnd(8)} ${found.requestsPerProcessorSecond[name].toFixed(0)} requests for a second of its processor; at ${PACED_RPS}/s it adds ${p50.toFixed(2)} ms in the middle, ${p99.toFixed(2)} ms at the 99th percentile`,
    );
  }
}

function thereConfig(port: number): string {
  return `${DEFAULTS}frontend there
    bind ${ADDRESS}:${port}
    http-request return status 200 content-type text/plain string "${"x".repeat(200)}"
`;
}

/** What every relay has to do, without asking whose request it is. */
function relayConfig(port: number, there: number): string {
  return `${DEFAULTS}frontend relay
    bind ${ADDRESS}:${port}
    http-request set-header forwarded for=%[src]
    default_backend there
backend there
    server there ${ADDRESS}:${there}
`;
}

function routeDocument(): unknown {
  const rows = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`zone-${index}`, [[1, 256]]]));
  return {
    document: 1,
    table: {
      version: 1,
      at: 0,
      locations: ["location-1", "location-2"],
      assignment: { public: rows },
      contingency: {},
      apart: [],
    },
    lost: [],
    hosts: [{ name: HOST, class: "public", bucketBy: "network" }],
    subnets: Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`zone-${index}`, [`10.${index}.0.0/16`]])),
    otherwise: "zone-0",
    addresses: {},
    ttlSeconds: 60,
  };
}

/** At an even pace, each request timed from when it was due: what waits for the one before it is late. */
async function latenciesOf(port: number): Promise<readonly number[]> {
  const pool = poolOf({ address: ADDRESS, port }, IN_FLIGHT);
  const took: number[] = [];
  const asked: Promise<void>[] = [];
  const began = performance.now();
  for (let each = 0; each < PACED_RPS * seconds;) {
    const due = Math.min(PACED_RPS * seconds, ((performance.now() - began) / 1000) * PACED_RPS);
    for (; each < due; each += 1) {
      const sentAt = performance.now();
      asked.push(ask(pool).then(() => void took.push(performance.now() - sentAt)));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(asked);
  await pool.close();
  return took;
}

async function isThere(port: number): Promise<void> {
  for (;;) {
    const pool = poolOf({ address: ADDRESS, port }, 1);
    const isUp = await ask(pool).then(
      () => true,
      () => false,
    );
    await pool.close();
    if (isUp) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}
