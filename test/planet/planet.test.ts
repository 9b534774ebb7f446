// The planet in a box as programs from outside meet it: real processes, real sockets, real seconds. Nothing here asserts how fast.
import { setTimeout as sleep } from "node:timers/promises";
import { Resolver } from "node:dns/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Agent, request } from "undici";
import { drillNamed } from "./rehearsal.ts";
import { startPlanet, type Planet } from "../../src/planet/up.ts";

/** Small, so that two busy cores carry it: what is tested is what happens, not how much. */
const RPS = 80;
let planet: Planet;

beforeAll(async () => {
  planet = await startPlanet({ rps: RPS, onTrouble: (says) => process.stderr.write(`${says}\n`) });
  // The judge learns what is usual before anything is broken.
  await sleep(40_000);
}, 150_000);

afterAll(() => planet?.stop(), 30_000);

const shop = { host: "b07.shop.planet.test" };

async function json(
  url: string,
  init: { method?: "GET" | "POST"; body?: unknown; headers?: Record<string, string> } = {},
) {
  const { statusCode, headers, body } = await request(url, {
    method: init.method ?? "GET",
    headers: { ...shop, ...(init.body === undefined ? {} : { "content-type": "application/json" }), ...init.headers },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  return { status: statusCode, headers, body: (await body.json()) as Record<string, never> };
}

const api = async (path: string): Promise<Record<string, unknown>> => {
  const { body } = await request(`${planet.api}${path}`, { headers: { authorization: `Bearer ${planet.token}` } });
  return (await body.json()) as Record<string, unknown>;
};

test("a stranger buys over plain HTTP: cart, items, checkout under a key, and the order is there in every location", async () => {
  const edge = "http://127.20.6.1:8080";
  const { products } = (await json(`${edge}/api/products`)).body as unknown as { products: { id: string }[] };
  const { cart } = (await json(`${edge}/api/carts`, { method: "POST", body: {} })).body;
  const filled = await json(`${edge}/api/carts/${cart}/items`, {
    method: "POST",
    body: { product: products[0]!.id, quantity: 2 },
  });
  const checkout = `/api/carts/${filled.body["cart"]}/checkout`;
  const key = { "idempotency-key": "stranger-1" };
  const bought = await json(`${edge}${checkout}`, { method: "POST", body: {}, headers: key });
  expect(bought.status).toBe(201);
  expect((bought.body as unknown as { steps: { name: string }[] }).steps.map(({ name }) => name)).toEqual([
    "reserve",
    "charge",
    "confirm",
  ]);
  const again = await json(`http://127.20.11.1:8080${checkout}`, { method: "POST", body: {}, headers: key });
  expect(again.body).toEqual(bought.body);
  for (const { address } of planet.locations) {
    const seen = await json(`http://${address}:8080/api/orders/${bought.body["order"]}`);
    expect(seen.status).toBe(200);
  }
  const ledger = await (await request("http://127.20.0.80:8080/ledger")).body.text();
  const booked = ledger.split("\n").filter((line) => line.includes(String(bought.body["order"])));
  expect(booked.length).toBe(2);
});

test("DNS answers each zone with its location, and a caller from a zone's addresses feels how far it is", async () => {
  const resolver = new Resolver();
  resolver.setServers([planet.dns]);
  resolver.setLocalAddress("127.30.1.7");
  expect(await resolver.resolve4("b07.shop.planet.test")).toEqual(["127.20.1.1"]);
  await expect(resolver.resolve4("nobody.planet.test")).rejects.toThrow("ENOTFOUND");
  const far = new Agent({ localAddress: "127.30.1.7" });
  const began = performance.now();
  const { body } = await request("http://127.20.12.1:8080/health", { headers: shop, dispatcher: far });
  await body.dump();
  await far.close();
  // New York to Sydney is some 200 ms there and back.
  expect(performance.now() - began).toBeGreaterThan(150);
});

test("orders want the token; a hold stops, a release goes on, both within a second", async () => {
  const order = (token: string, body: unknown) =>
    request(`${planet.api}/api/orders`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ order: body }),
    });
  const refused = await order("wrong", { kind: "hold" });
  expect(refused.statusCode).toBe(401);
  await refused.body.dump();
  await (await order(planet.token, { kind: "hold" })).body.dump();
  expect((await api("/api/status"))["hold"]).not.toBeNull();
  await (await order(planet.token, { kind: "release" })).body.dump();
  expect((await api("/api/status"))["hold"]).toBeNull();
});

test("gray: one location's users are moved by the edge and DNS while its health check stays green", async () => {
  const report = await drillNamed(planet, { name: "gray", seconds: 60 });
  expect(report.certainAt).not.toBeNull();
  expect(report.decidedAt).not.toBeNull();
  expect(report.checkouts.lost).toBe(0);
  expect(report.checkouts.doubled).toBe(0);
});

test("hard-down with nobody leading: DNS and edges follow the contingency by themselves; nothing lost, nothing doubled", async () => {
  const report = await drillNamed(planet, { name: "leaderless-hard-down", location: "eu-west-1", seconds: 40 });
  expect(report.requests.total).toBeGreaterThan(0);
  expect(report.checkouts.lost).toBe(0);
  expect(report.checkouts.doubled).toBe(0);
  const { table } = (await (
    await request("http://127.20.0.53:7000/table", { headers: { authorization: `Bearer ${planet.token}` } })
  ).body.json()) as { table: { version: number } };
  expect(table.version).toBeGreaterThan(0);
});
