import type { Because, Cause, Verdict } from "../../../../src/core/verdict.ts";
import { nodeIdOf, reachedFrom, type NodeId, type StackGraph } from "./stack-graph.ts";

/** What speaks against each part of the stack, and how it comes up to who is hurt. */
export type StackEvidence = {
  readonly nodes: ReadonlyMap<NodeId, NodeEvidence>;
  /** By `edgeKey`; an edge that is missing carries nothing. */
  readonly edges: ReadonlyMap<string, EdgeEvidence>;
  /** What users do that can't be done without a part that is ill, with the evidence that reaches it; 0: none does. */
  readonly journeys: ReadonlyMap<NodeId, number>;
  /** About the location as a whole: what sets its scope. */
  readonly remarks: readonly string[];
};

export type NodeEvidence = {
  readonly nats: number;
  /** Share of the evidence when it is a suspect; null: it only suffers. */
  readonly causeShare: number | null;
  readonly isLikelyCause: boolean;
  readonly because: readonly Because[];
};

/** `shared`: evidence against both ends. `carried`: brings it on to who is hurt. `way`: the caller needs who suffers. */
export type EdgeEvidence = { readonly kind: "shared" | "carried" | "way"; readonly nats: number };

export const edgeKey = (caller: NodeId, callee: NodeId): string => `${caller}\n${callee}`;

export function stackEvidence(
  graph: StackGraph,
  verdict: {
    readonly evidenceNats: number;
    readonly causes: readonly Cause[];
    readonly because: readonly Because[];
  },
): StackEvidence {
  const nodes = nodesOf(graph, verdict);
  const edges = new Map<string, EdgeEvidence>();
  for (const id of nodes.keys()) {
    for (const above of [id, ...reachedFrom(id, graph.callers)]) {
      for (const caller of graph.callers.get(above) ?? []) edges.set(edgeKey(caller, above), { kind: "way", nats: 0 });
    }
  }
  for (const [callee, { nats }] of nodes) {
    for (const caller of graph.callers.get(callee) ?? []) {
      const above = nodes.get(caller);
      if (above !== undefined) edges.set(edgeKey(caller, callee), { kind: "shared", nats: Math.min(nats, above.nats) });
    }
  }
  for (const [id, { nats }] of nodes) {
    if ((graph.callers.get(id) ?? []).some((caller) => nodes.has(caller))) continue;
    for (const [caller, callee] of waysUp(graph, id)) {
      const before = edges.get(edgeKey(caller, callee));
      if (before?.kind !== "shared")
        edges.set(edgeKey(caller, callee), { kind: "carried", nats: Math.max(nats, before?.nats ?? 0) });
    }
  }
  const above = new Set([...nodes.keys()].flatMap((id) => [id, ...reachedFrom(id, graph.callers)]));
  const journeys = [...graph.nodes.values()].filter(({ id, layer }) => layer === "journey" && above.has(id));
  return {
    nodes,
    edges,
    journeys: new Map(journeys.map(({ id }) => [id, reachingNats(graph, { nodes, edges }, id)])),
    remarks: verdict.because.filter(isRemark).map(({ says }) => says),
  };
}

/** The most that any edge below it brings. */
function reachingNats(
  graph: StackGraph,
  { nodes, edges }: Pick<StackEvidence, "nodes" | "edges">,
  journey: NodeId,
): number {
  const brought = (graph.callees.get(journey) ?? []).map((callee) => edges.get(edgeKey(journey, callee))?.nats ?? 0);
  return Math.max(nodes.get(journey)?.nats ?? 0, ...brought);
}

function nodesOf(
  graph: StackGraph,
  verdict: { readonly evidenceNats: number; readonly causes: readonly Cause[]; readonly because: readonly Because[] },
): ReadonlyMap<NodeId, NodeEvidence> {
  const nodes = new Map<NodeId, NodeEvidence>();
  for (const because of verdict.because) {
    const id = isRemark(because) ? undefined : nodeIdOf(graph, { name: because.service });
    if (id === undefined) continue;
    const before = nodes.get(id);
    nodes.set(id, {
      nats: Math.max(because.nats, before?.nats ?? 0),
      causeShare: null,
      isLikelyCause: false,
      because: [...(before?.because ?? []), because],
    });
  }
  for (const [index, cause] of verdict.causes.entries()) {
    const id = nodeIdOf(graph, cause);
    if (id === undefined) continue;
    const before = nodes.get(id);
    nodes.set(id, {
      // A suspect that no sentence is about is blamed by those who share it: its part of the whole case.
      nats: before?.nats ?? cause.share * verdict.evidenceNats,
      causeShare: cause.share,
      isLikelyCause: index === 0,
      because: before?.because ?? [],
    });
  }
  return nodes;
}

/** Sentences without weight are about the place: why moving helps, or why its node can't be believed. */
function isRemark({ nats, signal }: Because): boolean {
  return nats === 0 || signal === "scope" || signal === "silence";
}

/** Of a silent node's verdict: it weighs nothing, and what the node said last counts for nothing any more. */
export function isOfSilence({ scope, evidenceNats }: Verdict): boolean {
  return scope === "watcher" && evidenceNats === 0;
}

/** What counts for nothing is not shown with the nats that it once had. */
export function withoutOldEvidence(verdict: Verdict): Verdict {
  return isOfSilence(verdict) ? { ...verdict, because: verdict.because.filter(isRemark) } : verdict;
}

/** The edges on shortest ways from a node to the journeys above it. */
function waysUp(graph: StackGraph, from: NodeId): readonly (readonly [caller: NodeId, callee: NodeId])[] {
  const below = new Map<NodeId, NodeId>();
  const seen = new Set([from]);
  const queue = [from];
  const journeys: NodeId[] = [];
  for (let index = 0; index < queue.length; index++) {
    const next = queue[index]!;
    if (graph.nodes.get(next)?.layer === "journey") journeys.push(next);
    for (const caller of graph.callers.get(next) ?? []) {
      if (seen.has(caller)) continue;
      seen.add(caller);
      below.set(caller, next);
      queue.push(caller);
    }
  }
  const edges = new Map<string, readonly [NodeId, NodeId]>();
  for (const journey of journeys) {
    for (let at = journey; at !== from;) {
      const callee = below.get(at);
      if (callee === undefined) break;
      edges.set(edgeKey(at, callee), [at, callee]);
      at = callee;
    }
  }
  return [...edges.values()];
}
