import { randomUUID } from "node:crypto";
import { wallClock, type Clock } from "./clock.ts";
import { stepKey } from "./continuation.ts";
import type { ParkReason } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { keep } from "./keep.ts";
import { limits } from "./limits.ts";
import { replay } from "./replay.ts";
import type { JournalRecord, JournalStore } from "./store.ts";

/** A parked request, in the words that the person needs who settles it. */
export type Doubt = {
  readonly id: string;
  readonly workflow: string;
  readonly tenant: string | null;
  readonly location: string;
  readonly reason: ParkReason;
  /** The key under which the receiver may have it in its books; null when no step is in question. */
  readonly receiverKey: string | null;
  readonly quietMs: number;
};

/** The requests that wait for a person, longest waiting first. */
export async function listDoubts(store: JournalStore, limit = 100): Promise<readonly Doubt[]> {
  return (await store.list({ phases: ["parked"], limit })).flatMap((record) => doubtOf(record) ?? []);
}

export async function showDoubt(store: JournalStore, id: string): Promise<Doubt | null> {
  const record = await store.read(id);
  return record === null ? null : doubtOf(record);
}

/**
 * A person's word. `done`: it happened, and `result` is what the step would have returned. Not done: the
 * person vouches that it never will under the old key; the step is tried with a fresh one. For a request
 * parked without a step in question, `done` is false and it simply goes on. The next arrival of its key, or
 * the sweeper, carries it on.
 */
export async function settleDoubt(
  store: JournalStore,
  id: string,
  word: {
    readonly by: string;
    readonly location: string;
    readonly done: boolean;
    readonly result?: unknown;
    readonly clock?: Clock;
  },
): Promise<void> {
  const record = await store.read(id);
  const reason = record === null ? null : replay(record.entries).parked;
  if (record === null || reason === null) throw notParked(id);
  const { by, location, done, clock = wallClock } = word;
  const result = done ? keep(word.result, "the result", limits.resultChars) : undefined;
  const outcome = await store.append({
    id,
    expect: { seq: record.seq, epoch: record.epoch },
    entries: [
      {
        v: 1,
        kind: "settled",
        at: clock.now(),
        location,
        run: randomUUID(),
        epoch: record.epoch + 1,
        by,
        step: reason.step,
        attempt: reason.attempt,
        done,
        ...(result === undefined ? {} : { result }),
      },
    ],
  });
  if (outcome.kind === "conflict") throw notParked(id);
}

function doubtOf(record: JournalRecord): Doubt | null {
  const { parked, key, tenant, workflow } = replay(record.entries);
  if (parked === null) return null;
  const { step, attempt } = parked;
  const receiverKey = step === null ? null : stepKey({ key, tenant, workflow, step, attempt });
  const { id, location, quietMs } = record;
  return { id, workflow, tenant: tenant ?? null, location, reason: parked, receiverKey, quietMs };
}

function notParked(id: string): ContinuityError {
  return new ContinuityError({
    code: "bad-input",
    message: `request ${id} does not wait for a person`,
    hint: "list the doubts; someone else may have settled it",
  });
}
