import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { initialRoute, routeStep, type RouteState } from "../../core/route/route.ts";
import type { RouteTable } from "../../core/route/table.ts";
import { admission } from "./admission.ts";
import type { Caller } from "./caller.ts";
import { startEdge, type Edge } from "./edge.ts";
import type { EdgeRequest } from "./exchange.ts";
import { relay, type RelayTarget } from "./relay.ts";

// A busy machine makes everything late; patience costs nothing where all is well.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

/*
 * Edges on odd loopback addresses: 127.77.m.1 is location m's edge, 127.77.m.3 its node, 127.78.0.x a user of zone `z`.
 */
const LOCATIONS = ["one", "two", "three"];
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function callerOf(address: string): Caller {
  const [, net, location, host] = address.split(".").map(Number);
  if (net === 78) return { kind: "zone", zone: "z", oneWayMs: 0 };
  if (net !== 77) return { kind: "stranger", oneWayMs: 0 };
  const role = host === 1 ? "edge" : host === 3 ? "node" : "other";
  return { kind: "location", location: LOCATIONS[location! - 1]!, role, oneWayMs: 0 };
}

/** All of public traffic of zone z belongs to that location. */
function routeTo(location: number): RouteState {
  const row = { z: [[location, 256]] as [number, number][] };
  const table: RouteTable = {
    version: 1,
    at: 0,
    locations: LOCATIONS,
    assignment: { public: row, editor: row, internal: row },
    contingency: {},
    apart: [],
  };
  const stepped = routeStep(initialRoute(LOCATIONS), { event: "table", at: 0, table });
  expect(stepped.reasons.map(({ code }) => code)).toEqual(["table-taken"]);
  return stepped.state;
}

type Place = {
  readonly edge: Edge;
  readonly served: EdgeRequest[];
  readonly seen: string[];
  readonly costs: number[];
  readonly address: string;
};

async function place(
  number: number,
  options: {
    readonly to: number;
    readonly targets?: readonly [string, RelayTarget][];
    readonly readyRps?: number;
    readonly cost?: number;
    readonly cut?: string;
    readonly probeFails?: boolean;
  },
): Promise<Place> {
  const served: EdgeRequest[] = [];
  const seen: string[] = [];
  const costs: number[] = [];
  const address = `127.77.${number}.1`;
  const location = LOCATIONS[number - 1]!;
  const lines = relay({ location, localAddress: address, targets: new Map(options.targets ?? []) });
  const state = routeTo(options.to - 1);
  const edge = await startEdge({
    address,
    port: 0,
    location,
    route: () => state,
    callerOf,
    zoneOfStrangers: "z",
    writers: { editor: "two" },
    admission: admission({ readyRps: () => options.readyRps ?? 1000 }),
    costOf: () => options.cost ?? 1,
    relay: lines,
    serve: (request) => {
      served.push(request);
      return Promise.resolve({ status: 200, headers: { "content-type": "text/plain" }, body: `served in ${location}` });
    },
    isCut: (other) => other === options.cut,
    probeFails: () => options.probeFails ?? false,
    seen: {
      entered: () => seen.push("entered"),
      ended: (_, { how, cost }) => {
        seen.push(how);
        costs.push(cost);
      },
      refused: (kind) => seen.push(`refused ${kind}`),
    },
  });
  closing.push(async () => {
    await edge.stop();
    await lines.stop();
  });
  return { edge, served, seen, costs, address };
}

const target = (of: Place): RelayTarget => ({ host: of.address, port: of.edge.port, roundTripMs: 0 });

type Said = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

function ask(
  of: Place,
  call: {
    readonly from?: string;
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  } = {},
): Promise<Said> {
  const { from = "127.78.0.9", method = "GET", path = "/", headers = {}, body } = call;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: of.address,
        port: of.edge.port,
        localAddress: from,
        method,
        path,
        headers: { host: "b01.shop.planet.test", ...headers },
        agent: false,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

test("serves its own, and drops a stranger's word for hops, zone and baggage; keeps the trace it joined", async () => {
  const one = await place(1, { to: 1 });
  const said = await ask(one, {
    headers: {
      "x-hops": "two,three,two,three",
      "x-zone": "elsewhere",
      "x-probe": "two",
      baggage: "a=b",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    },
  });
  expect(said).toMatchObject({ status: 200, body: "served in one" });
  expect(said.headers["x-location"]).toBe("one");
  expect(said.headers["traceparent"]).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
  );
  expect(said.headers["x-request-id"]).toMatch(/^r-[0-9a-f]{32}$/);
  expect(said.headers["x-hops"]).toBeUndefined();
  expect(one.served[0]).toMatchObject({ probe: false, passport: { zone: "z", hops: [] } });
  expect(one.seen).toEqual(["entered", "served"]);
});

test("relays to the location of the table, which serves it whatever its own table says: no loop", async () => {
  const two = await place(2, { to: 1 });
  const one = await place(1, { to: 2, targets: [["two", target(two)]] });
  const said = await ask(one, {
    method: "POST",
    body: "hello",
    headers: {
      "x-hops": "three",
      "content-type": "text/plain",
      baggage: "a=b",
      connection: "x-secret",
      "x-secret": "1",
    },
  });
  expect(said).toMatchObject({ status: 200, body: "served in two" });
  expect(said.headers["x-location"]).toBe("two");
  const [request] = two.served;
  expect(request?.passport).toMatchObject({ zone: "z", hops: ["one"], requestId: said.headers["x-request-id"] });
  expect(request?.body?.toString()).toBe("hello");
  expect(request?.rawHeaders.map((each) => each.toLowerCase())).not.toContain("baggage");
  expect(request?.rawHeaders.map((each) => each.toLowerCase())).not.toContain("x-secret");
  expect(one.seen).toEqual(["entered", "relayed"]);
  // What another edge passed on is no demand of ours.
  expect(two.seen).toEqual(["served"]);
});

test("a request that passed too many edges is cut, and only edges are believed about that", async () => {
  const one = await place(1, { to: 1 });
  const headers = { "x-hops": "two,three,two" };
  expect((await ask(one, { from: "127.77.2.1", headers })).status).toBe(508);
  expect((await ask(one, { from: "127.77.2.9", headers })).status).toBe(200);
});

test("when the location of the table is dead, what may be repeated is served here; what may have been done is not", async () => {
  const breaks = createServer((socket: Socket) => socket.once("data", () => socket.resetAndDestroy()));
  breaks.listen(0, "127.77.3.1");
  await once(breaks, "listening");
  closing.push(() => new Promise((done) => breaks.close(done)));
  const dead: RelayTarget = { host: "127.77.2.1", port: 1, roundTripMs: 0 };
  const resets: RelayTarget = { host: "127.77.3.1", port: (breaks.address() as AddressInfo).port, roundTripMs: 0 };

  const refused = await place(1, { to: 2, targets: [["two", dead]] });
  expect((await ask(refused)).body).toBe("served in one");
  // Never sent: a second place may do it.
  expect((await ask(refused, { method: "POST", body: "x" })).body).toBe("served in one");

  const reset = await place(1, { to: 3, targets: [["three", resets]] });
  expect((await ask(reset)).body).toBe("served in one");
  expect((await ask(reset, { method: "POST", body: "x", headers: { "idempotency-key": "k" } })).body).toBe(
    "served in one",
  );
  const lost = await place(1, { to: 3, targets: [["three", resets]] });
  const said = await ask(lost, { method: "POST", body: "x" });
  expect(said.status).toBe(502);
  expect(JSON.parse(said.body)).toMatchObject({ code: "relay-failed" });
  expect(lost.seen).toEqual(["entered", "relay-failed"]);
});

test("a class with one writer writes there and nowhere else", async () => {
  const two = await place(2, { to: 1 });
  const one = await place(1, { to: 1, targets: [["two", target(two)]] });
  const headers = { host: "b01.editor.planet.test" };
  expect((await ask(one, { method: "POST", headers, body: "x" })).body).toBe("served in two");
  expect((await ask(one, { headers })).body).toBe("served in one");
  const alone = await place(1, { to: 1 });
  expect((await ask(alone, { method: "POST", headers, body: "x" })).status).toBe(502);
});

test("a node's probe is served here whatever the table says, and is no user", async () => {
  const one = await place(1, { to: 2 });
  const said = await ask(one, { from: "127.77.2.3", headers: { host: "shop.planet.test", "x-probe": "two" } });
  expect(said.body).toBe("served in one");
  expect(one.served[0]?.probe).toBe(true);
  expect(one.seen).toEqual(["served"]);
  const flapping = await place(3, { to: 3, probeFails: true });
  await expect(ask(flapping, { from: "127.77.2.3", headers: { "x-probe": "two" } })).rejects.toThrow();
  expect((await ask(flapping)).status).toBe(200);
});

test("over its capacity it refuses with 503 and Retry-After; a cut link hears nothing", async () => {
  const one = await place(1, { to: 1, readyRps: 2, cut: "two" });
  const all = await Promise.all(
    Array.from({ length: 40 }, () => ask(one, { headers: { host: "b01.internal.planet.test" } })),
  );
  const refused = all.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(20);
  expect(refused[0]?.headers["retry-after"]).toBe("1");
  expect(JSON.parse(refused[0]!.body)).toMatchObject({ code: "over-capacity" });
  await expect(ask(one, { from: "127.77.2.1" })).rejects.toThrow();
});

test("what a request took of the capacity is told once, with its end", async () => {
  let asked = 0;
  const one = await place(1, {
    to: 1,
    get cost() {
      return ++asked * 40;
    },
  });
  await ask(one);
  await ask(one, { from: "127.77.2.3", headers: { "x-probe": "two" } });
  expect(one.costs).toEqual([40, 1]);
});

test("all that it answers has a location, a request id and a trace, nonsense too", async () => {
  const one = await place(1, { to: 1 });
  const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const calls: Parameters<typeof ask>[1][] = [
    { path: "/health" },
    { headers: { host: "nothing.planet.test" } },
    { method: "DELETE" },
    { method: "POST", body: "x".repeat(20_000) },
    { method: "POST", body: "x".repeat(20_000), headers: { "transfer-encoding": "chunked" } },
    { from: "127.77.2.1", headers: { "x-hops": "two,three,two" } },
  ];
  const statuses: number[] = [];
  for (const call of calls) {
    const said = await ask(one, {
      ...call,
      headers: { "x-request-id": "mine-1234", traceparent: trace, ...call?.headers },
    });
    statuses.push(said.status);
    expect(said.headers).toMatchObject({ "x-location": "one", "x-request-id": "mine-1234" });
    expect(said.headers["traceparent"]).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
  }
  expect(statuses).toEqual([200, 421, 405, 413, 413, 508]);
  for (const [raw, status] of [
    ["GET / HTTP/1.1\r\n\r\n", "400"],
    ["NONSENSE\r\n\r\n", "400"],
    [`GET / HTTP/1.1\r\nHost: shop.planet.test\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`, "431"],
  ] as const) {
    const socket = connect(one.edge.port, one.address);
    let text = "";
    socket.on("error", () => undefined).setEncoding("latin1");
    socket.on("data", (more: string) => (text += more));
    socket.end(raw);
    await once(socket, "close");
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toContain("x-location: one\r\n");
    expect(text).toMatch(/\r\nx-request-id: r-[0-9a-f]{32}\r\ntraceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-00\r\n/);
  }
  expect(one.seen).not.toContain("refused status-200");
});

test.each([
  ["two-hosts", "GET / HTTP/1.1\r\nHost: b01.shop.planet.test\r\nHost: b02.shop.planet.test\r\n\r\n"],
  [
    "transfer-encoding",
    "POST / HTTP/1.1\r\nHost: b01.shop.planet.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "chunks-before-http-1.1",
    "POST / HTTP/1.0\r\nHost: b01.shop.planet.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
])("what servers read differently is refused and counted: %s", async (code, raw) => {
  const one = await place(1, { to: 1 });
  const socket = connect(one.edge.port, one.address);
  let text = "";
  socket.on("error", () => undefined).setEncoding("latin1");
  socket.on("data", (more: string) => (text += more));
  socket.write(raw);
  await once(socket, "close");
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(text).toContain(`"code":"${code}"`);
  expect(one.served).toEqual([]);
  expect(one.seen).toEqual(["refused status-400"]);
});

test("what nobody serves is refused with the fix; health stays green", async () => {
  const one = await place(1, { to: 1, readyRps: 0 });
  const codes = async (call: Parameters<typeof ask>[1]) => {
    const { status, body } = await ask(one, call);
    return [status, (JSON.parse(body) as { code: string; hint: string }).code];
  };
  expect(await codes({ headers: { host: "nothing.planet.test" } })).toEqual([421, "host-unknown"]);
  expect(await codes({ headers: { host: "b01.shop.planet.test:99:1" } })).toEqual([503, "over-capacity"]);
  expect(await codes({ method: "DELETE" })).toEqual([405, "method-unknown"]);
  expect(await codes({ method: "POST", body: "x".repeat(20_000) })).toEqual([413, "too-large"]);
  expect(
    await codes({ method: "POST", body: "x".repeat(20_000), headers: { "transfer-encoding": "chunked" } }),
  ).toEqual([413, "too-large"]);
  expect((await ask(one, { path: "/health" })).status).toBe(200);
});

test("garbage is refused and counted, and the edge goes on serving", async () => {
  const one = await place(1, { to: 1 });
  const random = seeded(7);
  const good = "GET / HTTP/1.1\r\nHost: b01.shop.planet.test\r\nContent-Length: 0\r\nAccept: */*\r\n\r\n";
  const throwOne = async (): Promise<void> => {
    const socket = connect(one.edge.port, one.address);
    socket.on("error", () => undefined).resume();
    socket.end(garbage(good, random));
    await once(socket, "close");
  };
  // A connection each, for the parser stops at the first nonsense; some at once, as strangers come.
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      for (let each = 0; each < 25; each++) await throwOne();
    }),
  );
  expect(one.seen.filter((each) => each.startsWith("refused")).length).toBeGreaterThan(300);
  expect((await ask(one)).body).toBe("served in one");
});

test("a header without an end and a header too long are given up on", async () => {
  const one = await place(1, { to: 1 });
  const slow = connect(one.edge.port, one.address);
  slow.on("error", () => undefined).write("GET / HTTP/1.1\r\nHost: b01.shop.planet.test\r\nX-Slow: ");
  let said = "";
  slow.setEncoding("latin1").on("data", (text: string) => (said += text));
  const drip = setInterval(() => slow.writable && slow.write("a"), 400);
  const long = connect(one.edge.port, one.address);
  let overflow = "";
  long
    .on("error", () => undefined)
    .setEncoding("latin1")
    .on("data", (text: string) => (overflow += text));
  long.write(`GET / HTTP/1.1\r\nHost: b01.shop.planet.test\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`);
  await Promise.all([once(slow, "close"), once(long, "close")]);
  clearInterval(drip);
  expect(said).toContain("408");
  expect(overflow).toContain("431");
  expect(one.seen.filter((each) => each.startsWith("refused"))).toHaveLength(2);
});

/** Mostly a good request with some bytes changed, so that it gets some way into the parser. */
function garbage(good: string, random: () => number): Buffer {
  const bytes = Buffer.from(good);
  const changes = random() < 0.5 ? 1 : Math.floor(random() * 12);
  for (let each = 0; each < changes; each++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return random() < 0.1 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
