import type { Layer, LocationName, ServiceName } from "./estate.ts";

export type VerdictState = "healthy" | "shaky" | "failing";

/** Where the trouble belongs, which decides whether moving can help. */
export type Scope =
  | "location"
  | "path"
  | "provider"
  | "deploy"
  | "dependency"
  | "everywhere"
  | "follows-the-traffic"
  | "overload"
  | "watcher"
  | "unknown";

export type Action = "leave" | "move-zones" | "spill" | "hold" | "none";

export type PromiseState = "certified" | "none";

/** What replaying a location's own past says of its bar. */
export type Proof = {
  /** Whole days of past. */
  readonly days: number;
  /** How often in them users would have been moved, with the bar as the budget sets it. */
  readonly raised: number;
  /** How many stretches of ten minutes do not count, since evidence in or beside them is taken for a fault's. */
  readonly leftOut: number;
  /** Needless moves a year: what was asked of this location, and what its bar holds at 95 %. */
  readonly askedPerYear: number;
  readonly holdsPerYear: number;
  /** By how much the bar was raised to hold it, nats. */
  readonly raisedNats: number;
  readonly holds: boolean;
};

/** `promise certified: asked 0.067 needless moves a year here, holds 0.04 by its own 9 days` */
export function promiseWords({ promise, proof }: { readonly promise: PromiseState; readonly proof?: Proof }): string {
  const state = promise === "certified" ? "promise certified" : "no promise";
  if (proof === undefined) return promise === "certified" ? state : `${state}: without a day of its own past`;
  const { days, raised, leftOut, askedPerYear, holdsPerYear, raisedNats } = proof;
  const past = `${days} ${days === 1 ? "day" : "days"}`;
  const times = raised === 0 ? "" : `, which would have raised ${raised === 1 ? "once" : `${raised} times`}`;
  const faults = leftOut === 0 ? "" : `; ${leftOut} of its ten minutes are left out as faults`;
  const bar = raisedNats === 0 ? "" : `; the bar is raised by ${raisedNats} nats for it`;
  return `${state}: asked ${askedPerYear} needless moves a year here, holds ${holdsPerYear} by its own ${past}${times}${bar}${faults}`;
}

/** A suspect in the stack with its share of the evidence, 0..1. */
export type Cause = { readonly layer: Layer; readonly name: string; readonly share: number };

/** Failing in a way that users feel. What gauges alone say has no known scope: it is told, bars no place, stops no move. */
export const isFelt = (verdict: Verdict | null): boolean =>
  verdict?.verdict === "failing" && verdict.scope !== "unknown";

/** Whether two places have the same first cause. All trouble shows at the edge: that both blame theirs says nothing. */
export function isSameCause(one: readonly Cause[], other: readonly Cause[]): boolean {
  const [mine, theirs] = [one[0], other[0]];
  return mine !== undefined && mine.layer !== "edge" && mine.layer === theirs?.layer && mine.name === theirs.name;
}

/** A piece of evidence in a person's sentence: now, usual, elsewhere. */
export type Because = {
  readonly service: ServiceName;
  readonly signal: string;
  readonly nats: number;
  readonly says: string;
};

/** What is thought of a location at a moment. The scope is set by control, which sees all locations. */
export type Verdict = {
  readonly location: LocationName;
  readonly verdict: VerdictState;
  /** 1 - exp(-evidence), as a share for people. */
  readonly certainty: number;
  readonly evidenceNats: number;
  readonly barNats: number;
  readonly scope: Scope;
  readonly action: Action;
  readonly promise: PromiseState;
  /** Absent before a day of its own past. */
  readonly proof?: Proof;
  /** Share of this location's users' requests hurt beyond what is usual, 0..1. */
  readonly impact: { readonly usersHurt: number };
  readonly causes: readonly Cause[];
  readonly because: readonly Because[];
};
