import { appendByCompare, type Found } from "./append-by-compare.ts";
import { awake, wallClock } from "./clock.ts";
import type { Entry } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { etcdBatches } from "./etcd-batches.ts";
import { etcdClient, type EtcdOptions, type Ranges } from "./etcd-client.ts";
import { etcdClock, type Marks } from "./etcd-clock.ts";
import { etcdKeys } from "./etcd-keys.ts";
import type { KeyValue, RangeRequest, RequestOp } from "./etcd-protocol.ts";
import { closedError } from "./memory-store.ts";
import {
  countsOf,
  headAfter,
  namesIn,
  type Head,
  type JournalRecord,
  type JournalStore,
  type ListFilter,
  type UnfinishedPhase,
  type Write,
} from "./store.ts";

/**
 * A journal in an etcd cell: three neighbouring locations, each with a member. A picture: every open request has a seal
 * (its head) on its door, with the number of the last change. Whoever writes says which seal it saw; etcd compares, and
 * changes seal and journal together or nothing.
 *
 * 1. A write is one transaction's part that compares the revision of the head and changes head and entries together: what
 *    `judgeWrite` allowed for that head is written only while that head is there.
 * 2. A part without an answer is sent again: if it was written after all, the compare fails, and the entries there show it.
 * 3. An answered request has no head, only entries: nothing fits, so nothing is ever added.
 * 4. Quiet times never depend on a caller's clock (etcd-clock.ts), and the lease is a hint only.
 */
export type EtcdStore = JournalStore & {
  /** Whether a majority of the cell has answered lately: within the last second, unless looks are rarer than usual. */
  isWell(): boolean;
  /** Gives the leadership to a member that is none of these, if one of these has it: before their locations are drained. */
  leaveLead(...leaving: readonly string[]): Promise<{ readonly moved: boolean }>;
};

export type EtcdStoreOptions = EtcdOptions & {
  /** Several shops can share a cell. */
  readonly prefix?: string;
  /** With about 3 kB a request, half of etcd's usual space of 2 GB. */
  readonly maxRequests?: number;
  /** How often the cell is looked at, in milliseconds: the grain of quiet times; ten of them without an answer, and it counts as away. */
  readonly lookEveryMs?: number;
};

export { cells, type Cells } from "./cells.ts";

/** Each look tells the revision by now, and how soon a member that stands still is left. */
const usualLookEveryMs = 100;
/** Without an answer for so many looks a cell counts as away: a member's time to be left, and more. */
const looksUntilAway = 10;
/** Keys asked for at once: some hundred kB. */
const pageKeys = 1_000;
/** Requests read or forgotten in one transaction of at most 128 parts. */
const requestsAtOnce = 40;

export function etcdStore(options: EtcdStoreOptions): EtcdStore {
  const { prefix = "/continuity/", maxRequests = 300_000, lookEveryMs = usualLookEveryMs } = options;
  const client = etcdClient(options);
  const clock = etcdClock();
  const keys = etcdKeys(prefix);
  const batches = etcdBatches({ client, clock, stamp: keys.stamp });
  const { append, remember, recount } = appendByCompare<number>({
    read: async (id) => (await readOne(id)).found,
    compareAndSet: ({ write, text, from, to }) =>
      batches.write({
        id: write.id,
        compare:
          from === null
            ? { key: keys.entry(write.id, 0), target: 1, create_revision: "0" }
            : { key: keys.head(write.id), target: 2, mod_revision: String(from.mark) },
        ops: opsOf(write, text, to),
      }),
    count,
    maxRequests,
  });
  let closed = false;
  const stop = new AbortController();
  const looking = setInterval(() => void look(), lookEveryMs);
  looking.unref();
  let lookingNow = false;
  let answeredAt = performance.now();

  async function ranges(wanted: readonly RangeRequest[]): Promise<Ranges> {
    if (closed) throw closedError();
    const answered = await client.ranges(wanted);
    answeredAt = performance.now();
    clock.saw(answered.revision);
    return answered;
  }

  /** What these requests' journals hold, all at one revision. */
  async function readMany(ids: readonly string[]) {
    const { revision, found } = await ranges(ids.flatMap((id) => [{ key: keys.head(id) }, keys.entriesOf(id)]));
    const records = ids.map((id, index): Found<number> | null => {
      const entryKeys = found[index * 2 + 1]?.kvs ?? [];
      if (entryKeys.length === 0) return null;
      const entries = entryKeys.flatMap((kv) => entriesIn(id, kv));
      const open = found[index * 2]?.kvs[0];
      const head = open === undefined ? headAfter(null, entries) : keys.headIn(open);
      const changedAt = Number((open ?? entryKeys.at(-1))?.mod_revision);
      const read = { record: { id, ...head, quietMs: clock.ageMs(changedAt), entries }, mark: changedAt };
      remember(read);
      return read;
    });
    return { revision, records };
  }

  const readOne = async (id: string) => {
    const { revision, records } = await readMany([id]);
    return { revision, found: records[0] ?? null };
  };

  function opsOf({ id, expect, entries }: Write, text: string, head: Head): RequestOp[] {
    const names = new Set(namesIn(entries));
    return [
      ...(head.phase === "answered"
        ? [
            { request_delete_range: { key: keys.head(id) } },
            put(keys.answered(clock.lastRevision(), id), keys.headText(head)),
          ]
        : [put(keys.head(id), keys.headText(head))]),
      ...(entries.length > 0 ? [put(keys.entry(id, expect.seq), text)] : []),
      ...[...names].map((name) => put(keys.name(name, id), "")),
    ];
  }

  async function count(): Promise<number> {
    const { found } = await ranges([keys.allHeads, keys.allAnswered].map((all) => ({ ...all, count_only: true })));
    return found.reduce((sum, { count }) => sum + Number(count), 0);
  }

  /** The revision by now, at what time; and each minute a mark for those who come later. */
  async function look(): Promise<void> {
    if (lookingNow || closed) return;
    lookingNow = true;
    try {
      const { found } = await ranges([{ key: keys.marks }]);
      const marks = found[0]?.kvs[0];
      if (marks !== undefined) clock.readMarks(JSON.parse(marks.value.toString()) as Marks, Number(marks.mod_revision));
      const next = clock.nextMarks();
      if (next === null) return;
      // If another comes first, its marks are read with the next look.
      await client.txn({
        compare: [{ key: keys.marks, target: 2, mod_revision: marks?.mod_revision ?? "0" }],
        success: [{ request_put: { key: keys.marks, value: Buffer.from(JSON.stringify(next)) } }],
      });
    } catch {
      // A cell that does not answer is told to those who write; a look more or less is nobody's loss.
    } finally {
      lookingNow = false;
    }
  }

  /** Goes through keys in their order, a page at a time, until told that it is enough. */
  async function pages(all: RangeRequest, take: (page: readonly KeyValue[]) => Promise<boolean>): Promise<void> {
    let from = all.key;
    for (;;) {
      const { found } = await ranges([{ ...all, key: from, limit: pageKeys }]);
      const { kvs = [], more = false } = found[0] ?? {};
      if (!(await take(kvs)) || !more) return;
      from = Buffer.concat([kvs.at(-1)?.key ?? from, Buffer.from([0])]);
    }
  }

  async function list({ phases, location, quietForMs = 0, limit }: ListFilter): Promise<readonly JournalRecord[]> {
    const listed: { id: string; revision: number }[] = [];
    const take = (kv: KeyValue, id: string) => {
      const head = keys.headIn(kv);
      const revision = Number(kv.mod_revision);
      const wanted = phases.includes(head.phase) && (location === undefined || head.location === location);
      if (wanted && clock.ageMs(revision) >= quietForMs) listed.push({ id, revision });
    };
    if (phases.some((phase) => phase !== "answered"))
      await pages(keys.allHeads, async (page) => {
        for (const kv of page) take(kv, keys.idOfHead(kv));
        return true;
      });
    if (phases.includes("answered")) {
      // In the order of their answers: what is found first is the oldest.
      const enough = listed.length + limit;
      await pages(keys.allAnswered, async (page) => {
        for (const kv of page) take(kv, keys.idOfAnswered(kv));
        return listed.length < enough;
      });
    }
    const ids = listed
      .toSorted((a, b) => a.revision - b.revision || (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id }) => id);
    const records: JournalRecord[] = [];
    for (let from = 0; from < ids.length; from += requestsAtOnce) {
      const read = await readMany(ids.slice(from, from + requestsAtOnce));
      for (const found of read.records) {
        // It may have gone on since its head was listed.
        if (found !== null && phases.includes(found.record.phase)) records.push(found.record);
      }
    }
    return records;
  }

  async function retain({ answeredForMs, maxRequests: most }: { answeredForMs: number; maxRequests: number }) {
    let over = Math.max(0, (await count()) - most);
    let forgotten = 0;
    await pages(keys.allAnswered, async (page) => {
      const gone = page.filter((kv, index) => {
        return clock.ageMs(Number(kv.mod_revision)) >= answeredForMs || index < over;
      });
      over = Math.max(0, over - gone.length);
      for (let from = 0; from < gone.length; from += requestsAtOnce)
        forgotten += await forget(gone.slice(from, from + requestsAtOnce));
      // The rest is younger still.
      return gone.length === page.length;
    });
    if (forgotten > 0) recount();
    return { forgotten };
  }

  async function forget(answered: readonly KeyValue[]): Promise<number> {
    try {
      return await forgetAtOnce(answered);
    } catch (error) {
      if (!(error instanceof ContinuityError) || error.code !== "journal-full") throw error;
      return forgetWithoutSpace(answered);
    }
  }

  /** Nothing can begin while there is no space, so nothing is compared; what lists the request goes last. */
  async function forgetWithoutSpace(answered: readonly KeyValue[]): Promise<number> {
    const { records } = await readMany(answered.map((kv) => keys.idOfAnswered(kv)));
    for (const [index, kv] of answered.entries()) {
      const id = keys.idOfAnswered(kv);
      const names = new Set(namesIn(records[index]?.record.entries ?? []));
      for (const name of names) await client.deleteRange({ key: keys.name(name, id) });
      await client.deleteRange(keys.entriesOf(id));
      await client.deleteRange({ key: kv.key });
    }
    return answered.length;
  }

  async function forgetAtOnce(answered: readonly KeyValue[]): Promise<number> {
    const ids = answered.map((kv) => keys.idOfAnswered(kv));
    const { records } = await readMany(ids);
    const forgotten = await Promise.all(
      answered.map((kv, index) => {
        const id = ids[index] as string;
        const names = new Set(namesIn(records[index]?.record.entries ?? []));
        return batches.write({
          id,
          // Two may forget at once, and a forgotten id may have begun anew.
          compare: { key: kv.key, target: 2, mod_revision: kv.mod_revision },
          ops: [
            drop({ key: kv.key }),
            drop(keys.entriesOf(id)),
            ...[...names].map((name) => drop({ key: keys.name(name, id) })),
          ],
        });
      }),
    );
    return forgotten.filter((revision) => revision !== null).length;
  }

  return {
    async append(write) {
      if (closed) throw closedError();
      return append(write);
    },
    async read(id) {
      return (await readOne(id)).found?.record ?? null;
    },
    async changed(id, seq, { withinMs, signal }) {
      const until = performance.now() + withinMs;
      for (;;) {
        const { revision, found } = await readOne(id);
        const record = found?.record ?? null;
        const leftMs = until - performance.now();
        const over = leftMs <= 0 || signal?.aborted === true || stop.signal.aborted;
        if (over || (record !== null && record.seq > seq)) return record;
        const woken = new AbortController();
        const wake = () => woken.abort(awake);
        const cancel = client.watch(keys.entriesOf(id), revision, wake);
        const signals = [woken.signal, stop.signal, ...(signal === undefined ? [] : [signal])];
        await wallClock.sleep(leftMs, AbortSignal.any(signals));
        cancel();
      }
    },
    list,
    async find(name) {
      const newestFirst = { sort_order: 2, sort_target: 2, limit: 20, keys_only: true };
      const { found } = await ranges([
        { ...keys.named(name), ...newestFirst },
        { ...keys.entriesOf(name), ...newestFirst, sort_order: 1, limit: 1 },
      ]);
      const named = (found[0]?.kvs ?? []).map((kv) => ({ id: keys.idOfName(kv), born: Number(kv.create_revision) }));
      const own = (found[1]?.kvs ?? []).map((kv) => ({ id: name, born: Number(kv.create_revision) }));
      const ids = [...named, ...own].toSorted((a, b) => b.born - a.born || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
      return [...new Set(ids)].slice(0, 20);
    },
    retain,
    async purge(idPrefix) {
      let forgotten = 0;
      // They are kept in the order of their answers, so all are looked through: a purge is rare.
      await pages(keys.allAnswered, async (page) => {
        const gone = page.filter((kv) => keys.idOfAnswered(kv).startsWith(idPrefix));
        for (let from = 0; from < gone.length; from += requestsAtOnce)
          forgotten += await forget(gone.slice(from, from + requestsAtOnce));
        return true;
      });
      if (forgotten > 0) recount();
      const { found } = await ranges([{ ...keys.headsLike(idPrefix), count_only: true }]);
      return { forgotten, left: Number(found[0]?.count ?? 0) };
    },
    async counts() {
      const unfinished: { phase: UnfinishedPhase; location: string; count: number }[] = [];
      await pages(keys.allHeads, async (page) => {
        for (const kv of page) {
          const { phase, location } = keys.headIn(kv);
          if (phase !== "answered") unfinished.push({ phase, location, count: 1 });
        }
        return true;
      });
      const { found } = await ranges([{ ...keys.allAnswered, count_only: true }]);
      return countsOf(unfinished, Number(found[0]?.count ?? 0));
    },
    isWell: () => performance.now() - answeredAt < looksUntilAway * lookEveryMs,
    leaveLead: (...leaving) => client.leaveLead(...leaving),
    async close() {
      if (closed) return;
      closed = true;
      clearInterval(looking);
      stop.abort(awake);
      await batches.close();
      client.close();
    },
  };
}

const put = (key: Buffer, value: string): RequestOp => ({ request_put: { key, value: Buffer.from(value) } });

const drop = (range: RangeRequest): RequestOp => ({ request_delete_range: range });

function entriesIn(id: string, kv: KeyValue): Entry[] {
  try {
    return JSON.parse(kv.value.toString()) as Entry[];
  } catch (cause) {
    throw new ContinuityError({
      code: "journal-corrupt",
      message: `an entry of ${id} in etcd is not JSON`,
      hint: "something else writes under the journal's prefix: give each its own",
      cause,
    });
  }
}
