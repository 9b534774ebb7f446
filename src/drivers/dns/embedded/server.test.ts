import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { decode, encode } from "dns-packet";
import { expect, onTestFinished, test } from "vitest";
import { startNameServer, type NameServer, type NameServerOptions } from "./server.ts";
import { TEST_TABLE, testRoute, testZone } from "./test-zone.ts";

const ADDRESS = "127.86.53.1";

test("UDP and TCP answer alike, several queries on a connection, in pieces", async () => {
  const server = await start();
  const udp = await client(server);
  expect(addressIn(await udp.ask("b00.shop.planet.test"))).toBe("127.20.1.1");
  const tcp = connect(server.port, ADDRESS);
  const both = Buffer.concat([framed(query("b00.shop.planet.test", 1)), framed(query("b08.shop.planet.test", 2))]);
  tcp.write(both.subarray(0, 9));
  await new Promise((resolve) => setTimeout(resolve, 20));
  tcp.write(both.subarray(9));
  const responses = await framesFrom(tcp, 2);
  expect(responses.map(addressIn)).toEqual(["127.20.1.1", "127.20.2.1"]);
  tcp.destroy();
  expect(server.counters()).toMatchObject({ udpQueries: 1, tcpQueries: 2, answered: 3 });
});

test("no query is dropped or mixed while tables are swapped", async () => {
  const states = [0, 1].map((to) =>
    testRoute({ ...TEST_TABLE, version: 4 + to, assignment: { public: { near: [[to, 256]] } }, apart: [] }),
  );
  let swaps = 0;
  const server = await start({ route: () => states[swaps % 2]! });
  const udp = await client(server);
  for (let round = 0; round < 20; round++) {
    const asked = Array.from({ length: 20 }, () => udp.ask("b00.shop.planet.test"));
    swaps++;
    const addresses = (await Promise.all(asked)).map(addressIn);
    for (const address of addresses) expect(["127.20.1.1", "127.20.2.1"]).toContain(address);
  }
  expect(server.counters().answered).toBe(400);
});

test("garbage by UDP and TCP is counted, and the server goes on", async () => {
  const server = await start();
  const udp = await client(server);
  for (let i = 0; i < 500; i++) udp.send(Buffer.alloc(i % 40, 0xc0));
  const tcp = connect(server.port, ADDRESS);
  tcp.write(Buffer.from([0, 3, 1, 2, 3]));
  await once(tcp, "close");
  await expect.poll(() => server.counters().malformed).toBeGreaterThan(100);
  expect(addressIn(await udp.ask("b00.shop.planet.test"))).toBe("127.20.1.1");
});

test("a slow, silent or surplus TCP client is let go", async () => {
  const server = await start({ tcpLimits: { connectionsMax: 2, idleMs: 300 } });
  const clients = [1, 2, 3].map(() => connect(server.port, ADDRESS));
  // How a connection ends, in order or reset, is no matter.
  const closed = clients.map((socket) => new Promise((resolve) => socket.on("error", () => {}).on("close", resolve)));
  // A byte now and then keeps nobody: only whole queries count.
  const drip = setInterval(() => clients[0]!.write(Buffer.from([0])), 50);
  await Promise.all(closed);
  clearInterval(drip);
  expect(server.counters()).toMatchObject({ tcpConnections: 3, tcpClosed: 3 });
});

test("a source that asks too much is told to come by TCP, or not at all", async () => {
  const server = await start({ rateLimit: { perSecond: 1, burst: 10 } });
  const udp = await client(server);
  for (let id = 0; id < 60; id++) udp.send(query("b00.shop.planet.test", id));
  await expect.poll(() => server.counters().udpQueries).toBe(60);
  const { answered, rateLimited, truncated } = server.counters();
  expect(answered).toBeLessThanOrEqual(12);
  expect(rateLimited).toBeGreaterThanOrEqual(20);
  expect(truncated).toBeGreaterThanOrEqual(20);
});

test("an address that is taken is an error, not a silence", async () => {
  const { port } = await start();
  await expect(startNameServer({ ...testZone(), route: testRoute, address: ADDRESS, port })).rejects.toThrow(
    "EADDRINUSE",
  );
});

test("a program that shares the port of all addresses is in nobody's way; a second server of ours is", async () => {
  const shared = createSocket({ type: "udp4", reuseAddr: true });
  onTestFinished(() => void shared.close());
  let strays = 0;
  shared.on("message", () => strays++).bind(0, "0.0.0.0");
  await once(shared, "listening");
  const { port } = shared.address();
  const server = await start({ port });
  await expect(start({ port })).rejects.toThrow("EADDRINUSE");
  const udp = await client(server);
  for (let i = 0; i < 20; i++) expect(addressIn(await udp.ask("b00.shop.planet.test"))).toBe("127.20.1.1");
  expect(strays).toBe(0);
  expect(server.counters().udpQueries).toBe(20);
});

async function start(change: Partial<NameServerOptions> = {}): Promise<NameServer> {
  const state = testRoute();
  const server = await startNameServer({ ...testZone(), route: () => state, address: ADDRESS, port: 0, ...change });
  onTestFinished(() => server.stop());
  return server;
}

type Client = { ask(name: string): Promise<Buffer>; send(packet: Buffer): void };

async function client(server: NameServer): Promise<Client> {
  const socket = createSocket("udp4");
  onTestFinished(() => void socket.close());
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const waiting = new Map<number, (response: Buffer) => void>();
  socket.on("message", (response) => waiting.get(response.readUInt16BE(0))?.(response));
  let id = 1000;
  return {
    send: (packet) => socket.send(packet, server.port, ADDRESS),
    ask(name) {
      const mine = ++id;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no answer for ${name}`)), 3000);
        waiting.set(mine, (response) => {
          clearTimeout(timer);
          resolve(response);
        });
        socket.send(query(name, mine), server.port, ADDRESS);
      });
    },
  };
}

function query(name: string, id: number): Buffer {
  return encode({ type: "query", id, questions: [{ type: "A", name }] });
}

function addressIn(response: Buffer): unknown {
  const [answer] = decode(response).answers!;
  return answer?.type === "A" ? answer.data : null;
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

async function framesFrom(socket: Socket, count: number): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  let pending = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      frames.push(pending.subarray(2, end));
      pending = pending.subarray(end);
    }
    if (frames.length >= count) break;
  }
  return frames;
}
