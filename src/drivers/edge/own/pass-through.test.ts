import { once } from "node:events";
import {
  createSecureServer,
  connect as connectHttp2,
  type Http2SecureServer,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeAll, expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../../test/damage.ts";
import { madeAuthority, type MadeCertificate } from "../../condition/made-certificate.testing.ts";
import { serverName } from "./client-hello.ts";
import { documentOf, HERE, HOST, madeEdge, type MadeEdge, raw, tableTo, THERE } from "./made-edge.testing.ts";
import { proxyHeader, readProxyHeader } from "./proxy-header.ts";

let own: MadeCertificate;
let authority = "";
let hello: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  const made = await madeAuthority();
  authority = made.pem;
  own = await made.certificate({ hosts: [HOST], days: 9 });
  hello = await helloOf(HOST);
});
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** What OpenSSL says first. */
async function helloOf(servername: string | undefined): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connectTls({ port: (server.address() as AddressInfo).port, ...(servername && { servername }) });
  client.on("error", () => undefined);
  const [socket] = (await once(server, "connection")) as [Socket];
  const [bytes] = (await once(socket, "data")) as [Buffer];
  client.destroy();
  server.close();
  return bytes;
}

test("the name is read from a real hello, however it comes in pieces", async () => {
  expect(serverName(hello)).toEqual({ kind: "name", name: HOST });
  expect(serverName(await helloOf(undefined))).toEqual({ kind: "name", name: null });
  for (let bytes = 0; bytes < hello.length; bytes += 1)
    expect(serverName(hello.subarray(0, bytes))).toEqual({ kind: "more" });
  expect(serverName(Buffer.from("GET / HTTP/1.1\r\n"))).toEqual({ kind: "bad" });
});

test("garbage is refused, waited for, or names what can be a name", { timeout: DAMAGED_WITHIN_MS }, () => {
  const { bytes } = damage(13);
  const kinds = { more: 0, bad: 0, name: 0 };
  for (let each = 0; each < DAMAGED_CASES; each += 1) {
    const garbage = bytes(hello);
    const read = serverName(garbage);
    kinds[read.kind] += 1;
    if (read.kind === "name" && read.name !== null && !/^[a-z0-9_.-]{1,253}$/.test(read.name))
      throw new Error(garbage.toString("hex"));
  }
  for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(1000);
});

/** A gRPC server in small: HTTP/2 over TLS, an answer with trailers. It reads PROXY v2 in front of TLS. */
async function grpc(location: string): Promise<{ readonly port: number; readonly users: string[] }> {
  const users: string[] = [];
  const server: Http2SecureServer = createSecureServer({ cert: own.cert, key: own.key });
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.respond({ ":status": 200, "x-location": location }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(location);
  });
  const front = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (bytes: Buffer) => {
      const read = readProxyHeader(bytes);
      if (read.kind !== "header") return void socket.destroy();
      users.push(read.from!.address);
      socket.pause();
      if (bytes.length > read.bytes) socket.unshift(bytes.subarray(read.bytes));
      server.emit("connection", socket);
    });
  }).listen(0, "127.0.0.1");
  await once(front, "listening");
  closing.push(async () => (server.close(), front.close()));
  return { port: (front.address() as AddressInfo).port, users };
}

async function call(port: number): Promise<{ readonly body: string; readonly status: unknown }> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority, servername: HOST });
  const stream = session.request({ ":path": "/" });
  let body = "";
  let status: unknown;
  stream.on("trailers", (trailers) => (status = trailers["grpc-status"]));
  stream.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
  await once(stream, "close");
  session.destroy();
  return { body, status };
}

async function through(edge: MadeEdge, ownPort: number, peerPort: number): Promise<number> {
  const listening = await edge.edge.passTlsThrough({
    host: "127.0.0.1",
    port: 0,
    own: { host: "127.0.0.1", port: ownPort, proxyHeader: true },
    peerPort,
  });
  closing.push(listening.stop);
  return listening.port;
}

test("gRPC goes through as it is: HTTP/2, trailers and TLS are the other location's, which is told whose it is", async () => {
  const [east, west] = [await grpc(HERE), await grpc(THERE)];
  const westEdge = await madeEdge(
    { location: THERE, peers: { from: ["127.0.0.1"] } },
    () => undefined,
    documentOf(tableTo(0)),
  );
  const westDoor = await through(westEdge, west.port, 1);
  const eastEdge = await madeEdge({ location: HERE }, () => undefined, documentOf(tableTo(1)));
  closing.push(eastEdge.stop, westEdge.stop);
  const eastDoor = await through(eastEdge, east.port, westDoor);
  expect(await call(eastDoor)).toEqual({ body: THERE, status: "0" });
  expect(west.users).toEqual(["127.0.0.1"]);
  await eastEdge.route(documentOf(tableTo(0, 2)));
  expect(await call(eastDoor)).toEqual({ body: HERE, status: "0" });
});

test("two edges that take each other for balancers do not hand a connection to and fro", async () => {
  const [east, west] = [await grpc(HERE), await grpc(THERE)];
  // Its table says that users belong to east, whose edge comes as a balancer of ours would.
  const edge = await madeEdge({ location: THERE, trusted: ["127.0.0.2"] }, () => undefined, documentOf(tableTo(0)));
  closing.push(edge.stop);
  const port = await through(edge, west.port, east.port);
  const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.2" });
  closing.push(async () => socket.destroy());
  const user = { address: "198.51.100.7", port: 5 };
  socket.write(Buffer.concat([proxyHeader(user, { address: "127.0.0.1", port: 443 }, "edge"), hello]));
  await expect.poll(() => west.users).toEqual([user.address]);
  expect([edge.edge.status().requests, east.users]).toEqual([{ served: 1 }, []]);
});

test("when the other location can't be reached it begins here; what is no TLS is refused and counted", async () => {
  const east = await grpc(HERE);
  const edge = await madeEdge({ location: HERE }, () => undefined, documentOf(tableTo(1)));
  closing.push(edge.stop);
  const port = await through(edge, east.port, 1);
  expect(await call(port)).toEqual({ body: HERE, status: "0" });
  expect(await raw(port, "GET / HTTP/1.1\r\n\r\n")).toBe("");
  expect(edge.edge.status().refused).toEqual({ hello: 1 });
});
