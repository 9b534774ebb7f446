import { ContinuityError } from "./errors.ts";

/**
 * How a step's effect behaves when nobody knows whether it happened. Choosing is required: no default
 * could be both safe and useful.
 *
 * - idempotent: the receiver deduplicates by our key, so the call is repeated.
 * - askable: the receiver can make 'not done' final (a void), so we ask, and go on with a fresh key.
 * - once: neither. In doubt it is never repeated: the request parks and a person decides.
 * - pure: no effect outside; may repeat freely.
 */
export type StepKind = "idempotent" | "askable" | "once" | "pure";

/** An HTTP answer, kept as it will be sent, so that a replay has the same bytes. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is bytes, written so; without it, it is text. */
  readonly encoding?: "base64";
};

/** Which request, run and fence wrote it, when (the writer's clock) and where. */
type Envelope = {
  /** The format of this entry. A reader refuses what is newer than it knows. */
  readonly v: 1;
  readonly at: number;
  readonly location: string;
  /** Drawn afresh for each run: (run, position) names an entry, so a repeated write is recognised. */
  readonly run: string;
  /** The fence: grows with each take-over. */
  readonly epoch: number;
};

/** One line of a request's journal. `result` and `input` are as `keep` writes them: JSON text, or bytes. */
export type Entry = Envelope &
  (
    | {
        readonly kind: "begun";
        readonly workflow: string;
        readonly version: number;
        readonly key: string;
        readonly tenant?: string;
        readonly fingerprint: string;
        readonly input?: string;
        readonly names?: readonly string[];
        /** Unix ms: no step begins later. */
        readonly notAfter?: number;
      }
    | {
        readonly kind: "taken";
        readonly from: string;
        readonly why: "lease" | "gone" | "released" | "swept";
        readonly names?: readonly string[];
      }
    | {
        readonly kind: "intent";
        readonly step: string;
        readonly attempt: number;
        readonly effect: StepKind;
        readonly notAfter: number;
      }
    | {
        readonly kind: "result";
        readonly step: string;
        readonly attempt: number;
        readonly effect: StepKind;
        /** `void`: not done, and final: no call with that attempt's key will ever be accepted. */
        readonly outcome: "done" | "refused" | "void";
        /** `asked`: learnt by asking the receiver, not from the call itself. `late`: not even called. */
        readonly how: "called" | "asked" | "late";
        readonly result?: string;
        readonly says?: string;
        readonly status?: number;
      }
    | { readonly kind: "parked"; readonly reason: ParkReason }
    | {
        readonly kind: "settled";
        readonly by: string;
        /** Null when the request parked for another reason than a doubtful step. */
        readonly step: string | null;
        readonly attempt: number;
        readonly done: boolean;
        readonly result?: string;
      }
    | { readonly kind: "released"; readonly says: string }
    | { readonly kind: "answered"; readonly answer: Answer; readonly names?: readonly string[] }
  );

export type EntryKind = Entry["kind"];

export type ParkReason = {
  readonly code: "in-doubt" | "code-changed" | "unkeepable" | "too-many-runs";
  readonly says: string;
  readonly step: string | null;
  readonly attempt: number;
};

const kinds: ReadonlySet<string> = new Set<EntryKind>([
  "begun",
  "taken",
  "intent",
  "result",
  "parked",
  "settled",
  "released",
  "answered",
]);

/** Checks what came from disk or network: the parts that every reader relies on. */
export function asEntry(value: unknown): Entry {
  if (typeof value !== "object" || value === null) throw broken("it is not an object");
  const entry = value as Partial<Entry>;
  if (typeof entry.v === "number" && entry.v > 1) throw newer(`format ${entry.v}`);
  if (entry.v !== 1) throw broken("it has no format number");
  if (typeof entry.kind !== "string") throw broken("it has no kind");
  if (!kinds.has(entry.kind)) throw newer(`kind "${(entry.kind as string).slice(0, 40)}"`);
  if (typeof entry.run !== "string" || typeof entry.location !== "string") throw broken("it has no run or location");
  if (!Number.isSafeInteger(entry.epoch) || !Number.isFinite(entry.at)) throw broken("it has no epoch or time");
  return value as Entry;
}

function newer(what: string): ContinuityError {
  return new ContinuityError({
    code: "entry-newer",
    message: `the journal holds an entry of ${what}, written by a newer version of this library`,
    hint: "upgrade this process; the request is left as it is until then",
  });
}

function broken(says: string): ContinuityError {
  return new ContinuityError({
    code: "entry-broken",
    message: `a journal entry cannot be read: ${says}`,
    hint: "restore the journal from its last good copy; nothing was changed",
  });
}
