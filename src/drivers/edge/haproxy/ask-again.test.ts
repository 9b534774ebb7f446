// Two real HAProxies whose applications err, before anybody has decided anything: who answers, and what was carried out where.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { RouteTable } from "../../../core/route/table.ts";
import { type Answered, askAs, freePort } from "../asked-edge.testing.ts";
import { bucketAt, HERE, LOCATIONS, OTHER, rowsTable, steeredTo, toldTo } from "../three-edges.testing.ts";
import { realEdge, type RealEdge } from "./real-haproxy.testing.ts";
import { runtimeSocket } from "./runtime-socket.ts";
import { haproxyShape } from "./shape.ts";
import { steerHaproxies } from "./steering.ts";

/** Whose answer a slow machine holds up for so long would be asked about elsewhere, though nothing erred. */
const AFTER_SECONDS = 2;
const never = new AbortController().signal;
const addressOf = (location: string): string => `127.91.${LOCATIONS.indexOf(location) + 1}.1`;
const steered = steeredTo(addressOf);
const user = { address: "127.88.1.7", host: "www.example.com" };
let port: number;
let here: RealEdge;
let other: RealEdge;
let version = 0;

const settings = () =>
  haproxyShape.parse({
    kind: "haproxy",
    edges: [{ location: HERE, socket: "/none" }],
    relay: { port },
    askAgain: { afterSeconds: AFTER_SECONDS, withIdempotencyKey: true },
  });

beforeAll(async () => {
  port = await freePort();
  const started = (location: string): Promise<RealEdge> =>
    realEdge({ location, address: addressOf(location), port, settings: settings(), steered, asksAgain: true });
  // In turn, so that the first look at the way there finds it open.
  other = await started(OTHER);
  here = await started(HERE);
});
afterAll(async () => {
  await Promise.all([here, other].map((edge) => edge.stop()));
});
beforeEach(async () => {
  for (const edge of [here, other]) {
    edge.application.behave("well");
    await runtimeSocket(edge)("clear table rp-budget", never);
  }
  await steer({ "zone-east": 0 });
  for (const edge of [here, other]) edge.application.takeCarriedOut();
});

test("a page is answered well by the place of the plan for a loss, while a purchase errs, once", async () => {
  here.application.behave("errs");
  expect(await ask()).toMatchObject({ status: 200, headers: { "x-location": OTHER }, says: { location: OTHER } });
  expect(await ask({ method: "POST", body: "buy" })).toMatchObject({ status: 500, says: { location: HERE } });
  expect((await ask({ method: "OPTIONS" })).says?.location).toBe(OTHER);
  expect((await ask({ method: "HEAD" })).status).toBe(200);
  for (const method of ["PUT", "DELETE", "PATCH"]) expect((await ask({ method })).status).toBe(500);
  expect(here.application.takeCarriedOut()).toEqual(["GET", "POST buy", "OPTIONS", "HEAD", "PUT", "DELETE", "PATCH"]);
  expect(other.application.takeCarriedOut()).toEqual(["GET", "OPTIONS", "HEAD"]);
});

test("a place that is silent has so long, then the page is asked elsewhere; a purchase is never", async () => {
  here.application.behave("silent");
  expect((await ask()).says?.location).toBe(OTHER);
  const purchase = ask({ method: "POST", body: "buy" }).catch(() => null);
  await expect.poll(() => here.application.takeCarriedOut()).toContain("POST buy");
  here.application.behave("errs");
  expect((await ask()).says?.location).toBe(OTHER);
  expect(other.application.takeCarriedOut()).toEqual(["GET", "GET"]);
  await here.kill();
  expect(await purchase).toBeNull();
  await here.start();
  expect(other.application.takeCarriedOut()).toEqual([]);
});

test("what the application carries out once for its key is asked elsewhere, body and all", async () => {
  here.application.behave("errs");
  const keyed = await ask({ method: "POST", body: "buy one", headers: { "idempotency-key": "7f3a" } });
  expect(keyed).toMatchObject({ status: 200, says: { location: OTHER, headers: { "idempotency-key": "7f3a" } } });
  expect(here.application.takeCarriedOut()).toEqual(["POST buy one"]);
  expect(other.application.takeCarriedOut()).toEqual(["POST buy one"]);
});

test("where everybody errs each request is carried out twice at most, and what was handed on is asked here", async () => {
  here.application.behave("errs");
  other.application.behave("errs");
  expect((await ask()).status).toBe(500);
  expect([here.application.takeCarriedOut(), other.application.takeCarriedOut()]).toEqual([["GET"], ["GET"]]);
  await steer({ "zone-east": 1 });
  here.application.behave("well");
  expect((await ask()).says?.location).toBe(HERE);
  expect(await ask({ method: "POST", body: "buy" })).toMatchObject({ status: 500, says: { location: OTHER } });
  expect([here.application.takeCarriedOut(), other.application.takeCarriedOut()]).toEqual([
    ["GET"],
    ["GET", "POST buy"],
  ]);
});

test("a bucket that is set apart, a probe, what another edge passed on and what stays open are asked in one place", async () => {
  here.application.behave("errs");
  for (const headers of [
    { "x-probe": HERE },
    { "x-hops": "a, b, c" },
    { accept: "text/event-stream" },
    { host: "unknown.example.com" },
  ])
    expect((await ask({ headers })).status).toBe(500);
  expect((await askAs({ ...user, address: addressOf(OTHER) }, { address: addressOf(HERE), port })).status).toBe(500);
  await steer({ "zone-east": 0 }, [{ class: "public", bucket: bucketAt(user.address), location: HERE }]);
  expect((await ask()).status).toBe(500);
  expect(other.application.takeCarriedOut()).toEqual([]);
});

test("no storm: of many that err a fifth and a few more are asked again, and others get what the first place says", async () => {
  here.application.behave("errs");
  const statuses: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask()));
    statuses.push(...answers.map(({ status }) => status));
  }
  expect(statuses.slice(0, 90).every((status) => status === 200)).toBe(true);
  const again = statuses.filter((status) => status === 200).length;
  expect(again).toBeGreaterThanOrEqual(100);
  // A fifth of 200 and the hundred that are always allowed, and a few for what HAProxy's rates are rounded by.
  expect(again).toBeLessThanOrEqual(145);
  expect(here.application.takeCarriedOut()).toHaveLength(200);
  expect(other.application.takeCarriedOut()).toHaveLength(again);
});

test("whose way there is closed is told what the first place says", async () => {
  here.application.behave("errs");
  await other.kill();
  try {
    // Until two looks have failed it may be tried.
    await expect.poll(async () => (await ask()).status, { timeout: 4000 }).toBe(500);
  } finally {
    await other.start();
  }
});

function ask(how: Partial<Parameters<typeof askAs>[0]> = {}): Promise<Answered> {
  return askAs({ ...user, ...how }, { address: addressOf(HERE), port });
}

/** To both edges; what is served here would go to the other place if this one were lost. */
async function steer(to: Readonly<Record<string, number>>, apart: RouteTable["apart"] = []): Promise<void> {
  version += 1;
  const table: RouteTable = {
    ...rowsTable(version, to),
    contingency: { [HERE]: { public: { "zone-east": [[1, 256]] } } },
    apart,
  };
  const edges = [here, other].map(({ location, socket, mapsFolder }) => ({ location, socket, mapsFolder }));
  const steering = await steerHaproxies({ ...settings(), edges }, toldTo("haproxy", steered), 10_000);
  expect(await steering.driver.apply(table, never)).toEqual({ kind: "done" });
  await steering.stop();
}
