// A real nginx in each of three locations: who answers is asked by requests, not read from files.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { RouteTable } from "../../../core/route/table.ts";
import { steeringConformance } from "../../dns/testing.ts";
import type { RunningSteering } from "../../steering-context.ts";
import { type Answered, askAs, freePort } from "../asked-edge.testing.ts";
import {
  bucketAt,
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
import { type RealNginx, realNginx, routesOf, saidBy } from "./real-nginx.testing.ts";
import { nginxShape } from "./shape.ts";
import { makeNginx } from "./steering.ts";

const never = new AbortController().signal;
const addressOf = (location: string): string => `127.89.${LOCATIONS.indexOf(location) + 1}.1`;
const steered = steeredTo(addressOf);
let port: number;
let edges: readonly RealNginx[];

/** A busy machine may take its time; who is to be silent is waited for less. */
const make = (places: readonly object[], withinSeconds = 10): Promise<RunningSteering> =>
  makeNginx(
    nginxShape.parse({ kind: "nginx", edges: places, relay: { port }, withinSeconds }),
    toldTo("nginx", steered),
  );

beforeAll(async () => {
  port = await freePort();
  edges = await Promise.all(
    LOCATIONS.map((location) =>
      realNginx({ location, address: addressOf(location), port, steered, v6: location === HERE }),
    ),
  );
});
afterAll(async () => {
  await Promise.all(edges.map((edge) => edge.stop()));
});

steeringConformance(
  "nginx",
  async () => {
    const edge = edges[2]!;
    const steering = await make([edge.place], 2.5);
    let version = 0;
    const look = async (): Promise<void> => void ({ version } = await saidBy(edge));
    return {
      driver: {
        ...steering.driver,
        apply: async (table, signal) => {
          const outcome = await steering.driver.apply(table, signal);
          if (outcome.kind !== "retry") await look();
          return outcome;
        },
      },
      // One who may not reload it.
      driverWithoutToken: (
        await make([{ ...edge.place, reload: ["/bin/sh", "-c", "echo Operation not permitted; exit 1"] }])
      ).driver,
      appliedVersion: () => version,
      silence: (on) => edge.signalAll(on ? "SIGSTOP" : "SIGCONT"),
      stop: () => steering.stop(),
    };
  },
  LOCATIONS,
);

test("every user is answered where the core says, by host, network and zone, and a tenant of a divided row where it came", async () => {
  const steering = await make([edges[0]!.place]);
  const table = mixedTable(100);
  expect(await steering.driver.apply(table, never)).toEqual({
    kind: "done",
    says: expect.stringContaining("tenants/zone-west: divided by host"),
  });
  expect(steering.version()).toBe(100);
  const networks = Array.from({ length: 40 }, (_, net) => `127.${100 + net}.${(net * 37) % 256}.${net}`);
  const users = [...networks, "127.88.1.7", "127.88.17.9", "127.88.18.9", "127.90.3.3", "::1"].map((address) => ({
    address,
    host: "www.example.com",
  }));
  const others = [
    ...["a", "b", "Shop-7", "c.d"].map((name) => ({ address: "127.88.1.7", host: `${name}.shops.example.com` })),
    { address: "127.88.17.9", host: "a.shops.example.com" },
    { address: "127.88.1.8", host: "WWW.example.com.:8080" },
    { address: "127.88.1.7", host: "unknown.example.com" },
  ];
  const asked = [...users, ...others];
  const told = await Promise.all(asked.map(async (user) => [user, (await ask(user)).says?.location ?? null]));
  expect(told).toEqual(asked.map((user) => [user, expectedAt(table, user)]));
  // Else the above would prove little.
  expect(new Set(told.map(([, location]) => location)).size).toBe(3);
});

test("a bucket that is shed is answered by nobody, one set apart by its place in every zone", async () => {
  const steering = await make([edges[0]!.place]);
  const apart = [
    { class: "public", bucket: bucketAt("127.88.1.7"), location: null },
    { class: "public", bucket: bucketAt("127.90.3.3"), location: THIRD },
  ];
  await steering.driver.apply({ ...rowsTable(101, {}), assignment: mixedTable(101).assignment, apart }, never);
  const shed = await ask({ address: "127.88.1.7", host: "www.example.com", headers: { "x-hops": "a, b, c" } });
  expect(shed).toMatchObject({ status: 503, says: null, headers: { "retry-after": "1" } });
  expect((await ask({ address: "127.90.3.3", host: "www.example.com" })).says?.location).toBe(THIRD);
});

test("the other edge learns who the user is, a stranger's words about it go nowhere, and nothing goes in circles", async () => {
  const [here, other] = edges.map(({ place }) => place);
  // Two that are out of step, each sure that it is the other's.
  await (await make([here!])).driver.apply(rowsTable(103, { "zone-east": 1 }), never);
  await (await make([other!])).driver.apply(rowsTable(104, { "zone-east": 0 }), never);
  const user = { address: "127.88.1.7", host: "www.example.com" };
  const lie = { forwarded: "for=203.0.113.66", "x-forwarded-for": "203.0.113.66", "x-hops": "nowhere" };
  const relayed = await ask({ ...user, headers: lie });
  expect(relayed.headers["x-location"]).toBe(OTHER);
  expect(relayed.says).toMatchObject({
    location: OTHER,
    headers: {
      "x-forwarded-for": `127.88.1.7, ${addressOf(HERE)}`,
      forwarded: `for="127.88.1.7";by=${HERE};proto=http`,
      "x-hops": `nowhere, ${HERE}`,
    },
  });
  const tired = await ask({ ...user, headers: { "x-hops": "a, b, c" } });
  expect(tired.says?.location).toBe(HERE);
  expect(tired.headers["x-location"]).toBe(HERE);
  // Whoever asks how a location is has to hear of that one.
  expect((await ask({ ...user, headers: { "x-probe": THIRD } })).says?.location).toBe(HERE);
});

test("a notice is followed, once for a version, through a restart of Houston and of nginx, until a newer table", async () => {
  const steering = await make([edges[0]!.place]);
  const contingency = { [OTHER]: { public: { "zone-east": [[2, 256] as const] } } };
  const table = { ...rowsTable(110, { "zone-east": 1 }), contingency };
  await steering.driver.apply(table, never);
  const user = { address: "127.88.1.7", host: "www.example.com" };
  expect((await ask(user)).says?.location).toBe(OTHER);
  expect(await steering.driver.notice!(notice(OTHER, 109), never)).toMatchObject({ code: "notice-other-version" });
  expect(await steering.driver.notice!(notice(OTHER, 110), never)).toEqual({ kind: "done" });
  expect((await ask(user)).says?.location).toBe(THIRD);
  expect(await steering.driver.notice!(notice(HERE, 110), never)).toMatchObject({ kind: "refused" });
  // A Houston that was started anew knows of no notice; the table again does not take it back.
  const next = await make([edges[0]!.place]);
  expect(next.version()).toBe(110);
  expect(await next.driver.apply(table, never)).toEqual({ kind: "done" });
  expect(await saidBy(edges[0]!)).toMatchObject({ version: 110, lost: [OTHER] });
  await edges[0]!.kill();
  await edges[0]!.start();
  expect((await ask(user)).says?.location).toBe(THIRD);
  await next.driver.apply({ ...table, version: 111 }, never);
  expect((await ask(user)).says?.location).toBe(OTHER);
});

test("a change breaks off no answer, loses no request, and none is answered by the old table once it is done", async () => {
  const steering = await make([edges[0]!.place]);
  await steering.driver.apply(rowsTable(120, { "zone-east": 1 }), never);
  const slow = slowly({ address: "127.88.1.7", host: "www.example.com" });
  await slow.begun;
  const user = { address: "127.88.1.7", host: "www.example.com" };
  const during: (string | undefined)[] = [];
  const change = { isOn: true };
  const applied = steering.driver.apply(rowsTable(121, { "zone-east": 2 }), never).finally(() => (change.isOn = false));
  while (change.isOn) during.push((await ask(user)).says?.location);
  expect(await applied).toEqual({ kind: "done" });
  expect(during.filter((location) => location !== OTHER && location !== THIRD)).toEqual([]);
  for (let asked = 0; asked < 20; asked += 1) expect((await ask(user)).says?.location).toBe(THIRD);
  expect(await slow.location).toBe(OTHER);
});

test("a config that nginx does not take changes nothing and is told in nginx's words; mended, the same table is taken", async () => {
  const steering = await make([edges[0]!.place]);
  await steering.driver.apply(rowsTable(130, { "zone-east": 1 }), never);
  const [good, routes] = [readFileSync(edges[0]!.config, "utf8"), routesOf(edges[0]!)];
  appendFileSync(edges[0]!.config, "nonsense;\n");
  expect(await steering.driver.apply(rowsTable(131, { "zone-east": 2 }), never)).toMatchObject({
    kind: "refused",
    code: "config-refused",
    says: expect.stringContaining('unknown directive "nonsense"'),
  });
  expect(routesOf(edges[0]!)).toBe(routes);
  expect(await saidBy(edges[0]!)).toMatchObject({ version: 130 });
  writeFileSync(edges[0]!.config, good);
  expect(await steering.driver.apply(rowsTable(131, { "zone-east": 2 }), never)).toEqual({ kind: "done" });
});

test("a file that was written and never tested, by one who ended halfway, is not reloaded as it is", async () => {
  const steering = await make([edges[0]!.place]);
  await steering.driver.apply(rowsTable(140, { "zone-east": 1 }), never);
  const [good, routes] = [readFileSync(edges[0]!.config, "utf8"), routesOf(edges[0]!)];
  const again = await make([{ ...edges[0]!.place, test: ["/bin/true"], reload: ["/bin/false"] }]);
  expect(await again.driver.apply(rowsTable(141, { "zone-east": 2 }), never)).toMatchObject({ code: "unreachable" });
  expect(routesOf(edges[0]!)).not.toBe(routes);
  appendFileSync(edges[0]!.config, "nonsense;\n");
  const { driver } = await make([edges[0]!.place]);
  expect(await driver.apply(rowsTable(141, { "zone-east": 2 }), never)).toMatchObject({ code: "config-refused" });
  writeFileSync(edges[0]!.config, good);
  expect(await driver.apply(rowsTable(141, { "zone-east": 2 }), never)).toEqual({ kind: "done" });
});

test("a purchase that may have been carried out is not sent again; a page is, and whose edge can't be reached is served here", async () => {
  const steering = await make([edges[0]!.place, edges[1]!.place]);
  expect(await steering.driver.apply(rowsTable(150, { "zone-east": 1 }), never)).toEqual({ kind: "done" });
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
  expect((await ask(user)).says?.location).toBe(HERE);
  expect(seen).toEqual(["POST", "GET"]);
  breaker.close();
  await once(breaker, "close");
  expect((await ask({ ...user, method: "POST" })).says?.location).toBe(HERE);
  const outcome = await steering.driver.apply(rowsTable(151, { "zone-east": 2 }), never);
  expect(outcome).toMatchObject({ kind: "done", says: expect.stringContaining(`1 of 2 nginxes took it; ${OTHER} (`) });
  expect((await ask(user)).says?.location).toBe(THIRD);
  await edges[1]!.start();
  // It has read on its start what was kept for it meanwhile.
  expect(await saidBy(edges[1]!)).toMatchObject({ version: 151 });
});

test.each([
  ["its folder is not there", { folder: "/etc/nginx/not-there" }, { kind: "refused", code: "files-missing" }],
  ["nginx is not there", { test: ["/not/there"] }, { kind: "refused", code: "config-refused" }],
  ["it can't be reloaded", { reload: ["/bin/false"] }, { kind: "retry", code: "unreachable" }],
])("%s: that is an outcome", async (_what, change, expected) => {
  const steering = await make([{ ...edges[2]!.place, ...change }]);
  const { version } = await saidBy(edges[2]!);
  expect(await steering.driver.apply(rowsTable(version + 1, { "zone-east": 1 }), never)).toMatchObject(expected);
});

/** As a user of the first location's edge; an IPv6 user comes by its own address there. */
function ask(user: Parameters<typeof askAs>[0]): Promise<Answered> {
  return askAs(user, { address: user.address.includes(":") ? "::1" : addressOf(HERE), port });
}

/** A request whose answer has begun and takes its time. */
function slowly({ address, host }: { readonly address: string; readonly host: string }) {
  const begun = Promise.withResolvers<void>();
  const location = Promise.withResolvers<string>();
  const to = { host: addressOf(HERE), port, localAddress: address, path: "/slowly", headers: { host }, agent: false };
  const call = request(to, (response) => {
    begun.resolve();
    let text = "";
    response.setEncoding("utf8").on("data", (part: string) => void (text += part));
    response.on("end", () => location.resolve((JSON.parse(text) as { location: string }).location));
    response.on("error", location.reject);
  });
  call.on("error", location.reject);
  call.end();
  return { begun: begun.promise, location: location.promise };
}

/** A divided row of tenants leaves people where they came: nginx can't tell tenants' buckets. */
function expectedAt(table: RouteTable, user: { readonly address: string; readonly host: string }): string {
  const chunk = chunkOf(user);
  if (chunk === null) return HERE;
  const row = table.assignment[chunk.class]![chunk.zone]!;
  return chunk.class === "tenants" && row.length > 1 ? HERE : servedAt(table, chunk);
}

function mixedTable(version: number): RouteTable {
  const rows = mixedRows();
  return { ...rowsTable(version, {}), assignment: { public: rows, tenants: { ...rows, "zone-east": [[1, 256]] } } };
}
