import { expect, test } from "vitest";
import { answer, continuation } from "./continuation.ts";
import { memoryStore } from "./memory-store.ts";
import { purgeTenant } from "./purge.ts";
import { serve } from "./serve.ts";

const keys: string[] = [];
const buy = continuation<null>("buy", { version: 1 }, async (_, step) => {
  await step("pay", { kind: "idempotent", does: (key) => void keys.push(key) });
  return answer(201, { charged: keys.at(-1) });
});
const hangs = continuation<null>("buy", { version: 1 }, (_, step) =>
  step("pay", { kind: "once", does: () => Promise.reject(new Error("reset")) }),
);
const arrival = (tenant?: string, key = "k") => ({ key, tenant, fingerprint: "f", request: null, location: "A" });

test("two tenants that send the same key never meet: not in the journal, not at the receiver", async () => {
  const store = memoryStore();
  for (const tenant of [undefined, "acme", "globex"]) await serve(buy, store, arrival(tenant));
  expect(keys).toEqual(["k.buy.pay.1", "k.buy@acme.pay.1", "k.buy@globex.pay.1"]);
  const bad = await serve(buy, store, arrival("no:such"));
  expect([bad.status, (JSON.parse(bad.body) as { code: string }).code]).toEqual([503, "bad-name"]);
});

test("one tenant is purged: its answered requests only, and who still waits is told", async () => {
  const store = memoryStore();
  for (const tenant of ["acme", "globex"]) await serve(buy, store, arrival(tenant));
  await serve(hangs, store, arrival("acme", "in-doubt"));
  expect(await purgeTenant(store, { tenant: "acme", continuations: [buy] })).toEqual({ forgotten: 1, left: 1 });
  expect(await store.read("buy@acme:k")).toBe(null);
  expect((await store.read("buy@acme:in-doubt"))?.phase).toBe("parked");
  expect((await store.read("buy@globex:k"))?.phase).toBe("answered");
});
