import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as tlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { madeAuthority } from "../condition/made-certificate.testing.ts";
import type { ProbeAnswer } from "./contract.ts";
import { urlProbes, type UrlProbeOptions } from "./url.ts";

const ADDRESS = "127.93.3.1";

test("a page is asked for at the location's address by its own name, as a probe", async () => {
  const seen: unknown[] = [];
  const port = await serve((request, response) => {
    seen.push(request.url, request.headers.host, request.headers["x-probe"]);
    response.writeHead(302).end();
  });
  expect(await look({ url: `http://www.example.com:${port}/health?deep=1` })).toMatchObject({ ok: true });
  expect(seen).toEqual(["/health?deep=1", `www.example.com:${port}`, "beta"]);
});

test.each<[what: string, answer: RequestListener, why: string]>([
  ["an error", (_request, response) => void response.writeHead(500).end(), "error"],
  [
    "an answer that says it is full, and when to come again",
    (_request, response) => void response.writeHead(503, { "retry-after": "5" }).end(),
    "status",
  ],
  ["an answer that all is down", (_request, response) => void response.writeHead(503).end(), "error"],
  ["an answer that too much was asked", (_request, response) => void response.writeHead(429).end(), "status"],
  ["an answer that nobody is there by that name", (_request, response) => void response.writeHead(404).end(), "status"],
  ["a page without end", (_request, response) => void response.end(Buffer.alloc(300_000)), "wrong"],
  ["a connection that is cut", (request) => void request.socket.destroy(), "reset"],
])("%s is a failure, and says which", async (_what, answer, why) => {
  const port = await serve(answer);
  expect(await look({ url: `http://www.example.com:${port}/` })).toMatchObject({ ok: false, why });
});

test("nobody is given up on for a pause of our own, and whoever is silent while we are awake is", async () => {
  const hung = await serve(() => {});
  const withinMs = 200;
  expect(await look({ url: `http://www.example.com:${hung}/` }, { withinMs })).toMatchObject({ why: "timeout" });
  const port = await serve((_request, response) => void setTimeout(() => response.end("well"), 20));
  const asked = look({ url: `http://www.example.com:${port}/` }, { withinMs });
  await nextTurn();
  for (const until = performance.now() + 2 * withinMs; performance.now() < until;) Math.sqrt(until);
  expect(await asked).toMatchObject({ ok: true });
});

test("nobody there is refused, and only what is listed is good where something is", async () => {
  expect(await look({ url: "http://www.example.com:9/" })).toMatchObject({ ok: false, why: "refused" });
  const port = await serve((_request, response) => void response.writeHead(204).end());
  expect(await look({ url: `http://www.example.com:${port}/`, statuses: [200] })).toMatchObject({ why: "status" });
  expect(await look({ url: `http://www.example.com:${port}/`, statuses: [204] })).toMatchObject({ ok: true });
});

test("over TLS it shakes hands by the page's name, and a certificate for another name is no good", async () => {
  const authority = await madeAuthority();
  const names: unknown[] = [];
  const server = tlsServer(
    await authority.certificate({ hosts: ["www.example.com"], days: 30 }),
    (request, response) => {
      names.push((request.socket as unknown as { servername: unknown }).servername);
      response.end("well");
    },
  );
  server.listen(0, ADDRESS);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const trusting = { authorities: authority.pem };
  expect(await look({ url: `https://www.example.com:${port}/`, ...trusting })).toMatchObject({ ok: true });
  expect(names).toEqual(["www.example.com"]);
  expect(await look({ url: `https://shop.example.com:${port}/`, ...trusting })).toMatchObject({
    ok: false,
    why: "wrong",
  });
  expect(await look({ url: `https://www.example.com:${port}/` })).toMatchObject({ ok: false, why: "wrong" });
});

async function look(
  options: Pick<UrlProbeOptions, "url"> & Partial<UrlProbeOptions>,
  order: { readonly withinMs?: number } = {},
): Promise<ProbeAnswer | null> {
  const driver = urlProbes({ vantage: "beta", statuses: [], addresses: { alpha: ADDRESS }, ...options });
  onTestFinished(() => driver.stop());
  return driver.probe({ location: "alpha", journey: "browse", key: "probe-beta-1-1", ...order });
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
