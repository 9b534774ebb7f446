import {
  ContinuityError,
  wallClock,
  type Appended,
  type Counts,
  type JournalRecord,
  type JournalStore,
} from "@reactive-production/continuity";
import { Pool } from "undici";
import { bodyBytesMax, callsPerBatch, changedWithinMsMax, type Call, type CallOutcome } from "./protocol.ts";

/** Connections to the journal for batches: what arrives while all are busy shares the next batch. */
const batchesAtOnce = 4;
/** Waiters hold a connection each; more than these wait for one another. */
const waitersAtOnce = 128;
/** A journal that takes longer for one batch is stopped or dead: ask again on a fresh connection. */
const answerWithinMs = 3_000;
/** How long a call outlives a journal that does not answer; a restart takes about a second. */
const patienceMs = 8_000;
const firstPauseMs = 25;
const longestPauseMs = 400;

type Queued = {
  readonly call: Call;
  readonly text: string;
  readonly until: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

/**
 * The journal process as a JournalStore. Calls of one turn go in one request; a batch without an answer is
 * sent again, which is safe, for the journal recognises a write that it has already. No distance is modelled
 * between a location and its cell: the planet's journal answers from next door.
 */
export function journalStore(options: {
  readonly address: string;
  readonly port?: number;
  readonly token: string;
  /** Told to the journal, for its own logs. */
  readonly location: string;
  readonly signal?: AbortSignal;
}): JournalStore {
  const { address, port = 7000, token, location, signal } = options;
  const origin = `http://${address}:${port}`;
  const batches = new Pool(origin, {
    connections: batchesAtOnce,
    headersTimeout: answerWithinMs,
    bodyTimeout: answerWithinMs,
  });
  const waits = new Pool(origin, { connections: waitersAtOnce, headersTimeout: changedWithinMsMax + answerWithinMs });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "x-from": location };
  const stop = new AbortController();
  const stopped = stop.signal;
  signal?.addEventListener("abort", () => void close(), { once: true });

  let queue: Queued[] = [];
  let flying = 0;
  let flushDue = false;

  function call<T>(call: Call): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (stopped.aborted) return reject(closed());
      const text = JSON.stringify(call);
      const until = performance.now() + patienceMs;
      queue.push({ call, text, until, resolve: resolve as (value: unknown) => void, reject });
      flushSoon();
    });
  }

  function flushSoon(): void {
    if (flushDue) return;
    flushDue = true;
    setImmediate(() => {
      flushDue = false;
      while (queue.length > 0 && flying < batchesAtOnce) void fly(nextBatch());
    });
  }

  function nextBatch(): Queued[] {
    let bytes = 0;
    let count = 0;
    for (const { text } of queue) {
      // Four bytes a character at worst; the first always goes.
      bytes += text.length * 4;
      if (count === callsPerBatch || (count > 0 && bytes > bodyBytesMax)) break;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  }

  async function fly(first: Queued[]): Promise<void> {
    flying += 1;
    let batch = first;
    try {
      for (let pauseMs = firstPauseMs; batch.length > 0; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const outcomes = await post(batch);
        if (Array.isArray(outcomes)) {
          batch.forEach((queued, index) => settle(queued, outcomes[index]));
          return;
        }
        if (stopped.aborted) return batch.forEach(({ reject }) => reject(closed()));
        const now = performance.now();
        const [late, rest] = [batch.filter(({ until }) => until <= now), batch.filter(({ until }) => until > now)];
        for (const { reject } of late) reject(unavailable(outcomes));
        batch = rest;
        if (batch.length > 0) await wallClock.sleep(pauseMs, stopped);
      }
    } finally {
      flying -= 1;
      if (queue.length > 0) flushSoon();
    }
  }

  /** The outcomes, or why there are none. */
  async function post(batch: readonly Queued[]): Promise<CallOutcome[] | Error> {
    try {
      const body = `{"calls":[${batch.map(({ text }) => text).join(",")}]}`;
      const response = await batches.request({ path: "/batch", method: "POST", headers, body });
      const answer = (await response.body.json()) as { outcomes?: CallOutcome[]; title?: string };
      if (response.statusCode === 200 && answer.outcomes?.length === batch.length) return answer.outcomes;
      return new Error(`the journal answered ${response.statusCode} ${answer.title ?? ""}`);
    } catch (error) {
      return error as Error;
    }
  }

  async function close(): Promise<void> {
    stop.abort();
    for (const { reject } of queue) reject(closed());
    queue = [];
    await Promise.all([batches.destroy(), waits.destroy()]);
  }

  return {
    append: (write) => call<Appended>({ call: "append", write }),
    read: (id) => call<JournalRecord | null>({ call: "read", id }),
    async changed(id, seq, { withinMs, signal: mine }) {
      const until = performance.now() + withinMs;
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        if (stopped.aborted) throw closed();
        const leftMs = Math.max(0, until - performance.now());
        if (leftMs === 0 || mine?.aborted === true) return call<JournalRecord | null>({ call: "read", id });
        try {
          const body = JSON.stringify({ id, seq, withinMs: Math.ceil(Math.min(leftMs, changedWithinMsMax)) });
          const response = await waits.request({
            path: "/changed",
            method: "POST",
            headers,
            body,
            signal: mine ?? null,
          });
          const answer = (await response.body.json()) as CallOutcome;
          if (response.statusCode === 200 && "ok" in answer) {
            const record = answer.ok as JournalRecord | null;
            if (record === null || record.seq > seq || performance.now() >= until) return record;
            continue;
          }
        } catch {
          // Aborted, or the journal restarts: the loop's head tells which.
        }
        await wallClock.sleep(Math.min(pauseMs, leftMs), stopped);
      }
    },
    list: (filter) => call<readonly JournalRecord[]>({ call: "list", filter }),
    find: (name) => call<readonly string[]>({ call: "find", name }),
    retain: (rule) => call<{ forgotten: number }>({ call: "retain", rule }),
    purge: (idPrefix) => call<{ forgotten: number; left: number }>({ call: "purge", idPrefix }),
    counts: () => call<Counts>({ call: "counts" }),
    close,
  };
}

function settle({ resolve, reject }: Queued, outcome: CallOutcome | undefined): void {
  if (outcome === undefined) reject(unavailable(new Error("the journal left a call without an answer")));
  else if ("ok" in outcome) resolve(outcome.ok);
  else reject(new ContinuityError(outcome.error));
}

function unavailable(cause: Error): ContinuityError {
  return new ContinuityError({
    code: "journal-unavailable",
    message: `the journal did not answer for ${patienceMs / 1000} s: ${cause.message}`,
    hint: "see whether the journal's process runs; requests go on with their callers' next try",
    cause,
  });
}

function closed(): ContinuityError {
  return new ContinuityError({
    code: "journal-closed",
    message: "the journal's client was closed",
    hint: "stop serving before closing the store",
  });
}
