import type { Answer, Entry, ParkReason, StepKind } from "./entry.ts";
import { namesIn, type JournalRecord, type Phase } from "./store.ts";

/** A request's way through locations, step by step, from its journal. Times are Unix ms of who wrote them. */
export type Trace = {
  readonly id: string;
  readonly workflow: string;
  readonly key: string;
  /** Under which it can be found, too: trace ids of each arrival that ran it, its order. */
  readonly names: readonly string[];
  /** Where it began. */
  readonly home: string;
  readonly state: Phase;
  readonly location: string;
  readonly begunAt: number;
  readonly answeredAt: number | null;
  readonly status: number | null;
  readonly runs: readonly { readonly location: string; readonly at: number; readonly why: string }[];
  readonly steps: readonly TraceStep[];
  readonly parked: ParkReason | null;
};

export type TraceStep = {
  readonly name: string;
  readonly kind: StepKind;
  readonly attempt: number;
  readonly location: string;
  readonly intentAt: number | null;
  readonly resultAt: number | null;
  /** open: begun, no result yet. void: not done, and final. */
  readonly outcome: "open" | "done" | "refused" | "void";
  readonly how: "called" | "asked" | "late" | "settled" | null;
};

type Intent = Entry & { readonly kind: "intent" };

export function traceOf(record: JournalRecord): Trace | null {
  const begun = record.entries[0];
  if (begun?.kind !== "begun") return null;
  const runs: Trace["runs"][number][] = [{ location: begun.location, at: begun.at, why: "begun" }];
  const steps: TraceStep[] = [];
  let answer: { at: number; answer: Answer } | null = null;
  let parked: ParkReason | null = null;
  for (const entry of record.entries) {
    switch (entry.kind) {
      case "begun":
      case "released":
        break;
      case "taken":
        runs.push({ location: entry.location, at: entry.at, why: entry.why });
        break;
      case "intent":
        steps.push(stepOf(entry));
        break;
      case "result": {
        const { step: name, effect: kind, attempt, location, at, outcome, how } = entry;
        const open = steps.findLastIndex((step) => step.name === name && step.attempt === attempt);
        const before = steps[open];
        if (before === undefined) {
          steps.push({ name, kind, attempt, location, intentAt: null, resultAt: at, outcome, how });
        } else {
          steps[open] = { ...before, resultAt: at, outcome, how };
        }
        break;
      }
      case "parked":
        parked = entry.reason;
        break;
      case "settled": {
        parked = null;
        const open = steps.findLastIndex((step) => step.name === entry.step && step.attempt === entry.attempt);
        const before = steps[open];
        if (before !== undefined) {
          steps[open] = { ...before, resultAt: entry.at, outcome: entry.done ? "done" : "void", how: "settled" };
        }
        break;
      }
      case "answered":
        answer = { at: entry.at, answer: entry.answer };
        break;
    }
  }
  return {
    id: record.id,
    workflow: begun.workflow,
    key: begun.key,
    names: [...new Set(namesIn(record.entries))].filter((name) => name !== begun.key),
    home: begun.location,
    state: record.phase,
    location: record.location,
    begunAt: begun.at,
    answeredAt: answer?.at ?? null,
    status: answer?.answer.status ?? null,
    runs,
    steps,
    parked,
  };
}

const stepOf = ({ step: name, effect: kind, attempt, location, at }: Intent): TraceStep => ({
  name,
  kind,
  attempt,
  location,
  intentAt: at,
  resultAt: null,
  outcome: "open",
  how: null,
});
