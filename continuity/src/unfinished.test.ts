import { expect, test } from "vitest";
import { answer, continuation } from "./continuation.ts";
import { settleDoubt } from "./doubt.ts";
import { memoryStore } from "./memory-store.ts";
import { serve } from "./serve.ts";
import { unfinishedIn } from "./unfinished.ts";

test("what is at work, what is parked and what of it is in doubt is counted by who ran it last", async () => {
  const store = memoryStore();
  const bank = Promise.withResolvers<void>();
  const sells = continuation<"waits" | "breaks" | "sells">("sell", { version: 1 }, async (how, step) => {
    await step("charge", {
      kind: "once",
      does: async () => {
        if (how === "breaks") throw new Error("the line broke off");
        if (how === "waits") await bank.promise;
        return "paid";
      },
    });
    return answer(201, {});
  });
  const sell = (key: string, location: string, request: "waits" | "breaks" | "sells") =>
    serve(sells, store, { key, fingerprint: key, request, location });

  const waiting = sell("k1", "A", "waits");
  await sell("k2", "A", "sells");
  expect((await sell("k3", "B", "breaks")).status).toBe(409);
  expect(await unfinishedIn(store)).toEqual({
    A: { inFlight: 1, parked: 0, inDoubt: 0 },
    B: { inFlight: 0, parked: 1, inDoubt: 1 },
  });

  // A person's word sends it on its way again: it waits for its caller's next try.
  await settleDoubt(store, "sell:k3", { by: "ana", done: true, result: "paid", location: "B" });
  bank.resolve();
  await waiting;
  expect(await unfinishedIn(store)).toEqual({ B: { inFlight: 1, parked: 0, inDoubt: 0 } });
  await store.close();
});
