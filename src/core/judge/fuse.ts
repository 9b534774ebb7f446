import type { Layer, ServiceName } from "../estate.ts";
import { capFor, FAILURE_CAP_NATS, INCREMENTS, LATENCY_CAP_NATS, SIDES, SIZES } from "./evidence.ts";
import { learnFair } from "./fair.ts";
import type { Graph } from "./graph.ts";
import { EVIDENCE_BYTES, newEvidence, type Evidence, type Stream } from "./stream.ts";
import { SAMPLE_EACH } from "./recent.ts";
import { take } from "./weigh.ts";

/**
 * Many witnesses, one case. The statistics of each service, of all together, and of each set that shares a
 * dependency are mixed by weights that are the prior; dependent logs are never added. Like a teacher who asks
 * "did one cheat, did all, or did those who share a desk?" and weighs the answers.
 *
 * F1 Logs are added only for failures of services that don't call each other (their requests are counted apart).
 * F2 Elsewhere increments are averaged: the geometric mean of likelihood ratios is one, however dependent (Hölder).
 * F3 What no journey needs is weighed for causes, never for moving.
 */
export type Joint = {
  readonly name: ServiceName;
  readonly layer: Layer;
  readonly users: readonly ServiceName[];
  readonly needed: boolean;
  readonly failures: Evidence;
  readonly latency: Evidence;
  /** How many looks of several members were put together so far. */
  readonly looks: { failures: number; latency: number };
};

/** What becomes of several services as one. */
export type Together = Pick<Joint, "failures" | "latency" | "looks">;

export function newJoints(graph: Graph): Joint[] {
  const sharing = graph.sharing.slice(0, JOINTS_MOST);
  const memory = new ArrayBuffer(2 * EVIDENCE_BYTES * sharing.length);
  return sharing.map(({ shared, layer, users }, i) => ({
    name: shared,
    layer,
    users,
    needed: graph.neededShare(shared) > 0,
    failures: newEvidence(memory, 2 * EVIDENCE_BYTES * i),
    latency: newEvidence(memory, 2 * EVIDENCE_BYTES * i + EVIDENCE_BYTES),
    looks: { failures: 0, latency: 0 },
  }));
}

/** The statistic of "all got worse". */
export const newAll = (): Together => ({
  failures: newEvidence(),
  latency: newEvidence(),
  looks: { failures: 0, latency: 0 },
});

export function growJoints(
  joints: readonly Joint[],
  streams: ReadonlyMap<string, Stream>,
  { unfelt, ...limits }: { ceilingNats: number; overMs: number; unfelt: ReadonlySet<string> },
): void {
  const together = { ...limits, failures: "sum" } as const;
  for (const joint of joints) {
    const members: Stream[] = [];
    for (const user of joint.users) {
      const stream = streams.get(user);
      if (stream !== undefined && !unfelt.has(user)) members.push(stream);
    }
    growTogether(joint, members, together);
  }
}

export function growAll(
  all: Together,
  streams: readonly Stream[],
  limits: { ceilingNats: number; overMs: number },
): void {
  growTogether(all, streams, { ...limits, failures: "mean" });
}

function growTogether(
  joint: Together,
  members: readonly Stream[],
  limits: { ceilingNats: number; overMs: number; failures: "sum" | "mean" },
): void {
  if (combine(joint.failures, members, "failures", limits.failures) >= 2)
    takeJoint(joint, "failures", { ...limits, members, capNats: capFor(FAILURE_CAP_NATS, limits.overMs) });
  if (combine(joint.latency, members, "latency", "mean") >= 2)
    takeJoint(joint, "latency", { ...limits, members, capNats: capFor(LATENCY_CAP_NATS, limits.overMs) });
}

/** What is combined is weighed, and each so many-th learnt from while none of the members is suspected. */
function takeJoint(
  joint: Together,
  what: "failures" | "latency",
  limits: { readonly capNats: number; readonly ceilingNats: number; readonly members: readonly Stream[] },
): void {
  const evidence = joint[what];
  take(evidence, limits);
  // Counted by its own looks: ticks come more often, and each 4th tick may never be one that has a look.
  joint.looks[what] += 1;
  if (joint.looks[what] % SAMPLE_EACH === 0 && limits.members.every(isQuiet))
    learnFair(evidence, evidence.numbers, limits.capNats, INCREMENTS);
}

const isQuiet = ({ frozenSince, ill }: Stream): boolean => frozenSince === null && ill === null;

/** Puts together what this tick's looks said, and says of how many. */
function combine(
  into: Evidence,
  members: readonly Stream[],
  what: "failures" | "latency",
  how: "sum" | "mean",
): number {
  const { numbers } = into;
  let count = 0;
  for (let i = 0; i < members.length; i++) {
    const { hasLook, numbers: part } = members[i]![what];
    if (!hasLook) continue;
    if (count === 0) for (let k = INCREMENTS; k < INCREMENTS + SIDES; k++) numbers[k] = part[k]!;
    else for (let k = INCREMENTS; k < INCREMENTS + SIDES; k++) numbers[k]! += part[k]!;
    count += 1;
  }
  if (how === "mean" && count > 0) for (let k = INCREMENTS; k < INCREMENTS + SIDES; k++) numbers[k]! /= count;
  return count;
}

/** All that can move anyone. */
export type Parts = {
  readonly streams: readonly Stream[];
  readonly joints: readonly Joint[];
  readonly all: Together;
  readonly graph: Graph;
};

/** Whether any part of the case rose as far as evidence is kept; the mixture of all of them stays below that by its weights. */
export function isAtCeiling({ streams, joints, all }: Parts, ceilingNats: number): boolean {
  const reached = ceilingNats - Math.log(SIZES) - ROUNDED_NATS;
  const rose = (each: { readonly failures: Evidence; readonly latency: Evidence }): boolean =>
    Math.max(each.failures.relativeNats, each.latency.relativeNats) >= reached;
  return streams.some(rose) || rose(all) || joints.some((joint) => joint.needed && rose(joint));
}

/** The case as a whole, in nats: log of the weighted mixture. */
export function fuse(parts: Parts): { relativeNats: number; aloneNats: number } {
  const [relative, alone]: [number[], number[]] = [[], []];
  eachPiece(parts, ({ failures, latency }, logWeight) => {
    relative.push(logWeight + failures.relativeNats, logWeight + latency.relativeNats);
    alone.push(logWeight + failures.aloneNats, logWeight + latency.aloneNats);
  });
  return { relativeNats: Math.max(0, logSum(relative)), aloneNats: Math.max(0, logSum(alone)) };
}

type Piece = Pick<Together, "failures" | "latency">;

/** Every pair of statistics of a case, whose they are, and the logarithm of the weight that each of the two has in it. */
export function eachPiece(
  { streams, joints, all, graph }: Parts,
  visit: (piece: Piece, logWeight: number, of: "service" | "sharing" | "all", name: string) => void,
): void {
  const pieces = { edge: 0, resource: 0, service: 0, shared: 0, all: 1 };
  for (const { service } of streams) pieces[groupOf(graph, service)] += 1;
  for (const joint of joints) if (joint.needed) pieces.shared += 1;
  let weights = 0;
  for (const name of GROUPS) if (pieces[name] > 0) weights += PRIOR[name];
  const logWeight = (group: Group): number => Math.log(PRIOR[group] / weights / (2 * pieces[group]));
  for (const stream of streams) visit(stream, logWeight(groupOf(graph, stream.service)), "service", stream.key);
  for (const joint of joints) if (joint.needed) visit(joint, logWeight("shared"), "sharing", joint.name);
  visit(all, logWeight("all"), "all", "");
}

function groupOf(graph: Graph, service: ServiceName): "edge" | "service" | "resource" {
  const layer = graph.layerOf(service);
  return layer === "edge" || layer === "journey" ? "edge" : layer === "service" ? "service" : "resource";
}

export function logSum(logs: readonly number[]): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const log of logs) most = Math.max(most, log);
  if (most === Number.NEGATIVE_INFINITY) return 0;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return most + Math.log(sum);
}

/** Odds are kept in single precision. */
const ROUNDED_NATS = 1e-6;
/** Where faults are expected before anything is seen. Resources first: they are few, and most incidents are theirs. */
const PRIOR = { edge: 0.2, resource: 0.3, service: 0.2, shared: 0.2, all: 0.1 } as const;
const GROUPS = ["edge", "resource", "service", "shared", "all"] as const;
type Group = (typeof GROUPS)[number];
/** Each set costs a few hundred bytes and 40 µs a tick at most; the busiest shared things of any estate fit. */
const JOINTS_MOST = 64;
