import type { ServiceName } from "../estate.ts";
import type { GaugeReading, Reading } from "../reading.ts";
import { exponentialMoments } from "./exponential.ts";
import { scaleOf, weighOn } from "./scale.ts";

/**
 * What a reading may be a symptom of. A hot processor and the time a span spends itself are the service's own; a slow
 * way in may be the caller's doing; errors, left-out steps and slow answers may be a callee's; more or fewer calls
 * are the demand's and accuse nobody.
 */
export type Symptom = {
  /** Names the series within its service. */
  readonly name: string;
  /** The same measurement in all services, by which they are compared. */
  readonly word: string;
  /** Series that tell of one thing: of them only the strongest counts. */
  readonly family: string;
  readonly kind: "own" | "way" | "errors" | "slow" | "demand";
  readonly worse: "up" | "down" | "both";
  /** A share of requests, lines or steps is pooled, and a lone failure of three says little; `log` is of milliseconds. */
  readonly scale: "share" | "log" | "plain";
  /** A change smaller than this is nothing, however constant the past. */
  readonly least: number;
  /** How much its nats count. */
  readonly trust: number;
};

/** What is measured, and of how much. */
export type Measured = { readonly service: ServiceName; readonly value: number; readonly weight: number };

/** Where a reading's series is kept and what it says; null when it says nothing of where. */
export function measuredOf(reading: Reading): (Measured & { readonly series: string }) | null {
  switch (reading.signal) {
    case "requests": {
      const { good, total } = reading;
      // Nonsense gives a share that is none, and is refused below.
      const share = good >= 0 && good <= total ? 1 - good / total : Number.NaN;
      return measured(reading, FAILING_SERIES, share, total);
    }
    case "latency_ms": {
      const name = `latency p${reading.quantile * 100} ${reading.side ?? ""}`;
      return measured(reading, name, logMs(reading.value), reading.total ?? 1);
    }
    case "latency_hist": {
      const { count, meanUpperLogMs } = weighOn(scaleOf(reading.bounds), reading.counts);
      return count > 0 ? measured(reading, LATENCY_SERIES, meanUpperLogMs, count) : null;
    }
    case "latency_exp": {
      const { count, sum } = exponentialMoments(reading);
      return count > 0 ? measured(reading, LATENCY_SERIES, sum / count, count) : null;
    }
    case "latency_log":
      return reading.count > 0 ? measured(reading, LATENCY_SERIES, reading.sum / reading.count, reading.count) : null;
    case "logs":
      // The share of all lines that complain: twice the traffic is twice the errors.
      return reading.count > 0 ? measured(reading, "logs", QUIET.has(reading.severity) ? 0 : 1, reading.count) : null;
    case "gauge": {
      const value = isMs(reading.name) ? logMs(reading.value) : reading.value;
      return measured(reading, reading.name, value, weightOf(reading));
    }
    case "probe":
    case "deploy":
    case "set-aside":
    case "status":
    case "demand":
      return null;
  }
}

/** What the series of this reading is a symptom of. Series of the same name and kind share it. */
export function symptomOf(reading: Reading): Symptom | null {
  if (reading.signal === "requests") return REQUESTS;
  if (reading.signal === "latency_hist" || reading.signal === "latency_exp" || reading.signal === "latency_log")
    return LATENCY;
  const named = measuredOf(reading);
  if (named === null) return null;
  const name = named.series;
  const plain = { name, word: name, ...PLAIN };
  switch (reading.signal) {
    case "logs":
      return { ...plain, family: "logs", kind: "errors", scale: "share", least: SHARE_LEAST };
    case "latency_ms": {
      // A tail's quantile scatters by itself and says little of a shift.
      const trust = reading.quantile >= TAIL_FROM ? TAIL_TRUST : 1;
      return { ...plain, family: "latency", kind: "slow", scale: "log", least: LOG_LEAST, trust };
    }
    case "gauge": {
      const known = WORDS.find(({ pattern }) => pattern.test(name));
      const least = isMs(name) ? LOG_LEAST : (known?.least ?? (/percent|_pct/.test(name) ? PERCENT_LEAST : 0));
      return {
        ...plain,
        word: name.replace(/_from_.*/, "_from"),
        family: known?.family ?? name,
        kind: known?.kind ?? "own",
        scale: isMs(name) ? "log" : (known?.scale ?? "plain"),
        worse: reading.worse,
        least,
      };
    }
    case "probe":
    case "deploy":
    case "set-aside":
    case "status":
    case "demand":
      return null;
  }
}

function measured(
  reading: { readonly service: ServiceName },
  series: string,
  value: number,
  weight: number,
): (Measured & { readonly series: string }) | null {
  if (!Number.isFinite(value) || !Number.isFinite(weight) || weight <= 0) return null;
  return { service: reading.service, series, value, weight };
}

/** A mean over spans says of how many. */
const weightOf = (reading: GaugeReading): number =>
  reading.total !== undefined && Number.isFinite(reading.total) && reading.total > 0 ? reading.total : 1;
const isMs = (name: string): boolean => /(^|_)ms(_|$)/.test(name);
/** Differences of clocks and quantiles may be below nought: that is none. */
const logMs = (ms: number): number => Math.log(Math.max(0, ms) + MS_LEAST);

/** The series of a service's requests and of its histograms. */
export const FAILING_SERIES = "failing";
export const LATENCY_SERIES = "latency";

const PLAIN = { worse: "up", scale: "plain", least: 0, trust: 1 } as const;

/** Words that exporters of metrics and spans use; a gauge that none of them fits is the service's own. */
const WORDS: readonly {
  readonly pattern: RegExp;
  readonly family: string;
  readonly kind: Symptom["kind"];
  readonly least?: number;
  readonly scale?: "share";
}[] = [
  { pattern: /^own_ms$|self_time/, family: "own time", kind: "own" },
  { pattern: /^node_|rps$|bytes|packets/, family: "demand", kind: "demand" },
  { pattern: /cpu/, family: "cpu", kind: "own" },
  { pattern: /memory|heap|rss/, family: "memory", kind: "own" },
  { pattern: /^network_out/, family: "latency", kind: "slow" },
  { pattern: /^network/, family: "way", kind: "way" },
  { pattern: /surprise_nats$/, family: "steps", kind: "errors", least: 0.3 },
  { pattern: /_steps$/, family: "steps", kind: "errors", least: 0.01, scale: "share" },
  { pattern: /^calls_per_request$/, family: "steps", kind: "errors" },
  { pattern: /success|fail|error/, family: "requests", kind: "errors" },
  { pattern: /log_templates/, family: "templates", kind: "errors" },
  { pattern: /latency|duration/, family: "latency", kind: "slow" },
];
const QUIET: ReadonlySet<string> = new Set(["info", "debug", "trace"]);
const SHARE_LEAST = 0.01;
/** Points of a percentage. */
const PERCENT_LEAST = 2;
/** 10 % slower, on top of a millisecond: below that schedulers are heard. */
const LOG_LEAST = 0.1;
const MS_LEAST = 1;
const REQUESTS: Symptom = {
  ...PLAIN,
  name: FAILING_SERIES,
  word: FAILING_SERIES,
  family: "requests",
  kind: "errors",
  scale: "share",
  least: SHARE_LEAST,
};
const LATENCY: Symptom = {
  ...PLAIN,
  name: LATENCY_SERIES,
  word: LATENCY_SERIES,
  family: "latency",
  kind: "slow",
  scale: "log",
  least: LOG_LEAST,
};
const TAIL_FROM = 0.9;
const TAIL_TRUST = 0.5;
