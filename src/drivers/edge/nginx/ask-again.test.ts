// Two real nginxes whose applications err, before anybody has decided anything: who answers, and what was carried out where.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Answered, askAs, freePort } from "../asked-edge.testing.ts";
import { HERE, LOCATIONS, OTHER, rowsTable, steeredTo, toldTo } from "../three-edges.testing.ts";
import { type RealNginx, realNginx } from "./real-nginx.testing.ts";
import { nginxShape } from "./shape.ts";
import { makeNginx } from "./steering.ts";

const PER_SECOND_MAX = 10;
/** Whose answer a slow machine holds up for so long would be asked about elsewhere, though nothing erred. */
const AFTER_SECONDS = 2;
const addressOf = (location: string): string => `127.94.${LOCATIONS.indexOf(location) + 1}.1`;
/** The other place has two addresses, which lead to one nginx. */
const SECOND_ADDRESS = "127.94.2.2";
const steered = (() => {
  const told = steeredTo(addressOf);
  return { ...told, addresses: { ...told.addresses, [OTHER]: { v4: [addressOf(OTHER), SECOND_ADDRESS], v6: [] } } };
})();
/** Who belongs here, and who belongs to the other place. */
const [EAST, WEST] = ["127.88.1.7", "127.88.17.9"];
let port: number;
let here: RealNginx;
let other: RealNginx;

beforeAll(async () => {
  port = await freePort();
  const askAgain = { afterSeconds: AFTER_SECONDS, withIdempotencyKey: true, perSecondMax: PER_SECOND_MAX };
  [here, other] = (await Promise.all(
    [HERE, OTHER].map((location) => {
      const also = location === OTHER ? [SECOND_ADDRESS] : [];
      return realNginx({ location, address: addressOf(location), also, port, steered, askAgain });
    }),
  )) as [RealNginx, RealNginx];
  const { driver } = await makeNginx(
    nginxShape.parse({ kind: "nginx", edges: [here.place], relay: { port }, withinSeconds: 10 }),
    toldTo("nginx", steered),
  );
  const table = {
    ...rowsTable(1, { "zone-east": 0, "zone-west": 1 }),
    contingency: { [HERE]: { public: { "zone-east": [[1, 256] as const] } } },
  };
  expect(await driver.apply(table, new AbortController().signal)).toEqual({ kind: "done" });
});
afterAll(async () => {
  await Promise.all([here, other].map((edge) => edge.stop()));
});
beforeEach(() => {
  for (const edge of [here, other]) {
    edge.application.behave("well");
    edge.application.takeCarriedOut();
  }
});

test("a page is answered well by the place of the plan for a loss, while a purchase errs, once", async () => {
  here.application.behave("errs");
  expect(await ask()).toMatchObject({ status: 200, headers: { "x-location": OTHER }, says: { location: OTHER } });
  expect(await ask({ method: "POST", body: "buy" })).toMatchObject({ status: 500, says: { location: HERE } });
  expect((await ask({ method: "OPTIONS" })).says?.location).toBe(OTHER);
  for (const method of ["PUT", "DELETE", "PATCH"]) expect((await ask({ method })).status).toBe(500);
  const keyed = await ask({ method: "POST", body: "buy one", headers: { "idempotency-key": "7f3a" } });
  expect(keyed).toMatchObject({ status: 200, says: { location: OTHER, headers: { "idempotency-key": "7f3a" } } });
  expect(here.application.takeCarriedOut()).toEqual([
    "GET",
    "POST buy",
    "OPTIONS",
    "PUT",
    "DELETE",
    "PATCH",
    "POST buy one",
  ]);
  expect(other.application.takeCarriedOut()).toEqual(["GET", "OPTIONS", "POST buy one"]);
});

test("a place that is silent has so long, then the page is asked elsewhere, as the user's", async () => {
  here.application.behave("silent");
  const { says } = await ask();
  expect(says).toMatchObject({
    location: OTHER,
    headers: { forwarded: `for="${EAST}";by=${HERE};proto=http`, "x-hops": HERE, host: "www.example.com" },
  });
  expect(says?.headers["x-rp-second"]).toBeUndefined();
});

test("where everybody errs each request is carried out twice at most, and what was handed on is asked here", async () => {
  here.application.behave("errs");
  other.application.behave("errs");
  expect((await ask()).status).toBe(500);
  expect([here.application.takeCarriedOut(), other.application.takeCarriedOut()]).toEqual([["GET"], ["GET"]]);
  here.application.behave("well");
  expect((await ask({ address: WEST })).says?.location).toBe(HERE);
  const purchase = await ask({ address: WEST, method: "POST", body: "buy" });
  expect(purchase).toMatchObject({ status: 500, says: { location: OTHER } });
  expect([here.application.takeCarriedOut(), other.application.takeCarriedOut()]).toEqual([
    ["GET"],
    ["GET", "POST buy"],
  ]);
});

test("of a location's two addresses one is asked about a request, and then this place", async () => {
  other.application.behave("errs");
  for (let asked = 0; asked < 10; asked += 1) expect((await ask({ address: WEST })).says?.location).toBe(HERE);
  expect(other.application.takeCarriedOut()).toHaveLength(10);
  expect(here.application.takeCarriedOut()).toHaveLength(10);
});

test("a probe, what another edge passed on, what stays open and an unknown host are asked in one place", async () => {
  here.application.behave("errs");
  for (const headers of [{ "x-probe": HERE }, { "x-hops": "a, b, c" }, { accept: "text/event-stream" }])
    expect((await ask({ headers })).status).toBe(500);
  expect((await ask({ host: "unknown.example.com" })).status).toBe(500);
  expect((await ask({ address: addressOf(OTHER) })).status).toBe(500);
  expect(other.application.takeCarriedOut()).toEqual([]);
});

test("no storm: of many that err at once so many a second go on", async () => {
  here.application.behave("errs");
  const answers = await Promise.all(Array.from({ length: 10 * PER_SECOND_MAX }, () => ask()));
  const well = answers.filter(({ status }) => status === 200).length;
  expect(well).toBeGreaterThan(0);
  expect(well).toBeLessThan(10 * PER_SECOND_MAX);
  expect(other.application.takeCarriedOut()).toHaveLength(well);
  // On a busy machine some have waited for `afterSeconds`, and are answered by the other before they were begun here.
  const carriedOut = here.application.takeCarriedOut().length;
  expect(carriedOut).toBeGreaterThanOrEqual(answers.filter(({ says }) => says?.location === HERE).length);
  expect(carriedOut).toBeLessThanOrEqual(10 * PER_SECOND_MAX);
});

function ask(how: Partial<Parameters<typeof askAs>[0]> = {}): Promise<Answered> {
  return askAs({ address: EAST, host: "www.example.com", ...how }, { address: addressOf(HERE), port });
}
