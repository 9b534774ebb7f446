/**
 * What our lines cost a HAProxy: requests for each second of its processor, and latency, of the same HAProxy with and without them, in turns and in
 * the same run, so that the machine's speed and its other work cancel out; and how long a table of 15 locations x 250 zones x 3 classes takes to apply:
 * `node bench/edges/bench.ts [--seconds 3] [--ask-again] [--json]`; with --ask-again the lines have those for an `application` too. Needs Debian's `haproxy`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUCKETS } from "../../src/core/estate.ts";
import type { Assignment, RouteTable, Run } from "../../src/core/route/table.ts";
import { haproxyConfig } from "../../src/drivers/edge/haproxy/config-text.ts";
import { writeFirstMaps } from "../../src/drivers/edge/haproxy/first-maps.ts";
import { keptMaps } from "../../src/drivers/edge/haproxy/kept-maps.ts";
import { hostEntries, mapText, zoneEntries } from "../../src/drivers/edge/haproxy/maps.ts";
import { oneHaproxy } from "../../src/drivers/edge/haproxy/one-haproxy.ts";
import { routeEntries } from "../../src/drivers/edge/haproxy/route-entries.ts";
import { runtimeSocket } from "../../src/drivers/edge/haproxy/runtime-socket.ts";
import { haproxyShape } from "../../src/drivers/edge/haproxy/shape.ts";
import { ask as askPage, freePort, HOST, poolOf, quantile, rateOf, secondsAsked } from "./asked-port.ts";

const ADDRESS = "127.87.99.1";
const ROUNDS = 5;
/** Requests in flight while speed is measured; latency is measured one at a time. */
const IN_FLIGHT = 32;
const LOCATIONS = Array.from({ length: 15 }, (_, index) => `location-${index + 1}`);
const ZONES = Array.from({ length: 250 }, (_, index) => `zone-${index + 1}`);
const CLASSES = ["public", "editor", "internal"];

const steered = {
  hosts: [
    { name: HOST, class: "public", bucketBy: "network" as const },
    { name: "*.shops.example.com", class: "public", bucketBy: "host" as const },
  ],
  addresses: Object.fromEntries(LOCATIONS.map((name, index) => [name, { v4: [`127.87.${index + 1}.9`], v6: [] }])),
  subnets: Object.fromEntries(
    ZONES.map((name, index) => [name, [`10.${index}.0.0/16`, `2001:db8:${index.toString(16)}::/48`]]),
  ),
  otherwise: ZONES[0]!,
};

const seconds = secondsAsked();
const folder = mkdtempSync(join(tmpdir(), "bench-edges-"));
const started: ChildProcess[] = [];
try {
  await bench();
} finally {
  for (const each of started) each.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const socket = join(folder, "admin.sock");
  const mapsFolder = join(folder, "maps");
  const here = LOCATIONS[0]!;
  const settings = { ...haproxyShape.parse({ kind: "haproxy", edges: [{ location: here, socket }] }), mapsFolder };
  writeFirstMaps(here, { settings, ...steered });
  const [without, withLines] = [await freePort(ADDRESS), await freePort(ADDRESS)];
  const { frontend, backends } = haproxyConfig({
    here,
    settings,
    addresses: steered.addresses,
    // Nobody answers there: what is counted is the lines.
    application: process.argv.includes("--ask-again") ? [`${ADDRESS}:1`] : undefined,
  });
  writeFileSync(join(folder, "haproxy.cfg"), configOf({ socket, without, withLines, frontend, backends }));
  started.push(spawn("/usr/sbin/haproxy", ["-db", "-f", join(folder, "haproxy.cfg")], { stdio: "ignore" }));
  const ask = runtimeSocket({ socket });
  while ((await ask("show info", AbortSignal.timeout(1000)).catch(() => null)) === null)
    await new Promise((resolve) => void setTimeout(resolve, 50));

  const haproxy = oneHaproxy({ name: here, ask, mapsFolder, kept: keptMaps(mapsFolder) });
  const always = { hosts: hostEntries(steered.hosts), zones: zoneEntries(steered.subnets, steered.otherwise) };
  const applyMs = async (table: RouteTable): Promise<number> => {
    const began = performance.now();
    const outcome = await haproxy.apply({ table, ...always }, AbortSignal.timeout(60_000));
    if (outcome.kind !== "done") throw new Error(`not applied: ${JSON.stringify(outcome)}`);
    return performance.now() - began;
  };
  await applyMs(tableOf(1, null));
  const apply = { evacuationMs: [] as number[], againMs: [] as number[] };
  for (let version = 2; version < 2 + ROUNDS * 2; version += 2) {
    // Location 2 loses its users, and gets them back.
    apply.evacuationMs.push(await applyMs(tableOf(version, 1)));
    apply.againMs.push(await applyMs(tableOf(version, 1)));
    await applyMs(tableOf(version + 1, null));
  }
  const lines = routeEntries(tableOf(1, null));

  const rates: Record<"without" | "with", number[]> = { without: [], with: [] };
  const latencies: Record<"without" | "with", number[]> = { without: [], with: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    // In turns, so that a busy moment of the machine hits both.
    for (const [kind, port] of [
      ["without", without],
      ["with", withLines],
    ] as const) {
      rates[kind].push(
        await rateOf({ address: ADDRESS, port, pid: started[0]!.pid! }, { inFlight: IN_FLIGHT, seconds }),
      );
      latencies[kind].push(...(await latenciesOf(port)));
    }
  }
  const rate = { without: median(rates.without), with: median(rates.with) };
  const found = {
    requestsPerProcessorSecond: rate,
    ratio: rate.with / rate.without,
    addedMs: {
      p50: quantile(latencies.with, 0.5) - quantile(latencies.without, 0.5),
      p99: quantile(latencies.with, 0.99) - quantile(latencies.without, 0.99),
    },
    table: {
      lines: lines.length,
      bytes: mapText(lines).length,
      evacuationMs: median(apply.evacuationMs),
      sameAgainMs: median(apply.againMs),
    },
    seconds,
    rounds: ROUNDS,
  };
  if (process.argv.includes("--json")) return console.log(JSON.stringify(found));
  console.log(`without our lines  ${rate.without.toFixed(0)} requests for a second of its processor`);
  console.log(`with them          ${rate.with.toFixed(0)} requests, ${(100 * found.ratio).toFixed(0)} % of it`);
  console.log(
    `added              ${found.addedMs.p50.toFixed(3)} ms in the middle, ${found.addedMs.p99.toFixed(3)} ms at the 99th percentile`,
  );
  console.log(
    `a table            ${lines.length} lines, ${(found.table.bytes / 1000).toFixed(0)} kB; an evacuation is applied and read back in ${found.table.evacuationMs.toFixed(0)} ms, the same again in ${found.table.sameAgainMs.toFixed(0)} ms`,
  );
}

function configOf(options: {
  socket: string;
  without: number;
  withLines: number;
  frontend: string;
  backends: string;
}): string {
  return `global
    nbthread 1
    stats socket ${options.socket} level admin
defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
frontend without
    bind ${ADDRESS}:${options.without}
    default_backend application
frontend with
    bind ${ADDRESS}:${options.withLines}
${options.frontend}
    default_backend application
backend application
    http-request return status 200 content-type text/plain string ok
${options.backends}
`;
}

/** Each row mostly its zone's own location, a third of its buckets at a second one; whose loss is followed goes to a third. */
function tableOf(version: number, lost: number | null): RouteTable {
  const rowOf = (index: number, without: number | null): readonly Run[] => {
    const place = (location: number): number => {
      const there = location % LOCATIONS.length;
      return there === without ? (there + 2) % LOCATIONS.length : there;
    };
    // The bench's own users are the first zone's and stay: they are looked up, and served where they came.
    const cut = index === 0 ? 230 : 140 + (index % 50);
    return [
      [place(index), cut],
      [place(index + 1), BUCKETS - cut],
    ];
  };
  const rows = (without: number | null, only: (index: number) => boolean): Assignment =>
    Object.fromEntries(
      CLASSES.map((name) => [
        name,
        Object.fromEntries(ZONES.flatMap((zone, index) => (only(index) ? [[zone, rowOf(index, without)]] : []))),
      ]),
    );
  const has = (index: number, location: number): boolean =>
    index % LOCATIONS.length === location || (index + 1) % LOCATIONS.length === location;
  return {
    version,
    at: version,
    locations: LOCATIONS,
    assignment: rows(lost, () => true),
    contingency: Object.fromEntries(
      LOCATIONS.map((name, location) => [name, rows(location, (index) => has(index, location))]),
    ),
    apart: [],
  };
}

async function latenciesOf(port: number): Promise<readonly number[]> {
  const pool = poolOf({ address: ADDRESS, port }, 1);
  const took: number[] = [];
  for (let each = 0; each < 1000; each += 1) {
    const began = performance.now();
    await askPage(pool);
    took.push(performance.now() - began);
  }
  await pool.close();
  return took;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
