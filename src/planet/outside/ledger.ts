import { open, type FileHandle } from "node:fs/promises";
import type { UnixMs } from "../../core/step.ts";

/** One thing that the bank or the warehouse did, in order of arrival. */
export type LedgerEntry = {
  readonly at: UnixMs;
  readonly kind: "charge" | "reservation";
  readonly key: string;
  readonly order: string;
  /** Cents. */
  readonly amount: number;
  /** The caller's location, by the address that it called from; empty for whoever calls from outside all locations. */
  readonly from: string;
};

export type LedgerKind = LedgerEntry["kind"];

/** What is on disk: entries, and voids, which must outlive a restart as well. */
type Line = LedgerEntry | { readonly at: UnixMs; readonly void: LedgerKind; readonly key: string };

/**
 * The book of what was really done: an append file. An answer is given only when its line is on disk; the lines of
 * one turn share one sync, so that a burst costs one.
 */
export type Ledger = {
  readonly entries: readonly LedgerEntry[];
  first(kind: LedgerKind, key: string): LedgerEntry | undefined;
  isVoid(kind: LedgerKind, key: string): boolean;
  /** Counts at once (the next caller sees it); resolves when it is on disk. */
  add(entry: LedgerEntry): Promise<void>;
  voids(kind: LedgerKind, key: string, at: UnixMs): Promise<void>;
  /** Resolves when all that counts now is on disk: what is told of it before may be untrue after a crash. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

export async function openLedger(file: string): Promise<Ledger> {
  const entries: LedgerEntry[] = [];
  const firsts = new Map<string, LedgerEntry>();
  const voided = new Set<string>();
  const remember = (line: Line): void => {
    if ("void" in line) {
      voided.add(address(line.void, line.key));
      return;
    }
    entries.push(line);
    const at = address(line.kind, line.key);
    if (!firsts.has(at)) firsts.set(at, line);
  };
  const handle = await open(file, "a+");
  for (const line of await wholeLines(handle)) remember(line);

  const writer = batchedWriter(handle);
  const write = (line: Line): Promise<void> => {
    remember(line);
    return writer.write(`${JSON.stringify(line)}\n`);
  };
  return {
    entries,
    first: (kind, key) => firsts.get(address(kind, key)),
    isVoid: (kind, key) => voided.has(address(kind, key)),
    add: write,
    voids: (kind, key, at) => write({ at, void: kind, key }),
    settled: () => writer.settled(),
    async close() {
      await writer.settled();
      await handle.close();
    },
  };
}

function address(kind: LedgerKind, key: string): string {
  return `${kind} ${key}`;
}

/**
 * A torn last line is what a crash leaves: its caller never had an answer. It is cut off, or the next entry would be
 * written behind it and both be lost.
 */
async function wholeLines(handle: FileHandle): Promise<Line[]> {
  const bytes = await handle.readFile();
  const end = bytes.lastIndexOf("\n") + 1;
  if (end < bytes.length) {
    await handle.truncate(end);
    await handle.datasync();
  }
  const lines = bytes.toString("utf8", 0, end).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Line);
}

function batchedWriter(handle: FileHandle): { write(text: string): Promise<void>; settled(): Promise<void> } {
  let waiting = "";
  let next: Promise<void> | null = null;
  let running: Promise<void> = Promise.resolve();
  const flush = async (before: Promise<void>): Promise<void> => {
    await before;
    const text = waiting;
    waiting = "";
    next = null;
    await handle.appendFile(text);
    await handle.datasync();
  };
  return {
    write(text) {
      waiting += text;
      if (!next) {
        next = flush(running);
        running = next;
      }
      return next;
    },
    settled: () => running,
  };
}
