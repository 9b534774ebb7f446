import { expect, test } from "vitest";
import { wallClock, type Clock } from "./clock.ts";
import { answer, continuation, type Continuation, type Step } from "./continuation.ts";
import { StepRefused } from "./errors.ts";
import { memoryStore } from "./memory-store.ts";
import { serve, type Arrival } from "./serve.ts";
import type { JournalStore } from "./store.ts";
import { finishUnfinished } from "./sweep.ts";
import { traceOf } from "./trace.ts";

const at = 1_700_000_000_000;
/** Stands still until it is set forward; pauses pass at once. */
function madeClock(): Clock & { set(ms: number): void } {
  let now = at;
  return {
    now: () => now,
    sleep: (ms, signal) => wallClock.sleep(Math.min(ms, 50), signal),
    set: (ms) => void (now = ms),
  };
}
const arrival = (more: Partial<Arrival<null>> = {}): Arrival<null> => ({
  key: "k",
  fingerprint: "f",
  request: null,
  location: "A",
  ...more,
});
const elsewhere = (store: JournalStore): JournalStore => ({ ...store });
const codeOf = (of: { body: string }) => (JSON.parse(of.body) as { code?: string }).code;
const work = (steps: (step: Step) => Promise<unknown>) =>
  continuation<null>("buy", { version: 1 }, (_, step) => steps(step));

test("the request's deadline: no step begins after it, what was done is taken back, and it stays that way", async () => {
  const clock = madeClock();
  const store = memoryStore();
  const did: string[] = [];
  const buy = work(async (step) => {
    await step("reserve", {
      kind: "idempotent",
      does(_, { notAfter }) {
        did.push(`reserve until ${notAfter - at}`);
        clock.set(at + 3_000);
      },
      undoes: () => did.push("undo reserve"),
    });
    await step("charge", { kind: "once", does: () => did.push("charge") });
  });
  const answered = await serve(buy, store, arrival({ clock, notAfter: at + 2_000 }));
  expect([answered.status, codeOf(answered)]).toEqual([504, "deadline-over"]);
  expect(did).toEqual(["reserve until 2000", "undo reserve"]);
  // A clock that is an hour behind, elsewhere, does not begin anew.
  clock.set(at - 3_600_000);
  expect(await serve(buy, elsewhere(store), arrival({ clock }))).toEqual(answered);
  const record = await store.read("buy:k");
  expect(record === null ? null : traceOf(record)?.steps.map(({ name, how }) => [name, how])).toContainEqual([
    "charge",
    "late",
  ]);
});

test("past something that cannot be taken back, the request goes on to its end, deadline or not", async () => {
  const clock = madeClock();
  const buy = work(async (step) => {
    await step("charge", { kind: "idempotent", does: () => clock.set(at + 3_000) });
    await step("confirm", { kind: "idempotent", does: (_, { notAfter }) => notAfter - at });
    return answer(201, {});
  });
  expect((await serve(buy, memoryStore(), arrival({ clock, notAfter: at + 2_000 }))).status).toBe(201);
});

test("a caller that has gone before the first effect leaves no trace; after it, the request goes on", async () => {
  const store = memoryStore();
  let charged = 0;
  const buy = (leavesAt: "price" | "charge", gone: AbortController) =>
    work(async (step) => {
      await step("price", { kind: "pure", does: () => leavesAt === "price" && gone.abort() });
      // The turn in which a result without effect would be written, were it worth it.
      await new Promise((resolve) => setImmediate(resolve));
      await step("charge", { kind: "once", does: () => ((charged += 1), gone.abort(), null) });
      await step("confirm", { kind: "idempotent", does: () => null });
      return answer(201, {});
    });
  const early = new AbortController();
  const left = await serve(buy("price", early), store, arrival({ signal: early.signal }));
  expect([left.status, codeOf(left), charged]).toEqual([503, "caller-gone", 0]);
  expect(await store.read("buy:k")).toBe(null);

  const late = new AbortController();
  expect((await serve(buy("charge", late), store, arrival({ signal: late.signal }))).status).toBe(201);
  expect(charged).toBe(1);
});

test("one of two callers goes: the request goes on for the other", async () => {
  const store = memoryStore();
  const gone = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const buy = work(async (step) => {
    await step("price", { kind: "pure", does: () => promise });
    await step("charge", { kind: "once", does: () => null });
    return answer(201, {});
  });
  const one = serve(buy, store, arrival({ signal: gone.signal }));
  const other = serve(buy, store, arrival());
  gone.abort();
  resolve();
  expect([(await one).status, (await other).status]).toEqual([201, 201]);
});

test("branches at work when another is refused end first, and are undone with the rest", async () => {
  const did: string[] = [];
  const store = memoryStore();
  const { promise: refused, resolve: refuse } = Promise.withResolvers<void>();
  const buy = work((step) =>
    Promise.all([
      (async () => {
        await step("seat", {
          kind: "idempotent",
          does: () => refused.then(() => did.push("seat")),
          undoes: () => did.push("undo seat"),
        });
        await step("meal", { kind: "once", does: () => did.push("meal") });
      })(),
      step("pay", {
        kind: "once",
        does() {
          setImmediate(refuse);
          throw new StepRefused("the card was declined", { status: 402 });
        },
      }),
    ]),
  );
  const answered = await serve(buy, store, arrival());
  expect([answered.status, codeOf(answered)]).toEqual([402, "refused"]);
  expect(did).toEqual(["seat", "undo seat"]);
});

const version = (number: number, earlier: readonly Continuation<null>[] = []) =>
  continuation<null>("buy", { version: number, earlier }, async (_, step) => {
    for (let n = 1; n <= number; n += 1) await step(`step-${n}`, { kind: "idempotent", does: () => n });
    return answer(201, { version: number });
  });
async function begunBy(number: number) {
  const store = memoryStore();
  const cut = continuation<null>("buy", { version: number }, async (_, step) => {
    await step("step-1", { kind: "idempotent", does: () => 1 });
    throw new Error("cut here");
  });
  expect((await serve(cut, store, arrival())).status).toBe(503);
  return store;
}

test("a request of an earlier version goes on with that version's code where it was kept, else it parks", async () => {
  const kept = await begunBy(1);
  expect((await serve(version(2, [version(1)]), elsewhere(kept), arrival())).body).toBe('{"version":1}');
  const lost = await begunBy(1);
  const parked = await serve(version(3, [version(2)]), elsewhere(lost), arrival());
  expect([parked.status, codeOf(parked)]).toEqual([409, "code-changed"]);
  expect((JSON.parse(parked.body) as { detail: string }).detail).toBe(
    'it was begun by version 1 of "buy", and this code knows version 3, 2',
  );
  expect(() => version(2, [version(2)])).toThrow(expect.objectContaining({ code: "bad-input" }));
});

test("old code leaves a request of a newer version as it is, for those who have its code", async () => {
  const store = await begunBy(2);
  const before = await store.read("buy:k");
  const left = await serve(version(1), elsewhere(store), arrival({ leaseMs: 0 }));
  expect([left.status, codeOf(left), left.headers["retry-after"]]).toEqual([503, "code-older", "1"]);
  const swept = await finishUnfinished(elsewhere(store), [version(1)], { location: "B", quietForMs: 0 });
  expect(swept).toMatchObject({ finished: 0, left: 1 });
  expect((await store.read("buy:k"))?.entries).toEqual(before?.entries);
  expect((await serve(version(2), elsewhere(store), arrival())).status).toBe(201);
});
