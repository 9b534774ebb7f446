import { expect, test } from "vitest";
import type { ControlEvent } from "../../core/control-contract.ts";
import type { LogBatch, LogStore, RecordQuery } from "./contract.ts";

/** What every log store must do. `reopen` closes it and opens it again, as a restart does; a mere memory can't. */
export function logStoreConformance(options: {
  readonly name: string;
  readonly open: () => LogStore;
  readonly reopen?: (store: LogStore) => Promise<LogStore>;
}): void {
  const { name, open, reopen } = options;

  test(`${name}: batches come back whole, in order, and after a number`, async () => {
    const store = open();
    const order: ControlEvent = { event: "order", at: 3, by: "älice", order: { kind: "hold" } };
    const first = await store.append({ at: 1, events: [tick(1), tick(2)] });
    const second = await store.append({ at: 3, events: [order] });
    expect(second).toBe(first + 1);
    expect(await all(store)).toEqual([
      { seq: first, at: 1, events: [tick(1), tick(2)] },
      { seq: second, at: 3, events: [order] },
    ]);
    expect(await all(store, first)).toHaveLength(1);
    expect(await all(store, second)).toEqual([]);
    await store.close();
  });

  test(`${name}: more batches than a page are read once each`, async () => {
    const store = open();
    for (let at = 1; at <= 450; at += 1) await store.append({ at, events: [tick(at)] });
    expect((await all(store)).map((batch) => batch.at)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
    await store.close();
  });

  test(`${name}: the same record twice is one; questions by time, place and kind`, async () => {
    const store = open();
    await store.record({ kind: "words", id: "a", at: 10, location: "x", body: { what: "first" } });
    await store.record({ kind: "words", id: "a", at: 10, location: "x", body: { what: "again" } });
    await store.record({ kind: "words", id: "b", at: 20, location: null, body: { what: "second" } });
    await store.record({ kind: "words", id: "c", at: 20, location: "x", body: { what: "third" } });
    await store.record({ kind: "verdict", id: "a", at: 30, location: "x", body: {} });
    const ids = async (query: Omit<RecordQuery, "kind">, limit = 9) =>
      (await store.records({ kind: "words", limit, ...query })).map((record) => record.id);
    expect(await ids({})).toEqual(["c", "b", "a"]);
    expect(await ids({ since: 20 })).toEqual(["c", "b"]);
    expect(await ids({ until: 10 })).toEqual(["a"]);
    expect(await ids({ location: "x" })).toEqual(["c", "a"]);
    expect(await ids({ location: null })).toEqual(["b"]);
    expect(await ids({ id: "b" })).toEqual(["b"]);
    expect(await ids({ id: "b", location: "x" })).toEqual([]);
    expect(await ids({}, 1)).toEqual(["c"]);
    expect((await store.records({ kind: "words", until: 10, limit: 1 }))[0]?.body).toEqual({ what: "first" });
    await store.close();
  });

  test(`${name}: all records of a kind, oldest first, each once, however many fall on one moment`, async () => {
    const store = open();
    const [many, moments] = [240, 3];
    for (let index = 0; index < many; index += 1) {
      const at = 10 + Math.floor((index * moments) / many);
      await store.record({ kind: "verdict", id: `${index}`, at, location: index % 2 === 0 ? "x" : null, body: index });
    }
    await store.record({ kind: "words", id: "another kind", at: 11, location: "x", body: 0 });
    const bodies = async (query: Omit<RecordQuery, "kind">): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const { body } of store.history({ kind: "verdict", ...query })) found.push(body);
      return found;
    };
    const numbers = Array.from({ length: many }, (_, index) => index);
    expect(await bodies({})).toEqual(numbers);
    expect(await bodies({ location: "x" })).toEqual(numbers.filter((index) => index % 2 === 0));
    expect(await bodies({ since: 11, until: 11 })).toEqual(numbers.slice(80, 160));
    expect(await bodies({ since: 13 })).toEqual([]);
    await store.close();
  });

  test(`${name}: trimming keeps what a replay needs`, async () => {
    const store = open();
    const save = (seq: number, at: number) => store.saveSnapshot({ seq, at, version: "1", state: { upTo: seq } });
    for (let at = 1; at <= 9; at += 1) {
      const seq = await store.append({ at, events: [tick(at)] });
      if (at % 3 === 0) await save(seq, at);
    }
    expect(await store.oldestSnapshot()).toBeNull();
    await store.record({ kind: "decision", id: "old", at: 2, location: null, body: 1 });
    await store.record({ kind: "decision", id: "new", at: 8, location: null, body: 2 });
    await store.trim({ ...NOTHING, batchesBefore: 5, recordsBefore: 5 });
    const kept = await all(store);
    const base = await store.oldestSnapshot();
    // Everything after the snapshot at 3 is there, so state 3 and the batches 4 to 9 give state 9.
    expect(base).toMatchObject({ seq: 3, at: 3, state: { upTo: 3 } });
    expect(kept.map((batch) => batch.at)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(await store.newestSnapshot()).toMatchObject({ seq: 9, state: { upTo: 9 } });
    expect(await store.snapshotBy(8)).toMatchObject({ seq: 6, at: 6 });
    expect(await store.snapshotBy(2)).toBeNull();
    expect((await store.records({ kind: "decision", limit: 9 })).map((record) => record.id)).toEqual(["new"]);
    await store.trim({ ...NOTHING, batchesBefore: 2 });
    expect(await all(store)).toHaveLength(6);
    // The base moves on: what lies between is not forgotten too early.
    await store.trim({ ...NOTHING, batchesBefore: 7 });
    expect((await all(store)).map((batch) => batch.at)).toEqual([7, 8, 9]);
    await store.close();
  });

  test(`${name}: what goes on changing is kept as it is now, and of a kind the newest so many`, async () => {
    const store = open();
    const record = (id: string, at: number, body: string) =>
      store.recordNewest({ kind: "incident", id, at, location: null, body });
    await record("1", 10, "it begins");
    await record("2", 20, "another");
    await record("1", 30, "it is over");
    const bodies = async (): Promise<unknown[]> =>
      (await store.records({ kind: "incident", limit: 9 })).map(({ body }) => body);
    expect(await bodies()).toEqual(["it is over", "another"]);
    await record("3", 30, "at the same moment");
    await store.record({ kind: "words", id: "1", at: 1, location: null, body: "said" });
    await store.trim({ ...NOTHING, recordsMost: { incident: 2 } });
    expect(await bodies()).toEqual(["at the same moment", "it is over"]);
    expect(await store.records({ kind: "words", limit: 9 })).toHaveLength(1);
    await store.close();
  });

  test(`${name}: frames come back in order, evenly when there are too many, minutes for longer`, async () => {
    const store = open();
    for (let at = 600; at > 0; at -= 5) await store.keepFrame({ at, minute: at % 60 === 0, body: { at } });
    await store.keepFrame({ at: 600, minute: false, body: "again" });
    const moments = async (since: number, until: number, limit: number): Promise<readonly number[]> =>
      (await store.frames({ since, until, limit })).map(({ at }) => at);
    expect(await store.frames({ since: 596, until: 700, limit: 9 })).toEqual([
      { at: 600, minute: true, body: { at: 600 } },
    ]);
    expect(await moments(10, 30, 5)).toEqual([10, 15, 20, 25, 30]);
    expect(await moments(0, 1000, 4)).toEqual([5, 205, 405, 600]);
    expect(await moments(0, 1000, 1)).toEqual([600]);
    expect(await moments(601, 1000, 4)).toEqual([]);
    await store.trim({ ...NOTHING, framesBefore: 590, minuteFramesBefore: 500 });
    expect(await moments(0, 1000, 99)).toEqual([540, 590, 595, 600]);
    // A gap is no reason to give one frame twice.
    expect(await moments(0, 1000, 3)).toEqual([540, 590, 600]);
    await store.close();
  });

  if (reopen) {
    test(`${name}: a restart finds everything and goes on counting`, async () => {
      const store = open();
      const first = await store.append({ at: 1, events: [tick(1)] });
      await store.saveSnapshot({ seq: first, at: 1, version: "7", state: { places: ["a"] } });
      await store.record({ kind: "words", id: "w", at: 1, location: null, body: "said" });
      const again = await reopen(store);
      expect(await again.newestSnapshot()).toEqual({ seq: first, at: 1, version: "7", state: { places: ["a"] } });
      expect(await all(again)).toHaveLength(1);
      expect(await again.records({ kind: "words", limit: 1 })).toHaveLength(1);
      await again.trim({ ...NOTHING, batchesBefore: 1 });
      expect(await again.append({ at: 2, events: [] })).toBe(first + 1);
      await again.close();
    });
  }
}

/** Limits that let everything stay. */
const NOTHING = { batchesBefore: 0, recordsBefore: 0, framesBefore: 0, minuteFramesBefore: 0 };

function tick(at: number): ControlEvent {
  return { event: "tick", at };
}

async function all(store: LogStore, after = 0): Promise<LogBatch[]> {
  const batches: LogBatch[] = [];
  for await (const batch of store.read(after)) batches.push(batch);
  return batches;
}
