import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import type { ProbeDriver } from "./contract.ts";
import { PROBE_WITHIN_MS } from "./contract.ts";
import { httpProbes } from "./http.ts";

// A made edge on an odd loopback address: what can go wrong is tried over real sockets.

const EDGE = { host: "127.93.1.1", port: 18080 };
const ROUND_TRIP_MS = 40;
let edge: Server | null = null;
let probes: ProbeDriver | null = null;
afterEach(async () => {
  await probes?.stop();
  edge?.closeAllConnections();
  await new Promise((resolve) => (edge ? edge.close(resolve) : resolve(null)));
  edge = null;
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<ProbeDriver> {
  const made = createServer(answer);
  edge = made;
  await new Promise<void>((resolve) => made.listen(EDGE.port, EDGE.host, resolve));
  return drive();
}

function drive(): ProbeDriver {
  probes = httpProbes({
    vantage: "beta",
    sourceAddress: "127.93.2.3",
    edges: { alpha: EDGE },
    roundTripMs: { alpha: ROUND_TRIP_MS },
    host: "shop.planet.test",
  });
  return probes;
}

const look = (driver: ProbeDriver, journey: "browse" | "buy" = "browse") =>
  driver.probe({ location: "alpha", journey, key: "probe-beta-1-1" });

const PRODUCTS = { products: [{ id: "tea", name: "Tea", priceCents: 300 }] };

function json(response: ServerResponse, body: unknown, { status = 200, location = "alpha" } = {}): void {
  response.writeHead(status, { "content-type": "application/json", "x-location": location }).end(JSON.stringify(body));
}

test("browse: from our own address, as a probe, and a new connection costs a round trip", async () => {
  const seen: (string | undefined)[] = [];
  const driver = await serve((request, response) => {
    seen.push(request.socket.remoteAddress, request.headers.host, String(request.headers["x-probe"]), request.url);
    json(response, PRODUCTS);
  });
  const first = await look(driver);
  expect(first).toMatchObject({ ok: true });
  expect(first?.ms).toBeGreaterThanOrEqual(ROUND_TRIP_MS - 2);
  expect(seen).toEqual(["127.93.2.3", "shop.planet.test", "beta", "/api/products"]);
});

test("buy: a cart, an item, a checkout with the key", async () => {
  const calls: string[] = [];
  const driver = await serve((request, response) => {
    calls.push(`${request.method} ${request.url} ${String(request.headers["idempotency-key"] ?? "-")}`);
    if (request.method === "GET") return json(response, PRODUCTS);
    if (request.url?.endsWith("/checkout"))
      return json(response, { order: "o-1", totalCents: 300, steps: [] }, { status: 201 });
    json(response, { cart: request.url?.endsWith("/items") ? "full" : "empty" });
  });
  expect(await look(driver, "buy")).toMatchObject({ ok: true });
  expect(calls).toEqual([
    "GET /api/products -",
    "POST /api/carts -",
    "POST /api/carts/empty/items -",
    "POST /api/carts/full/checkout probe-beta-1-1",
  ]);
});

test("each way to fail has its name", { timeout: 20_000 }, async () => {
  expect(await look(drive())).toMatchObject({ ok: false, why: "refused" });
  await probes?.stop();

  let how: "status" | "elsewhere" | "empty" | "html" | "hang" | "reset" = "status";
  const driver = await serve((request, response) => {
    switch (how) {
      case "status":
        return json(response, { code: "overloaded" }, { status: 503 });
      case "elsewhere":
        return json(response, PRODUCTS, { location: "gamma" });
      case "empty":
        return json(response, { products: [] });
      case "html":
        return void response.writeHead(200, { "x-location": "alpha" }).end("<html>");
      case "hang":
        return;
      case "reset":
        return void request.socket.destroy();
    }
  });
  expect(await look(driver)).toMatchObject({ ok: false, why: "status" });
  for (how of ["elsewhere", "empty", "html"] as const)
    expect(await look(driver)).toMatchObject({ ok: false, why: "wrong" });
  how = "reset";
  expect(await look(driver)).toMatchObject({ ok: false, why: "reset" });
  how = "hang";
  const hung = await look(driver);
  expect(hung).toMatchObject({ ok: false, why: "timeout" });
  expect(hung?.ms).toBeGreaterThanOrEqual(PROBE_WITHIN_MS - 5);
  expect(await driver.probe({ location: "nowhere", journey: "browse", key: "probe-" })).toMatchObject({
    ok: false,
    why: "wrong",
  });
});

test("a kept connection that is closed just now is no failure of the location", async () => {
  const used = new WeakSet<object>();
  const driver = await serve((request, response) => {
    // Closes each connection instead of answering on it a second time, as a restarting proxy does.
    if (used.has(request.socket)) return void request.socket.destroy();
    used.add(request.socket);
    json(response, PRODUCTS);
  });
  expect(await look(driver)).toMatchObject({ ok: true });
  expect(await look(driver)).toMatchObject({ ok: true });
});
