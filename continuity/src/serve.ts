import { createHash } from "node:crypto";
import { awake, wallClock, type Clock } from "./clock.ts";
import { checkName, idPrefix, type Continuation, type Owner } from "./continuation.ts";
import type { Answer } from "./entry.ts";
import { ContinuityError, asError } from "./errors.ts";
import { tooNew } from "./fit.ts";
import { readKey } from "./idempotency-key.ts";
import { defaults, limits } from "./limits.ts";
import { replay } from "./replay.ts";
import { runOnce, type RunEnd, type RunStart } from "./run.ts";
import { count, hereFor } from "./runs-here.ts";
import { answerOf, documented, failed, reused } from "./said-to-callers.ts";
import { spanned, type Tracer } from "./span.ts";
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
  /**
   * Whose owner was silent for so long is taken over; a quarter of it is the time between an owner's signs of life, each of which is a
   * write. The same everywhere: with a longer lease an owner speaks more rarely.
   */
  readonly leaseMs?: number;
  /** How long to wait for an answer before saying 'in progress'. The work goes on. */
  readonly waitMs?: number;
  /**
   * Unix ms, kept with the request: from then on no further step is begun. What was done is taken back, last
   * first, and the answer is 504 `deadline-over`; unless something done has no `undoes`: then it goes on.
   */
  readonly notAfter?: number | undefined;
  /** Aborted when the caller has gone: a request that had no effect yet, and that nobody waits for, ends there. */
  readonly signal?: AbortSignal;
  /** Where the operation's keys are explained: refusals carry a link to it. */
  readonly docs?: string;
  readonly tracer?: Tracer | undefined;
  readonly clock?: Clock;
};

/** The same method, target and body give the same text; anything else another. */
export function fingerprint(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("base64url");
}

export const requestId = (of: Owner & { readonly key: string }): string => idPrefix(of) + of.key;

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
  return documented(await serveIt(continuation, store, arrival), arrival.docs);
}

async function serveIt<Input>(
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
  of: {
    record: JournalRecord;
    why: "lease" | "gone" | "released" | "swept";
    location: string;
    clock: Clock;
    tracer: Tracer | undefined;
  },
): Promise<RunEnd> {
  const { record, why, location, clock, tracer } = of;
  const already = hereFor(store).runs.get(record.id);
  if (already !== undefined) return already.end;
  const { fingerprint } = replay(record.entries);
  const start: RunStart = { kind: "taken", record, why, names: [] };
  return runHere(continuation, store, { id: record.id, fingerprint, location, clock, tracer }, start);
}

async function begin<Input>(
  continuation: Continuation<Input>,
  store: JournalStore,
  arrival: Arrival<Input>,
  id: string,
  key: string,
  deadline: number,
): Promise<RunEnd | { readonly kind: "in-progress" }> {
  const { clock = wallClock, tenant, fingerprint, request: input, names = [], notAfter, signal } = arrival;
  const here = hereFor(store).runs.get(id);
  if (here !== undefined) {
    if (here.fingerprint !== fingerprint) return { kind: "fenced", record: await store.read(id) };
    here.callers.push(signal);
    return bounded(here.end, deadline, clock);
  }
  // No look before the leap: a first arrival is the usual case, and the fence tells when it is not.
  const start: RunStart = { kind: "fresh", key, tenant, fingerprint, input, names, notAfter };
  return bounded(runHere(continuation, store, { ...arrival, id, clock }, start), deadline, clock);
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

    const here = hereFor(store).runs.get(id);
    if (here !== undefined) {
      here.callers.push(arrival.signal);
      return { kind: "end", end: await bounded(here.end, deadline, clock) };
    }
    const why =
      state.phase === "released"
        ? "released"
        : isGone(record.location)
          ? "gone"
          : record.quietMs >= leaseMs
            ? "lease"
            : null;
    if (why !== null) {
      const newer = tooNew(state, continuation);
      if (newer !== null) throw newer;
      const start: RunStart = { kind: "taken", record, why, names };
      const end = runHere(continuation, store, { ...arrival, id, location, clock }, start);
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
  of: Pick<Arrival<Input>, "fingerprint" | "leaseMs" | "location" | "namesOf" | "signal" | "tracer"> & {
    readonly id: string;
    readonly clock: Clock;
  },
  start: RunStart,
): Promise<RunEnd> {
  const here = hereFor(store);
  if (here.runs.size >= limits.runningPerStore) throw tooMany();
  const { id, fingerprint, location, leaseMs = defaults.leaseMs, clock, namesOf, signal, tracer } = of;
  const callers = [signal];
  const isWanted = () => callers.some((caller) => caller?.aborted !== true);
  let isStarted = false;
  const onHeld = () => {
    isStarted = true;
    count(here, ...howStarted(start, location));
  };
  const attributes = { "continuity.request": id, "continuity.location": location, "continuity.start": start.kind };
  const end = spanned(
    tracer,
    { name: continuation.name, attributes, endsAs: (end) => ({ "continuity.end": end.kind }) },
    () => runOnce({ store, continuation, id, location, clock, start, leaseMs, namesOf, isWanted, onHeld, tracer }),
  )
    .then((end) => {
      // Who came second to a request has begun nothing, and nothing was taken from it.
      if (end.kind === "fenced" && !isStarted) return end;
      if (!isStarted) count(here, ...howStarted(start, location));
      count(here, ...howEnded(end));
      return end;
    })
    .finally(() => here.runs.delete(id));
  here.runs.set(id, { fingerprint, end, callers });
  return end;
}

function howStarted(start: RunStart, location: string) {
  if (start.kind === "fresh") return ["begun"] as const;
  return start.record.location === location ? (["resumed"] as const) : (["resumed", "resumedElsewhere"] as const);
}

function howEnded(end: RunEnd) {
  return end.kind === "parked" && end.reason.code === "in-doubt" ? (["parked", "inDoubt"] as const) : [end.kind];
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
