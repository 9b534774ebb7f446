import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { documentOf, HERE, HOST, madeEdge, raw, tableTo } from "./made-edge.testing.ts";
import { proxyHeader } from "./proxy-header.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function behind(trusted: string[]) {
  const east = await madeEdge(
    { location: HERE, trusted },
    (request, response) => response.end(`for ${String(request.headers["x-forwarded-for"])}`),
    documentOf(tableTo(0)),
  );
  const front = await east.edge.listenBehindBalancer(east.server, { host: "127.0.0.1", port: 0 });
  closing.push(front.stop, east.stop);
  return { east, port: front.port };
}

const user = proxyHeader({ address: "198.51.100.7", port: 5 }, { address: "127.0.0.1", port: 80 }, "server");
const get = Buffer.from(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);

test("a balancer's PROXY header says who the user is, in the first packet or in pieces, for each request of the connection", async () => {
  const { port } = await behind(["127.0.0.1"]);
  expect(await raw(port, Buffer.concat([user, get]))).toMatch(/for 198\.51\.100\.7$/);
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  let text = "";
  socket.on("data", (more: string) => (text += more));
  for (const byte of user) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await expect.poll(() => text).toMatch(/for 198\.51\.100\.7$/);
  socket.write(get);
  await new Promise((resolve) => socket.once("close", resolve));
  expect(text.match(/for 198\.51\.100\.7/g)).toHaveLength(2);
});

test("one that is no header, or comes from a stranger, ends the connection and is counted", async () => {
  const { east, port } = await behind(["127.0.0.1"]);
  expect(await raw(port, get)).toBe("");
  const wrong = Buffer.from(user);
  wrong[12] = 0x31;
  expect(await raw(port, Buffer.concat([wrong, get]))).toBe("");
  expect(east.edge.status().refused).toEqual({ "not-proxy-v2": 1, "proxy-version": 1 });
  const strange = await behind(["10.0.0.0/8"]);
  expect(await raw(strange.port, Buffer.concat([user, get]))).toBe("");
  expect(strange.east.edge.status().refused).toEqual({ "proxy-from-stranger": 1 });
});
