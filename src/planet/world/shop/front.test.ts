import { expect, test } from "vitest";
import { damage, DAMAGED_CASES, DAMAGED_WITHIN_MS } from "../../../../test/damage.ts";
import type { EdgeRequest } from "../../../drivers/edge/exchange.ts";
import { shopFront } from "./front.ts";

const GOOD: readonly (readonly [method: string, target: string, service: string])[] = [
  ["GET", "/", "web"],
  ["GET", "/api/products?q=mug", "catalog"],
  ["POST", "/api/carts", "cart"],
  ["POST", "/api/carts/abc~1x2.sig/items", "cart"],
  ["POST", "/api/carts/abc~1x2.sig/checkout", "checkout"],
  ["GET", "/api/orders/o07-19ab", "orders"],
];

function request(method: string, target: string): EdgeRequest {
  return {
    method,
    target,
    host: "shop.planet.test",
    chunk: { class: "public", bucket: 1 },
    passport: { requestId: "r-1", traceparent: "-", zone: "z", hops: [] },
    idempotencyKey: undefined,
    rawHeaders: [],
    body: null,
    probe: false,
    fromEdge: false,
  };
}

test("each path has its service, and a query means something to the catalogue alone", async () => {
  const called: string[] = [];
  const front = shopFront((name, { method, path }) => {
    called.push(`${method} ${path} ${name}`);
    return Promise.resolve({ status: 200, body: "" });
  });
  for (const [method, target] of GOOD) await front(request(method, target));
  await front(request("GET", "/api/orders/o07-19ab?x=1"));
  expect(called).toEqual([...GOOD.map((good) => good.join(" ")), "GET /api/orders/o07-19ab orders"]);
});

test("what a location can't do now says when to try again", async () => {
  const statuses = [200, 409, 503];
  const front = shopFront(() => Promise.resolve({ status: statuses.shift() ?? 200, body: "" }));
  const told = [await front(request("GET", "/")), await front(request("GET", "/")), await front(request("GET", "/"))];
  expect(told.map(({ headers }) => headers["retry-after"])).toEqual([undefined, undefined, "1"]);
});

test(
  "garbage is a call to a service or a refusal that says the fix in few words",
  { timeout: DAMAGED_WITHIN_MS },
  async () => {
    const { text, below } = damage(41);
    let called = 0;
    const front = shopFront((_, { path }) => {
      called++;
      // What services get decodes: they need not ask again.
      decodeURIComponent(path.split("?")[0]!);
      return Promise.resolve({ status: 200, body: "" });
    });
    const refused: Record<number, number> = { 400: 0, 404: 0, 405: 0 };
    for (let each = 0; each < DAMAGED_CASES; each++) {
      const [method, target] = GOOD[below(GOOD.length)]!;
      const { status, body } = await front(request(below(10) === 0 ? text(method) : method, text(target)));
      if (status === 200) continue;
      refused[status]!++;
      if (body.length > 1500 || !(JSON.parse(body.toString()) as { hint: string }).hint)
        throw new Error(body.toString());
    }
    for (const count of [called, ...Object.values(refused)]) expect(count).toBeGreaterThan(100);
    expect(called + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(DAMAGED_CASES);
  },
);
