import { fullError } from "./memory-store.ts";
import { checkWrite, judgeWrite, type Appended, type Head, type JournalRecord, type Write } from "./store.ts";

/**
 * Append for stores that can compare and set, and answer from far: the writer's own memory of the head saves it a read, and
 * is never trusted, for the store compares before it writes. `Mark` is what the store compares.
 */
export type ComparingStore<Mark> = {
  /** Keeps these entries if the head is still as `from` says (null: there is none); the new mark, or null if it was not. */
  readonly compareAndSet: (change: Change<Mark>) => Promise<Mark | null>;
  readonly read: (id: string) => Promise<Found<Mark> | null>;
  /** How many requests there are. */
  readonly count: () => Promise<number>;
  readonly maxRequests: number;
};

export type Change<Mark> = {
  readonly write: Write;
  /** The entries, as JSON. */
  readonly text: string;
  readonly from: { readonly head: Head; readonly mark: Mark } | null;
  readonly to: Head;
};

export type Found<Mark> = { readonly record: JournalRecord; readonly mark: Mark };

/** Heads written or read here lately; one that is missing costs a read. */
const headsKept = 20_000;
/** Others begin requests too: how many there are is asked again after so long. */
const recountEveryMs = 10_000;

export function appendByCompare<Mark>(store: ComparingStore<Mark>): {
  readonly append: (write: Write) => Promise<Appended>;
  /** Whoever reads remembers the head for the write that often follows. */
  readonly remember: (found: Found<Mark>) => void;
  /** Requests were forgotten: there is room again. */
  readonly recount: () => void;
} {
  const known = new Map<string, { readonly head: Head; readonly mark: Mark }>();
  let counted: Promise<number> | null = null;
  let countedAt = 0;
  let begun = 0;

  function remember(id: string, head: Head, mark: Mark): void {
    known.delete(id);
    if (head.phase === "answered") return;
    known.set(id, { head, mark });
    const oldest = known.size > headsKept ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  }

  async function assertRoom(): Promise<void> {
    if (counted === null || performance.now() - countedAt >= recountEveryMs) {
      countedAt = performance.now();
      begun = 0;
      // A count that fails says nothing about room: the write itself will say what is wrong.
      counted = store.count().catch(() => 0);
    }
    if ((await counted) + begun >= store.maxRequests) throw fullError(store.maxRequests);
    begun += 1;
  }

  async function append(write: Write): Promise<Appended> {
    const text = checkWrite(write);
    const { id, expect, entries } = write;
    const begins = judgeWrite(null, write, () => undefined).kind === "write";
    let from = known.get(id) ?? null;
    // Whoever begins a request need not look first; whoever goes on with one must know its head.
    let mayTry = from === null ? begins : from.head.seq === expect.seq && from.head.epoch === expect.epoch;
    let record: JournalRecord | null = null;
    for (;;) {
      if (!mayTry) {
        const found = await store.read(id);
        record = found?.record ?? null;
        from = found === null ? null : { head: found.record, mark: found.mark };
      }
      const judged = judgeWrite(from?.head ?? null, write, (seq) => record?.entries[seq]);
      if (judged.kind === "conflict") return { kind: "conflict", record };
      if (judged.kind === "already") return { kind: "written", seq: expect.seq + entries.length };
      if (from === null) await assertRoom();
      const mark = await store.compareAndSet({ write, text, from, to: judged.head });
      if (mark !== null) {
        remember(id, judged.head, mark);
        return { kind: "written", seq: judged.head.seq };
      }
      // Someone came between, or this very write was kept and its answer lost: what is there tells.
      known.delete(id);
      if (from === null) begun -= 1;
      mayTry = false;
    }
  }

  return {
    append,
    remember: ({ record, mark }) => remember(record.id, record, mark),
    recount: () => void (counted = null),
  };
}
