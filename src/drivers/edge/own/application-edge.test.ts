import { createHash } from "node:crypto";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { connect, createServer as createNetServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { applicationEdge } from "./application-edge.ts";
import {
  ask,
  documentOf,
  HERE,
  HOST,
  listens,
  madeEdge,
  type Application,
  type MadeEdge,
  raw,
  tableTo,
  THERE,
} from "./made-edge.testing.ts";
import { closeFrame, frameFollower } from "./websocket.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const says =
  (location: string, seen: IncomingMessage[] = []): Application =>
  (request, response) => {
    seen.push(request);
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => response.end(`${location} ${request.method} ${request.url} ${body}`));
  };

/** East sends all its users to west; both are real. */
async function eastToWest(
  application: Application,
  { ttlSeconds = 60, ...options }: { readonly trusted?: string[]; readonly ttlSeconds?: number } = {},
) {
  const seen: IncomingMessage[] = [];
  const west = await madeEdge(
    { location: THERE, peers: { from: ["127.0.0.1"] } },
    (request, response) => {
      seen.push(request);
      application(request, response);
    },
    documentOf(tableTo(1)),
  );
  const east = await madeEdge(
    { location: HERE, ...options, peers: { at: { [THERE]: { host: "127.0.0.1", port: west.port } } } },
    says(HERE),
    documentOf(tableTo(1), { ttlSeconds }),
  );
  closing.push(west.stop, east.stop);
  return { east, west, seen };
}

async function sink(): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createNetServer((socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (bytes) => {
      asked.push(bytes.toString("latin1").split("\r\n")[0]!);
      socket.resetAndDestroy();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => new Promise((done) => server.close(done)));
  return { port: (server.address() as AddressInfo).port, asked };
}

test("serves its own users; those who belong elsewhere get the other location's answer, body, query and headers as they were", async () => {
  const { east, seen } = await eastToWest(says(THERE));
  const said = await ask(east.port, {
    method: "POST",
    path: "/carts?a=1",
    body: "two shoes",
    headers: { "x-own": "kept", "keep-alive": "timeout=9", "x-named": "gone", connection: "x-named", cookie: "a=b" },
  });
  expect(said).toMatchObject({ status: 200, body: `${THERE} POST /carts?a=1 two shoes` });
  expect(said.headers["x-location"]).toBe(THERE);
  expect(seen[0]!.headers).toMatchObject({ "x-own": "kept", cookie: "a=b", host: HOST, "x-hops": HERE });
  expect(seen[0]!.headers).not.toHaveProperty("x-named");
  expect(seen[0]!.headers).not.toHaveProperty("keep-alive");
  await east.route(documentOf(tableTo(0, 2)));
  expect((await ask(east.port)).body).toBe(`${HERE} GET / `);
  expect(east.edge.status()).toMatchObject({ tableVersion: 2, requests: { relayed: 1, served: 1 } });
});

test("an answer and a body stream: neither waits for its end, and neither runs ahead of who reads it", async () => {
  let written = 0;
  let read = 0;
  const { promise: isHeard, resolve: hear } = Promise.withResolvers<void>();
  const { east } = await eastToWest((request, response) => {
    if (request.url === "/first") {
      response.write("one");
      void isHeard.then(() => response.end("two"));
      return;
    }
    if (request.url === "/flood") {
      const more = (): void => {
        while (written < 400) {
          written += 1;
          if (!response.write(Buffer.alloc(64 * 1024))) return void response.once("drain", more);
        }
        response.end();
      };
      return more();
    }
    request.pause();
    setTimeout(() => request.resume(), 100);
    request.on("data", (chunk: Buffer) => (read += chunk.length)).on("end", () => response.end(String(read)));
  });
  const pieces: string[] = [];
  const [first] = (await once(
    httpRequest({ port: east.port, path: "/first", headers: { host: HOST } }).end(),
    "response",
  )) as [IncomingMessage];
  first.setEncoding("utf8").on("data", (chunk: string) => {
    pieces.push(chunk);
    hear();
  });
  await once(first, "end");
  expect(pieces).toEqual(["one", "two"]);

  const [flood] = (await once(
    httpRequest({ port: east.port, path: "/flood", headers: { host: HOST } }).end(),
    "response",
  )) as [IncomingMessage];
  flood.pause();
  await expect.poll(() => written).toBeGreaterThan(5);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(written).toBeLessThan(250);
  let bytes = 0;
  flood.on("data", (chunk: Buffer) => (bytes += chunk.length)).resume();
  await once(flood, "end");
  expect(bytes).toBe(400 * 64 * 1024);

  const upload = httpRequest({ port: east.port, path: "/up", method: "POST", headers: { host: HOST } });
  let sent = 0;
  while (sent < 5_000_000 && upload.write(Buffer.alloc(16_384))) sent += 16_384;
  upload.end();
  const [answer] = (await once(upload, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  expect(Number(text)).toBe(sent + 16_384);
});

test("server-sent events come one by one, and whoever leaves ends the other side as well", async () => {
  let isClosed = false;
  const { east } = await eastToWest((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n");
    request.socket.once("close", () => undefined);
    response.once("close", () => (isClosed = true));
  });
  const [events] = (await once(httpRequest({ port: east.port, headers: { host: HOST } }).end(), "response")) as [
    IncomingMessage,
  ];
  const [event] = (await once(events, "data")) as [Buffer];
  expect(event.toString()).toBe("data: 1\n\n");
  events.destroy();
  await expect.poll(() => isClosed).toBe(true);
});

test("trailers and several cookies of an answer come with it; HEAD and 304 have no body", async () => {
  const { east } = await eastToWest((request, response) => {
    if (request.url === "/304") return void response.writeHead(304, { etag: '"1"' }).end();
    if (request.method === "HEAD") return void response.writeHead(200, { "content-length": "7" }).end();
    response.writeHead(200, { trailer: "x-sum", "set-cookie": ["a=1", "b=2"] });
    response.write("body");
    response.addTrailers({ "x-sum": "12" });
    response.end();
  });
  expect(await ask(east.port)).toMatchObject({ body: "body", trailers: { "x-sum": "12" } });
  expect((await ask(east.port)).headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  expect(await ask(east.port, { path: "/304" })).toMatchObject({ status: 304, body: "" });
  expect(await ask(east.port, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
});

test("sent again is what never left, or may be repeated; the rest is told, and never carried out twice", async () => {
  const resets = await sink();
  const to = { at: { [THERE]: { host: "127.0.0.1", port: resets.port } } };
  const east = await madeEdge({ location: HERE, peers: to }, says(HERE), documentOf(tableTo(1)));
  closing.push(east.stop);
  const lost = await ask(east.port, { method: "POST", body: "x" });
  expect(lost.status).toBe(502);
  expect(JSON.parse(lost.body)).toMatchObject({ code: "relay-failed" });
  expect(resets.asked).toEqual(["POST / HTTP/1.1"]);
  // A GET is asked there twice, and then served here.
  expect((await ask(east.port)).body).toBe(`${HERE} GET / `);
  expect(resets.asked).toHaveLength(3);
  expect(east.edge.status()).toMatchObject({ requests: { served: 1, "relay-failed": 1 }, events: { retried: 1 } });

  const closed = { at: { [THERE]: { host: "127.0.0.1", port: 1 } } };
  const alone = await madeEdge({ location: HERE, peers: closed }, says(HERE), documentOf(tableTo(1)));
  closing.push(alone.stop);
  expect((await ask(alone.port, { method: "POST", body: "never left" })).body).toBe(`${HERE} POST / never left`);
});

test("a purchase with a key is sent again only where the application says that it carries a key out once", async () => {
  for (const [withIdempotencyKey, times] of [
    [undefined, 1],
    [true, 2],
  ] as const) {
    const resets = await sink();
    const east = await madeEdge(
      {
        location: HERE,
        peers: { at: { [THERE]: { host: "127.0.0.1", port: resets.port } } },
        relay: withIdempotencyKey === undefined ? {} : { withIdempotencyKey },
      },
      says(HERE),
      documentOf(tableTo(1)),
    );
    closing.push(east.stop);
    const purchase = { method: "POST", body: "x", headers: { "idempotency-key": "k-1" } };
    expect((await ask(east.port, purchase)).status).toBe(502);
    expect(resets.asked).toHaveLength(times);
  }
});

test("who says nothing is given up after the time for an answer, and is not asked again", async () => {
  let asked = 0;
  const silent = createServer(() => (asked += 1));
  const port = await listens(silent);
  closing.push(async () => (silent.closeAllConnections(), silent.close()));
  const east = await madeEdge(
    { location: HERE, peers: { at: { [THERE]: { host: "127.0.0.1", port } } }, relay: { answerSeconds: 1 } },
    says(HERE),
    documentOf(tableTo(1)),
  );
  closing.push(east.stop);
  expect((await ask(east.port, { method: "POST", body: "x" })).status).toBe(504);
  expect(asked).toBe(1);
});

test("an answer that breaks off in the middle is no whole one", async () => {
  const { east } = await eastToWest((request, response) => {
    response.write("half");
    setTimeout(() => request.socket.destroy(), 20);
  });
  await expect(ask(east.port)).rejects.toThrow();
});

test("what can be read in two ways is refused and counted, whichever of both is meant", async () => {
  const { east, seen } = await eastToWest(says(THERE));
  const post = `POST / HTTP/1.1\r\nHost: ${HOST}\r\n`;
  const chunked = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  const vectors = [
    `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`,
    `${post}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
    `${post}Content-Length: 4, 5\r\n\r\nabcde`,
    `${post}Content-Length: +4\r\n\r\nabcd`,
    `${post}Content-Length: 0x4\r\n\r\nabcd`,
    `${post}X-A: b\r\n folded\r\nContent-Length: 0\r\n\r\n`,
    `${post}Transfer-Encoding:\r\n chunked\r\n\r\n${chunked}`,
    `${post}Transfer-Encoding: xchunked\r\n\r\n${chunked}`,
    `${post}Transfer-Encoding: chunked, identity\r\n\r\n${chunked}`,
    `${post}Transfer-Encoding: gzip, chunked\r\n\r\n${chunked}`,
    `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n${chunked}`,
    `${post}Transfer-Encoding : chunked\r\n\r\n${chunked}`,
    `${post}Transfer-Encoding: \x0bchunked\r\n\r\n${chunked}`,
    `POST / HTTP/1.0\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`,
    `${post}Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\n3;a\nabc\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff1\r\nabc\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\nHost: ${HOST}\nContent-Length: 0\n\n`,
    `POST / HTTP/1.1\rHost: ${HOST}\r\r`,
    `GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: b\r\n\r\n`,
    `GET http://b/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
    `${post} X: leading space\r\nContent-Length: 0\r\n\r\n`,
    `${post}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`,
  ];
  const count = (): number => Object.values(east.edge.status().refused).reduce((sum, each) => sum + each, 0);
  for (const [index, vector] of vectors.entries()) {
    expect(await raw(east.port, Buffer.from(vector, "latin1")), JSON.stringify(vector)).toMatch(
      /^HTTP\/1\.1 400 [^]*connection: close/i,
    );
    expect(count(), JSON.stringify(vector)).toBe(index + 1);
  }
  expect(seen.map(({ url }) => url)).not.toContain("/smuggled");
  const { refused } = east.edge.status();
  expect(refused).toMatchObject({
    "transfer-encoding": 2,
    "chunks-before-http-1.1": 1,
    "two-hosts": 1,
    "absolute-target": 1,
  });
});

test("who asks to switch to anything but WebSocket is answered as if he had not asked", async () => {
  const { east, seen } = await eastToWest(says(THERE));
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQAAP__" };
  expect(await ask(east.port, { headers })).toMatchObject({ status: 200, body: `${THERE} GET / ` });
  for (const name of ["upgrade", "http2-settings"]) expect(seen[0]!.headers).not.toHaveProperty(name);
});

test("chunk extensions and names that servers mistake for a length end here", async () => {
  const heads: string[] = [];
  const there = createNetServer((socket) => {
    socket.once("data", (bytes) => {
      heads.push(bytes.toString("latin1"));
      setTimeout(() => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), 30);
      socket.on("data", (more) => (heads[heads.length - 1] += more.toString("latin1")));
    });
  }).listen(0, "127.0.0.1");
  await once(there, "listening");
  closing.push(() => new Promise((done) => there.close(done)));
  const at = { [THERE]: { host: "127.0.0.1", port: (there.address() as AddressInfo).port } };
  const east = await madeEdge({ location: HERE, peers: { at } }, says(HERE), documentOf(tableTo(1)));
  closing.push(east.stop);
  const said = await raw(
    east.port,
    `POST / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\nContent_Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n3;evil=1\r\nabc\r\n0\r\n\r\n`,
  );
  expect(said).toContain("200 OK");
  expect(heads[0]).toMatch(/\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/);
  expect(heads[0]).not.toMatch(/evil|content_length/i);
});

test("a stranger's word for who he is goes no further; a trusted balancer's is believed and added to", async () => {
  const { east, seen } = await eastToWest(says(THERE));
  const claims = {
    "x-forwarded-for": "192.0.2.66",
    forwarded: "for=192.0.2.66",
    "x-hops": "a,b,c",
    "x-zone": "elsewhere",
    "x-real-ip": "192.0.2.66",
    "x-forwarded-proto": "https",
  };
  await ask(east.port, { headers: claims });
  expect(seen[0]!.headers).toMatchObject({
    "x-hops": HERE,
    "x-forwarded-for": "127.0.0.1, 127.0.0.1",
    forwarded: `for="127.0.0.1";by=${HERE};proto=http`,
  });
  for (const name of ["x-zone", "x-real-ip", "x-forwarded-proto"]) expect(seen[0]!.headers).not.toHaveProperty(name);
  const behind = await eastToWest(says(THERE), { trusted: ["127.0.0.0/8", "10.0.0.0/8"] });
  await ask(behind.east.port, { headers: { "x-forwarded-for": "203.0.113.5, 192.0.2.7, 10.1.1.1" } });
  expect(behind.seen[0]!.headers).toMatchObject({
    forwarded: `for="192.0.2.7";by=${HERE};proto=http`,
    "x-forwarded-for": "192.0.2.7, 10.1.1.1, 127.0.0.1, 127.0.0.1",
  });
});

test("baggage goes to the other location as far as everybody must carry it; what is refused is counted", async () => {
  const { east, seen } = await eastToWest(says(THERE));
  await ask(east.port, { headers: { baggage: "tenant=acme;tier=1, user=7" } });
  const many = Array.from({ length: 70 }, (_, index) => `k${index}=v`);
  await ask(east.port, { headers: { baggage: [...many, 'b="quoted"'].join(",") } });
  await ask(east.port, { headers: { baggage: "no baggage" } });
  expect(seen.map(({ headers }) => headers["baggage"])).toEqual([
    "tenant=acme;tier=1,user=7",
    many.slice(0, 64).join(","),
    undefined,
  ]);
  expect(east.edge.status().refused).toEqual({ "baggage-malformed": 2, "baggage-too-many": 6 });
});

test("what another edge passed on is served here, and a probe too, whatever the table says: no loop", async () => {
  const west = await madeEdge({ location: THERE, peers: { from: ["127.0.0.1"] } }, says(THERE), documentOf(tableTo(0)));
  closing.push(west.stop);
  expect((await ask(west.port, { headers: { "x-hops": HERE } })).body).toBe(`${THERE} GET / `);
  expect((await ask(west.port, { headers: { "x-hops": "a,b,c" } })).status).toBe(508);
  const { east } = await eastToWest(says(THERE));
  expect((await ask(east.port, { headers: { "x-probe": "north" } })).body).toBe(`${HERE} GET / `);
});

test("without a table everybody is served here; nonsense and a file that is gone change nothing, and are said once", async () => {
  const { east, west } = await eastToWest(says(THERE));
  for (const wrong of ["half a docu", JSON.stringify(documentOf({ ...tableTo(0, 9), assignment: {} }))]) {
    const before = east.said.length;
    writeFileSync(east.routeFile, wrong);
    await expect.poll(() => east.said.length).toBe(before + 1);
  }
  rmSync(east.routeFile);
  await expect.poll(() => east.said.join("\n")).toMatch(/no object[^]*assignment: empty[^]*can't be read/);
  expect((await ask(east.port)).headers["x-location"]).toBe(THERE);
  const route = { file: `${east.routeFile}.none`, keptIn: `${east.routeFile}.kept` };
  const peers = { at: { [THERE]: { host: "127.0.0.1", port: west.port } } };
  const first = await applicationEdge({ location: HERE, route, peers, said: () => undefined });
  closing.push(first.stop);
  const server = createServer((request, response) => first.handle(request, response, () => response.end("served")));
  closing.push(async () => server.close());
  expect((await ask(await listens(server))).body).toBe("served");
  expect(first.status().tableVersion).toBeNull();
});

test("what was told last counts after a restart, with the file gone; an older table is not taken", async () => {
  const { east } = await eastToWest(says(THERE));
  await east.route(documentOf(tableTo(0, 7)));
  rmSync(east.routeFile);
  const keptIn = join(east.routeFile, "..", "kept", "route.json");
  const again = await applicationEdge({
    location: HERE,
    route: { file: east.routeFile, keptIn, everySeconds: 0.01 },
    said: () => undefined,
  });
  closing.push(again.stop);
  expect(again.status().tableVersion).toBe(7);
  writeFileSync(east.routeFile, JSON.stringify(documentOf(tableTo(1, 6))));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(again.status().tableVersion).toBe(7);
});

test("a loss that is followed sends its users where the contingency says", async () => {
  const { east } = await eastToWest(says(THERE));
  await east.route(documentOf(tableTo(1), { lost: [THERE] }));
  expect((await ask(east.port)).body).toBe(`${HERE} GET / `);
});

/** A WebSocket server that says its location and echoes; frames are short. */
function webSockets({ server }: MadeEdge, location: string): { readonly closes: Buffer[] } {
  const closes: Buffer[] = [];
  server.removeAllListeners("upgrade");
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.write(Buffer.concat([Buffer.from([0x81, location.length]), Buffer.from(location)]));
    socket.on("error", () => undefined).on("end", () => socket.end());
    socket.on("data", (bytes: Buffer) => ((bytes[0]! & 15) === 8 ? closes.push(bytes) : socket.write(bytes)));
  });
  return { closes };
}

test("a WebSocket is relayed both ways; who came by an answer that is still kept is pinned, and named, and left alone", async () => {
  const { east, west } = await eastToWest(says(THERE));
  webSockets(west, THERE);
  west.edge.attach(west.server);
  const user = await switched(east.port);
  await expect.poll(() => user.text()).toBe(`\x81\x04${THERE}`);
  user.socket.write(Buffer.from([0x81, 0x82, 1, 2, 3, 4, 9, 9]));
  await expect.poll(() => user.text()).toBe(`\x81\x04${THERE}\x81\x82\x01\x02\x03\x04\t\t`);
  // It came when its users belonged elsewhere already: it would come right back, so it is pinned, and named.
  expect(east.edge.status().pinned).toEqual([
    { network: "127.0.0.0/24", class: "public", zone: "zone-1", connections: 1, oldestSeconds: expect.any(Number) },
  ]);
  expect(east.edge.metrics()).toContain('rp_edge_pinned{network="127.0.0.0/24",class="public",zone="zone-1"} 1');
  user.socket.destroy();
  await expect.poll(() => east.edge.status().pinned).toEqual([]);
});

test("a relayed WebSocket is asked to go itself where it is relayed to: it is closed between two frames, with a hint, and the other side hears of it", async () => {
  const { east, west } = await eastToWest(says(THERE), { ttlSeconds: 0.001 });
  const { closes } = webSockets(west, THERE);
  west.edge.attach(west.server);
  const user = await switched(east.port);
  await expect.poll(() => user.text()).toContain("\x88");
  expect(user.text().slice(2 + THERE.length)).toBe(
    closeFrame(1012, `${THERE} serves you now: connect again`).toString("latin1"),
  );
  user.socket.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xf4]));
  await expect.poll(() => closes.length).toBe(1);
  user.socket.end();
});

/** A user's WebSocket, bytes as they are. */
async function switched(port: number): Promise<{ readonly socket: Duplex; text(): string }> {
  const headers = {
    host: HOST,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  };
  const [response, socket, head] = (await once(httpRequest({ port, headers }).end(), "upgrade")) as [
    IncomingMessage,
    Duplex,
    Buffer,
  ];
  expect(response.headers["sec-websocket-accept"]).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  let text = head.toString("latin1");
  socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1"))).on("error", () => undefined);
  closing.push(async () => socket.destroy());
  return { socket, text: () => text };
}

test("a close is put only where no frame is under way, and frames are followed however they are cut", () => {
  const frames = Buffer.concat([
    Buffer.from([0x81, 3]),
    Buffer.from("abc"),
    Buffer.from([0x82, 126, 0x01, 0x00]),
    Buffer.alloc(256, 0x88),
    Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 3, 4, 9, 9]),
    Buffer.from([0x89, 0]),
  ]);
  const ends = new Set([5, 5 + 260, 5 + 260 + 16, 5 + 260 + 16 + 2]);
  const follower = frameFollower();
  for (let at = 1; at <= frames.length; at += 1) {
    follower.passed(frames.subarray(at - 1, at));
    expect(follower.isBetween, `after ${at} bytes`).toBe(ends.has(at));
  }
  expect(closeFrame(1012, "west")).toEqual(Buffer.from([0x88, 6, 0x03, 0xf4, 0x77, 0x65, 0x73, 0x74]));
});

test("a kept connection whose users were moved is asked to leave with its next answer, and a new one is not", async () => {
  const { east } = await eastToWest(says(THERE));
  await east.route(documentOf(tableTo(0, 2)));
  const socket = connect(east.port, "127.0.0.1").setEncoding("latin1");
  closing.push(async () => socket.destroy());
  const get = async (): Promise<string> => {
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    return String((await once(socket, "data"))[0]);
  };
  expect(await get()).not.toMatch(/connection: close/i);
  await east.route(documentOf(tableTo(1, 3)));
  const moved = await get();
  expect(moved).toMatch(/x-location: west/);
  expect(moved).toMatch(/connection: close/i);
  expect((await ask(east.port, { headers: { connection: "keep-alive" } })).headers.connection).not.toBe("close");
  expect(east.edge.status().events["asked-to-leave"]).toBe(1);
});
