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
export function promiseWords({ promise, proof, watchedHours }: Promised): string {
  const state = promise === "certified" ? "promise certified" : "no promise";
  if (proof === undefined) {
    if (promise === "certified") return state;
    if (watchedHours === undefined) return `${state}: without a day of its own past`;
    return watchedHours < HOURS_TO_PROVE
      ? `${state} yet: watched ${watchedHours} h of a day`
      : `${state} yet: too much of the ${watchedHours} h it watched is left out as faults`;
  }
  const { days, raised, leftOut, askedPerYear, holdsPerYear, raisedNats } = proof;
  const past = `${days} ${days === 1 ? "day" : "days"}`;
  const times = raised === 0 ? "" : `, which would have raised ${raised === 1 ? "once" : `${raised} times`}`;
  const faults = leftOut === 0 ? "" : `; ${leftOut} of its ten minutes are left out as faults`;
  const bar = raisedNats === 0 ? "" : `; the bar is raised by ${raisedNats} nats for it`;
  return `${state}: asked ${askedPerYear} needless moves a year here, holds ${holdsPerYear} by its own ${past}${times}${bar}${faults}`;
}

/** A day of its own past (past.ts): who watched that long and proves nothing has too little left without faults. */
export const HOURS_TO_PROVE = 24;

/** What a verdict says of its promise. */
export type Promised = {
  readonly promise: PromiseState;
  /** Absent before a day of its own past, and while less than half a day is left of it without faults. */
  readonly proof?: Proof;
  /** Of its own past, while there is no proof; absent where what is usual was not learnt but given. */
  readonly watchedHours?: number;
};

/** A suspect in the stack with its share of the evidence, 0..1. */
export type Cause = { readonly layer: Layer; readonly name: string; readonly share: number };

/** Failing in a way that users feel. What gauges alone say has no known scope: it is told, bars no place, stops no move. */
export const isFelt = (verdict: Verdict | null): boolean =>
  verdict?.verdict === "failing" && verdict.scope !== "unknown";

/** Felt, and its own: that some users' way to it is bad is no sickness of the place. */
export const isIllItself = (verdict: Verdict | null): boolean => isFelt(verdict) && verdict?.action !== "move-zones";

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

/** A piece of evidence by name: of one service, of all together that share a thing or that users need, of one vantage's probes. */
export type Fact = {
  readonly of: "service" | "sharing" | "all" | "vantage";
  /** Of the service, of what is shared, of the location that looks; of all: empty. */
  readonly name: string;
  readonly signal: "requests" | "latency" | "probe";
  readonly nats: number;
};

/** The fewest facts that alone would have passed the bar, the weightiest first, and what they come to by the same weights. */
export type Sufficient = { readonly facts: readonly Fact[]; readonly nats: number };

/** `These two alone would have been enough: cart being slow; all that share dynamodb, taken together, failing (20.4 nats of 20.0).` */
export function sufficientWords({ facts, nats }: Sufficient, barNats: number): string {
  const figures = `(${nats.toFixed(1)} nats of ${barNats.toFixed(1)})`;
  if (facts.every(({ of }) => of === "vantage")) return `${facts.length} vantages would have been enough ${figures}`;
  const alone = facts.length === 1 ? "This" : `These ${COUNTED[facts.length] ?? facts.length}`;
  return `${alone} alone would have been enough: ${facts.map(factWords).join("; ")} ${figures}`;
}

const COUNTED: Readonly<Record<number, string>> = { 2: "two", 3: "three", 4: "four" };

const WAYS: Readonly<Record<Fact["signal"], string>> = {
  requests: "failing",
  latency: "being slow",
  probe: "not answering",
};

function factWords({ of, name, signal }: Fact): string {
  switch (of) {
    case "service":
      return name.endsWith("@users")
        ? `${name.slice(0, -"@users".length)} ${WAYS[signal]}, as users tell`
        : `${name} ${WAYS[signal]}`;
    case "sharing":
      return `all that share ${name}, taken together, ${WAYS[signal]}`;
    case "all":
      return `all that users need, taken together, ${WAYS[signal]}`;
    case "vantage":
      return `probes from ${name}`;
  }
}

/** Something that would change a verdict, with figures of now. */
export type Change = {
  /** What the verdict, or its scope, would be then. */
  readonly to: VerdictState | Scope;
  readonly says: string;
  /** Evidence, or proof of health, that is missing. */
  readonly nats?: number;
  /** How soon it may be, as things go now. */
  readonly seconds?: number;
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
  readonly proof?: Proof;
  readonly watchedHours?: number;
  /** Share of this location's users' requests hurt beyond what is usual, 0..1. */
  readonly impact: { readonly usersHurt: number };
  readonly causes: readonly Cause[];
  readonly because: readonly Because[];
  /** Absent below the bar, and where more than a few facts were needed. */
  readonly sufficient?: Sufficient & { readonly says: string };
  /** What would change it, the nearest first; absent from what older versions have noted. */
  readonly wouldChange?: readonly Change[];
};
