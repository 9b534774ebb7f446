import type { Clock } from "./clock.ts";
import type { Entry } from "./entry.ts";
import { asError, Fenced } from "./errors.ts";
import { apply, type RequestState } from "./replay.ts";
import type { JournalRecord, JournalStore } from "./store.ts";

/**
 * The one pen of a run. Entries are written in order, one append at a time, each comparing the fence.
 * A result waits for the next intent to share its commit, but not longer than one turn of the event loop:
 * so n steps in a row cost n + 1 commits, and a slow pause between steps does not leave a result unwritten.
 */
export type JournalWriter = {
  /** Becomes part of the run's state at once; durable with the next commit. */
  note(entry: Entry): void;
  /** Resolves when all that was noted is durable; throws Fenced or the store's error, then forever. */
  commit(): Promise<void>;
  /** Says that the owner lives. */
  beat(): Promise<void>;
  /** When something was last written. */
  wroteAt(): number;
};

export function journalWriter(options: {
  readonly store: JournalStore;
  readonly id: string;
  readonly clock: Clock;
  readonly state: RequestState;
  /** How many entries of `state` are durable already, and under which fence. */
  readonly durable: { readonly seq: number; readonly epoch: number };
  /** Told once: the journal took this run's first write. */
  readonly onHeld: () => void;
  /** Told once: the run has lost its request, or the journal. */
  readonly onLost: (lost: Lost) => void;
}): JournalWriter {
  const { store, id, clock, state, onHeld, onLost } = options;
  let { seq, epoch } = options.durable;
  let pending: Entry[] = [];
  let writing: Promise<void> = Promise.resolve();
  let flushDue = false;
  let wroteAt = clock.now();
  let isHeld = false;
  let lost: Lost | null = null;

  async function append(entries: readonly Entry[]): Promise<void> {
    if (lost !== null) throw lost.error;
    try {
      const outcome = await store.append({ id, expect: { seq, epoch }, entries });
      switch (outcome.kind) {
        case "written":
          seq += entries.length;
          epoch = entries.at(-1)?.epoch ?? epoch;
          wroteAt = clock.now();
          if (!isHeld) onHeld();
          isHeld = true;
          return;
        case "conflict":
          lost = { kind: "fenced", record: outcome.record, error: new Fenced(id) };
      }
    } catch (thrown) {
      lost = { kind: "unwritten", error: asError(thrown) };
    }
    onLost(lost);
    throw lost.error;
  }

  async function appendPending(): Promise<void> {
    if (lost !== null) throw lost.error;
    if (pending.length === 0) return;
    const entries = pending;
    pending = [];
    await append(entries);
  }

  function commit(): Promise<void> {
    // Whoever commits next takes all that is pending by then: steps called in one turn share an append.
    const turn = writing.then(appendPending);
    writing = turn.catch(() => undefined);
    return turn;
  }

  return {
    note(entry) {
      apply(state, entry);
      pending.push(entry);
      if (flushDue) return;
      flushDue = true;
      // All before the first intent shares its commit: nothing happened yet that needs remembering.
      setImmediate(() => {
        flushDue = false;
        const worthIt = seq > 0 || pending.some((entry) => entry.kind !== "begun" && !isPure(entry));
        if (worthIt && lost === null) commit().catch(() => undefined);
      });
    },
    commit,
    async beat() {
      const turn = writing.then(() => (lost === null && seq > 0 ? append([]) : undefined));
      writing = turn.catch(() => undefined);
      await writing;
    },
    wroteAt: () => wroteAt,
  };
}

const isPure = (entry: Entry): boolean => entry.kind === "result" && entry.effect === "pure";

export type Lost =
  | { readonly kind: "fenced"; readonly record: JournalRecord | null; readonly error: Error }
  | { readonly kind: "unwritten"; readonly error: Error };
