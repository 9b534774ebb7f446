// A real HAProxy in each of three locations: who answers is asked by requests, not read from maps.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Outcome } from "../../../core/control-contract.ts";
import { bucketOfHost } from "../../../core/route/host.ts";
import type { RouteTable } from "../../../core/route/table.ts";
import { steeringConformance } from "../../dns/testing.ts";
import type { RunningSteering } from "../../steering-context.ts";
import { type Answered, askAs, freePort } from "../asked-edge.testing.ts";
import {
  chunkOf,
  HERE,
  LOCATIONS,
  mixedRows,
  notice,
  OTHER,
  rowsTable,
  servedAt,
  steeredTo,
  THIRD,
  toldTo,
} from "../three-edges.testing.ts";
import { realEdge, type RealEdge } from "./real-haproxy.testing.ts";
import { haproxyShape } from "./shape.ts";
import { steerHaproxies } from "./steering.ts";

const never = new AbortController().signal;
const addressOf = (location: string): string => `127.87.${LOCATIONS.indexOf(location) + 1}.1`;
const steered = steeredTo(addressOf);
let port: number;
let edges: readonly RealEdge[];

const shape = (more: object = {}): ReturnType<typeof haproxyShape.parse> =>
  haproxyShape.parse({ kind: "haproxy", edges: [{ location: HERE, socket: "/none" }], relay: { port }, ...more });

/** A busy machine may take its time; who is to be silent is waited for less. */
const make = (sockets: readonly object[], withinMs = 10_000): Promise<RunningSteering> =>
  steerHaproxies(shape({ edges: sockets }), toldTo("haproxy", steered), withinMs);

const placeOf = ({ location, socket, mapsFolder }: RealEdge): object => ({ location, socket, mapsFolder });

const start = (location: string): Promise<RealEdge> =>
  realEdge({ location, address: addressOf(location), port, settings: shape(), steered, v6: location === HERE });

beforeAll(async () => {
  port = await freePort();
  edges = await Promise.all(LOCATIONS.map(start));
});
afterAll(async () => {
  await Promise.all(edges.map((edge) => edge.stop()));
});

steeringConformance(
  "HAProxy",
  async () => {
    const edge = edges[2]!;
    const steering = await make([placeOf(edge)], 2500);
    return {
      driver: steering.driver,
      // One whose config does not have our lines yet.
      driverWithoutToken: (await make([{ ...placeOf(edge), mapsFolder: "/etc/haproxy/not-there", mapsHere: false }]))
        .driver,
      appliedVersion: () => versionIn(edge),
      silence: (on) => edge.signalAll(on ? "SIGSTOP" : "SIGCONT"),
      stop: () => steering.stop(),
    };
  },
  LOCATIONS,
);

test("every user is answered where the core says, by host, network and zone", async () => {
  const steering = await make(edges.map(placeOf));
  const table = mixedTable(100);
  expect(await steering.driver.apply(table, never)).toEqual({ kind: "done" });
  expect(steering.version()).toBe(100);
  const users = [
    ...["127.88.1.7", "127.88.17.9", "127.88.18.9", "127.90.3.3", "::1"].map((address) => ({
      address,
      host: "www.example.com",
    })),
    ...["a", "b", "Shop-7", "c.d"].map((name) => ({ address: "127.88.1.7", host: `${name}.shops.example.com` })),
    { address: "127.88.1.8", host: "WWW.example.com.:8080" },
    { address: "127.88.1.7", host: "unknown.example.com" },
  ];
  const told = await Promise.all(users.map(async (user) => [user, (await ask(user)).says?.location ?? null]));
  expect(told).toEqual(users.map((user) => [user, expectedAt(table, user)]));
  // Else the above would prove little.
  expect(new Set(told.map(([, location]) => location)).size).toBeGreaterThan(2);
});

test("a bucket that is shed is answered by nobody, one set apart by its place in every zone", async () => {
  const steering = await make(edges.map(placeOf));
  const apart = [
    { class: "tenants", bucket: bucketOfHost("shed.shops.example.com"), location: null },
    { class: "tenants", bucket: bucketOfHost("apart.shops.example.com"), location: THIRD },
  ];
  await steering.driver.apply({ ...mixedTable(101), apart }, never);
  expect(await ask({ address: "127.88.1.7", host: "shed.shops.example.com" })).toMatchObject({
    status: 503,
    says: null,
  });
  for (const address of ["127.88.1.7", "127.90.3.3"])
    expect((await ask({ address, host: "apart.shops.example.com" })).says?.location).toBe(THIRD);
});

test("the other edge learns who the user is, and a stranger's words about it go nowhere", async () => {
  const steering = await make(edges.map(placeOf));
  await steering.driver.apply(rowsTable(102, { "zone-east": 1 }), never);
  const lie = { forwarded: "for=203.0.113.66", "x-hops": "nowhere" };
  const relayed = await ask({ address: "127.88.1.7", host: "www.example.com", headers: lie });
  expect(relayed.headers["x-location"]).toBe(OTHER);
  expect(relayed.says).toMatchObject({
    location: OTHER,
    headers: {
      "x-forwarded-for": "127.88.1.7, 127.88.1.7",
      forwarded: `for="127.88.1.7";by=${HERE};proto=http`,
      "x-hops": `nowhere, ${HERE}`,
    },
  });
});

test("nothing goes in circles: what an edge passed on is served, and so is what passed three", async () => {
  const [here, other, third] = edges.map(placeOf);
  // Two that are out of step, each sure that it is the other's.
  await (await make([here!])).driver.apply(rowsTable(103, { "zone-east": 1 }), never);
  await (await make([other!])).driver.apply(rowsTable(104, { "zone-east": 0 }), never);
  await (await make([third!])).driver.apply(rowsTable(104, { "zone-east": 0 }), never);
  const user = { address: "127.88.1.7", host: "www.example.com" };
  expect((await ask(user)).says?.location).toBe(OTHER);
  expect((await ask({ ...user, headers: { "x-hops": "a, b, c" } })).says?.location).toBe(HERE);
  // Whoever asks how a location is has to hear of that one.
  expect((await ask({ ...user, headers: { "x-probe": THIRD } })).says?.location).toBe(HERE);
});

test("a loss notice is one line: its users go where the plan says, and only a newer table ends it", async () => {
  const steering = await make(edges.map(placeOf));
  const contingency = { [OTHER]: { public: { "zone-east": [[2, 256] as const] } } };
  await steering.driver.apply({ ...rowsTable(110, { "zone-east": 1 }), contingency }, never);
  const user = { address: "127.88.1.7", host: "www.example.com" };
  expect((await ask(user)).says?.location).toBe(OTHER);
  expect(await steering.driver.notice!(notice(OTHER, 109), never)).toMatchObject({
    kind: "refused",
    code: "notice-other-version",
  });
  expect(await steering.driver.notice!(notice(OTHER, 110), never)).toEqual({ kind: "done" });
  expect((await ask(user)).says?.location).toBe(THIRD);
  expect(await steering.driver.notice!(notice(OTHER, 110), never)).toEqual({ kind: "done" });
  expect(await steering.driver.notice!(notice(HERE, 110), never)).toMatchObject({ kind: "refused" });
  // A Houston that was started anew knows of no notice; the table again does not take it back.
  const next = await make(edges.map(placeOf));
  expect(await next.driver.apply({ ...rowsTable(110, { "zone-east": 1 }), contingency }, never)).toEqual({
    kind: "done",
  });
  expect((await ask(user)).says?.location).toBe(THIRD);
  await edges[0]!.kill();
  await edges[0]!.start();
  expect((await ask(user)).says?.location).toBe(THIRD);
  await next.driver.apply({ ...rowsTable(111, { "zone-east": 1 }), contingency }, never);
  expect((await ask(user)).says?.location).toBe(OTHER);
});

test("a reload under load loses no request and nobody's way, and a killed one starts where it was", async () => {
  const steering = await make(edges.map(placeOf));
  await steering.driver.apply(rowsTable(120, { "zone-east": 2 }), never);
  const user = { address: "127.88.1.7", host: "www.example.com" };
  edges[0]!.reload();
  const during: (string | undefined)[] = [];
  for (let asked = 0; asked < 150; asked += 1) during.push((await ask(user)).says?.location);
  expect(new Set(during)).toEqual(new Set([THIRD]));
  await edges[0]!.kill();
  await edges[0]!.start();
  expect((await ask(user)).says?.location).toBe(THIRD);
  expect(await steering.driver.apply(rowsTable(120, { "zone-east": 2 }), never)).toEqual({ kind: "done" });
  expect(await steering.driver.apply(rowsTable(119, { "zone-east": 0 }), never)).toMatchObject({
    code: "table-not-newer",
  });
});

test("a line that somebody changed by hand is put right by the same table", async () => {
  const steering = await make(edges.map(placeOf));
  await steering.driver.apply(rowsTable(140, { "zone-east": 1 }), never);
  socketSays(edges[0]!, `set map ${edges[0]!.mapsFolder}/routes.map table/public/zone-east/ ${THIRD}`);
  expect((await ask({ address: "127.88.1.7", host: "www.example.com" })).says?.location).toBe(THIRD);
  expect(await steering.driver.apply(rowsTable(140, { "zone-east": 1 }), never)).toEqual({ kind: "done" });
  expect((await ask({ address: "127.88.1.7", host: "www.example.com" })).says?.location).toBe(OTHER);
});

test("a purchase that may have been carried out is not sent again; a page is", async () => {
  const steering = await make(edges.map(placeOf));
  await steering.driver.apply(rowsTable(150, { "zone-east": 1 }), never);
  await edges[1]!.kill();
  const seen: string[] = [];
  const breaker = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (data: Buffer) => {
      seen.push(data.toString("latin1").split(" ")[0]!);
      socket.destroy();
    });
  }).listen(port, addressOf(OTHER));
  await once(breaker, "listening");
  onTestFinished(() => void breaker.close());
  const user = { address: "127.88.1.7", host: "www.example.com" };
  expect(await ask({ ...user, method: "POST" })).toMatchObject({ status: 502, says: null });
  await ask(user);
  expect(seen).toEqual(["POST", "GET", "GET"]);
});

test("whose edge can't be reached is served here; one HAProxy that is down stops nobody and is named", async () => {
  const steering = await make(edges.map(placeOf));
  const user = { address: "127.88.1.7", host: "www.example.com" };
  await edges[1]!.kill();
  await expect.poll(async () => (await ask(user)).says?.location).toBe(HERE);
  const outcome = await steering.driver.apply(rowsTable(151, { "zone-east": 2 }), never);
  expect(outcome).toMatchObject({
    kind: "done",
    says: expect.stringContaining(`2 of 3 HAProxies took it; ${OTHER} (`),
  });
  expect((await ask(user)).says?.location).toBe(THIRD);
  // As when it was killed with its location: nobody waits for it to follow its own loss.
  const contingency = { [OTHER]: { public: { "zone-east": [[2, 256] as const] } } };
  await steering.driver.apply({ ...rowsTable(152, { "zone-east": 1 }), contingency }, never);
  await expect.poll(async () => (await ask(user)).says?.location).toBe(HERE);
  expect(await steering.driver.notice!(notice(OTHER, 152), never)).toMatchObject({
    kind: "done",
    says: expect.stringContaining(`2 of 3 HAProxies took it; ${OTHER} (`),
  });
  expect((await ask(user)).says?.location).toBe(THIRD);
  await edges[1]!.start();
  // It has read on its start what was kept for it meanwhile.
  expect(versionIn(edges[1]!)).toBe(152);
});

test.each([
  ["nobody listens", null, { kind: "retry", code: "unreachable" }],
  ["it is no HAProxy", "HTTP/1.1 400 Bad Request\r\n\r\n", { kind: "retry", code: "unreachable" }],
  ["it talks nonsense", "nonsense\n\n", { kind: "retry", code: "answer-unreadable" }],
  ["it breaks off", "type=beg, found=yes", { kind: "retry", code: "unreachable" }],
  ["it lets us only look", "Permission denied\n\n", { kind: "refused", code: "rights-missing" }],
] as const)("%s: that is an outcome", async (_what, words, expected) => {
  const server = createServer((socket) => socket.on("error", () => {}).end(words ?? ""));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address() as AddressInfo;
  if (words === null) server.close();
  else onTestFinished(() => void server.close());
  const steering = await make([{ location: HERE, socket: `127.0.0.1:${free}` }]);
  expect(await steering.driver.apply(rowsTable(1, { "zone-east": 1 }), never)).toMatchObject<Partial<Outcome>>(
    expected,
  );
});

/** As a user of the first location's edge; an IPv6 user comes by its own address there. */
function ask(user: Parameters<typeof askAs>[0]): Promise<Answered> {
  return askAs(user, { address: user.address.includes(":") ? "::1" : addressOf(HERE), port });
}

function expectedAt(table: RouteTable, user: { readonly address: string; readonly host: string }): string {
  const chunk = chunkOf(user);
  return chunk === null ? HERE : servedAt(table, chunk);
}

function mixedTable(version: number): RouteTable {
  const rows = mixedRows();
  return { ...rowsTable(version, {}), assignment: { public: rows, tenants: rows } };
}

/** Another way to HAProxy than the driver's own. */
function socketSays({ address, adminPort }: RealEdge, command: string): string {
  const words = `exec 3<>/dev/tcp/${address}/${adminPort}; echo "${command}" >&3; cat <&3`;
  return execFileSync("bash", ["-c", words], { encoding: "utf8", timeout: 5000 });
}

const versionIn = (edge: RealEdge): number =>
  Number(/value="(\d+)"/.exec(socketSays(edge, `get map ${edge.mapsFolder}/changes.map version`))?.[1] ?? 0);
