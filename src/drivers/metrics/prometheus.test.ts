import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countsFailures, prometheus, silentIn, type PrometheusDriver } from "./prometheus.ts";

/** Answers as Prometheus' HTTP API does, and keeps what it was asked. */
let server: Server;
let asked: { path: string; authorization: string | undefined; query: string; time: string }[] = [];
let answers: (query: string) => { status?: number; body: string };
let driver: PrometheusDriver;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const query = form.get("query") ?? "";
      const { authorization } = request.headers;
      asked.push({ path: `${request.method} ${request.url}`, authorization, query, time: form.get("time") ?? "" });
      const { status = 200, body } = answers(query);
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  driver = prometheus({
    settings: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prom/`,
      good: "GOOD",
      bad: "BAD",
      latencySeconds: "LATENCY",
      readyRps: "READY",
      labels: { location: "region", service: "app" },
    },
    locations: ["east", "west"],
    services: ["web", "cart"],
    entry: "web",
    token: "t0k3n",
  });
});

afterAll(() => void server.close());

const vector = (...series: readonly [Record<string, string>, string][]): string =>
  JSON.stringify({
    status: "success",
    data: { resultType: "vector", result: series.map(([metric, value]) => ({ metric, value: [1, value] })) },
  });
const look = () => driver.look(1_700_000_000_123, AbortSignal.timeout(5000));
const series = () => driver.series("probe_success", 1_700_000_000_123, AbortSignal.timeout(5000));

test("counters become each location's page; what is of no location or service is counted by its label", async () => {
  asked = [];
  answers = (query) => ({
    body: {
      GOOD: vector(
        [{ region: "east", app: "web", code: "200" }, "90"],
        [{ region: "west", app: "cart" }, "7"],
        [{ region: "mars", app: "web" }, "1"],
        [{ region: "east", app: "batch" }, "1"],
        [{ app: "web" }, "1"],
      ),
      BAD: vector([{ region: "east", app: "web", code: "500" }, "10"]),
      LATENCY: vector(
        [{ region: "east", app: "web", le: "0.1" }, "80"],
        [{ region: "east", app: "web", le: "+Inf" }, "100"],
      ),
      READY: vector([{ region: "east" }, "250"]),
    }[query]!,
  });
  const seen = await look();
  if (seen.kind !== "seen") throw new Error(seen.says);
  expect(seen.pages.get("east")!.samples).toEqual([
    { name: "rp_requests_total", labels: { service: "web", outcome: "good", series: "code=200" }, value: 90 },
    { name: "rp_edge_requests_total", labels: { outcome: "good", bucket: "all", series: "code=200" }, value: 90 },
    { name: "rp_requests_total", labels: { service: "web", outcome: "bad", series: "code=500" }, value: 10 },
    { name: "rp_edge_requests_total", labels: { outcome: "bad", bucket: "all", series: "code=500" }, value: 10 },
    { name: "rp_request_duration_ms_bucket", labels: { service: "web", le: "100", series: "" }, value: 80 },
    { name: "rp_request_duration_ms_bucket", labels: { service: "web", le: "+Inf", series: "" }, value: 100 },
    { name: "rp_ready_rps", labels: {}, value: 250 },
  ]);
  expect(seen.pages.get("west")!.samples).toEqual([
    { name: "rp_requests_total", labels: { service: "cart", outcome: "good", series: "" }, value: 7 },
  ]);
  expect(silentIn(seen.pages)).toEqual([]);
  expect(countsFailures(seen.pages)).toBe(true);
  expect(seen.strangers).toEqual({ 'region="mars"': 1, 'app="batch"': 1, "no label region": 1 });
  expect(asked).toContainEqual({
    path: "POST /prom/api/v1/query",
    authorization: "Bearer t0k3n",
    query: "GOOD",
    time: "1700000000.123",
  });
});

test("a location whose answers' times alone are found, as with a mistyped counter, counts no requests", async () => {
  answers = (query) => ({
    body: {
      GOOD: vector([{ region: "west", app: "web" }, "7"]),
      BAD: vector(),
      LATENCY: vector(
        [{ region: "east", app: "web", le: "+Inf" }, "100"],
        [{ region: "west", app: "web", le: "+Inf" }, "7"],
      ),
      READY: vector([{ region: "east" }, "250"]),
    }[query]!,
  });
  const seen = await look();
  if (seen.kind !== "seen") throw new Error(seen.says);
  expect(silentIn(seen.pages)).toEqual(["east"]);
  expect(countsFailures(seen.pages)).toBe(false);
});

test.each([
  [
    { status: 400, body: '{"status":"error","errorType":"bad_data","error":"parse error: no"}' },
    "bad_data: parse error: no",
  ],
  [{ status: 502, body: "<html>Bad Gateway</html>" }, "HTTP 502, and no answer of a Prometheus"],
  [
    { body: '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":["x"]}]}}' },
    "no answer of a Prometheus",
  ],
  [
    { body: '{"status":"success","data":{"resultType":"matrix","result":[]}}' },
    "it gives a matrix, and a vector is needed",
  ],
])("what is no answer is said, and judges nobody: %j", async (answer, says) => {
  answers = () => answer;
  const seen = await look();
  expect(seen.kind).toBe("failed");
  expect(seen).toMatchObject({ says: expect.stringContaining(says) as string });
  expect(JSON.stringify(seen)).not.toContain("t0k3n");
});

test("nobody there is said as such, and so is one that takes too long", async () => {
  const nobody = prometheus({
    settings: { url: "http://127.0.0.1:1", good: "A", bad: "B", labels: { location: "l", service: "s" } },
    locations: [],
    services: [],
    entry: "web",
    token: null,
  });
  expect(await nobody.look(0, AbortSignal.timeout(5000))).toMatchObject({
    kind: "failed",
    says: expect.stringContaining("ECONNREFUSED") as string,
  });
  expect(await driver.look(0, AbortSignal.abort())).toEqual({ kind: "failed", says: "no answer in time" });
});

test("one query is its series as they are; one that can't be had throws why", async () => {
  answers = () => ({
    body: vector([{ __name__: "probe_success", vantage: "east" }, "1"], [{ vantage: "west" }, "NaN"]),
  });
  expect(await series()).toEqual([
    { labels: { __name__: "probe_success", vantage: "east" }, value: 1 },
    { labels: { vantage: "west" }, value: NaN },
  ]);
  answers = () => ({ status: 400, body: JSON.stringify({ status: "error", errorType: "bad_data", error: "no" }) });
  await expect(series()).rejects.toThrow("bad_data: no");
});
