import { expect, test } from "vitest";
import { records, type StoreRecord } from "../data/records.ts";
import { orderId, orderKey } from "./order-id.ts";
import { readOrder } from "./read-order.ts";

const BEGAN = 1_790_000_000_000;
const ORDER = orderId({ homeIndex: 1, beganAt: BEGAN, probe: false, requestId: "r" }, "key");
const KEY = orderKey(ORDER);
const RECORD: StoreRecord = { key: KEY, value: '{"order":"it"}', at: BEGAN, origin: 3 };

/** Location 2 is asked for an order that began in location 1; `has`: which others have it. */
async function read(options: {
  readonly own?: number;
  readonly has?: readonly number[];
  readonly ageMs?: number;
  readonly arrives?: boolean;
  readonly order?: string;
  readonly locationIndex?: number;
}) {
  const { own = 404, has = [], ageMs = 1000, arrives = false, order = ORDER, locationIndex = 2 } = options;
  const data = records(2);
  const asked: (number | "all")[] = [];
  if (arrives) setTimeout(() => data.merge(RECORD), 20);
  const answer = await readOrder(
    {
      location: "here",
      locationIndex,
      key: "key",
      records: data,
      read: () => Promise.resolve({ status: own, body: own === 200 ? "own" : "{}", type: "application/json" }),
      replication: {
        ask: (location) => {
          asked.push(location);
          return Promise.resolve(has.includes(location) ? RECORD : undefined);
        },
        askAll: () => {
          asked.push("all");
          return Promise.resolve(has.length > 0 ? RECORD : undefined);
        },
      },
      now: () => BEGAN + ageMs,
    },
    order,
  );
  return { status: answer.status, body: answer.body, asked };
}

test("what is here is answered from here", async () => {
  expect(await read({ own: 200 })).toEqual({ status: 200, body: "own", asked: [] });
});

test("what is not here yet is asked for where it began, and nowhere else when it is there", async () => {
  expect(await read({ has: [1] })).toEqual({ status: 200, body: RECORD.value, asked: [1] });
});

test("a checkout that went on elsewhere: who began it is dead or knows nothing, so all others are asked", async () => {
  expect(await read({ has: [3] })).toEqual({ status: 200, body: RECORD.value, asked: [1, "all"] });
  // It began here, and went on elsewhere.
  expect(await read({ has: [3], locationIndex: 1 })).toEqual({ status: 200, body: RECORD.value, asked: ["all"] });
});

test("who has to wait for it, waits", async () => {
  expect(await read({ arrives: true })).toMatchObject({ status: 200, body: RECORD.value });
});

test("what is nowhere is 'not yet' while it is young, and gone when it is old", async () => {
  const young = await read({});
  expect([young.status, JSON.parse(young.body)]).toMatchObject([503, { code: "order-not-here-yet" }]);
  const old = await read({ ageMs: 3_600_000 });
  expect([old.status, JSON.parse(old.body)]).toMatchObject([
    410,
    { code: "order-gone", detail: expect.stringContaining("60 minutes ago") },
  ]);
  // An old one that somebody still has is no less an order.
  expect(await read({ ageMs: 3_600_000, has: [3] })).toMatchObject({ status: 200 });
});

test("a store that fails is not taken for one that has nothing; a made-up id asks nobody", async () => {
  expect(await read({ own: 500, has: [1] })).toMatchObject({ status: 503, asked: [] });
  expect(await read({ order: `${ORDER.slice(0, -1)}x`, has: [1] })).toMatchObject({ status: 404, asked: [] });
});
