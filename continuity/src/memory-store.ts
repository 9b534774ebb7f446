import { awake, wallClock, type Clock } from "./clock.ts";
import type { Entry } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import {
  checkWrite,
  countsOf,
  headAfter,
  judgeWrite,
  namesIn,
  type Head,
  type JournalRecord,
  type JournalStore,
} from "./store.ts";

type Kept = { head: Head; entries: Entry[]; wroteAt: number; order: number };

/** A journal in memory: for tests and for trying things out. It forgets everything with its process. */
export function memoryStore(options: { readonly clock?: Clock; readonly maxRequests?: number } = {}): JournalStore {
  const clock = options.clock ?? wallClock;
  const maxRequests = options.maxRequests ?? 100_000;
  const kept = new Map<string, Kept>();
  const waiting = new Map<string, Set<() => void>>();
  let order = 0;
  let closed = false;

  const recordOf = (id: string): JournalRecord | null => {
    const found = kept.get(id);
    if (found === undefined) return null;
    return { id, ...found.head, quietMs: clock.now() - found.wroteAt, entries: found.entries.slice() };
  };
  const open = () => {
    if (closed) throw closedError();
  };
  const oldestFirst = () => [...kept].sort(([, a], [, b]) => a.wroteAt - b.wroteAt || a.order - b.order);

  return {
    async append(write) {
      open();
      const entries = JSON.parse(checkWrite(write)) as Entry[];
      const found = kept.get(write.id);
      const judged = judgeWrite(found?.head ?? null, write, (seq) => found?.entries[seq]);
      switch (judged.kind) {
        case "conflict":
          return { kind: "conflict", record: recordOf(write.id) };
        case "already":
          return { kind: "written", seq: write.expect.seq + entries.length };
        case "write":
          if (found === undefined && kept.size >= maxRequests) throw fullError(maxRequests);
          kept.set(write.id, {
            head: headAfter(found?.head ?? null, entries),
            entries: [...(found?.entries ?? []), ...entries],
            wroteAt: clock.now(),
            order: found?.order ?? order++,
          });
          if (entries.length > 0) for (const wake of waiting.get(write.id) ?? []) wake();
          return { kind: "written", seq: judged.head.seq };
      }
    },
    async read(id) {
      open();
      return recordOf(id);
    },
    async changed(id, seq, { withinMs, signal }) {
      open();
      const now = recordOf(id);
      if (now !== null && now.seq > seq) return now;
      const stop = new AbortController();
      const wake = () => stop.abort(awake);
      const waiters = waiting.get(id) ?? new Set();
      waiting.set(id, waiters.add(wake));
      await clock.sleep(withinMs, signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]));
      waiters.delete(wake);
      if (waiters.size === 0) waiting.delete(id);
      return recordOf(id);
    },
    async list({ phases, location, quietForMs = 0, limit }) {
      open();
      return oldestFirst()
        .filter(([, { head }]) => phases.includes(head.phase) && (location === undefined || head.location === location))
        .filter(([, { wroteAt }]) => clock.now() - wroteAt >= quietForMs)
        .slice(0, limit)
        .flatMap(([id]) => recordOf(id) ?? []);
    },
    async find(name) {
      open();
      return oldestFirst()
        .filter(([id, { entries }]) => id === name || namesIn(entries).includes(name))
        .map(([id]) => id)
        .toReversed()
        .slice(0, 20);
    },
    async retain({ answeredForMs, maxRequests: most }) {
      open();
      let forgotten = 0;
      for (const [id, { head, wroteAt }] of oldestFirst()) {
        if (head.phase !== "answered") continue;
        if (clock.now() - wroteAt < answeredForMs && kept.size <= most) continue;
        kept.delete(id);
        forgotten += 1;
      }
      return { forgotten };
    },
    async purge(idPrefix) {
      open();
      const ids = [...kept].filter(([id]) => id.startsWith(idPrefix));
      const answered = ids.filter(([, { head }]) => head.phase === "answered");
      for (const [id] of answered) kept.delete(id);
      return { forgotten: answered.length, left: ids.length - answered.length };
    },
    async counts() {
      open();
      const heads = [...kept.values()].map(({ head }) => head);
      const unfinished = heads.flatMap(({ phase, location }) =>
        phase === "answered" ? [] : [{ phase, location, count: 1 }],
      );
      return countsOf(unfinished, heads.length - unfinished.length);
    },
    async close() {
      closed = true;
      for (const waiters of waiting.values()) for (const wake of waiters) wake();
    },
  };
}

export function fullError(maxRequests: number): ContinuityError {
  return new ContinuityError({
    code: "journal-full",
    message: `the journal holds ${maxRequests} requests and takes no new ones`,
    hint: "let retain() forget answered requests sooner, settle parked ones, or raise maxRequests",
  });
}

export function closedError(): ContinuityError {
  return new ContinuityError({
    code: "journal-closed",
    message: "the journal store was closed",
    hint: "stop serving before closing the store",
  });
}
