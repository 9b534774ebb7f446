import { byName } from "../route/by-name.ts";
import type { ServiceName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { Cause } from "../verdict.ts";
import type { Graph } from "./graph.ts";
import type { Histories } from "./rank.ts";
import { sharedOut, suspectsAt } from "./where.ts";

/**
 * Where nothing counts requests, gauges and latencies of minutes are all there is. Each minute the suspects are
 * ranked; one of whom two looks in a row together say clearly more than it lets itself be suspected of anyway is ill.
 *
 * G1 It is said, and it moves nobody: there is no user in it.
 * G2 What a service is suspected of in one look of twenty, or in a quarter of the last hour, is its usual: the bar is
 *    beyond that.
 * G3 It is well again after three quiet looks: what comes and goes by the minute is one case.
 */
export type GaugeCase = {
  lookedAt: UnixMs;
  looks: number;
  readonly suspected: Map<ServiceName, Suspected>;
  /** Who is ill, and by how many nats beyond its usual; null: nobody. */
  ill: { readonly name: ServiceName; readonly nats: number } | null;
  quietLooks: number;
  /** Whom the newest look points at; ranking costs, so it is done once a look. */
  causes: readonly Cause[];
};

/** What each look of the last hours said, and how much of the newest two was beyond the usual. */
type Suspected = { readonly nats: Float32Array; beyond: number; beyondBefore: number };

export const newGaugeCase = (): GaugeCase => ({
  lookedAt: 0,
  looks: 0,
  suspected: new Map(),
  ill: null,
  quietLooks: 0,
  causes: [],
});

/** What each look said, as plain JSON; who is ill is left out. */
export type GaugeCaseLearnt = {
  readonly looks: number;
  /** Of each who was suspected of anything in the last hours, those most first: rings as they are kept. */
  readonly suspected: readonly { readonly name: ServiceName; readonly nats: readonly number[] }[];
};

export function gaugeCaseLearnt({ looks, suspected }: GaugeCase): GaugeCaseLearnt {
  const all = [...suspected].map(([name, { nats }]) => ({
    name,
    nats,
    sum: nats.reduce((sum, each) => sum + each, 0),
  }));
  all.sort((a, b) => b.sum - a.sum || byName(a.name, b.name));
  return {
    looks,
    suspected: all.slice(0, LEARNT_SUSPECTS_MOST).map(({ name, nats }) => ({
      name,
      nats: Array.from(nats.subarray(0, Math.min(looks, LOOKS_KEPT)), (each) => Math.round(each * 100) / 100),
    })),
  };
}

export function takeUpGaugeCase(gaugeCase: GaugeCase, learnt: GaugeCaseLearnt): void {
  gaugeCase.looks = learnt.looks;
  for (const { name, nats } of learnt.suspected) {
    const ring = new Float32Array(LOOKS_KEPT);
    ring.set(nats);
    gaugeCase.suspected.set(name, { nats: ring, beyond: 0, beyondBefore: 0 });
  }
}

/** Looks, if a minute has passed. */
export function lookAtGauges(gaugeCase: GaugeCase, histories: Histories, graph: Graph, at: UnixMs): void {
  if (at - gaugeCase.lookedAt < LOOK_EACH_MS) return;
  gaugeCase.lookedAt = at;
  const suspects = suspectsAt(histories, graph, at);
  gaugeCase.causes = sharedOut(suspects, graph);
  const now = new Map(suspects.map(({ name, nats }) => [name, nats]));
  for (const name of now.keys()) {
    if (!gaugeCase.suspected.has(name))
      gaugeCase.suspected.set(name, { nats: new Float32Array(LOOKS_KEPT), beyond: 0, beyondBefore: 0 });
  }
  let worst: GaugeCase["ill"] = null;
  const cases = new Map<ServiceName, number>();
  for (const [name, suspected] of gaugeCase.suspected) {
    const nats = now.get(name) ?? 0;
    suspected.beyondBefore = suspected.beyond;
    suspected.beyond = Math.max(0, nats - usualOf(suspected, gaugeCase.looks));
    suspected.nats[gaugeCase.looks % LOOKS_KEPT] = nats;
    if (suspected.nats.every((each) => each === 0)) gaugeCase.suspected.delete(name);
    const both = suspected.beyond === 0 ? 0 : suspected.beyond + suspected.beyondBefore;
    cases.set(name, both);
    if (worst === null || both > worst.nats) worst = { name, nats: both };
  }
  gaugeCase.looks += 1;
  decide(gaugeCase, cases, worst);
}

/** Who stands accused stays so until it is quiet itself: only then does another's whole case take its place. */
function decide(gaugeCase: GaugeCase, cases: ReadonlyMap<ServiceName, number>, worst: GaugeCase["ill"]): void {
  const { ill } = gaugeCase;
  const still = ill === null ? 0 : (cases.get(ill.name) ?? 0);
  if (ill !== null && still >= BAR_NATS / 2) {
    gaugeCase.quietLooks = 0;
    gaugeCase.ill = { name: ill.name, nats: still };
    return;
  }
  gaugeCase.quietLooks += 1;
  if (worst !== null && worst.nats >= BAR_NATS) {
    gaugeCase.ill = worst;
    gaugeCase.quietLooks = 0;
  } else if (gaugeCase.quietLooks >= QUIET_LOOKS) gaugeCase.ill = null;
}

function usualOf({ nats }: Suspected, looks: number): number {
  if (looks < LOOKS_TO_KNOW) return USUAL_LEAST_NATS;
  const long = nats.slice(0, Math.min(looks, LOOKS_KEPT)).sort(ascending);
  const hour = Float32Array.from(
    { length: Math.min(looks, HOUR_LOOKS) },
    (_, ago) => nats[(looks - 1 - ago) % LOOKS_KEPT] ?? 0,
  ).sort(ascending);
  return Math.max(USUAL_LEAST_NATS, at(long, USUALLY), at(hour, OF_AN_HOUR));
}

const ascending = (a: number, b: number): number => a - b;
const at = (sorted: Float32Array, share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;

const LOOK_EACH_MS = 60_000;
/** Eight hours. */
export const LOOKS_KEPT = 480;
/** Two kilobytes each. */
export const LEARNT_SUSPECTS_MOST = 64;
const LOOKS_TO_KNOW = 20;
const HOUR_LOOKS = 60;
const QUIET_LOOKS = 3;
const USUALLY = 0.95;
const OF_AN_HOUR = 0.75;
const USUAL_LEAST_NATS = 2;
/** Of two looks together. */
const BAR_NATS = 3.5;
