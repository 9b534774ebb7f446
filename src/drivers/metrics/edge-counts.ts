import type { ClassName } from "../../core/estate.ts";
import type { Metrics } from "./parse.ts";

/** What an edge's page says of its requests since it began: of all, of each class, and of each bucket that ever had a failure. */
export type Counts = { good: number; bad: number; shed: number; relayed: number };
export type EdgeCounts = {
  readonly all: Counts;
  readonly classes: Map<string, Counts>;
  readonly buckets: Map<string, Counts & { class: ClassName; bucket: number }>;
  readonly gauges: Map<string, number>;
};

export const NOTHING: Readonly<Counts> = { good: 0, bad: 0, shed: 0, relayed: 0 };

/** Read once a page, and kept for as long as the page is. */
export function edgeCounts(metrics: Metrics): EdgeCounts {
  const known = edges.get(metrics);
  if (known !== undefined) return known;
  const all: Counts = { ...NOTHING };
  const classes: EdgeCounts["classes"] = new Map();
  const buckets: EdgeCounts["buckets"] = new Map();
  const gauges: EdgeCounts["gauges"] = new Map();
  for (const { name, labels, value } of metrics.samples) {
    if (!Number.isFinite(value) || value < 0) continue;
    if (name === "rp_ready_rps" || name === "rp_capacity_rps" || name === "rp_queue_ms") gauges.set(name, value);
    if (name !== "rp_edge_requests_total") continue;
    const outcome = labels["outcome"];
    if (outcome !== "good" && outcome !== "bad" && outcome !== "shed" && outcome !== "relayed") continue;
    const className = labels["class"] ?? "";
    if (labels["bucket"] === "all") {
      all[outcome] += value;
      const own = classes.get(className) ?? { ...NOTHING };
      own[outcome] += value;
      classes.set(className, own);
      continue;
    }
    const bucket = Number(labels["bucket"]);
    if (!Number.isInteger(bucket) || bucket < 0 || bucket > 255) continue;
    const key = `${className} ${bucket}`;
    const counts = buckets.get(key) ?? { ...NOTHING, class: className, bucket };
    counts[outcome] += value;
    buckets.set(key, counts);
  }
  const counts: EdgeCounts = { all, classes, buckets, gauges };
  edges.set(metrics, counts);
  return counts;
}

const edges = new WeakMap<Metrics, EdgeCounts>();
