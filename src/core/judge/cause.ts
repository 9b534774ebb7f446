import { byName } from "../route/by-name.ts";
import type { ServiceName } from "../estate.ts";
import type { Cause } from "../verdict.ts";
import type { Joint } from "./fuse.ts";
import type { Graph } from "./graph.ts";
import type { Stream } from "./stream.ts";

/**
 * Who started it? A caller whose callee is unhappy is explained by that callee; several that share one thing
 * explain each other through it. What is left of each one's evidence after that is its share.
 */
export function causesOf(parts: {
  readonly streams: readonly Stream[];
  readonly joints: readonly Joint[];
  readonly graph: Graph;
  /** Saturation and the like, by service: they support a case and never make one. */
  readonly gaugeNats: ReadonlyMap<ServiceName, number>;
  readonly side: "relative" | "alone";
}): Cause[] {
  const { graph, side } = parts;
  const read = (evidence: { relativeNats: number; aloneNats: number }): number =>
    side === "relative" ? evidence.relativeNats : evidence.aloneNats;
  const nats = new Map<ServiceName, number>();
  const counted = new Set<ServiceName>();
  for (const stream of parts.streams) {
    const here = Math.max(read(stream.failures), read(stream.latency));
    counted.add(stream.service);
    nats.set(stream.service, Math.max(nats.get(stream.service) ?? 0, here));
  }
  for (const joint of parts.joints) {
    const shared = Math.max(read(joint.failures), read(joint.latency));
    // Those who share it blame it. Its own clean counters weigh more than two of them, and less than three: they
    // count what reached it, not the way to it.
    const clean = counted.has(joint.name) && (nats.get(joint.name) ?? 0) < NATS_TO_NAME;
    const users = joint.users.map((user) => nats.get(user) ?? 0);
    const unhappy = users.filter((user) => user >= UNHAPPY_NATS).length;
    const credible = unhappy >= (clean ? MANY_TO_BLAME : 2) && shared >= Math.max(...users) * NEARLY;
    const together = credible ? shared : shared * HEARSAY;
    nats.set(joint.name, Math.max(nats.get(joint.name) ?? 0, together));
  }
  for (const [service, gauge] of parts.gaugeNats) {
    const here = nats.get(service) ?? 0;
    if (here >= NATS_TO_NAME) nats.set(service, here + gauge);
  }
  const left: { cause: Omit<Cause, "share">; nats: number }[] = [];
  let sum = 0;
  for (const service of [...nats.keys()].sort(byName)) {
    const here = nats.get(service) ?? 0;
    if (here < NATS_TO_NAME) continue;
    const callees =
      graph.layerOf(service) === "edge"
        ? [...nats.keys()].filter((other) => other !== service)
        : [...graph.calleesOf(service)];
    let explained = 0;
    for (const callee of callees) explained = Math.max(explained, nats.get(callee) ?? 0);
    const own = Math.max(0, here - EXPLAINS * explained);
    if (own <= 0) continue;
    sum += own;
    left.push({ cause: { layer: graph.layerOf(service), name: service }, nats: own });
  }
  left.sort((a, b) => b.nats - a.nats || byName(a.cause.name, b.cause.name));
  return left
    .slice(0, 5)
    .map(({ cause, nats: own }) => ({ ...cause, share: Math.round((own / sum) * 100) / 100 }))
    .filter((cause) => cause.share >= SHARE_LEAST);
}

/** Less than this is chance. */
const NATS_TO_NAME = 3;
/** Little, but enough to be one of several. */
const UNHAPPY_NATS = 1;
const MANY_TO_BLAME = 3;
/** Near the ceiling all are equal, and the last tenth is chance. */
const NEARLY = 0.9;
const HEARSAY = 0.3;
/** An unhappy callee explains nearly all of as much unhappiness of its callers. */
const EXPLAINS = 0.9;
const SHARE_LEAST = 0.02;
