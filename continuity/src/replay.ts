import { asEntry, type Answer, type Entry, type ParkReason, type StepKind } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { cannotOpen, isSealed } from "./sealed-mark.ts";

/**
 * The pure part: what a request's journal says, and what may be done next. Like a ship's log that the relief
 * officer reads before touching the wheel.
 *
 * Invariants (tests cite them):
 * 1. No key is sent by two runs, unless the receiver deduplicates (idempotent) or nothing is sent (pure).
 * 2. After a final 'not done', the next attempt has a fresh key; its intent is written before it is sent.
 * 3. A step that is done is never done again; every run sees the same result.
 * 4. A `once` step whose intent has no result is never repeated: it parks.
 */
export type RequestState = {
  workflow: string;
  version: number;
  key: string;
  tenant: string | undefined;
  fingerprint: string;
  input: string | undefined;
  /** The caller's deadline, Unix ms; Infinity without one. */
  notAfter: number;
  home: string;
  location: string;
  epoch: number;
  phase: "running" | "released" | "parked" | "answered";
  /** In the order of their first intent (or result, for pure ones). */
  readonly steps: Map<string, StepState>;
  parked: ParkReason | null;
  answer: Answer | null;
};

export type StepState = {
  readonly name: string;
  readonly effect: StepKind;
  readonly attempt: number;
  readonly notAfter: number;
  readonly location: string;
  readonly at: number;
  readonly status: "open" | "done" | "refused" | "void";
  readonly result: string | undefined;
  readonly says: string;
  readonly refusedStatus: number;
  /** Refused by the request's own deadline. */
  readonly late: boolean;
};

/** Reads a journal; throws entry-newer or entry-broken rather than guess. */
export function replay(entries: readonly Entry[]): RequestState {
  for (const entry of entries) asEntry(entry);
  const first = entries[0];
  if (first?.kind !== "begun") {
    throw new ContinuityError({
      code: "entry-broken",
      message: "a request's journal does not start with how it began",
      hint: "restore the journal from its last good copy; nothing was changed",
    });
  }
  const state: RequestState = {
    workflow: first.workflow,
    version: first.version,
    key: first.key,
    tenant: first.tenant,
    fingerprint: first.fingerprint,
    input: first.input,
    notAfter: first.notAfter ?? Infinity,
    home: first.location,
    location: first.location,
    epoch: 0,
    phase: "running",
    steps: new Map(),
    parked: null,
    answer: null,
  };
  for (const entry of entries) apply(state, entry);
  return state;
}

/** One more entry. A run applies what it writes, so that live and replayed requests share one logic. */
export function apply(state: RequestState, entry: Entry): void {
  state.epoch = entry.epoch;
  switch (entry.kind) {
    case "begun":
      return;
    case "taken":
      state.phase = "running";
      state.location = entry.location;
      return;
    case "intent":
      state.steps.set(entry.step, {
        name: entry.step,
        effect: entry.effect,
        attempt: entry.attempt,
        notAfter: entry.notAfter,
        location: entry.location,
        at: entry.at,
        status: "open",
        result: undefined,
        says: "",
        refusedStatus: 0,
        late: false,
      });
      return;
    case "result": {
      const before = state.steps.get(entry.step);
      state.steps.set(entry.step, {
        name: entry.step,
        effect: entry.effect,
        attempt: entry.attempt,
        notAfter: before?.notAfter ?? 0,
        // Asking tells that the step was done, by the run that meant to: not by the one that asks.
        location: entry.how === "asked" ? (before?.location ?? entry.location) : entry.location,
        at: entry.at,
        status: entry.outcome,
        result: entry.result,
        says: entry.says ?? "",
        refusedStatus: entry.status ?? 0,
        late: entry.how === "late",
      });
      return;
    }
    case "parked":
      state.phase = "parked";
      state.parked = entry.reason;
      return;
    case "settled": {
      state.phase = "released";
      state.parked = null;
      const step = entry.step === null ? undefined : state.steps.get(entry.step);
      if (step === undefined || step.attempt !== entry.attempt) return;
      const status = entry.done ? "done" : "void";
      state.steps.set(step.name, { ...step, status, result: entry.result, at: entry.at });
      return;
    }
    case "released":
      state.phase = "released";
      return;
    case "answered":
      if (isSealed(entry.answer)) throw cannotOpen();
      state.phase = "answered";
      state.answer = entry.answer;
      return;
  }
}

/** What to do when the workflow asks for a step. */
export type Move =
  | { readonly kind: "return"; readonly result: string | undefined }
  | { readonly kind: "refuse"; readonly says: string; readonly status: number; readonly late: boolean }
  /** Write the intent of this attempt, durably, then do it. */
  | { readonly kind: "begin"; readonly attempt: number }
  /** Do the attempt again with its own key: the receiver deduplicates, or nothing happens outside. */
  | { readonly kind: "repeat"; readonly attempt: number }
  /** Ask the receiver about the attempt's key. */
  | { readonly kind: "ask"; readonly attempt: number }
  | { readonly kind: "park"; readonly reason: ParkReason };

export function nextMove(known: StepState | undefined, name: string, effect: StepKind): Move {
  if (known === undefined) return { kind: "begin", attempt: 1 };
  if (known.effect !== effect) {
    const says = `step "${name}" was begun as ${known.effect} and is ${effect} now`;
    return { kind: "park", reason: { code: "code-changed", says, step: name, attempt: known.attempt } };
  }
  switch (known.status) {
    case "done":
      return { kind: "return", result: known.result };
    case "refused":
      return { kind: "refuse", says: known.says, status: known.refusedStatus, late: known.late };
    case "void":
      return { kind: "begin", attempt: known.attempt + 1 };
    case "open":
      return inDoubt(known);
  }
}

function inDoubt(known: StepState): Move {
  switch (known.effect) {
    case "pure":
    case "idempotent":
      return { kind: "repeat", attempt: known.attempt };
    case "askable":
      return { kind: "ask", attempt: known.attempt };
    case "once": {
      const says = `step "${known.name}" was begun in ${known.location} and nobody knows whether it happened`;
      return { kind: "park", reason: { code: "in-doubt", says, step: known.name, attempt: known.attempt } };
    }
  }
}
