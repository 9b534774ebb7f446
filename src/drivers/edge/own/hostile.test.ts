// What strangers can do to an edge, and what two edges can do to each other that do not know each other.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer as createNetServer, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { ApplicationEdgeOptions } from "./application-edge.ts";
import { ask, documentOf, HERE, HOST, listens, madeEdge, raw, tableTo, THERE } from "./made-edge.testing.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

type Answers = (request: IncomingMessage, response: ServerResponse) => void;
const saysWay: Answers = (request, response) => response.end(String(request.headers["x-forwarded-for"]));
const isServed: Answers = (_, response) => response.end(`served at ${HERE}`);

/** East, which sends all its users to a plain server that stands for west. */
async function eastBefore(west: Answers, relay: ApplicationEdgeOptions["relay"] & {} = {}) {
  const server = createServer(west);
  const port = await listens(server);
  closing.push(async () => (server.closeAllConnections(), server.close()));
  const east = await madeEdge(
    { location: HERE, relay, peers: { at: { [THERE]: { host: "127.0.0.1", port } } } },
    isServed,
    documentOf(tableTo(1)),
  );
  closing.push(east.stop);
  return east;
}

test("a balancer is believed by the header that it writes; what its users wrote into the other one is not", async () => {
  const both = { "x-forwarded-for": "198.51.100.7", forwarded: "for=192.0.2.66" };
  const usual = await madeEdge({ location: HERE, trusted: ["127.0.0.1"] }, saysWay, documentOf(tableTo(0)));
  closing.push(usual.stop);
  expect((await ask(usual.port, { headers: both })).body).toBe("198.51.100.7, 127.0.0.1");
  const other = await madeEdge(
    { location: HERE, trusted: ["127.0.0.1"], trustedHeader: "forwarded" },
    saysWay,
    documentOf(tableTo(0)),
  );
  closing.push(other.stop);
  expect((await ask(other.port, { headers: both })).body).toBe("192.0.2.66, 127.0.0.1");
});

test("an edge that says in Forwarded who the user is hands on his X-Forwarded-For unread: it counts from him on", async () => {
  const west = await madeEdge({ location: THERE, peers: { from: ["127.0.0.1"] } }, saysWay, documentOf(tableTo(1)));
  closing.push(west.stop);
  const forwarded = 'for="198.51.100.7";by=east;proto=https';
  const wayFor = async (xForwardedFor: string): Promise<string> =>
    (await ask(west.port, { headers: { forwarded, "x-forwarded-for": xForwardedFor } })).body;
  expect(await wayFor("192.0.2.66")).toBe("198.51.100.7, 127.0.0.1");
  expect(await wayFor("192.0.2.66, 198.51.100.7, 10.0.0.1")).toBe("198.51.100.7, 10.0.0.1, 127.0.0.1");
});

test("two edges that do not know each other, by tables that are out of step, hand a request on once each", async () => {
  const ports: { [location: string]: { host: string; port: number } } = {};
  const edgeAt = async (location: string, to: number) => {
    const made = await madeEdge({ location, peers: { at: ports } }, saysWay, documentOf(tableTo(to)));
    closing.push(made.stop);
    ports[location] = { host: "127.0.0.1", port: made.port };
    return made;
  };
  const [east, west] = [await edgeAt(HERE, 1), await edgeAt(THERE, 0)];
  expect((await ask(east.port)).headers["x-location"]).toBe(HERE);
  expect([east.edge.status().requests, west.edge.status().requests]).toEqual([
    { relayed: 1, served: 1 },
    { relayed: 1 },
  ]);
});

test("users who leave in the middle of an answer close nobody's way to the location", async () => {
  const east = await eastBefore((_, response) => {
    response.write("data: 1\n\n");
  });
  for (let user = 0; user < 5; user += 1) {
    const asking = httpRequest({ port: east.port, agent: false, headers: { host: HOST } }).end();
    const [events] = (await once(asking, "response")) as [IncomingMessage];
    await once(events, "data");
    events.destroy();
    await expect.poll(() => east.edge.status().requests["relayed"] ?? 0).toBe(user + 1);
  }
  expect(east.edge.status().requests).toEqual({ relayed: 5 });
});

test("bodies that break off close nobody's way to the location either", async () => {
  const east = await eastBefore((request, response) => void request.on("end", () => response.end("done")).resume());
  for (let user = 0; user < 5; user += 1) {
    const socket = connect(east.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 10\r\n\r\nabc`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    await expect.poll(() => east.edge.status().requests["left"] ?? 0).toBe(user + 1);
  }
  expect((await ask(east.port)).body).toBe("done");
});

test("streams that take all connections to a location keep nobody else waiting: who finds none is served here", async () => {
  const east = await eastBefore((_, response) => void response.write("data: 1\n\n"), {
    connectSeconds: 1,
    connectionsMax: 4,
  });
  const streams = Array.from({ length: 4 }, () => connect(east.port, "127.0.0.1"));
  closing.push(async () => streams.forEach((each) => each.destroy()));
  for (const each of streams) each.on("error", () => undefined).write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await Promise.all(streams.map((each) => once(each, "data")));
  expect((await ask(east.port)).body).toBe(`served at ${HERE}`);
});

test("trailers end at whoever cannot have them: HTTP/1.0 is answered", async () => {
  const east = await eastBefore((_, response) => {
    response.writeHead(200, { trailer: "x-sum" });
    response.write("body");
    response.addTrailers({ "x-sum": "12" });
    response.end();
  });
  expect(await raw(east.port, `GET / HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`)).toMatch(/200 OK[^]*body$/);
});

test("whoever asks for a WebSocket, is told a page instead and does not read it, is not waited for in memory", async () => {
  let written = 0;
  const west = createNetServer((socket) => {
    socket
      .on("error", () => undefined)
      .once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        const more = (): void => {
          while (written < 600) {
            written += 1;
            if (!socket.write(Buffer.alloc(64 * 1024))) return void socket.once("drain", more);
          }
          socket.end();
        };
        more();
      });
  }).listen(0, "127.0.0.1");
  await once(west, "listening");
  closing.push(() => new Promise((done) => west.close(done)));
  const at = { [THERE]: { host: "127.0.0.1", port: (west.address() as AddressInfo).port } };
  const east = await madeEdge({ location: HERE, peers: { at } }, isServed, documentOf(tableTo(1)));
  closing.push(east.stop);
  const user = connect(east.port, "127.0.0.1").pause();
  closing.push(async () => user.destroy());
  user.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await expect.poll(() => written).toBeGreaterThan(5);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(written).toBeLessThan(400);
});

test("an answer that comes before the body's end ends the connection: what follows would be taken for a request", async () => {
  const east = await eastBefore((_, response) => void response.writeHead(413, { connection: "close" }).end("too long"));
  const socket = connect(east.port, "127.0.0.1");
  closing.push(async () => socket.destroy());
  let text = "";
  socket.on("error", () => undefined).on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
  socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1000000\r\n\r\nabc`);
  await once(socket, "close");
  expect(text).toMatch(/^HTTP\/1\.1 413 [^]*connection: close[^]*too long/i);
});

test("a document whose subnets are none, or of two zones, changes nothing and is said", async () => {
  const east = await madeEdge({ location: HERE }, isServed, documentOf(tableTo(0)));
  closing.push(east.stop);
  for (const [subnets, says] of [
    [{ "zone-1": ["nonsense"] }, /subnets: /],
    [{ "zone-1": ["192.0.2.0/24"], "zone-2": ["192.0.2.0/24"] }, /belongs to another zone/],
  ] as const) {
    writeFileSync(east.routeFile, JSON.stringify(documentOf(tableTo(1, 9), { subnets })));
    await expect.poll(() => east.said.at(-1) ?? "").toMatch(says);
  }
  expect(east.edge.status().tableVersion).toBe(1);
  await east.route(documentOf(tableTo(0, 10)));
});
