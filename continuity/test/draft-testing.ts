import { strict as assert } from "node:assert";
import { answer, continuation, memoryStore, type AdapterOptions } from "@reactive-production/continuity";

/**
 * What every adapter owes its callers, by the IETF draft of the Idempotency-Key header (its sections 2.5 to 2.7:
 * 400 without a key, 422 for another request, 409 while the first is in progress, each a problem document of RFC
 * 9457 that points to where the operation is explained) and by this library: the first answer, to the byte.
 */
export type DraftServer = { readonly url: string; readonly close: () => Promise<void> };
export type DraftCase = { readonly name: string; readonly run: (server: DraftServer) => Promise<void> };

type Order = { readonly order: string };

/** How many times the effect of each order happened, and how to hold one up. */
const charges = new Map<string, number>();
const held = new Map<string, Promise<void>>();

export const checkout = continuation<Order>("checkout", { version: 1 }, async ({ order }, step) => {
  const times = await step("charge", {
    kind: "idempotent",
    async does() {
      await held.get(order);
      charges.set(order, (charges.get(order) ?? 0) + 1);
      return charges.get(order);
    },
  });
  // Not what JSON.stringify would write: an adapter that parses and prints again is seen.
  return answer(201, `{"order":  "${order}","times": ${times},"said":"caf\\u00e9 é" }`, { "x-order": order });
});

export const docs = "https://shop.test/docs/checkout";
export const store = memoryStore();
export const options: AdapterOptions<Order, unknown> = {
  location: "here",
  docs,
  waitMs: 250,
  request(body) {
    if (typeof (body as Order | undefined)?.order !== "string") throw new Error("order: a text is wanted");
    return body as Order;
  },
};

const buy = (url: string, key: string | readonly string[] | null, body: string) => {
  const headers = new Headers({ "content-type": "application/json" });
  for (const one of key === null ? [] : [key].flat()) headers.append("idempotency-key", one);
  return fetch(url, { method: "POST", headers, body });
};

async function problemOf(response: Response) {
  assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const body = (await response.json()) as Record<string, unknown>;
  assert.equal(body["status"], response.status);
  for (const member of ["type", "title", "detail", "code", "hint"]) assert.equal(typeof body[member], "string", member);
  return body;
}

async function refusedAs(response: Response, status: number, code: string): Promise<void> {
  assert.deepEqual([response.status, (await problemOf(response))["code"]], [status, code]);
  assert.equal(response.headers.get("link"), `<${docs}>; rel="describedby"`);
}

export const draftCases: readonly DraftCase[] = [
  {
    name: "without a key: 400, and where to read about it",
    run: async ({ url }) => refusedAs(await buy(url, null, '{"order":"none"}'), 400, "key-missing"),
  },
  {
    name: "a key that comes twice, is too long or not ASCII: 400",
    async run({ url }) {
      for (const key of [["a", "b"], "x".repeat(2_000), '"open', "a b"]) {
        await refusedAs(await buy(url, key, '{"order":"none"}'), 400, "key-unusable");
      }
    },
  },
  {
    name: "the same request again, bare or as a structured string: the first answer to the byte, and one effect",
    async run({ url }) {
      const replies: string[] = [];
      for (const key of ['twice"\\', '"twice\\"\\\\"', '"twice\\"\\\\"; from=app']) {
        const response = await buy(url, key, '{"order":"twice"}');
        assert.equal(response.status, 201);
        assert.equal(response.headers.get("x-order"), "twice");
        assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
        replies.push(Buffer.from(await response.arrayBuffer()).toString("base64"));
      }
      const first = Buffer.from(`{"order":  "twice","times": 1,"said":"caf\\u00e9 é" }`).toString("base64");
      assert.deepEqual(replies, [first, first, first]);
    },
  },
  {
    name: "the same key with another body or target: 422",
    async run({ url }) {
      assert.equal((await buy(url, "reused", '{"order":"reused"}')).status, 201);
      await refusedAs(await buy(url, "reused", '{"order":"other"}'), 422, "key-reused");
      await refusedAs(await buy(`${url}?coupon=1`, "reused", '{"order":"reused"}'), 422, "key-reused");
    },
  },
  {
    name: "the same key while the first is in progress: 409 with Retry-After, and later its answer",
    async run({ url }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set("slow", promise);
      const first = buy(url, "slow", '{"order":"slow"}');
      const second = await buy(url, "slow", '{"order":"slow"}');
      assert.equal(second.headers.get("retry-after"), "1");
      await refusedAs(second, 409, "in-progress");
      resolve();
      await first;
      assert.equal((await buy(url, "slow", '{"order":"slow"}')).status, 201);
      assert.equal(charges.get("slow"), 1);
    },
  },
  {
    name: "a body that does not say what is wanted: 400, and nothing is kept",
    async run({ url }) {
      const response = await buy(url, "bad-body", '{"no":"order"}');
      assert.deepEqual([response.status, (await problemOf(response))["code"]], [400, "bad-body"]);
      assert.equal(await store.read("checkout:bad-body"), null);
    },
  },
  {
    name: "a caller that goes away after the first effect: the request goes on to its end",
    async run({ url }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set("gone", promise);
      const leave = new AbortController();
      const headers = { "content-type": "application/json", "idempotency-key": "gone" };
      const body = '{"order":"gone"}';
      const left = fetch(url, { method: "POST", headers, body, signal: leave.signal }).catch(() => null);
      while ((await store.read("checkout:gone")) === null) await new Promise((wake) => setTimeout(wake, 5));
      leave.abort();
      await left;
      resolve();
      while ((await store.read("checkout:gone"))?.phase !== "answered") {
        await new Promise((wake) => setTimeout(wake, 5));
      }
      assert.equal(charges.get("gone"), 1);
    },
  },
];

/** Before each adapter's turn: the same orders are new again. */
export async function anew(): Promise<void> {
  charges.clear();
  held.clear();
  await store.retain({ answeredForMs: 0, maxRequests: 0 });
}
