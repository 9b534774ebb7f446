import type { ChildProcess } from "node:child_process";
import type { JournalRecord, JournalStore } from "@reactive-production/continuity";

/**
 * A journal that lives in the parent of a test's processes. A process that is stopped in the middle of a
 * commit would hold SQLite's lock, and everyone else up: whoever may be stopped must not write the file itself.
 */
type Ask = { readonly ask: number; readonly call: "append" | "read" | "changed"; readonly args: readonly unknown[] };
type Reply = { readonly reply: number; readonly value: unknown };

/** In the parent: answers what this child asks. */
export function serveStore(child: ChildProcess, store: JournalStore): void {
  child.on("message", (message: Partial<Ask>) => {
    const { ask, call, args = [] } = message;
    if (ask === undefined || call === undefined) return;
    const work = store[call] as (...args: unknown[]) => Promise<unknown>;
    void work(...args).then((value) => child.connected && child.send({ reply: ask, value } satisfies Reply, unheard));
  });
}

/** Who was killed meanwhile, perhaps before we heard of it, needs no answer. */
const unheard = (): void => undefined;

/** In the child: the part of a store that serving uses. */
export function ipcStore(): Pick<JournalStore, "append" | "read" | "changed"> {
  const waiting = new Map<number, (value: unknown) => void>();
  let asked = 0;
  process.on("message", ({ reply, value }: Partial<Reply>) => {
    if (reply === undefined) return;
    waiting.get(reply)?.(value);
    waiting.delete(reply);
  });
  const ask = <T>(call: Ask["call"], ...args: readonly unknown[]) =>
    new Promise<T>((resolve) => {
      asked += 1;
      waiting.set(asked, resolve as (value: unknown) => void);
      process.send?.({ ask: asked, call, args } satisfies Ask);
    });
  return {
    append: (write) => ask("append", write),
    read: (id) => ask<JournalRecord | null>("read", id),
    changed: (id, seq, { withinMs }) => ask<JournalRecord | null>("changed", id, seq, { withinMs }),
  };
}
