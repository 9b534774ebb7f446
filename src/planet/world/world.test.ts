import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, request as httpRequest } from "node:http";
import { memoryStore } from "@reactive-production/continuity";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "../../drivers/metrics/parse.ts";
import { createRouteHolder } from "../../drivers/route-holder.ts";
import { oneJournal } from "./journals.ts";
import type { WorldSettings } from "./settings.ts";
import { startWorld, type World } from "./world.ts";

// A busy machine makes everything late; patience costs nothing where all is well.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/*
 * Two worlds on 127.74.1.0/24 and 127.74.2.0/24, 20 ms apart, with a journal in memory and a bank that deduplicates nothing.
 */
const TOKEN = "test-token";
const NAMES = ["us-east-1", "europe-north1"];
const worlds: World[] = [];
const folder = mkdtempSync(join(tmpdir(), "worlds-"));
const ledger: { path: string; key: string; from: string }[] = [];
const voids = new Set<string>();
const bank = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  request.on("end", () => {
    const [, place, key, action] = (request.url ?? "").split("/");
    response.setHeader("content-type", "application/json");
    if (action === "void") {
      voids.add(key!);
      response.end(JSON.stringify({ done: ledger.some((entry) => entry.key === key && entry.path === place) }));
      return;
    }
    const order = JSON.parse(text) as { key: string };
    ledger.push({ path: place!, key: order.key, from: String(request.socket.remoteAddress) });
    response.writeHead(201).end("{}");
  });
});

beforeAll(async () => {
  bank.listen(0, "127.74.0.80");
  await once(bank, "listening");
  const bankAt = bank.address();
  bankPort = typeof bankAt === "object" && bankAt ? bankAt.port : 0;
  for (const at of NAMES.keys()) worlds.push(await startPlace(at));
});
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.stop()));
  bank.closeAllConnections();
  bank.close();
  rmSync(folder, { recursive: true, force: true });
});

const journal = memoryStore();
let bankPort = 0;

function startPlace(at: number): Promise<World> {
  const location = NAMES[at]!;
  const settings: WorldSettings = {
    location,
    locations: NAMES.map((name, index) => ({
      index: index + 1,
      name,
      provider: index === 0 ? "aws" : "google",
      address: `127.74.${index + 1}.1`,
      roundTripMs: index === at ? 0 : 20,
    })),
    zones: [
      { index: 1, name: "near", subnet: "", clients: "127.75.1.0/24", resolver: "", roundTripMs: at === 0 ? 10 : 60 },
    ],
    bank: { host: "127.74.0.80", port: bankPort },
    journal: { host: "", port: 0 },
    sweep: { quietForMs: 60_000 },
    capacity: { capacityRps: 1000, readyRps: 500, growRpsPerSecond: 1000, growDelayMs: 0 },
    ttlSeconds: 5,
    tracesFolder: join(folder, location),
    writers: { editor: "europe-north1" },
    replicaLagMs: 300,
  };
  const route = createRouteHolder(NAMES);
  return startWorld({
    settings,
    token: TOKEN,
    route,
    journals: oneJournal(journal),
    homeOf: () => "us-east-1",
    zoneOfStrangers: "near",
    dnsCounters: () => ({ malformed: 3 }),
  });
}

type Said = {
  readonly status: number;
  readonly location: string;
  readonly body: Record<string, unknown>;
  readonly ms: number;
  readonly text: string;
};

function ask(
  world: number,
  call: string,
  options: {
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
    readonly from?: string;
    readonly port?: number;
    readonly host?: number;
  } = {},
): Promise<Said> {
  const [method = "GET", path = "/"] = call.split(" ");
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: `127.74.${world}.${options.host ?? 1}`,
        port: options.port ?? 8080,
        localAddress: options.from ?? "127.0.0.1",
        method,
        path,
        headers: { host: "shop.planet.test", ...options.headers },
        // A location that was restarted has closed what was kept.
        agent: false,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          const json = (response.headers["content-type"] ?? "").includes("json");
          const body = json && text !== "" ? (JSON.parse(text) as Record<string, unknown>) : {};
          resolve({
            status: response.statusCode ?? 0,
            location: String(response.headers["x-location"]),
            body,
            ms: performance.now() - began,
            text,
          });
        });
      },
    );
    request.on("error", reject);
    request.end(
      options.body === undefined
        ? undefined
        : typeof options.body === "string"
          ? options.body
          : JSON.stringify(options.body),
    );
  });
}

const admin = (world: number, call: string, body?: unknown): Promise<Said> =>
  ask(world, call, { host: 2, port: 7000, headers: { authorization: `Bearer ${TOKEN}` }, body });

async function filledCart(world: number): Promise<string> {
  const made = await ask(world, "POST /api/carts");
  expect(made.status).toBe(201);
  const filled = await ask(world, `POST /api/carts/${String(made.body["cart"])}/items`, {
    body: { product: "mug", quantity: 2 },
  });
  expect(filled.status).toBe(200);
  return String(filled.body["cart"]);
}

test("a user fills a cart in one location, pays in the other, and reads the order in both; the same key pays once", async () => {
  const listed = await ask(1, "GET /api/products");
  expect(listed.body["products"]).toContainEqual({ id: "mug", name: "Mug", priceCents: 890 });
  const cart = await filledCart(1);
  const headers = { "idempotency-key": "story-1" };
  const paid = await ask(2, `POST /api/carts/${cart}/checkout`, { headers });
  expect(paid).toMatchObject({ status: 201, location: "europe-north1", body: { totalCents: 1780 } });
  expect(
    (paid.body["steps"] as { name: string; location: string }[]).map(({ name, location }) => `${name} ${location}`),
  ).toEqual(["reserve europe-north1", "charge europe-north1", "confirm europe-north1"]);
  const again = await ask(1, `POST /api/carts/${cart}/checkout`, { headers });
  expect([again.status, again.text]).toEqual([201, paid.text]);
  expect(ledger.map(({ path, from }) => `${path} ${from}`)).toEqual(["reservations 127.74.2.1", "charges 127.74.2.1"]);

  // At once, before it can have been replicated: it is asked for where it was made.
  const order = String(paid.body["order"]);
  const [there, here] = await Promise.all([ask(1, `GET /api/orders/${order}`), ask(2, `GET /api/orders/${order}`)]);
  expect(there).toMatchObject({ status: 200, location: "us-east-1", body: { order, totalCents: 1780 } });
  expect(here.text).toBe(there.text);
});

/** The store's own door, where services knock. */
const store = (world: number, call: string, body?: unknown): Promise<Said> => ask(world, call, { host: 40, body });

/** How many mugs location 2 has sold, as that location's store has it. */
const sums = async (world: number) => (await store(world, "GET /sums/stock/2.2")).body["stock/2"];

test("a location that was restarted knows what it had sold, and goes on from there", async () => {
  const before = Number(await sums(2));
  expect(before).toBeGreaterThan(0);
  await vi.waitUntil(async () => (await sums(1)) === before, 20_000);
  await worlds[1]!.stop();
  worlds[1] = await startPlace(1);
  expect(await sums(2)).toBe(before);
  const cart = await filledCart(2);
  const headers = { "idempotency-key": "after-restart" };
  expect((await ask(2, `POST /api/carts/${cart}/checkout`, { headers })).status).toBe(201);
  expect(await sums(2)).toBe(before + 2);
  await vi.waitUntil(async () => (await sums(1)) === before + 2, 20_000);
});

const listed = async (): Promise<readonly string[]> => {
  // The catalogue asks the store at every fourth request.
  for (let each = 0; each < 4; each++) await ask(1, "GET /api/products");
  const { body } = await ask(1, "GET /api/products");
  return (body["products"] as { id: string }[]).map(({ id }) => id);
};

test("what is sold out is not listed and can't be put in a cart; what sells is recommended", async () => {
  const cart = await filledCart(1);
  const put = async (): Promise<number> => {
    const items = `POST /api/carts/${cart}/items`;
    await ask(1, items, { body: { product: "teapot", quantity: 1 } });
    return (await ask(1, items, { body: { product: "teapot", quantity: 1 } })).status;
  };
  expect(await listed()).toContain("teapot");
  await store(1, "POST /put/stock/1.9", String(10_000_000));
  expect(await listed()).not.toContain("teapot");
  expect(await listed()).toContain("mug");
  expect(await put()).toBe(409);
  await store(1, "POST /put/stock/1.9", "0");
  expect(await listed()).toContain("teapot");
  expect(await put()).toBe(200);
  const pages = await Promise.all(Array.from({ length: 4 }, () => ask(1, "GET /")));
  expect(pages.filter(({ text }) => text.includes("Others bought: Mug"))).toHaveLength(1);
});

test("a session moves with its user", async () => {
  const cart = await filledCart(1);
  const id = cart.slice(0, cart.indexOf("~"));
  const home = async (world: number) => (await store(world, `GET /get/session/${id}`)).body["location"];
  expect(await home(1)).toBe("us-east-1");
  // The session is looked at with every fourth item.
  for (let each = 0; each < 4; each++)
    await ask(2, `POST /api/carts/${cart}/items`, { body: { product: "mug", quantity: 1 } });
  expect(await home(2)).toBe("europe-north1");
});

test("a probe's order is kept apart from users'", async () => {
  const cart = await filledCart(1);
  const paid = await ask(1, `POST /api/carts/${cart}/checkout`, { headers: { "idempotency-key": "probe-one-1" } });
  const order = String(paid.body["order"]);
  expect(order).toMatch(/^p01-/);
  expect((await ask(1, `GET /api/orders/${order}`)).status).toBe(200);
  const { records } = (await admin(1, "GET /state")).body as { records: Record<string, number> };
  expect(records["probe"]).toBe(1);
});

async function code(call: string, options: Parameters<typeof ask>[2] = {}): Promise<string> {
  const { status, body } = await ask(1, call, options);
  expect(String(body["hint"])).not.toBe("");
  return `${status} ${String(body["code"])}`;
}

test("mistakes are answered with a status, a code and the fix", async () => {
  const cart = await filledCart(1);
  const items = `POST /api/carts/${cart}/items`;
  expect(await code(items, { body: { product: "mugg", quantity: 1 } })).toBe("404 product-unknown");
  expect(await code(items, { body: { product: "mug", quantity: 0.5 } })).toBe("422 bad-quantity");
  expect(await code(items, { body: { product: "mug", quantity: 98 } })).toBe("409 cart-full");
  expect(await code(items, { body: "{" })).toBe("400 bad-json");
  expect(await code("POST /api/carts/made-up.cart/items", { body: {} })).toBe("404 cart-unknown");
  expect(await code("POST /api/carts/%zz/items", { body: {} })).toBe("400 bad-path");
  expect(await code(`POST /api/carts/${cart}/checkout`)).toBe("400 key-missing");
  expect(await code("GET /api/orders/o01-0000")).toBe("404 order-unknown");
  expect(await code("GET /api/carts")).toBe("405 method-unknown");
  expect(await code("GET /nothing")).toBe("404 path-unknown");
});

test("distance is felt from a zone's addresses, and by editors whose writer is elsewhere", async () => {
  expect((await ask(1, "GET /", { from: "127.75.1.7" })).ms).toBeGreaterThanOrEqual(9);
  expect((await ask(2, "GET /", { from: "127.75.1.7" })).ms).toBeGreaterThanOrEqual(59);
  const edited = await ask(1, "POST /api/carts", { headers: { host: "b01.editor.planet.test" } });
  expect(edited).toMatchObject({ status: 201, location: "europe-north1" });
  expect(edited.ms).toBeGreaterThanOrEqual(19);
});

test("a gray fault fails its share, is seen in the counters, and leaves health green; clearing ends it", async () => {
  expect((await admin(1, "POST /faults", { name: "gray", services: ["catalog"], share: 0.5 })).status).toBe(204);
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(1, "GET /api/products")));
  const failed = answers.filter(({ status }) => status === 500).length;
  expect(failed).toBeGreaterThan(10);
  expect(failed).toBeLessThan(50);
  expect((await ask(1, "GET /health")).status).toBe(200);
  const page = parse((await admin(1, "GET /metrics")).text);
  const bad = page.samples.find(
    ({ name, labels }) =>
      name === "rp_requests_total" && labels["service"] === "catalog" && labels["outcome"] === "bad",
  );
  expect(bad?.value).toBe(failed);
  expect(page.refused).toBe(0);
  expect(page.samples).toContainEqual({ name: "rp_dns_total", labels: { what: "malformed" }, value: 3 });
  await admin(1, "DELETE /faults");
  expect((await ask(1, "GET /api/products")).status).toBe(200);
});

test("an ill path holds what its zone's users send there; everybody else, and they elsewhere, are answered meanwhile", async () => {
  const from = "127.75.1.7";
  expect((await admin(1, "POST /faults", { name: "path", zones: ["nowhere"] })).body["code"]).toBe("unknown-zone");
  expect((await admin(1, "POST /faults", { name: "path", zones: ["near"], share: 1 })).status).toBe(204);
  let isAnswered = false;
  // Its user gives up long before it would be answered; here the location stops before.
  const lost = ask(1, "GET /", { from }).then(
    () => (isAnswered = true),
    () => null,
  );
  expect((await ask(1, "GET /")).status).toBe(200);
  expect((await ask(2, "GET /", { from })).status).toBe(200);
  expect(await Promise.race([lost, admin(1, "DELETE /faults")])).toMatchObject({ status: 204 });
  expect((await ask(1, "GET /", { from })).status).toBe(200);
  expect(isAnswered).toBe(false);
});

test("slower is felt at the edge, by a share of what a request takes", async () => {
  await admin(1, "POST /faults", { name: "slow", services: ["web"], extraMs: 100 });
  await admin(1, "POST /faults", { name: "slower", share: 1 });
  expect((await ask(1, "GET /")).ms).toBeGreaterThanOrEqual(199);
  await admin(1, "DELETE /faults");
});

test("the admin port wants the token, traces a request through its services, and grows what is ready", async () => {
  expect((await ask(1, "GET /state", { host: 2, port: 7000 })).status).toBe(401);
  await ask(1, "POST /api/carts", { headers: { "x-request-id": "trace-me-please" } });
  const { hops, kept } = (await admin(1, "GET /trace/trace-me-please?kept=all")).body as {
    hops: { kind: string; location: string }[];
    kept: { location: string; oneIn: number };
  };
  expect(kept).toMatchObject({ location: "us-east-1", oneIn: 1 });
  expect(hops.map(({ kind }) => kind).sort((a, b) => (a < b ? -1 : 1))).toEqual([
    "cart",
    "dynamodb",
    "edge",
    "session",
  ]);
  expect((await admin(1, "POST /scale", { targetRps: 800 })).status).toBe(202);
  const state = async () =>
    (await admin(1, "GET /state")).body as { capacity: { readyRps: number }; demand: { from: string } };
  await vi.waitUntil(async () => (await state()).capacity.readyRps === 800, 20_000);
  expect((await state()).demand.from).toBe("us-east-1");
  expect((await admin(1, "POST /scale", { targetRps: "more" })).status).toBe(400);
  await admin(1, "POST /faults", { name: "cannot-grow" });
  expect((await admin(1, "POST /scale", { targetRps: 900 })).body["code"]).toBe("quota");
  await admin(1, "DELETE /faults");
});
