import type { LocationName } from "../../core/estate.ts";
import type { Reading } from "../../core/reading.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Metrics } from "./parse.ts";

/**
 * Two scrapes of a location's page -> what happened in between. Counters become increments; they only grow, for what
 * made them go backwards was settled before (steady-counters.ts).
 */
export function metricsToReadings(scrapes: {
  /** The scrape before, with its time; null at the first, when counters say nothing yet. */
  readonly previous: Scrape | null;
  readonly now: Metrics;
  readonly location: LocationName;
  readonly at: UnixMs;
}): Reading[] {
  const { previous, location, at } = scrapes;
  const now = collect(scrapes.now);
  const before = previous === null ? null : collect(previous.metrics);
  const readings: Reading[] = [];
  const overMs = previous === null ? 0 : at - previous.at;
  for (const [service, counts] of now.requests) {
    const last = before?.requests.get(service);
    if (last === undefined || overMs <= 0) continue;
    // A process that has left the page took its counts along.
    const good = Math.max(0, counts.good - last.good);
    const bad = Math.max(0, counts.bad - last.bad);
    readings.push({ at, location, service, signal: "requests", good, total: good + bad, overMs });
  }
  for (const [service, histogram] of now.durations) {
    const last = before?.durations.get(service);
    if (last === undefined || overMs <= 0) continue;
    const reading = histogramReading(histogram, last);
    if (reading !== null) readings.push({ at, location, service, signal: "latency_hist", ...reading, overMs });
  }
  for (const gauge of now.gauges) readings.push({ at, location, signal: "gauge", ...gauge });
  for (const [service, version] of now.deploys) readings.push({ at, location, service, signal: "deploy", version });
  return readings;
}

export type Scrape = { readonly at: UnixMs; readonly metrics: Metrics };

type Collected = {
  readonly requests: Map<string, { good: number; bad: number }>;
  /** By service: upper bound -> cumulative count. */
  readonly durations: Map<string, Map<number, number>>;
  readonly gauges: { service: string; name: string; value: number; worse: "up" }[];
  readonly deploys: Map<string, string>;
};

function collect(metrics: Metrics): Collected {
  const known = collections.get(metrics);
  if (known !== undefined) return known;
  const requests: Collected["requests"] = new Map();
  const durations: Collected["durations"] = new Map();
  const gauges: Collected["gauges"] = [];
  const deploys: Collected["deploys"] = new Map();
  for (const { name, labels, value } of metrics.samples) {
    const service = labels["service"] ?? "edge";
    switch (name) {
      case "rp_requests_total": {
        if (!isCount(value)) break;
        const counts = requests.get(service) ?? { good: 0, bad: 0 };
        if (labels["outcome"] === "bad") counts.bad += value;
        else counts.good += value;
        requests.set(service, counts);
        break;
      }
      case "rp_request_duration_ms_bucket": {
        const bound = labels["le"] === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels["le"]);
        // What took no time at all is counted in the next bucket as well.
        if (!isCount(value) || !(bound > 0)) break;
        const histogram = durations.get(service) ?? new Map<number, number>();
        histogram.set(bound, (histogram.get(bound) ?? 0) + value);
        durations.set(service, histogram);
        break;
      }
      case "rp_saturation":
        if (Number.isFinite(value))
          gauges.push({ service, name: `saturation-${labels["resource"] ?? "all"}`, value, worse: "up" });
        break;
      case "rp_queue_ms":
        if (Number.isFinite(value)) gauges.push({ service: "edge", name: "queue_ms", value, worse: "up" });
        break;
      case "rp_deploy_info":
        if (labels["version"] !== undefined && value === 1) deploys.set(service, labels["version"]);
        break;
      default:
        // Other people's metrics on the same page are theirs.
        break;
    }
  }
  const collected = { requests, durations, gauges, deploys };
  collections.set(metrics, collected);
  return collected;
}

/** A page is asked for twice, as `now` and then as `previous`: it is sorted out once. */
const collections = new WeakMap<Metrics, Collected>();

/** Cumulative counts of two scrapes -> counts in between, or null when nothing was counted or the bounds changed. */
function histogramReading(
  now: Map<number, number>,
  last: Map<number, number>,
): { bounds: number[]; counts: number[] } | null {
  const bounds = [...now.keys()].sort((a, b) => a - b);
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY || bounds.length !== last.size) return null;
  const counts: number[] = [];
  let below = 0;
  for (const bound of bounds) {
    const before = last.get(bound);
    if (before === undefined) return null;
    const cumulative = (now.get(bound) ?? 0) - before;
    // Buckets are not read at one instant: a count that slips by one is no reason to lose the page.
    counts.push(Math.max(0, cumulative - below));
    below = Math.max(below, cumulative);
  }
  if (below <= 0) return null;
  return { bounds: bounds.slice(0, -1), counts };
}

const isCount = (value: number): boolean => Number.isFinite(value) && value >= 0;
