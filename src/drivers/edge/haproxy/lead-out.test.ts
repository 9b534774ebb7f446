// A real HAProxy whose users have connections open when they come to belong elsewhere.
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { freePort } from "../asked-edge.testing.ts";
import { HERE, LOCATIONS, rowsTable, steeredTo, toldTo } from "../three-edges.testing.ts";
import { comingBack, leaversIn, type LongSession } from "./lead-out.ts";
import { realEdge, type RealEdge } from "./real-haproxy.testing.ts";
import { haproxyShape } from "./shape.ts";
import { steerHaproxies } from "./steering.ts";

const never = new AbortController().signal;
const addressOf = (location: string): string => `127.93.${LOCATIONS.indexOf(location) + 1}.1`;
/** By one host and class, for a connection does not say whose it is. */
const steered = { ...steeredTo(addressOf), hosts: steeredTo(addressOf).hosts.slice(0, 1) };
const [EAST, WEST] = ["127.88.1.7", "127.88.17.9"];
let port: number;
let edge: RealEdge;
let version = 0;

const settings = () =>
  haproxyShape.parse({
    kind: "haproxy",
    edges: [{ location: HERE, socket: "/none" }],
    relay: { port },
    leaving: { closeShare: 1, endShareEachSecond: 0.5 },
  });

beforeAll(async () => {
  port = await freePort();
  edge = await realEdge({
    location: HERE,
    address: addressOf(HERE),
    port,
    settings: settings(),
    steered,
    asksAgain: true,
  });
});
afterAll(() => edge.stop());
beforeEach(() => steer({ "zone-east": 0, "zone-west": 0 }));

test("who belongs elsewhere is asked to leave after an answer, and comes back on the same connection otherwise", async () => {
  expect((await page(EAST)).headers.connection).not.toBe("close");
  await steer({ "zone-east": 1, "zone-west": 0 });
  expect((await page(EAST)).headers.connection).toBe("close");
  expect((await page(WEST)).headers.connection).not.toBe("close");
});

test("WebSockets and event streams of who belongs elsewhere end, the longest idle first; others' go on, and so does a checkout", async () => {
  const idle = await webSocket(EAST);
  const stream = await eventStream(EAST);
  const stays = await webSocket(WEST);
  await new Promise((resolve) => void setTimeout(resolve, 1500));
  const active = await webSocket(EAST);
  const ended: string[] = [];
  for (const [name, socket] of Object.entries({ idle, stream, active })) socket.once("close", () => ended.push(name));
  const checkout = page(EAST, "POST");
  await steer({ "zone-east": 1, "zone-west": 0 });
  // Half of three, rounded up: the third has a second more.
  await expect.poll(() => ended.length).toBe(3);
  expect(ended.at(-1)).toBe("active");
  expect(stays.destroyed).toBe(false);
  stays.write("still here");
  expect(String((await once(stays, "data"))[0])).toBe("still here");
  expect((await checkout).statusCode).toBe(200);
});

test("of what HAProxy says only long connections are taken, those first whose both sides have been silent for longest", () => {
  const said = [
    line("a1", "10.0.0.1:40000", "rp-long", "9m3s", "59m58s"),
    line("a2", "10.0.0.2:40000", "rp-long", "1h", "2s"),
    line("a3", "2001:db8::1:40000", "rp-long", "", "12m3s"),
    line("a4", "10.0.0.1:40001", "application", "9s", "9s"),
    line("a5", "10.9.9.9:40000", "rp-long", "1s", "1s"),
    "0xa6: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE> srv=<none> exp=10s rc=0 c_exp=",
    "",
  ].join("\n");
  expect(leaversIn(said, (address) => address !== "10.9.9.9")).toEqual([
    { id: "0xa3", address: "2001:db8::1" },
    { id: "0xa1", address: "10.0.0.1" },
    { id: "0xa2", address: "10.0.0.2" },
  ]);
});

test("who comes right back is left alone until DNS's answers have run out, then for twice as long; his older connections are not", () => {
  const back = comingBack(60);
  const [first, older, again, other] = ["0xa1", "0xa2", "0xa3", "0xa4"].map((id) => ({ id, address: "10.0.0.1" }));
  const rests = (session: LongSession | undefined, seconds: number) => back.rests(session!, seconds * 1000);
  expect(rests(first, 100)).toBe(false);
  back.ended([first!], [older!], 100_000);
  expect([rests(older, 101), rests(again, 101), rests({ id: "0xb1", address: "10.0.0.2" }, 101)]).toEqual([
    false,
    true,
    false,
  ]);
  back.ended([older!], [], 101_000);
  expect([rests(again, 160), rests(again, 161)]).toEqual([true, false]);
  back.ended([again!], [], 161_000);
  expect([rests(other, 280), rests(other, 281)]).toEqual([true, false]);
});

async function steer(to: Readonly<Record<string, number>>): Promise<void> {
  version += 1;
  const places = [{ location: HERE, socket: edge.socket, mapsFolder: edge.mapsFolder, application: ["127.0.0.1:1"] }];
  const steering = await steerHaproxies({ ...settings(), edges: places }, toldTo("haproxy", steered), 10_000);
  onTestFinished(() => steering.stop());
  expect(await steering.driver.apply(rowsTable(version, to), never)).toEqual({ kind: "done" });
}

/** The answer, read whole, to one who would like to keep the connection. */
async function page(address: string, method = "GET"): Promise<IncomingMessage> {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const to = {
    host: addressOf(HERE),
    port,
    localAddress: address,
    method,
    agent,
    headers: { host: "www.example.com" },
  };
  const call = request(to).end();
  const [response] = (await once(call, "response")) as [IncomingMessage];
  await response.resume().toArray();
  return response;
}

const webSocket = (address: string): Promise<Socket> =>
  opened(address, ["upgrade: websocket", "connection: upgrade", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="]);

const eventStream = (address: string): Promise<Socket> => opened(address, ["accept: text/event-stream"]);

/** When its answer has begun. */
async function opened(address: string, headers: readonly string[]): Promise<Socket> {
  const socket = connect({ host: addressOf(HERE), port, localAddress: address }).on("error", () => {});
  onTestFinished(() => void socket.destroy());
  socket.write(["GET / HTTP/1.1", "host: www.example.com", ...headers, "", ""].join("\r\n"));
  await once(socket, "data");
  socket.on("data", () => {});
  return socket;
}

/** As HAProxy 2.6 writes it. */
const line = (id: string, src: string, backend: string, user: string, application: string): string =>
  `0x${id}: proto=tcpv4 src=${src} fe=users be=${backend} srv=here-1 ts=00 epoch=0 age=3s calls=2 rate=0 cpu=0 lat=0 rq[f=848202h,i=0,an=00h,rx=${user},wx=,ax=] rp[f=80048202h,i=0,an=00h,rx=${application},wx=,ax=] scf=[8,0h,fd=8] scb=[8,1h,fd=9] exp=3s rc=0 c_exp=`;
