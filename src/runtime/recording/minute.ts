import { addExponentials } from "../../core/judge/exponential.ts";
import type { GaugeReading, LatencyQuantileReading, ProbeReading, Reading } from "../../core/reading.ts";
import type { UnixMs } from "../../core/step.ts";

/**
 * A minute of readings in one line for each series: what is left of them after two hours. Counts are summed, so a
 * minute's failures are exactly its seconds' failures; of a gauge the mean stays, with `min` and `max` beside it. Looks become one line
 * `probes` of how many were answered: a judge of minutes has no use for single looks, and people have.
 */
export type MinuteLine =
  | Exclude<Reading, ProbeReading | GaugeReading>
  | (GaugeReading & { readonly min: number; readonly max: number })
  | MinuteProbes;

export type MinuteProbes = Pick<ProbeReading, "at" | "location" | "vantage" | "journey"> & {
  readonly signal: "probes";
  readonly ok: number;
  readonly total: number;
  /** The mean of those that were answered. */
  readonly ms: number;
};

export const MINUTE_MS = 60_000;

/** The minute that ends at `at`; series in the order in which they were first seen. */
export function minuteOf(readings: Iterable<Reading>, at: UnixMs): MinuteLine[] {
  const series = new Map<string, Series>();
  for (const reading of readings) {
    const key = keyOf(reading);
    const known = series.get(key);
    if (known === undefined) series.set(key, { first: reading, all: [reading] });
    else known.all.push(reading);
  }
  return [...series.values()].map(({ first, all }) => lineOf(first, all, at));
}

type Series = { readonly first: Reading; readonly all: Reading[] };

/** All readings of a series have the signal of the first. */
function lineOf(first: Reading, all: readonly Reading[], at: UnixMs): MinuteLine {
  switch (first.signal) {
    case "requests": {
      const same = all as readonly (typeof first)[];
      return {
        ...first,
        at,
        good: sum(same, ({ good }) => good),
        total: sum(same, ({ total }) => total),
        overMs: MINUTE_MS,
      };
    }
    case "latency_hist": {
      const same = all as readonly (typeof first)[];
      const counts = first.counts.map((_, bucket) => sum(same, (each) => each.counts[bucket] ?? 0));
      return { ...first, at, counts, overMs: MINUTE_MS };
    }
    case "latency_exp": {
      const same = all as readonly (typeof first)[];
      return { ...first, at, ...addExponentials(same), overMs: MINUTE_MS };
    }
    case "latency_log": {
      const same = all as readonly (typeof first)[];
      return {
        ...first,
        at,
        count: sum(same, ({ count }) => count),
        sum: sum(same, (each) => each.sum),
        squares: sum(same, ({ squares }) => squares),
        slow: sum(same, ({ slow }) => slow),
        overMs: MINUTE_MS,
      };
    }
    case "latency_ms": {
      // Quantiles can't be added; their mean by weight is near enough for people, and supports no more than before.
      const same = all as readonly LatencyQuantileReading[];
      const total = sum(same, (each) => each.total ?? 1);
      const value = sum(same, (each) => each.value * (each.total ?? 1)) / Math.max(1, total);
      return { ...first, at, value, ...(first.total === undefined ? {} : { total }), overMs: MINUTE_MS };
    }
    case "gauge": {
      const values = (all as readonly GaugeReading[]).map(({ value }) => value);
      const value = sum(values, (each) => each) / values.length;
      return { ...first, at, value, min: Math.min(...values), max: Math.max(...values) };
    }
    case "probe": {
      const same = all as readonly ProbeReading[];
      const answered = same.filter(({ ok }) => ok);
      const { location, vantage, journey } = first;
      return {
        at,
        location,
        ...(vantage === undefined ? {} : { vantage }),
        journey,
        signal: "probes",
        ok: answered.length,
        total: same.length,
        ms: answered.length === 0 ? 0 : Math.round(sum(answered, ({ ms }) => ms) / answered.length),
      };
    }
    case "logs": {
      const same = all as readonly (typeof first)[];
      return { ...first, at, count: sum(same, ({ count }) => count), overMs: MINUTE_MS };
    }
    case "set-aside": {
      const same = all as readonly (typeof first)[];
      return { ...first, at, count: sum(same, ({ count }) => count) };
    }
    case "demand": {
      const same = all as readonly (typeof first)[];
      return { ...first, at, rps: sum(same, ({ rps }) => rps) / same.length };
    }
    case "deploy":
    case "status":
      // What it was at the minute's end.
      return { ...(all.at(-1) as typeof first), at };
  }
}

/** What is summed must be alike: histograms whose bounds were changed by a deploy are two series. */
function keyOf(reading: Reading): string {
  switch (reading.signal) {
    case "status":
      return `status\n${reading.provider}\n${reading.region}`;
    case "demand":
      return `demand\n${reading.zone}\n${reading.class}`;
    case "probe":
      return `probe\n${reading.location}\n${reading.journey}\n${reading.vantage ?? ""}`;
    case "requests":
    case "latency_log":
    case "deploy":
      return ofService(reading, "");
    case "latency_exp":
      return ofService(reading, String(reading.unitMs ?? 1));
    case "latency_hist":
      return ofService(reading, reading.bounds.join());
    case "latency_ms":
      return ofService(reading, String(reading.quantile));
    case "gauge":
      return ofService(reading, reading.name);
    case "logs":
      return ofService(reading, reading.severity);
    case "set-aside":
      return ofService(reading, reading.kind);
  }
}

function ofService(
  reading: { readonly signal: string; readonly location: string; readonly service: string; readonly vantage?: string },
  name: string,
): string {
  return `${reading.signal}\n${reading.location}\n${reading.service}\n${name}\n${reading.vantage ?? ""}`;
}

function sum<Each>(all: readonly Each[], of: (each: Each) => number): number {
  return all.reduce((whole, each) => whole + of(each), 0);
}
