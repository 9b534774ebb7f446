import { createHash } from "node:crypto";
import { awake, wallClock, type Clock } from "./clock.ts";
import { checkName, idPrefix, type Continuation, type Owner } from "./continuation.ts";
import type { Answer } from "./entry.ts";
import { ContinuityError, asError } from "./errors.ts";
import { defaults, limits } from "./limits.ts";
import { problem } from "./problem.ts";
import { replay } from "./replay.ts";
import { runOnce, type RunEnd, type RunStart } from "./run.ts";
import type { JournalRecord, JournalStore } from "./store.ts";

/** One request with its `Idempotency-Key`, as it came in at some location. */
export type Arrival<Input> = {
  /** The header as it came: missing, quoted or bare. */
  readonly key: string | undefined;
  /** Whose request it is, where callers of several owners could send the same key. */
  readonly tenant?: string | undefined;
  /** What must be the same for the same key; see `fingerprint`. */
  readonly fingerprint: string;
  /** What the workflow gets; kept in the journal, so that another location can go on without the caller. */
  readonly request: Input;
  /** Where this process is. */
  readonly location: string;
  /** Other names under which `trace` finds the request: order, trace id. */
  readonly names?: readonly string[];
  readonly namesOf?: (answer: Answer) => readonly string[];
  /** Known to be lost (a hint, like the lease: the fence is the guard). */
  readonly isGone?: (location: string) => boolean;
  readonly leaseMs?: number;
  /** How long to wait for an answer before saying 'in progress'. The work goes on. */
  readonly waitMs?: number;
  readonly clock?: Clock;
};

/** The same method, target and body give the same text; anything else another. */
export function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("base64url");
}

export const requestId = (of: Owner & { readonly key: string }): string => idPrefix(of) + of.key;

type Running = { readonly fingerprint: string; readonly end: Promise<RunEnd> };

/** What this process runs now, by store: a second request with the same key attaches to it. */
const runningIn = new WeakMap<JournalStore, Map<string, Running>>();

/** How many requests this process runs on that store now. */
export const runningNow = (store: JournalStore): number => runningIn.get(store)?.size ?? 0;

/**
 * Serves a request exactly once, wherever its key shows up: begins it, attaches to the run that has it, takes
 * it over from a run that died, or replays its answer byte for byte. Never rejects: what can't be served is a
 * problem document (400 no or bad key, 422 same key for another request, 409 in progress or in doubt, 503).
 */
export async function serve<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  arrival: Arrival<Input>,
): Promise<Answer> {
  try {
    const key = readKey(arrival.key);
    if (typeof key !== "string") return key;
    const { clock = wallClock, waitMs = defaults.waitMs } = arrival;
    const deadline = clock.now() + waitMs;
    const { tenant } = arrival;
    if (tenant !== undefined) checkName(tenant, "tenant");
    const id = requestId({ workflow: continuation.name, tenant, key });
    let end = await begin(continuation, store, arrival, id, key, deadline);
    if (end.kind === "interrupted") {
      // It may have stumbled over what an earlier run has answered long ago, for example in changed code.
      const record = await store.read(id);
      if (record !== null && record.phase !== "released") end = { kind: "fenced", record };
    }
    while (end.kind === "fenced") {
      const next = await attachOrTakeOver(continuation, store, arrival, id, end.record, deadline);
      if (next.kind === "answer") return next.answer;
      end = next.end;
    }
    return answerOf(end);
  } catch (thrown) {
    return failed(asError(thrown));
  }
}

/** Takes over a request that its caller may not come back for, and runs it here. */
export function takeOver<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  of: { record: JournalRecord; why: "lease" | "gone" | "released" | "swept"; location: string; clock: Clock },
): Promise<RunEnd> {
  const { record, why, location, clock } = of;
  const already = runningIn.get(store)?.get(record.id);
  if (already !== undefined) return already.end;
  return runHere(continuation, store, { id: record.id, location, clock }, replay(record.entries).fingerprint, {
    kind: "taken",
    record,
    why,
    names: [],
  });
}

async function begin<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  arrival: Arrival<Input>,
  id: string,
  key: string,
  deadline: number,
): Promise<RunEnd | { readonly kind: "in-progress" }> {
  const { clock = wallClock, tenant, fingerprint, request: input, names = [] } = arrival;
  const here = runningIn.get(store)?.get(id);
  if (here !== undefined) {
    if (here.fingerprint !== fingerprint) return { kind: "fenced", record: await store.read(id) };
    return bounded(here.end, deadline, clock);
  }
  // No look before the leap: a first arrival is the usual case, and the fence tells when it is not.
  const start: RunStart = { kind: "fresh", key, tenant, fingerprint, input, names };
  return bounded(runHere(continuation, store, { ...arrival, id, clock }, fingerprint, start), deadline, clock);
}

type Next =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "end"; readonly end: RunEnd | { readonly kind: "in-progress" } };

/** Another run has or had this request: wait for its answer, or go on in its place. */
async function attachOrTakeOver<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  arrival: Arrival<Input>,
  id: string,
  found: JournalRecord | null,
  deadline: number,
): Promise<Next> {
  const { clock = wallClock, leaseMs = defaults.leaseMs, isGone = () => false, location, names = [] } = arrival;
  let record = found;
  for (;;) {
    if (record === null) throw vanished(id);
    const state = replay(record.entries);
    if (state.fingerprint !== arrival.fingerprint) return { kind: "answer", answer: reused() };
    if (state.answer !== null) return { kind: "answer", answer: state.answer };
    if (state.parked !== null) return { kind: "end", end: { kind: "parked", reason: state.parked } };

    const here = runningIn.get(store)?.get(id);
    if (here !== undefined) return { kind: "end", end: await bounded(here.end, deadline, clock) };
    const why =
      state.phase === "released"
        ? "released"
        : isGone(record.location)
          ? "gone"
          : record.quietMs >= leaseMs
            ? "lease"
            : null;
    if (why !== null) {
      const start: RunStart = { kind: "taken", record, why, names };
      const end = runHere(continuation, store, { ...arrival, id, location, clock }, arrival.fingerprint, start);
      return { kind: "end", end: await bounded(end, deadline, clock) };
    }
    const leftMs = deadline - clock.now();
    if (leftMs <= 0) return { kind: "end", end: { kind: "in-progress" } };
    // Wakes when its owner writes, when its lease could be over, or when our caller's patience is.
    record = await store.changed(id, record.seq, { withinMs: Math.min(leaseMs - record.quietMs, leftMs) });
  }
}

function runHere<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  of: { id: string; location: string; clock: Clock; namesOf?: (answer: Answer) => readonly string[] },
  fingerprint: string,
  start: RunStart,
): Promise<RunEnd> {
  let running = runningIn.get(store);
  if (running === undefined) runningIn.set(store, (running = new Map()));
  if (running.size >= limits.runningPerStore) throw tooMany();
  const { id, location, clock, namesOf } = of;
  const registry = running;
  const end = runOnce({ store, continuation, id, location, clock, start, namesOf }).finally(() => registry.delete(id));
  registry.set(id, { fingerprint, end });
  return end;
}

async function bounded(
  end: Promise<RunEnd>,
  deadline: number,
  clock: Clock,
): Promise<RunEnd | { kind: "in-progress" }> {
  const done = new AbortController();
  const late = clock.sleep(deadline - clock.now(), done.signal).then(() => ({ kind: "in-progress" }) as const);
  try {
    return await Promise.race([end, late]);
  } finally {
    done.abort(awake);
  }
}

/** The key's text, or the answer that says what is wrong with it. */
function readKey(header: string | undefined): string | Answer {
  // The draft writes it as a structured string, "..."; most clients send it bare.
  const key = /^"(.*)"$/s.exec(header ?? "")?.[1] ?? header ?? "";
  if (key === "") {
    return problem({
      status: 400,
      code: "key-missing",
      title: "Idempotency-Key is missing",
      detail: "This operation wants an Idempotency-Key header.",
      hint: "send a fresh UUID for each new request, and the same one when you try again",
    });
  }
  if (key.length <= limits.keyChars && /^[\x21-\x7e]+$/.test(key)) return key;
  return problem({
    status: 400,
    code: "key-unusable",
    title: "Idempotency-Key cannot be used",
    detail: `The key has ${key.length} characters; 1 to ${limits.keyChars} printable ASCII characters without spaces are taken.`,
    hint: "send a UUID",
  });
}

function answerOf(end: Exclude<RunEnd, { kind: "fenced" }> | { readonly kind: "in-progress" }): Answer {
  switch (end.kind) {
    case "answered":
      return end.answer;
    case "parked":
      return problem({
        status: 409,
        code: end.reason.code,
        title: "The request waits for a person",
        detail: end.reason.says,
        hint: "do not send it again under another key: it may have happened",
      });
    case "interrupted":
      return failed(end.error);
    case "in-progress":
      return problem({
        status: 409,
        code: "in-progress",
        title: "The request is in progress",
        detail: "A request with this Idempotency-Key is being worked on.",
        hint: "try again with the same key",
        retryAfterSeconds: 1,
      });
  }
}

function reused(): Answer {
  return problem({
    status: 422,
    code: "key-reused",
    title: "Idempotency-Key was used for another request",
    detail: "The same key came with another method, target or body before.",
    hint: "send a fresh key for a new request",
  });
}

function failed(error: Error): Answer {
  const known = error instanceof ContinuityError ? error : null;
  const tooLarge = known?.code === "too-large";
  return problem({
    status: tooLarge ? 413 : 503,
    code: known?.code ?? "interrupted",
    title: tooLarge ? "The request is too large to keep" : "The request could not be finished now",
    // A stranger's error text may hold what callers should not see; ours does not.
    detail: known?.message ?? "The work was interrupted; nothing was done twice.",
    hint: known?.hint ?? "try again with the same key",
    ...(tooLarge ? {} : { retryAfterSeconds: 1 }),
  });
}

function vanished(id: string): ContinuityError {
  return new ContinuityError({
    code: "journal-unavailable",
    message: `the journal has no record of ${id} any more`,
    hint: "keep answered requests longer than callers try again",
  });
}

function tooMany(): ContinuityError {
  return new ContinuityError({
    code: "interrupted",
    message: `more than ${limits.runningPerStore} requests are in flight here`,
    hint: "try again with the same key",
  });
}
