import fastify from "fastify";
import { Hono } from "hono";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applicationEdge, type ApplicationEdge } from "./application-edge.ts";
import { edgeFetch } from "./fetch.ts";
import { edgeHook } from "./fastify.ts";
import { edgeMiddleware } from "./hono.ts";
import { ask, documentOf, HERE, HOST, madeEdge, type MadeEdge, tableTo, THERE } from "./made-edge.testing.ts";

/** All users of the east go west; a name that nobody steers is served where it came. Express is tried by the how-to's own test (edge/test). */
let west: MadeEdge;
let edge: ApplicationEdge;
const folder = mkdtempSync(join(tmpdir(), "edge-adapters-"));
const MINE = "www.other.example";

beforeAll(async () => {
  west = await madeEdge(
    { location: THERE, peers: { from: ["127.0.0.1"] } },
    (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () =>
        response
          .writeHead(201, { "set-cookie": ["a=1", "b=2"] })
          .end(`${THERE} ${request.method} ${request.url} ${body}`),
      );
    },
    documentOf(tableTo(1)),
  );
  const file = join(folder, "route.json");
  writeFileSync(file, JSON.stringify(documentOf(tableTo(1))));
  edge = await applicationEdge({
    location: HERE,
    route: { file, keptIn: join(folder, "kept.json") },
    peers: { at: { [THERE]: { host: "127.0.0.1", port: west.port } } },
  });
});
afterAll(async () => {
  await edge.stop();
  await west.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function holds(port: number): Promise<void> {
  const call = { method: "POST", path: "/carts/7?x=1", body: "{}" };
  expect(await ask(port, call)).toMatchObject({
    status: 201,
    body: `${THERE} POST /carts/7?x=1 {}`,
    headers: { "x-location": THERE, "set-cookie": ["a=1", "b=2"] },
  });
  expect(await ask(port, { ...call, headers: { host: MINE, "content-type": "application/json" } })).toMatchObject({
    status: 200,
    body: `${HERE} {}`,
    headers: { "x-location": HERE },
  });
}

test("Fastify: hands on in its first hook; its own routes and hooks go on", async () => {
  const app = fastify();
  let ended = 0;
  app.addHook("onRequest", edgeHook(edge));
  app.addHook("onResponse", async () => void (ended += 1));
  app.post("/carts/:cart", async (request) => `${HERE} ${JSON.stringify(request.body)}`);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  await holds(Number(new URL(url).port));
  expect(ended).toBe(2);
  await app.close();
});

/** A stranger who says whom he speaks for, and which edges he passed. */
const CLAIMED = {
  "x-forwarded-for": "192.0.2.66",
  "x-real-ip": "192.0.2.66",
  "x-hops": "a",
  forwarded: "for=192.0.2.66",
};
const heardBy = (headers: Headers): string =>
  ["x-forwarded-for", "x-real-ip", "x-hops", "forwarded"].map((name) => headers.get(name) ?? "").join("|");

const asked = (host: string): Request =>
  new Request(`http://${host}/carts/7?x=1`, { method: "POST", body: "{}", headers: { host, ...CLAIMED } });

test("Hono: hands on as a middleware", async () => {
  const app = new Hono();
  app.use(edgeMiddleware(edge, () => "198.51.100.1"));
  app.post("/carts/:cart", async (context) =>
    context.text(`${HERE} ${await context.req.text()} ${heardBy(context.req.raw.headers)}`),
  );
  const there = await app.fetch(asked(HOST));
  expect([there.status, there.headers.get("x-location"), await there.text()]).toEqual([
    201,
    THERE,
    `${THERE} POST /carts/7?x=1 {}`,
  ]);
  const here = await app.fetch(asked(MINE));
  expect([here.status, here.headers.get("x-location"), await here.text()]).toEqual([
    200,
    HERE,
    `${HERE} {} 198.51.100.1|||`,
  ]);
});

test("Fetch: an answer streams, is given up with its reader, and cookies stay several", async () => {
  const handler = edgeFetch(
    edge,
    async (request) => new Response(`${HERE} ${await request.text()} ${heardBy(request.headers)}`),
  );
  const there = await handler(asked(HOST), { address: "198.51.100.1" });
  expect(there.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await there.text()).toBe(`${THERE} POST /carts/7?x=1 {}`);
  const here = await handler(asked(MINE), { address: "198.51.100.1" });
  expect([here.headers.get("x-location"), await here.text()]).toEqual([HERE, `${HERE} {} 198.51.100.1|||`]);
  const left = await handler(asked(HOST), { address: "198.51.100.1" });
  await left.body!.cancel();
});
