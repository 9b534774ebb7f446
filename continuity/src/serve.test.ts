import { expect, test, vi } from "vitest";
import { wallClock, type Clock } from "./clock.ts";
import { answer, continuation, type Step } from "./continuation.ts";
import { listDoubts, settleDoubt, showDoubt } from "./doubt.ts";
import type { Entry } from "./entry.ts";
import { StepRefused } from "./errors.ts";
import { memoryStore } from "./memory-store.ts";
import { fingerprint, serve, type Arrival } from "./serve.ts";
import type { JournalStore } from "./store.ts";
import { finishUnfinished } from "./sweep.ts";
import { traceOf } from "./trace.ts";

// Real time and real disks, on a machine that may do much else.
vi.setConfig({ testTimeout: 30_000 });

const arrival = (more: Partial<Arrival<unknown>> = {}): Arrival<unknown> => ({
  key: "k",
  fingerprint: "f",
  request: { cart: 1 },
  location: "A",
  ...more,
});
const codeOf = (of: { body: string }) => (JSON.parse(of.body) as { code?: string }).code;
const work = (steps: (step: Step) => Promise<unknown>, version = 1) =>
  continuation<unknown>("buy", { version }, (_, step) => steps(step));
/** Another process on the same journal: requests attach within a process only by the store's identity. */
const elsewhere = (store: JournalStore): JournalStore => ({ ...store });

/** Pauses between tries pass twenty times faster. */
const hasty: Clock = { now: () => wallClock.now(), sleep: (ms, signal) => wallClock.sleep(ms / 20, signal) };
const byText = (a: string | null, b: string | null): number => ((a ?? "") < (b ?? "") ? -1 : 1);
const cut = (key: string, name: string, version = 1) =>
  work(async (step) => {
    await step("reserve", { kind: "idempotent", does: () => 1 });
    await step(name, { kind: "idempotent", does: () => Promise.reject(new Error(key)) });
  }, version);

test("no key 400, a key of 10 kB 400, another body 422, and the stored answer to the byte", async () => {
  const store = memoryStore();
  let runs = 0;
  const buy = work(async (step) => {
    const run = await step("pay", { kind: "once", does: () => (runs += 1) });
    return answer(201, `{"spaced":   "é\\u0000", "run": ${run}}`, { "x-order": "7" });
  });
  expect(await serve(buy, store, arrival({ key: undefined }))).toMatchObject({ status: 400 });
  expect(await serve(buy, store, arrival({ key: "x".repeat(10_240) }))).toMatchObject({ status: 400 });
  expect(await serve(buy, store, arrival({ key: "naïve" }))).toMatchObject({ status: 400 });
  const first = await serve(buy, store, arrival());
  expect(first).toMatchObject({ status: 201, headers: { "x-order": "7" } });
  expect(await serve(buy, store, arrival({ key: '"k"' }))).toEqual(first);
  expect(await serve(buy, elsewhere(store), arrival({ location: "B" }))).toEqual(first);
  const reused = await serve(buy, elsewhere(store), arrival({ fingerprint: "g" }));
  expect([reused.status, codeOf(reused), reused.headers["content-type"]]).toEqual([
    422,
    "key-reused",
    "application/problem+json",
  ]);
  const broken = work(() => Promise.reject(new Error("deployed an hour later")));
  expect(await serve(broken, elsewhere(store), arrival())).toEqual(first);
  expect(runs).toBe(1);
  expect(fingerprint("POST", "/ab", "c")).not.toBe(fingerprint("POST", "/a", "bc"));
});

test("n steps cost n + 1 commits", async () => {
  const store = memoryStore();
  const kinds: string[][] = [];
  const counted: JournalStore = {
    ...store,
    append(write) {
      kinds.push(write.entries.map(({ kind }) => kind));
      return store.append(write);
    },
  };
  const three = work(async (step) => {
    for (const name of ["a", "b", "c"]) await step(name, { kind: "idempotent", does: (key) => key });
    return answer(200, {});
  });
  await serve(three, counted, arrival());
  expect(kinds).toEqual([
    ["begun", "intent"],
    ["result", "intent"],
    ["result", "intent"],
    ["result", "answered"],
  ]);
});

test("the same key at two places at once: one goes on, the other waits for its answer; a third gets 409", async () => {
  const store = memoryStore();
  let effects = 0;
  const slow = work(async (step) => {
    const n = await step("pay", {
      kind: "once",
      // Longer than the lease: only signs of life keep the other from taking over.
      does: () => new Promise<number>((resolve) => setTimeout(() => resolve((effects += 1)), 700)),
    });
    return answer(201, { n });
  });
  const places = [store, elsewhere(store), elsewhere(store)];
  const [a, b, impatient] = await Promise.all([
    serve(slow, places[0] ?? store, arrival({ leaseMs: 450 })),
    serve(slow, places[1] ?? store, arrival({ leaseMs: 450, location: "B" })),
    serve(slow, places[2] ?? store, arrival({ leaseMs: 450, location: "C", waitMs: 100 })),
  ]);
  expect(a.status).toBe(201);
  expect(b).toEqual(a);
  expect([impatient.status, codeOf(impatient), impatient.headers["retry-after"]]).toEqual([409, "in-progress", "1"]);
  expect(effects).toBe(1);
});

/** How often an owner says that it lives while a step takes two seconds. */
async function beatsWithin(leaseMs: number): Promise<number> {
  const store = memoryStore();
  let beats = 0;
  const append: JournalStore["append"] = (write) => {
    if (write.entries.length === 0) beats += 1;
    return store.append(write);
  };
  const { promise: paid, resolve: pays } = Promise.withResolvers<void>();
  const slow = work((step) => step("pay", { kind: "once", does: () => paid }));
  let now = 0;
  const clock: Clock = {
    now: () => now,
    // Only signs of life and the end of patience are waited for; the clock goes to the nearer one.
    async sleep(ms, signal) {
      if (ms > 1_000) return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
      await new Promise((resolve) => setImmediate(resolve));
      now += ms;
      if (now >= 2_000) pays();
    },
  };
  await serve(slow, { ...store, append }, arrival({ leaseMs, clock }));
  return beats;
}

test("an owner's signs of life come four to its lease", async () => {
  expect([await beatsWithin(400), await beatsWithin(4_000)]).toEqual([20, 2]);
});

test("a refusal is final: earlier steps are undone in reverse, and the answer is kept", async () => {
  const store = memoryStore();
  const done: string[] = [];
  const buy = work(async (step) => {
    for (const name of ["seat", "bag"]) {
      await step(name, {
        kind: "idempotent",
        does: (key) => done.push(key) && name,
        undoes: (key, result) => done.push(`undo ${result} ${key}`),
      });
    }
    await step("pay", {
      kind: "askable",
      does: () => Promise.reject(new StepRefused("the card was declined", { status: 402 })),
      asks: () => ({ done: false, final: true }),
    });
  });
  const first = await serve(buy, store, arrival());
  expect([first.status, codeOf(first)]).toEqual([402, "refused"]);
  expect(await serve(buy, elsewhere(store), arrival())).toEqual(first);
  expect(done).toEqual(["k.buy.seat.1", "k.buy.bag.1", "undo bag k.buy.bag.1", "undo seat k.buy.seat.1"]);
});

test("a step that throws a string, returns a function, or has no kind: a typed answer, and nothing half-written", async () => {
  const store = memoryStore();
  const once = (key: string, does: () => unknown) =>
    serve(
      work((step) => step("s", { kind: "once", does })),
      store,
      arrival({ key }),
    );
  const threw = await once("string", () => {
    // oxlint-disable-next-line no-throw-literal, only-throw-error
    throw "boom";
  });
  expect([threw.status, codeOf(threw)]).toEqual([409, "in-doubt"]);
  for (const [key, value] of Object.entries({
    function: () => 1,
    nested: { deep: [1n] },
    nan: NaN,
    huge: "x".repeat(70_000),
  })) {
    const answered = await once(key, () => value);
    expect([answered.status, codeOf(answered)]).toEqual([409, "unkeepable"]);
  }
  const kindless = { does: () => 1 } as unknown as { kind: "pure"; does: () => number };
  const without = await serve(
    work((step) => step("s", kindless)),
    store,
    arrival({ key: "kindless" }),
  );
  expect([without.status, codeOf(without)]).toEqual([503, "bad-kind"]);
  expect(await store.read("buy:kindless")).toBe(null);
  const large = await serve(
    work(async () => 1),
    store,
    arrival({ key: "large", request: "x".repeat(70_000) }),
  );
  expect([large.status, codeOf(large)]).toEqual([413, "too-large"]);
  expect((await listDoubts(store)).map(({ receiverKey }) => receiverKey).toSorted(byText)).toEqual(
    ["function", "huge", "nan", "nested", "string"].map((key) => `${key}.buy.s.1`),
  );
});

test("a step that never returns ends in its time; in doubt it waits for a person, whose word it takes", async () => {
  const store = memoryStore();
  const hangs = work(async (step) =>
    answer(201, await step("s", { kind: "once", withinMs: 30, does: () => new Promise<string>(() => undefined) })),
  );
  const parked = await serve(hangs, store, arrival());
  expect([parked.status, codeOf(parked)]).toEqual([409, "in-doubt"]);
  expect((await showDoubt(store, "buy:k"))?.receiverKey).toBe("k.buy.s.1");
  await settleDoubt(store, "buy:k", { by: "ada", location: "desk", done: true, result: "seen in the books" });
  await expect(settleDoubt(store, "buy:k", { by: "bob", location: "desk", done: false })).rejects.toMatchObject({
    code: "bad-input",
  });
  expect((await serve(hangs, elsewhere(store), arrival())).body).toBe("seen in the books");
});

test("an answer that is not final counts as once", async () => {
  const store = memoryStore();
  const vague = work((step) =>
    step("s", {
      kind: "askable",
      withinMs: 20,
      does: () => Promise.reject(new Error("reset")),
      asks: () => ({ done: false, final: false }),
    }),
  );
  const parked = await serve(vague, store, arrival());
  expect([parked.status, codeOf(parked)]).toEqual([409, "in-doubt"]);
});

test("code that changed between runs is noticed and parked, never guessed", async () => {
  const store = memoryStore();
  for (const [key, next] of Object.entries({
    renamed: cut("renamed", "debit"),
    version: cut("version", "charge", 2),
    dropped: work((step) => step("reserve", { kind: "idempotent", does: () => 1 })),
    kind: work(async (step) => {
      await step("reserve", { kind: "idempotent", does: () => 1 });
      await step("charge", { kind: "pure", does: () => 2 });
    }),
  })) {
    // Its run gives up after some tries.
    const first = await serve(cut(key, "charge"), store, arrival({ key, clock: hasty }));
    expect([first.status, codeOf(first)]).toEqual([503, "interrupted"]);
    const after = await serve(next, elsewhere(store), arrival({ key }));
    expect([key, after.status, codeOf(after)]).toEqual([key, 409, "code-changed"]);
  }
});

test("an entry of a newer version is left alone, and says so", async () => {
  const store = memoryStore();
  const begun = { v: 1, kind: "begun", at: 1, location: "A", run: "r", epoch: 1, workflow: "buy", version: 1 } as const;
  const future = { v: 2, kind: "teleported", at: 1, location: "A", run: "r", epoch: 1 } as unknown as Entry;
  await store.append({
    id: "buy:k",
    expect: { seq: 0, epoch: 0 },
    entries: [{ ...begun, key: "k", fingerprint: "f" }, future],
  });
  const buy = work(async () => 1);
  const answered = await serve(buy, store, arrival({ leaseMs: 0 }));
  expect([answered.status, codeOf(answered)]).toEqual([503, "entry-newer"]);
  expect(await finishUnfinished(store, [buy], { location: "B", quietForMs: 0 })).toMatchObject({
    finished: 0,
    left: 1,
  });
  expect((await store.read("buy:k"))?.seq).toBe(2);
});

test("the sweeper finishes what a lost location began, each request once, two sweepers at a time", async () => {
  const store = memoryStore();
  const charged: string[] = [];
  const buyIn = (dies: boolean) =>
    continuation<{ n: number }>("buy", { version: 1 }, async ({ n }, step, run) => {
      await step("charge", {
        kind: "askable",
        does: (key) => (dies ? new Promise<string>(() => undefined) : charged.push(key) && key),
        asks: (key) =>
          charged.includes(key) ? { done: true, final: true, result: key } : { done: false, final: true },
      });
      return answer(201, { n, home: run.home, done: run.done().map(({ location }) => location) });
    });
  const dead = elsewhere(store);
  const orphaned = Array.from({ length: 30 }, (_, n) => ({
    key: `k${n}`,
    fingerprint: "f",
    request: { n },
    location: "A",
    waitMs: 20,
  }));
  await Promise.all(orphaned.map((one) => serve(buyIn(true), dead, one)));
  // Its journal hears no more from A.
  dead.append = () => new Promise(() => undefined);
  const sweeps = await Promise.all(
    ["B", "C"].map((location) =>
      finishUnfinished(elsewhere(store), [buyIn(false)], { location, gone: "A", quietForMs: 0 }),
    ),
  );
  expect(sweeps.reduce((sum, { finished }) => sum + finished, 0)).toBe(30);
  expect(charged.toSorted(byText)).toEqual(orphaned.map(({ key }) => `${key}.buy.charge.2`).toSorted(byText));
  const record = await store.read("buy:k7");
  const trace = record === null ? null : traceOf(record);
  expect(trace).toMatchObject({ home: "A", state: "answered", runs: [{ why: "begun" }, { why: "swept" }] });
  expect(trace?.steps.map(({ attempt, outcome, how }) => [attempt, outcome, how])).toEqual([
    [1, "void", "asked"],
    [2, "done", "called"],
  ]);
  // The user comes back after all, and finds the order made.
  expect(
    (await serve(buyIn(true), elsewhere(store), { key: "k7", fingerprint: "f", request: { n: 7 }, location: "C" }))
      .status,
  ).toBe(201);
});
