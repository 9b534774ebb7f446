import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { ProbeAnswer } from "./contract.ts";
import { exporterProbes } from "./exporter.ts";

const ADDRESS = "127.93.6.1";

test.each<[what: string, page: string, answer: Readonly<Record<string, unknown>>]>([
  ["well", page({ success: 1, status: 200, seconds: 0.003 }), { ok: true, ms: 3 }],
  ["an error", page({ success: 0, status: 502, seconds: 0.003 }), { ok: false, why: "error" }],
  ["full", page({ success: 0, status: 503, seconds: 0.003 }), { ok: false, why: "status" }],
  ["nobody there", page({ success: 0, status: 0, seconds: 0.001 }), { ok: false, why: "refused" }],
  ["silent", page({ success: 0, status: 0, seconds: 0.25 }), { ok: false, why: "timeout", ms: 250 }],
])("what it saw is told: %s", async (_what, text, answer) => {
  expect(await look(await serve((_request, response) => void response.end(text)))).toMatchObject(answer);
});

test("who gives up early has not been refused", async () => {
  const port = await serve((_request, response) => void response.end(page({ success: 0, status: 0, seconds: 0.19 })));
  expect(await look(port, 200)).toMatchObject({ why: "timeout" });
  expect(await look(port)).toMatchObject({ why: "refused" });
});

test("it is asked as its Prometheus asks it, and told how long it may wait", async () => {
  const seen: unknown[] = [];
  const port = await serve((request, response) => {
    seen.push(request.url, request.headers["x-prometheus-scrape-timeout-seconds"]);
    response.end(page({ success: 1, status: 200, seconds: 0.01 }));
  });
  await look(port);
  expect(seen).toEqual(["/probe?module=page&target=alpha", "0.750"]);
});

test.each<[what: string, answer: RequestListener]>([
  ["refuses us", (_request, response) => void response.writeHead(401).end()],
  ["is no exporter", (_request, response) => void response.end("<html>")],
  ["is gone", (request) => void request.socket.destroy()],
])("one that %s has seen nothing", async (_what, answer) => {
  expect(await look(await serve(answer))).toBeNull();
});

async function look(port: number, withinMs = 250): Promise<ProbeAnswer | null> {
  const driver = exporterProbes({
    addressOf: (location) => `http://${ADDRESS}:${port}/probe?module=page&target=${location}`,
  });
  const answer = await driver.probe({ location: "alpha", journey: "browse", key: "probe-beta-1-1", withinMs });
  expect(driver.isAnswering("alpha")).toBe(answer !== null);
  expect(driver.isAnswering("gamma")).toBe(false);
  return answer;
}

function page(probe: { readonly success: 0 | 1; readonly status: number; readonly seconds: number }): string {
  return `# HELP probe_success Displays whether or not the probe was a success
# TYPE probe_success gauge
probe_duration_seconds ${probe.seconds}
probe_http_duration_seconds{phase="connect"} 0
probe_http_status_code ${probe.status}
probe_success ${probe.success}
`;
}

async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, ADDRESS);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
