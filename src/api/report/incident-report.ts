import type { Incident, Words } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { Order } from "../../core/order.ts";
import type { Reason, UnixMs } from "../../core/step.ts";
import type { Verdict } from "../../core/verdict.ts";
import type { DecidedEffect } from "../../runtime/recorder.ts";

/**
 * What is left to read after an incident, as one document: `GET /api/incidents/{number}/report?format=json`. Markdown and HTML are made of it, and
 * other programs rely on its shape (docs/json.md).
 */
export type IncidentReport = {
  readonly version: 1;
  readonly madeAt: UnixMs;
  readonly incident: Incident;
  /** What was looked at: from a little before its first sign to a little after its end. */
  readonly since: UnixMs;
  readonly until: UnixMs;
  /** What Houston said, oldest first. */
  readonly timeline: readonly Words[];
  /** What was thought, each time that it changed, oldest first. */
  readonly evidence: readonly {
    readonly at: UnixMs;
    readonly location: LocationName;
    readonly state: string;
    readonly verdict: Verdict;
  }[];
  /** What was done, and by which reasons, oldest first. */
  readonly decisions: readonly {
    readonly at: UnixMs;
    readonly effects: readonly DecidedEffect[];
    readonly reasons: readonly Reason[];
  }[];
  /** What was not done, and why, oldest first. */
  readonly notTaken: readonly (Reason & { readonly at: UnixMs })[];
  readonly orders: readonly ReportedOrder[];
  /** What these lists lack, since it was too much: so many lines from the middle of each. */
  readonly leftOut: {
    readonly timeline: number;
    readonly evidence: number;
    readonly decisions: number;
    readonly notTaken: number;
    readonly orders: number;
    /** From this moment on records were not read, there being so many; null: all were. */
    readonly notReadFrom: UnixMs | null;
  };
  readonly users: UsersTouched;
  readonly statusPage: StatusPageLead;
  /** Who took its traffic, the fullest first. */
  readonly receivers: readonly ReportedReceiver[];
  readonly withoutMove: WithoutMove;
  /** Commands that save what all this was decided on. */
  readonly recordings: readonly string[];
};

export type ReportedOrder = {
  readonly at: UnixMs;
  readonly by: string;
  readonly order: Order | null;
  /** False: it was refused. */
  readonly accepted: boolean;
  readonly says: string;
};

export type UsersTouched = {
  /** Where they were counted; null: everywhere. */
  readonly location: LocationName | null;
  /** By the edge itself, request by request; or worked out of figures that were noted now and then. */
  readonly counted: "by-the-edge" | "from-frames";
  readonly requests: number;
  readonly failed: number;
  /** Slower than `slowMs`; null: not known. */
  readonly slow: number | null;
  readonly slowMs: number | null;
  /** How it was counted, and what is not among it. */
  readonly how: string;
};

export type StatusPageLead =
  | { readonly watched: false }
  | {
      readonly watched: true;
      /** When the provider first posted anything in that time; null: it posted nothing. */
      readonly postedAt: UnixMs | null;
      readonly text: string | null;
      /** By how much Houston was certain earlier; negative: later. Null: one of the two never was. */
      readonly leadMs: number | null;
    };

export type ReportedReceiver = {
  readonly name: LocationName;
  /** The most of this traffic that it had at once. */
  readonly tookRps: number;
  /** Served / ready, the worst while it had any. */
  readonly worstUtilisation: number;
  readonly worstAt: UnixMs;
};

/** What would have been had nobody moved: worked out, never measured. */
export type WithoutMove =
  | { readonly kind: "nothing-moved" }
  | { readonly kind: "unknown"; readonly why: string }
  | {
      readonly kind: "estimate";
      /** Requests that were hurt beyond the usual, and that would have been, from the first sign to `until`. */
      readonly hurt: number;
      readonly hurtWithout: number;
      readonly until: UnixMs;
      readonly untilWhy: "well-again" | "incident-over" | "report" | "limit";
      /** What it rests on. */
      readonly assumes: string;
      /** What the same code would have said in the mode `observe`, on the same events. */
      readonly wouldHave: readonly (Reason & { readonly at: UnixMs })[];
      /** How many more of them there were; absent: none. */
      readonly wouldHaveMore?: number;
    };
