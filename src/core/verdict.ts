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

/** A suspect in the stack with its share of the evidence, 0..1. */
export type Cause = { readonly layer: Layer; readonly name: string; readonly share: number };

/** Failing in a way that users feel. What gauges alone say has no known scope: it is told, bars no place, stops no move. */
export const isFelt = ({ verdict, scope }: Pick<Verdict, "verdict" | "scope">): boolean =>
  verdict === "failing" && scope !== "unknown";

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
  /** Share of this location's users' requests hurt beyond what is usual, 0..1. */
  readonly impact: { readonly usersHurt: number };
  readonly causes: readonly Cause[];
  readonly because: readonly Because[];
};
