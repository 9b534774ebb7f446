import type { ClassName } from "../../core/estate.ts";
import type { Load, OwnView } from "../../core/summary.ts";
import type { Metrics } from "./parse.ts";
import type { Scrape } from "./readings.ts";

/** What a location's edge carried between two scrapes: a look at a receiver reads this. */
export function edgeLoad(scrapes: {
  readonly previous: Scrape | null;
  readonly now: Scrape;
  /** What its own users asked for, when known better (the world's `demand`): what others relay to it is not its own. */
  readonly enteredRps?: number;
}): Load {
  const now = edgeCounts(scrapes.now.metrics);
  const seconds = scrapes.previous === null ? 0 : (scrapes.now.at - scrapes.previous.at) / 1000;
  const before = scrapes.previous === null ? null : edgeCounts(scrapes.previous.metrics);
  const rate = (kind: "good" | "bad" | "shed" | "relayed"): number => {
    if (before === null || seconds <= 0) return 0;
    const grown = now.all[kind] - before.all[kind];
    return (grown >= 0 ? grown : now.all[kind]) / seconds;
  };
  const servedRps = rate("good") + rate("bad");
  const readyRps = now.gauges.get("rp_ready_rps") ?? 0;
  return {
    servedRps,
    enteredRps: scrapes.enteredRps ?? servedRps + rate("shed") + rate("relayed"),
    readyRps,
    capacityRps: now.gauges.get("rp_capacity_rps") ?? 0,
    utilisation: readyRps > 0 ? servedRps / readyRps : 0,
    shedRps: rate("shed"),
    queueMs: now.gauges.get("rp_queue_ms") ?? 0,
    failedRatio: servedRps > 0 ? rate("bad") / servedRps : 0,
  };
}

/**
 * Buckets that hold far more of the trouble than of the traffic, the clearest first, at most 3. The measure is
 * how unlikely it would be that a bucket like any other got this many failures (Poisson, in nats).
 */
export function suspectBuckets(older: Metrics, newer: Metrics): OwnView["suspects"] {
  const [before, now] = [edgeCounts(older), edgeCounts(newer)];
  const grown = (key: string, kind: "good" | "bad" | "shed"): number => {
    const [value, last] = [now.buckets.get(key)?.[kind] ?? 0, before.buckets.get(key)?.[kind] ?? 0];
    return value >= last ? value - last : value;
  };
  const all = (kind: "good" | "bad" | "shed"): number => Math.max(0, now.all[kind] - before.all[kind]);
  const troubleAll = all("bad") + all("shed");
  const trafficAll = all("good") + troubleAll;
  if (troubleAll < TROUBLE_LEAST || trafficAll <= 0) return [];
  const suspects: { class: ClassName; bucket: number; share: number; nats: number }[] = [];
  for (const [key, counts] of now.buckets) {
    const trouble = grown(key, "bad") + grown(key, "shed");
    const expected = Math.max(0.01, (troubleAll * (grown(key, "good") + trouble)) / trafficAll);
    if (trouble < TROUBLE_LEAST || trouble < expected * LIFT_LEAST) continue;
    const nats = trouble * Math.log(trouble / expected) - (trouble - expected);
    if (nats < SUSPECT_NATS) continue;
    suspects.push({ class: counts.class, bucket: counts.bucket, share: trouble / troubleAll, nats });
  }
  suspects.sort((a, b) => b.nats - a.nats || a.bucket - b.bucket);
  return suspects
    .slice(0, 3)
    .map(({ class: name, bucket, share }) => ({ class: name, bucket, share: Math.round(share * 1000) / 1000 }));
}

type Counts = { good: number; bad: number; shed: number; relayed: number };
type EdgeCounts = {
  readonly all: Counts;
  readonly buckets: Map<string, Counts & { class: ClassName; bucket: number }>;
  readonly gauges: Map<string, number>;
};

function edgeCounts(metrics: Metrics): EdgeCounts {
  const known = edges.get(metrics);
  if (known !== undefined) return known;
  const all: Counts = { good: 0, bad: 0, shed: 0, relayed: 0 };
  const buckets: EdgeCounts["buckets"] = new Map();
  const gauges: EdgeCounts["gauges"] = new Map();
  for (const { name, labels, value } of metrics.samples) {
    if (!Number.isFinite(value) || value < 0) continue;
    if (name === "rp_ready_rps" || name === "rp_capacity_rps" || name === "rp_queue_ms") gauges.set(name, value);
    if (name !== "rp_edge_requests_total") continue;
    const outcome = labels["outcome"];
    if (outcome !== "good" && outcome !== "bad" && outcome !== "shed" && outcome !== "relayed") continue;
    if (labels["bucket"] === "all") {
      all[outcome] += value;
      continue;
    }
    const bucket = Number(labels["bucket"]);
    if (!Number.isInteger(bucket) || bucket < 0 || bucket > 255) continue;
    const key = `${labels["class"] ?? ""} ${bucket}`;
    const counts = buckets.get(key) ?? { class: labels["class"] ?? "", bucket, good: 0, bad: 0, shed: 0, relayed: 0 };
    counts[outcome] += value;
    buckets.set(key, counts);
  }
  const counts = { all, buckets, gauges };
  edges.set(metrics, counts);
  return counts;
}

const edges = new WeakMap<Metrics, EdgeCounts>();

/** Fewer failures than this in ten seconds single nobody out. */
const TROUBLE_LEAST = 5;
const LIFT_LEAST = 3;
/** 256 buckets in 3 classes are compared each second: ln(768) and a little more. */
const SUSPECT_NATS = 9;
