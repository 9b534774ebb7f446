import { expect, test } from "vitest";
import { wallClock, type Clock } from "./clock.ts";
import { answer, continuation } from "./continuation.ts";
import { memoryStore } from "./memory-store.ts";
import { serve } from "./serve.ts";
import type { JournalStore } from "./store.ts";

const hourMs = 3_600_000;
/** A machine whose clock is wrong; pauses pass faster. */
const off = (ms: number): Clock => ({
  now: () => Date.now() + ms,
  sleep: (forMs, signal) => wallClock.sleep(forMs / 50, signal),
});
const elsewhere = (store: JournalStore): JournalStore => ({ ...store });
const arrival = (clock: Clock, location: string) => ({
  key: "k",
  fingerprint: "f",
  request: null,
  location,
  clock,
  leaseMs: 0,
});

/** A bank with a right clock, that honours a call's deadline and can void. */
function makeBank() {
  const charges = new Set<string>();
  const voided = new Set<string>();
  return {
    charges,
    charge(key: string, notAfter: number) {
      if (notAfter < Date.now() || voided.has(key)) throw new Error("410 too late");
      charges.add(key);
      return key;
    },
    ask(key: string) {
      if (charges.has(key)) return { done: true, final: true, result: key } as const;
      voided.add(key);
      return { done: false, final: true } as const;
    },
  };
}

const buyAt = (bank: ReturnType<typeof makeBank>) =>
  continuation<null>("buy", { version: 1 }, async (_, step) =>
    answer(201, {
      paid: await step("pay", {
        kind: "askable",
        does: (key, { notAfter }) => bank.charge(key, notAfter),
        asks: (key) => bank.ask(key),
      }),
    }),
  );

test("a clock an hour slow: its calls come too late and charge nothing; one with a right clock goes on", async () => {
  const [store, bank] = [memoryStore(), makeBank()];
  expect((await serve(buyAt(bank), store, arrival(off(-hourMs), "slow"))).status).toBe(503);
  expect(bank.charges.size).toBe(0);
  expect((await serve(buyAt(bank), elsewhere(store), arrival(off(0), "right"))).status).toBe(201);
  expect(bank.charges.size).toBe(1);
});

test("a clock an hour fast: charges once, and takes over from nobody who lives", async () => {
  const [store, bank] = [memoryStore(), makeBank()];
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = continuation<null>("buy", { version: 1 }, async (_, step) => {
    await step("pay", { kind: "once", does: (key) => promise.then(() => void bank.charges.add(key)) });
    return answer(201, {});
  });
  const right = serve(slow, store, { ...arrival(wallClock, "right"), leaseMs: 60_000 });
  const fast = serve(slow, elsewhere(store), { ...arrival(off(hourMs), "fast"), leaseMs: 60_000 });
  setTimeout(resolve, 50);
  expect([(await right).status, (await fast).status]).toEqual([201, 201]);
  expect(bank.charges.size).toBe(1);
});

/** The receiver knows no void: only its own clock, by which the dead one's call may still come. */
const buyByDeadline = (does: () => Promise<null>) =>
  continuation<null>("buy", { version: 1 }, async (_, step) => {
    await step("pay", { kind: "askable", does, asks: () => ({ done: false, final: false }) });
    return answer(201, {});
  });

test("who takes over by a fast clock does not believe that a deadline made 'not done' final: it parks", async () => {
  const store = memoryStore();
  void serve(
    buyByDeadline(() => new Promise(() => undefined)),
    elsewhere(store),
    arrival(wallClock, "dies"),
  );
  while ((await store.read("buy:k")) === null) await wallClock.sleep(1);
  let again = 0;
  const parked = await serve(
    buyByDeadline(async () => ((again += 1), null)),
    elsewhere(store),
    arrival(off(hourMs), "fast"),
  );
  expect([parked.status, (JSON.parse(parked.body) as { code: string }).code]).toEqual([409, "in-doubt"]);
  expect(again).toBe(0);
});
