// `houston run`'s inside with a real Prometheus that scrapes three small shops, which know nothing of Houston.
import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as portServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Estate } from "../core/estate.ts";
import { readConfig } from "../config/config-file.ts";
import { conditionsFrom } from "../drivers/condition/drivers.ts";
import { prometheus as prometheusDriver, type PrometheusDriver } from "../drivers/metrics/prometheus.ts";
import { judgeRecording } from "../runtime/recording/judge-recording.ts";
import { openRecording } from "../runtime/recording/reader.ts";
import { startHouston, watchLines, type RunningHouston } from "./houston.ts";
import { THREE_SHOPS } from "./three-shops.testing.ts";
import { recordedPast } from "./recorded-past.ts";
import { publicText, signOrder } from "./signed-orders/signed-order.ts";

const ana = generateKeyPairSync("ed25519").privateKey;
const folder = mkdtempSync(join(tmpdir(), "houston-run-"));
const said: string[] = [];
let shops: readonly Shop[];
let prometheus: ChildProcess;
let driver: PrometheusDriver;
let estate: Estate;
let houston: RunningHouston;

type Shop = { readonly server: Server; readonly port: number; failing: number; stop(): void };

beforeAll(async () => {
  shops = await Promise.all(["east", "west", "north"].map(shop));
  const port = await freePort();
  writeFileSync(join(folder, "prometheus.yml"), prometheusConfig(shops));
  prometheus = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "tsdb")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ],
    { stdio: "ignore" },
  );
  const read = readConfig(houstonConfig(port));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  ({ estate } = read);
  const { entry, prometheus: settings } = read.watch!;
  const locations = ["east", "west", "north"];
  driver = prometheusDriver({ settings, locations, services: ["web"], entry, token: null });
  houston = await startHouston({
    estate,
    conditions: conditionsFrom({
      settings: read.conditions,
      asker: "houston",
      locations,
      scale: null,
      env: {},
      now: Date.now,
    }),
    steering: null,
    probes: null,
    scale: null,
    env: {},
    prometheus: driver,
    everyMs: 1000,
    backfillMs: 0,
    signal: new AbortController().signal,
    name: "shop",
    people: { ana: { keys: [publicText(ana)] } },
    ordersFolder: join(folder, "orders"),
    stateFolder: join(folder, "state"),
    listen: { host: "127.0.0.1", port: 0 },
    say: ({ what }) => void said.push(what),
  });
});

afterAll(async () => {
  await houston?.stop();
  prometheus?.kill("SIGKILL");
  for (const each of shops ?? []) each.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(
  "what the Prometheus counts is judged: all are healthy, then the one that fails is named, and nothing moves",
  { timeout: 180_000 },
  async () => {
    await expect.poll(verdicts, { timeout: 60_000, interval: 500 }).toEqual({
      east: "healthy",
      north: "healthy",
      west: "healthy",
    });
    await expect.poll(served, { timeout: 30_000, interval: 500 }).toBeGreaterThan(50);
    expect(said).toContain("the Prometheus answers, and has numbers of every location");
    shops[1]!.failing = 0.4;
    await expect.poll(verdicts, { timeout: 60_000, interval: 500 }).toMatchObject({ west: "failing" });
    expect(said).toContainEqual(expect.stringMatching(/^west is failing and I don't move its users: without a day/));
    expect(await verdicts()).toMatchObject({ east: "healthy", north: "healthy" });
    const status = await api("/api/status");
    // Conditions are asked of the same real Prometheus: one holds everywhere, one fails where it is asked.
    expect(status["liftedConditions"]).toEqual([]);
    expect(status["bars"]).toEqual([
      {
        condition: "two-shops",
        location: "west",
        because: "fails",
        classes: ["public"],
        buckets: null,
        says: "1, and at least 2 is needed",
      },
    ]);
    expect(status["mode"]).toBe("observe");
    expect(status["locations"]).toContainEqual(expect.objectContaining({ name: "west", state: "serving" }));
  },
);

test("the same time, as the Prometheus still has it, is a recording that is judged alike", async () => {
  const file = join(folder, "past.ndjson");
  const until = Math.floor(Date.now() / 1000) * 1000;
  const signal = AbortSignal.timeout(30_000);
  const past = { estate, prometheus: driver, from: until - 60_000, until, stepMs: 1000, signal };
  for await (const lines of recordedPast(past)) appendFileSync(file, lines);
  const failing: string[] = [];
  for await (const { verdict, location } of judgeRecording(await openRecording(file)))
    if (verdict === "failing") failing.push(location);
  expect(failing).toEqual(["west"]);
});

test("orders that would move somebody are refused with the reason: there is nothing to steer", async () => {
  const answered = await api("/api/orders", { by: "ana", order: { kind: "mode", mode: "act" } });
  expect(answered).toMatchObject({ code: "refused-mode-too-far" });
});

test("only in listed names orders are taken, and by a signed file where nothing else answers", async () => {
  expect(await api("/api/orders", { by: "mallory", order: { kind: "hold" } })).toMatchObject({ code: "not-listed" });
  const locations = estate.locations.map(({ name }) => name);
  const text = signOrder({
    order: { kind: "hold" },
    key: ana,
    estate: "shop",
    locations,
    at: Date.now(),
    goodForSeconds: 60,
  });
  // Written beside it first: nobody reads half of it.
  const put = (name: string): void => {
    writeFileSync(join(folder, name), text);
    renameSync(join(folder, name), join(folder, "orders", name));
  };
  put("now.order");
  const heldBy = async () => ((await api("/api/status"))["hold"] as { readonly by: string } | null)?.by;
  await expect.poll(heldBy).toBe("ana (signed file)");
  expect(await api("/api/orders", { by: "ana", order: { kind: "release" } })).toMatchObject({ accepted: true });
  put("again.order");
  await expect.poll(() => said).toContainEqual(expect.stringContaining("again.order is refused"));
  expect(await heldBy()).toBeUndefined();
  // The refusal is in the record, as all that was said is.
  expect(JSON.stringify(await api("/api/timeline"))).toContain(
    "again.order is refused: this order of ana was taken before",
  );
});

test("a Prometheus that is gone makes nobody bad: Houston says that it is blind", async () => {
  prometheus.kill("SIGKILL");
  await expect
    .poll(() => said, { timeout: 30_000 })
    .toContainEqual(expect.stringMatching(/can't be asked: .*I am blind/));
  await expect.poll(async () => (await api("/api/view"))["blind"], { timeout: 30_000 }).toBe(true);
  shops[1]!.failing = 0;
});

test("what it can't see is said in words", () => {
  const counters = { looks: 1, failed: 0, trouble: null, strangers: { 'service="job"': 3 }, silent: ["east"] };
  expect(watchLines(counters)).toEqual([
    "no requests are counted of east",
    '1 label is of no location or service in houston.yaml: service="job" (3 series)',
  ]);
});

async function api(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${houston.api}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${houston.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

type Place = { readonly name: string; readonly verdict: string; readonly demandRps: number };
const places = async () => (await api("/api/status"))["locations"] as readonly Place[];

async function verdicts(): Promise<Record<string, string>> {
  return Object.fromEntries((await places()).map(({ name, verdict }) => [name, verdict]));
}

async function served(): Promise<number> {
  return Math.min(...(await places()).map(({ demandRps }) => demandRps));
}

/** Counts as a busy shop does, by the second; a share of its requests fails. */
async function shop(location: string): Promise<Shop> {
  const counts = { ok: 0, failed: 0, quick: 0, slow: 0 };
  const server = createServer((_request, response) => {
    response.end(
      `http_requests_total{location="${location}",service="web",code="200"} ${counts.ok}
http_requests_total{location="${location}",service="web",code="500"} ${counts.failed}
http_request_duration_seconds_bucket{location="${location}",service="web",le="0.1"} ${counts.quick}
http_request_duration_seconds_bucket{location="${location}",service="web",le="1"} ${counts.quick + counts.slow}
http_request_duration_seconds_bucket{location="${location}",service="web",le="+Inf"} ${counts.quick + counts.slow}
`,
    );
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
  const stop = (): void => {
    clearInterval(counting);
    server.close();
    server.closeAllConnections();
  };
  const each: Shop = { server, port, failing: 0, stop };
  const counting = setInterval(() => {
    const failed = Math.round(20 * each.failing);
    counts.ok += 20 - failed;
    counts.failed += failed;
    counts.quick += 19;
    counts.slow += 1;
  }, 200);
  return each;
}

const prometheusConfig = (targets: readonly Shop[]): string => `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: [${targets.map(({ port }) => `"127.0.0.1:${port}"`).join(", ")}] }]
`;

const houstonConfig = (port: number): string => `
${THREE_SHOPS}conditions:
  - name: has-numbers
    kind: promql
    prometheus: http://127.0.0.1:${port}
    query: sum(http_requests_total{location="{location}"})
    atLeast: 1
    everySeconds: 1
  - name: two-shops
    kind: promql
    locations: [west]
    prometheus: http://127.0.0.1:${port}
    query: count(http_requests_total{location="{location}",code="200"})
    atLeast: 2
    everySeconds: 1
watch:
  entry: web
  prometheus:
    url: http://127.0.0.1:${port}
    everySeconds: 1
    good: sum by (location, service) (http_requests_total{code!~"5.."})
    bad: sum by (location, service) (http_requests_total{code=~"5.."})
    latencySeconds: sum by (location, service, le) (http_request_duration_seconds_bucket)
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const holder = portServer().listen(0, "127.0.0.1", () => {
      const { port } = holder.address() as AddressInfo;
      holder.close(() => resolve(port));
    });
  });
}
