import type { Layer } from "../../../../src/core/estate.ts";
import type { ServiceRate } from "../../../../src/core/summary.ts";
import { edgeKey, type StackEvidence } from "./stack-evidence.ts";
import { LAYERS, type NodeId, type StackGraph } from "./stack-graph.ts";

/** What is drawn, and what is only counted, layer by layer. */
export type StackChoice = { readonly shown: readonly NodeId[]; readonly rest: readonly Rest[] };

export type Rest = {
  readonly layer: Layer;
  readonly names: readonly string[];
  /** How many can't be done without what is ill, drawn or not. */
  readonly needy: number;
};

/** More than this can't be taken in at three in the morning; the others are counted and can be looked for. */
export const SHOWN_MAX = 40;
/** Journeys alone must not fill the picture: so many are drawn at most, and where there are more, half of them. */
const JOURNEYS_MAX = 8;

/**
 * Of hundreds of services those that matter now, in this order: who is suspect or suffers, what lies between them and who is
 * hurt, what was asked for by name, what those who are hurt need, then the worst and the busiest.
 */
export function chooseNodes(parts: {
  readonly graph: StackGraph;
  readonly evidence: StackEvidence;
  readonly rates: ReadonlyMap<NodeId, ServiceRate>;
  /** What a person looked for. */
  readonly wanted?: readonly NodeId[];
  readonly most?: number;
}): StackChoice {
  const { graph, evidence, rates, most = SHOWN_MAX } = parts;
  const shown = new Set<NodeId>();
  const all = [...graph.nodes.values()].filter(({ layer }) => layer === "journey").length;
  const journeysMax = all <= JOURNEYS_MAX ? JOURNEYS_MAX : JOURNEYS_MAX / 2;
  let journeys = 0;
  const show = (ids: Iterable<NodeId>): void => {
    for (const id of ids) {
      const node = graph.nodes.get(id);
      if (node === undefined || shown.has(id) || shown.size >= most) continue;
      if (node.layer === "journey" && ++journeys > journeysMax) continue;
      shown.add(id);
    }
  };
  show([...evidence.nodes].sort(([, one], [, other]) => other.nats - one.nats).map(([id]) => id));
  show(parts.wanted ?? []);
  show(onTheWay(graph, evidence));
  const needy = [...evidence.journeys].sort(([, one], [, other]) => other - one).map(([id]) => id);
  show(needy);
  for (const journey of needy) show(graph.callees.get(journey) ?? []);
  show([...graph.nodes.values()].filter(({ layer }) => layer === "journey" || layer === "edge").map(({ id }) => id));
  show([...graph.nodes.values()].filter(({ layer }) => layer === "provider").map(({ id }) => id));
  show(worstFirst(rates));
  // Where no node says anything at all, the plan of a small place is better than nothing.
  if (rates.size === 0 && graph.nodes.size <= most) show(graph.nodes.keys());
  return { shown: [...shown], rest: restOf(graph, evidence, shown) };
}

function* onTheWay(graph: StackGraph, evidence: StackEvidence): Iterable<NodeId> {
  for (const [callee, callers] of graph.callers) {
    for (const caller of callers) {
      const edge = evidence.edges.get(edgeKey(caller, callee));
      if (edge !== undefined && edge.kind !== "way") yield* [caller, callee];
    }
  }
}

function worstFirst(rates: ReadonlyMap<NodeId, ServiceRate>): readonly NodeId[] {
  return [...rates]
    .sort(([, one], [, other]) => failedRatio(other) - failedRatio(one) || other.total - one.total)
    .map(([id]) => id);
}

function restOf(graph: StackGraph, evidence: StackEvidence, shown: ReadonlySet<NodeId>): readonly Rest[] {
  return LAYERS.flatMap((layer) => {
    const nodes = [...graph.nodes.values()].filter((node) => node.layer === layer && !shown.has(node.id));
    const needy = nodes.filter(({ id }) => evidence.journeys.has(id)).length;
    return nodes.length === 0 ? [] : [{ layer, names: nodes.map(({ name }) => name), needy }];
  });
}

function failedRatio({ bad, total }: ServiceRate): number {
  return total === 0 ? 0 : bad / total;
}
