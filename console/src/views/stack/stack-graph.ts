import type { Estate, Layer } from "../../../../src/core/estate.ts";
import type { Cause } from "../../../../src/core/verdict.ts";

/**
 * One location as a graph: what users do on top, what the provider gives at the bottom, "needs" as edges. It is the estate's
 * own table of services, with what the verdict names beside it (a network, a provider) put where it belongs.
 */
export type StackGraph = {
  readonly nodes: ReadonlyMap<NodeId, StackNode>;
  /** What each node needs directly, and who needs it. */
  readonly callees: ReadonlyMap<NodeId, readonly NodeId[]>;
  readonly callers: ReadonlyMap<NodeId, readonly NodeId[]>;
};

/** A journey and a service may have the same name. */
export type NodeId = string;

export type StackNode = { readonly id: NodeId; readonly name: string; readonly layer: Layer };

export function stackGraph(parts: {
  readonly estate: Pick<Estate, "services" | "journeys">;
  /** Whose location it is; null: unknown. */
  readonly provider: string | null;
  readonly causes: readonly Cause[];
}): StackGraph {
  const { estate, provider, causes } = parts;
  const nodes = new Map<NodeId, StackNode>();
  const callees = new Map<NodeId, NodeId[]>();
  const callers = new Map<NodeId, NodeId[]>();
  const add = (id: NodeId, name: string, layer: Layer): void => {
    if (nodes.has(id)) return;
    nodes.set(id, { id, name, layer });
    callees.set(id, []);
    callers.set(id, []);
  };
  const needs = (caller: NodeId, callee: NodeId): void => {
    if (caller === callee || callees.get(caller)?.includes(callee) !== false || !callers.has(callee)) return;
    callees.get(caller)?.push(callee);
    callers.get(callee)?.push(caller);
  };
  const ofLayer = (layer: Layer): readonly NodeId[] =>
    [...nodes.values()].filter((node) => node.layer === layer).map(({ id }) => id);

  const services = Object.entries(estate.services).sort(byKey);
  for (const [name, { layer }] of services) add(serviceId(name), name, layer);
  for (const [name, { dependsOn }] of services) for (const other of dependsOn) needs(serviceId(name), serviceId(other));
  for (const { name, layer } of causes) {
    if (layer !== "network" && layer !== "provider" && layer !== "journey") add(serviceId(name), name, layer);
  }
  const journeys = Object.entries(estate.journeys).sort(byKey);
  for (const [name] of journeys) add(journeyId(name), name, "journey");
  // Journeys need much the same: what is reached through each is looked up once.
  const reached = new Map<NodeId, ReadonlySet<NodeId>>();
  const through = (id: NodeId): ReadonlySet<NodeId> => {
    const found = reached.get(id) ?? reachedFrom(id, callees);
    reached.set(id, found);
    return found;
  };
  for (const [name, journey] of journeys) {
    for (const need of topmost(journey.needs.map(serviceId), through)) needs(journeyId(name), need);
  }
  // An edge that nobody wrote down still stands before everything.
  for (const edge of ofLayer("edge")) {
    if (callers.get(edge)?.length === 0) for (const journey of ofLayer("journey")) needs(journey, edge);
  }
  for (const { name, layer } of causes) {
    if (layer !== "network") continue;
    add(networkId(name), name, "network");
    for (const journey of ofLayer("journey")) needs(journey, networkId(name));
    for (const edge of ofLayer("edge")) needs(networkId(name), edge);
  }
  if (provider !== null && !nodes.has(serviceId(provider))) {
    add(providerId(provider), provider, "provider");
    for (const resource of ofLayer("resource")) needs(resource, providerId(provider));
  }
  return { nodes, callees, callers };
}

/** Where evidence about a name belongs; undefined when nobody knows it. Users' beacons are told by `name@users`. */
export function nodeIdOf(
  graph: StackGraph,
  named: { readonly name: string; readonly layer?: Layer },
): NodeId | undefined {
  const name = named.name.endsWith(SEEN_BY_USERS) ? named.name.slice(0, -SEEN_BY_USERS.length) : named.name;
  const ids =
    named.layer === "network"
      ? [networkId(name)]
      : named.layer === "journey"
        ? [journeyId(name)]
        : [serviceId(name), providerId(name)];
  return ids.find((id) => graph.nodes.has(id));
}

export const SEEN_BY_USERS = "@users";

/** From what a user does down to what the provider gives: the order in which it is drawn. */
export const LAYERS: readonly Layer[] = ["journey", "network", "edge", "service", "resource", "provider"];

const serviceId = (name: string): NodeId => `service:${name}`;
const journeyId = (name: string): NodeId => `journey:${name}`;
const networkId = (name: string): NodeId => `network:${name}`;
const providerId = (name: string): NodeId => `provider:${name}`;

/** All that is reached from a node by its edges in one direction, the node itself left out. */
export function reachedFrom(from: NodeId, edges: ReadonlyMap<NodeId, readonly NodeId[]>): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const queue = [...(edges.get(from) ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(edges.get(next) ?? []));
  }
  found.delete(from);
  return found;
}

/** A journey lists all that it can't do without; what it needs through another of its needs would be drawn twice. */
function topmost(needs: readonly NodeId[], through: (id: NodeId) => ReadonlySet<NodeId>): readonly NodeId[] {
  const covered = new Set<NodeId>();
  for (const need of needs) {
    if (covered.has(need)) continue;
    for (const reached of through(need)) covered.add(reached);
  }
  return needs.filter((need) => !covered.has(need));
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
