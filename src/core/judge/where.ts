import { byName } from "../route/by-name.ts";
import type { ServiceName } from "../estate.ts";
import type { Cause } from "../verdict.ts";
import type { Graph } from "./graph.ts";
import { unusualAt, type Histories } from "./rank.ts";
import type { Symptom } from "./symptom.ts";

/**
 * "Something is wrong: where?" Given that, even weak evidence ranks. What is a service's own counts whole; of what may
 * come from elsewhere only what nobody else explains: errors by callees that err, slowness by callees that are slow,
 * a slow way in by a caller that is ill itself. Nobody, when nothing is unlike itself.
 */
export const whereIsIt = (histories: Histories, graph: Graph, at: number): Cause[] =>
  sharedOut(suspectsAt(histories, graph, at), graph);

/** The first few suspects, each with its share of all that was found. */
export function sharedOut(suspects: readonly RankedSuspect[], graph: Graph): Cause[] {
  const sum = suspects.reduce((total, { nats }) => total + nats, 0);
  return suspects.slice(0, CAUSES_MOST).map(({ name, nats }) => ({
    layer: graph.layerOf(name),
    name,
    share: Math.round((nats / sum) * 100) / 100,
  }));
}

export type RankedSuspect = { readonly name: ServiceName; readonly nats: number };

/** Those who have evidence of their own, most first. */
export function suspectsAt(histories: Histories, graph: Graph, at: number): RankedSuspect[] {
  const cases = casesOf(histories, graph, at);
  const names = [...cases.keys()].sort(byName);
  for (const name of names) {
    let ill = 0;
    for (const caller of names) if (graph.calleesOf(caller).has(name)) ill = Math.max(ill, cases.get(caller)?.own ?? 0);
    const own = cases.get(name);
    if (own !== undefined) own.way = Math.max(0, own.way - ill);
  }
  const isNeeded = names.some((name) => graph.neededShare(name) > 0);
  return names
    .map((name) => {
      // What no journey needs can hardly be what users feel.
      const credible = isNeeded && graph.neededShare(name) === 0 ? UNNEEDED : 1;
      return { name, nats: credible * left(cases, name, graph.calleesOf(name)) };
    })
    .filter(({ nats }) => nats > 0)
    .sort((a, b) => b.nats - a.nats || byName(a.name, b.name));
}

type Case = Record<Exclude<Symptom["kind"], "demand">, number>;

/** The evidence of each service by kind: its strongest family, and half of the next. */
function casesOf(histories: Histories, graph: Graph, at: number): Map<ServiceName, Case> {
  const families = new Map<ServiceName, Map<string, { kind: Symptom["kind"]; nats: number }>>();
  for (const { service, symptom, nats } of unusualAt(histories, at)) {
    const layer = graph.layerOf(service);
    // What a user does is where it is felt, not where it began.
    if (symptom.kind === "demand" || layer === "journey" || layer === "edge") continue;
    let own = families.get(service);
    if (own === undefined) families.set(service, (own = new Map()));
    if (nats > (own.get(symptom.family)?.nats ?? 0)) own.set(symptom.family, { kind: symptom.kind, nats });
  }
  const cases = new Map<ServiceName, Case>();
  for (const [service, own] of families) {
    const of = (kind: Symptom["kind"]): number => {
      const nats = [...own.values()].filter((family) => family.kind === kind).map((family) => family.nats);
      nats.sort((a, b) => b - a);
      return (nats[0] ?? 0) + SECOND * (nats[1] ?? 0);
    };
    cases.set(service, { own: of("own"), way: of("way"), errors: of("errors"), slow: of("slow") });
  }
  return cases;
}

function left(cases: ReadonlyMap<ServiceName, Case>, name: ServiceName, callees: ReadonlySet<ServiceName>): number {
  const own = cases.get(name);
  if (own === undefined) return 0;
  let [errors, slow] = [0, 0];
  for (const callee of callees) {
    const its = cases.get(callee);
    if (its === undefined) continue;
    errors = Math.max(errors, its.errors);
    slow = Math.max(slow, its.slow + its.own + its.way);
  }
  return own.own + own.way + unexplained(own.errors, errors) + unexplained(own.slow, slow);
}

const unexplained = (nats: number, by: number): number => Math.max(KEPT * nats, nats - EXPLAINS * by);

const CAUSES_MOST = 5;
/** Two families of one service are seldom independent. */
const SECOND = 0.5;
/** An unhappy callee explains nearly all of as much unhappiness of its callers, and a little always stays. */
const EXPLAINS = 0.9;
const KEPT = 0.1;
const UNNEEDED = 0.25;
