import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Clock } from "./clock.ts";
import { answer, continuation } from "./continuation.ts";
import type { Answer } from "./entry.ts";
import { defaults } from "./limits.ts";
import { memoryStore } from "./memory-store.ts";
import { serve } from "./serve.ts";
import { listDoubts, settleDoubt } from "./doubt.ts";
import type { JournalStore } from "./store.ts";

/**
 * Several runs of one request, one after another, each with its own fate at each of its awaits: it dies there,
 * falls asleep and wakes when others have gone on, or its call fails before or after taking effect. Whatever
 * the fates, the bank is charged once and every answer is the same.
 */
type Fate = "ok" | "die" | "sleep" | "fail-before" | "fail-after";

const fate = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>("ok") },
  { weight: 1, arbitrary: fc.constantFrom<Fate>("die", "sleep", "fail-before", "fail-after") },
);
const fates = fc.array(fc.array(fate, { maxLength: 16 }), { minLength: 1, maxLength: 5 });

/** A bank that deduplicates nothing, and makes 'not done' final. */
function makeBank() {
  const charges: string[] = [];
  const voided = new Set<string>();
  return {
    charges,
    charge(key: string) {
      if (voided.has(key)) throw new Error("409 voided");
      charges.push(key);
      return { paid: key };
    },
    void(key: string) {
      if (!charges.includes(key)) voided.add(key);
      return charges.includes(key);
    },
  };
}

/** One process: its awaits meet their fates in turn. `awake` resolves when sleepers may go on. */
function processOf(list: readonly Fate[], awake: Promise<void>) {
  let at = 0;
  let dead = false;
  const never = new Promise<never>(() => undefined);
  async function meet<T>(work: () => T | Promise<T>): Promise<T> {
    if (dead) return never;
    const fate = list[at++] ?? "ok";
    switch (fate) {
      case "ok":
        break;
      case "die":
        // The dead do nothing more, but what they sent may still arrive.
        dead = true;
        if (at % 2 === 0) void (async () => work())().catch(() => undefined);
        return never;
      case "sleep":
        await awake;
        break;
      case "fail-before":
        throw new Error("connection refused");
      case "fail-after":
        await work();
        throw new Error("connection reset");
    }
    const result = await work();
    return dead ? never : result;
  }
  const beatMs = defaults.leaseMs / defaults.beatsPerLease;
  const clock: Clock = {
    now: () => 0,
    // Pauses between tries pass at once; deadlines, signs of life and callers' patience never come.
    sleep: (ms, signal) => {
      if (dead) return never;
      if (ms < beatMs || (ms > beatMs && ms <= defaults.backoffMaxMs)) return new Promise((r) => setImmediate(r));
      return new Promise((resolve) => {
        if (signal?.aborted === true) resolve();
        signal?.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  };
  return { meet, clock };
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function play(lists: readonly (readonly Fate[])[], kind: "askable" | "once") {
  const bank = makeBank();
  const shared = memoryStore();
  const answers: Answer[] = [];
  const { promise: awake, resolve: wake } = Promise.withResolvers<void>();
  const arrive = (list: readonly Fate[], location: string) => {
    const { meet, clock } = processOf(list, awake);
    // A store object of its own: requests attach to one another within a process only.
    const store: JournalStore = { ...shared, append: (write) => meet(() => shared.append(write)) };
    const pay = continuation<{ order: string }>("pay", { version: 1 }, async ({ order }, step) => {
      const charge = (name: string) =>
        step(name, {
          kind,
          does: (key) => meet(() => bank.charge(key)),
          asks: (key) =>
            meet(() =>
              bank.void(key) ? { done: true, final: true, result: { paid: key } } : { done: false, final: true },
            ),
        });
      return answer(201, { order, charges: [await charge("first"), await charge("second")] });
    });
    const arrival = { key: "k", fingerprint: "f", request: { order: "o" }, location, clock, isGone: () => true };
    return serve(pay, store, arrival).then((one) => {
      if (one.status === 201) answers.push(one);
      return one;
    });
  };
  for (const [index, list] of lists.entries()) {
    void arrive(list, `L${index}`);
    await quiet();
  }
  let last = await arrive([], "last");
  wake();
  await quiet();
  // Each step may park once.
  for (let settled = 0; settled < 3 && last.status === 409; settled += 1) {
    for (const { id, receiverKey } of await listDoubts(shared)) {
      const done = bank.charges.includes(receiverKey ?? "");
      // Saying 'not done', the person vouches that it never will be under that key.
      bank.void(receiverKey ?? "");
      await settleDoubt(shared, id, { by: "p", location: "desk", done, result: { paid: receiverKey } });
    }
    last = await arrive([], "again");
  }
  return { bank, answers, last };
}

for (const kind of ["askable", "once"] as const) {
  test(
    `${kind}: whatever befalls the runs, each charge happens once and all answers are the same`,
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fates, async (lists) => {
          const { bank, answers, last } = await play(lists, kind);
          expect(last.status).toBe(201);
          const { charges } = JSON.parse(last.body) as { charges: { paid: string }[] };
          expect(bank.charges.toSorted(byText)).toEqual(charges.map(({ paid }) => paid).toSorted(byText));
          expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
        }),
        { numRuns: 250 },
      );
    },
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
