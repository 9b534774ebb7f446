import { strict as assert } from "node:assert";
import type { Entry, EntryKind } from "./entry.ts";
import { memoryStore } from "./memory-store.ts";
import type { JournalStore, Write } from "./store.ts";

/**
 * The suite that every journal store passes. It uses plain assertions, so that a store written elsewhere can
 * run it under any test runner:
 *
 *     for (const { name, run } of storeCases) test(name, () => run(openMyStore));
 */
export type OpenedStore = {
  readonly store: JournalStore;
  /** A second client of the same data, as another process or location would have. */
  readonly beside: () => Promise<JournalStore>;
  /** What is there after the process died without a word; absent for stores that keep nothing. */
  readonly afterCrash?: () => Promise<JournalStore>;
  readonly dispose: () => Promise<void>;
};

export type StoreCase = { readonly name: string; readonly run: (open: () => Promise<OpenedStore>) => Promise<void> };

const used =
  (test: (opened: OpenedStore) => Promise<void>): StoreCase["run"] =>
  async (open) => {
    const opened = await open();
    try {
      await test(opened);
    } finally {
      await opened.dispose();
    }
  };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const storeCases: readonly StoreCase[] = [
  {
    name: "what was written is read back, to the byte",
    run: used(async ({ store, beside }) => {
      assert.equal(await store.read("w:none"), null);
      const body = 'bytes: \u0000 \u00e9 \u{1f600} " \\ \n';
      const entries = [
        begun("w:a", "k", "r1"),
        entry("answered", "r1", 1, { answer: { status: 201, headers: {}, body } }),
      ];
      assert.deepEqual(await store.append(write("w:a", 0, 0, entries)), { kind: "written", seq: 2 });
      for (const reader of [store, await beside()]) {
        const record = await reader.read("w:a");
        assert.equal(record?.seq, 2);
        assert.equal(record.epoch, 1);
        assert.equal(record.phase, "answered");
        assert.deepEqual(record.entries, entries);
      }
    }),
  },
  {
    name: "the fence: a stale position or epoch writes nothing and is shown what is there",
    run: used(async ({ store }) => {
      await store.append(write("w:a", 0, 0, [begun("w:a", "k", "r1", "A")]));
      const taken = entry("taken", "r2", 2, { from: "A", why: "lease" }, "B");
      assert.equal((await store.append(write("w:a", 1, 1, [taken]))).kind, "written");
      const late = await store.append(write("w:a", 1, 1, [intent("r1", 1)]));
      assert.equal(late.kind, "conflict");
      assert.equal(late.kind === "conflict" && late.record?.seq, 2);
      assert.equal(late.kind === "conflict" && late.record?.location, "B");
      // Even one that knows the length but holds the old fence.
      assert.equal((await store.append(write("w:a", 2, 1, [intent("r1", 1)]))).kind, "conflict");
      // A sign of life is a write too.
      assert.equal((await store.append(write("w:a", 1, 1, []))).kind, "conflict");
      assert.equal((await store.append(write("w:a", 2, 2, []))).kind, "written");
      assert.equal((await store.read("w:a"))?.seq, 2);
      // A request cannot begin twice, nor in the middle.
      assert.equal((await store.append(write("w:a", 0, 0, [begun("w:a", "k", "r3")]))).kind, "conflict");
      assert.equal((await store.append(write("w:b", 3, 1, [intent("r1", 1)]))).kind, "conflict");
      assert.equal(await store.read("w:b"), null);
    }),
  },
  {
    name: "a write that is sent again after a lost answer counts once",
    run: used(async ({ store }) => {
      const first = write("w:a", 0, 0, [begun("w:a", "k", "r1"), intent("r1", 1)]);
      assert.deepEqual(await store.append(first), { kind: "written", seq: 2 });
      assert.deepEqual(await store.append(first), { kind: "written", seq: 2 });
      assert.equal((await store.read("w:a"))?.entries.length, 2);
      // But not when another run holds the request by now: the sender must learn that.
      await store.append(write("w:a", 2, 1, [entry("taken", "r2", 2, { from: "A", why: "lease" })]));
      assert.equal((await store.append(first)).kind, "conflict");
    }),
  },
  {
    name: "an answer is final",
    run: used(async ({ store }) => {
      const answer = { status: 200, headers: {}, body: "x" };
      await store.append(write("w:a", 0, 0, [begun("w:a", "k", "r1"), entry("answered", "r1", 1, { answer })]));
      assert.equal((await store.append(write("w:a", 2, 1, [intent("r1", 1)]))).kind, "conflict");
      const taken = entry("taken", "r2", 2, { from: "A", why: "lease" });
      assert.equal((await store.append(write("w:a", 2, 1, [taken]))).kind, "conflict");
    }),
  },
  {
    name: "of many that begin or take over at once, exactly one wins",
    run: used(async ({ store, beside }) => {
      const clients = [store, await beside(), await beside()];
      for (let round = 0; round < 20; round += 1) {
        const id = `w:race-${round}`;
        const begins = await Promise.all(
          clients.map((client, n) => client.append(write(id, 0, 0, [begun(id, `k${round}`, `r${n}`)]))),
        );
        assert.equal(begins.filter(({ kind }) => kind === "written").length, 1);
        const takes = await Promise.all(
          clients.map((client, n) =>
            client.append(
              write(id, 1, 1, [entry("taken", `t${n}`, 2, { from: "A", why: "lease" }), intent(`t${n}`, 2)]),
            ),
          ),
        );
        assert.equal(takes.filter(({ kind }) => kind === "written").length, 1);
        assert.equal((await store.read(id))?.seq, 3);
      }
    }),
  },
  {
    name: "a waiter is woken by a write from elsewhere, and by its own deadline",
    run: used(async ({ store, beside }) => {
      const other = await beside();
      await store.append(write("w:a", 0, 0, [begun("w:a", "k", "r1")]));
      const woken = store.changed("w:a", 1, { withinMs: 5_000 });
      await pause(30);
      await other.append(write("w:a", 1, 1, [intent("r1", 1)]));
      assert.equal((await woken)?.seq, 2);
      assert.equal((await store.changed("w:a", 1, { withinMs: 5_000 }))?.seq, 2);
      const before = performance.now();
      assert.equal((await store.changed("w:a", 2, { withinMs: 60 }))?.seq, 2);
      assert.ok(performance.now() - before >= 50);
      const stop = new AbortController();
      const aborted = store.changed("w:a", 2, { withinMs: 60_000, signal: stop.signal });
      stop.abort();
      await aborted.catch(() => undefined);
    }),
  },
  {
    name: "quiet time is the store's, and signs of life end it",
    run: used(async ({ store, beside }) => {
      // A store without a clock counts from what a reader saw: this one is there from the start.
      const reader = await beside();
      await store.append(write("w:a", 0, 0, [{ ...begun("w:a", "k", "r1"), at: 1 }]));
      await pause(300);
      const quietMs = (await reader.read("w:a"))?.quietMs ?? 0;
      assert.ok(quietMs >= 90 && quietMs < 10_000, `quiet for ${quietMs} ms`);
      // Whatever a busy machine makes of it: since its sign of life it can't have been quiet for longer than this took.
      const before = performance.now();
      await store.append(write("w:a", 1, 1, []));
      const quietAgainMs = (await store.read("w:a"))?.quietMs ?? Infinity;
      const tookMs = performance.now() - before;
      assert.ok(quietAgainMs <= tookMs + 20, `quiet for ${quietAgainMs} ms within ${tookMs} ms`);
    }),
  },
  {
    name: "lists the unfinished of a location, the parked, and finds by key and other names",
    run: used(async ({ store }) => {
      const answer = { status: 200, headers: {}, body: "x" };
      const reason = { code: "in-doubt", says: "s", step: "charge", attempt: 1 };
      await store.append(write("w:1", 0, 0, [begun("w:1", "key-1", "r", "A", ["order-1"])]));
      await store.append(write("w:2", 0, 0, [begun("w:2", "key-2", "r", "B")]));
      await store.append(
        write("w:3", 0, 0, [begun("w:3", "key-3", "r", "A"), entry("parked", "r", 1, { reason }, "A")]),
      );
      await store.append(
        write("w:4", 0, 0, [
          begun("w:4", "key-4", "r", "A"),
          entry("answered", "r", 1, { answer, names: ["order-4"] }, "A"),
        ]),
      );
      await store.append(
        write("w:5", 0, 0, [begun("w:5", "key-5", "r", "A"), entry("released", "r", 1, { says: "" }, "A")]),
      );
      const ids = async (filter: Parameters<JournalStore["list"]>[0]) =>
        (await store.list(filter)).map(({ id }) => id).toSorted();
      assert.deepEqual(await ids({ phases: ["running", "released"], location: "A", limit: 10 }), ["w:1", "w:5"]);
      assert.deepEqual(await ids({ phases: ["running", "released"], limit: 10 }), ["w:1", "w:2", "w:5"]);
      assert.deepEqual(await ids({ phases: ["running"], quietForMs: 60_000, limit: 10 }), []);
      assert.deepEqual(await ids({ phases: ["parked"], limit: 10 }), ["w:3"]);
      assert.equal((await store.list({ phases: ["running", "released"], limit: 2 })).length, 2);
      assert.deepEqual(await store.find("key-2"), ["w:2"]);
      assert.deepEqual(await store.find("w:2"), ["w:2"]);
      assert.deepEqual(await store.find("order-1"), ["w:1"]);
      assert.deepEqual(await store.find("order-4"), ["w:4"]);
      assert.deepEqual(await store.find("nothing"), []);
      assert.deepEqual(await store.counts(), {
        running: 2,
        released: 1,
        parked: 1,
        answered: 1,
        at: { A: { running: 1, released: 1, parked: 1 }, B: { running: 1, released: 0, parked: 0 } },
      });
    }),
  },
  {
    name: "forgets the answered by age and by number, and never the others",
    run: used(async ({ store }) => {
      const answer = { status: 200, headers: {}, body: "x" };
      await store.append(write("w:open", 0, 0, [begun("w:open", "open", "r")]));
      for (let n = 0; n < 5; n += 1) {
        const id = `w:${n}`;
        await store.append(write(id, 0, 0, [begun(id, `k${n}`, "r"), entry("answered", "r", 1, { answer })]));
      }
      assert.deepEqual(await store.retain({ answeredForMs: 60_000, maxRequests: 4 }), { forgotten: 2 });
      assert.equal(await store.read("w:0"), null);
      assert.deepEqual(await store.find("k0"), []);
      assert.notEqual(await store.read("w:4"), null);
      await pause(5);
      assert.deepEqual(await store.retain({ answeredForMs: 0, maxRequests: 1_000 }), { forgotten: 3 });
      assert.notEqual(await store.read("w:open"), null);
      // A forgotten id may begin anew.
      assert.equal((await store.append(write("w:0", 0, 0, [begun("w:0", "k0", "r9")]))).kind, "written");
    }),
  },
  {
    name: "purges the answered whose ids begin so, tells who is left, and touches no others",
    run: used(async ({ store, beside }) => {
      const answer = { status: 200, headers: {}, body: "x" };
      for (const id of ["w@a:1", "w@a:2", "w@ab:1", "w:a:1", "v@a:1"]) {
        await store.append(write(id, 0, 0, [begun(id, "k", "r"), entry("answered", "r", 1, { answer })]));
      }
      await store.append(write("w@a:open", 0, 0, [begun("w@a:open", "open", "r")]));
      assert.deepEqual(await store.purge("w@a:"), { forgotten: 2, left: 1 });
      assert.deepEqual(await store.purge("w@a:"), { forgotten: 0, left: 1 });
      const reader = await beside();
      assert.equal(await reader.read("w@a:1"), null);
      assert.deepEqual((await reader.find("k")).toSorted(), ["v@a:1", "w:a:1", "w@ab:1"]);
      for (const id of ["w@a:open", "w@ab:1", "w:a:1", "v@a:1"]) assert.notEqual(await reader.read(id), null);
    }),
  },
  {
    name: "refuses what is too large or carries a wrong fence, and keeps nothing of it",
    run: used(async ({ store }) => {
      const huge = entry("released", "r", 1, { says: "x".repeat(2_000_000) });
      await assert.rejects(store.append(write("w:a", 0, 0, [begun("w:a", "k", "r"), huge])), { code: "too-large" });
      await assert.rejects(store.append(write("x".repeat(10_000), 0, 0, [begun("x", "k", "r")])), {
        code: "too-large",
      });
      await assert.rejects(store.append(write("w:a", 0, 0, [begun("w:a", "k", "r"), intent("r", 7)])), {
        code: "bad-input",
      });
      assert.equal(await store.read("w:a"), null);
    }),
  },
  {
    name: "agrees with the model over 400 random writes, and what it acknowledged survives a crash",
    run: used(async ({ store, beside, afterCrash }) => {
      const clients = [store, await beside()];
      const model = memoryStore();
      const chance = seeded(20_261_123);
      const known = new Map<string, { seq: number; epoch: number }>();
      for (let n = 0; n < 400; n += 1) {
        const id = `w:${chance(6)}`;
        const { seq, epoch } = known.get(id) ?? { seq: 0, epoch: 0 };
        // Sometimes what the writer believes is old, or from the future.
        const expect = { seq: Math.max(0, seq + chance(4) - 2 * (chance(3) === 0 ? 1 : 0)), epoch };
        if (chance(2) === 0) expect.seq = seq;
        const one: Entry =
          epoch === 0
            ? begun(id, id, `r${n}`)
            : chance(3) === 0
              ? entry("taken", `r${n}`, epoch + 1, { from: "A", why: "lease" })
              : intent(`r${n}`, epoch);
        const send = { id, expect, entries: chance(9) === 0 && epoch > 0 ? [] : [one] };
        const [mine, models] = await Promise.all([clients[n % 2]?.append(send), model.append(send)]);
        assert.equal(mine?.kind, models.kind, `write ${n}: ${JSON.stringify(send)}`);
        const record = await model.read(id);
        if (record !== null) known.set(id, { seq: record.seq, epoch: record.epoch });
      }
      const crashed = afterCrash === undefined ? store : await afterCrash();
      for (const id of known.keys()) {
        const [mine, models] = await Promise.all([crashed.read(id), model.read(id)]);
        assert.deepEqual(mine?.entries, models?.entries);
        assert.deepEqual([mine?.seq, mine?.epoch, mine?.phase], [models?.seq, models?.epoch, models?.phase]);
      }
    }),
  },
  {
    name: "a closed store says so",
    run: used(async ({ store }) => {
      await store.close();
      await assert.rejects(store.append(write("w:a", 0, 0, [begun("w:a", "k", "r")])), { code: "journal-closed" });
      await assert.rejects(store.read("w:a"), { code: "journal-closed" });
    }),
  },
];

const write = (id: string, seq: number, epoch: number, entries: readonly Entry[]): Write => ({
  id,
  expect: { seq, epoch },
  entries,
});

function entry(kind: EntryKind, run: string, epoch: number, more: object, location = "A"): Entry {
  return { v: 1, kind, at: 1_700_000_000_000, location, run, epoch, ...more } as Entry;
}

const begun = (id: string, key: string, run: string, location = "A", names: readonly string[] = []): Entry =>
  entry("begun", run, 1, { workflow: id.split(":")[0], version: 1, key, fingerprint: "f", names }, location);

const intent = (run: string, epoch: number): Entry =>
  entry("intent", run, epoch, { step: "charge", attempt: 1, effect: "askable", notAfter: 5 });

/** A small generator of chance (mulberry32): the same numbers each time. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** The first write of a request of its own. */
export function begunNumber(n: number): Write {
  const base = {
    v: 1,
    kind: "begun",
    at: 1,
    location: "A",
    run: `r${n}`,
    epoch: 1,
    workflow: "w",
    version: 1,
  } as const;
  return { id: `w:${n}`, expect: { seq: 0, epoch: 0 }, entries: [{ ...base, key: `k${n}`, fingerprint: "f" }] };
}
