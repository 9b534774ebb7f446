import type { Layer, LocationName, ServiceName, ZoneName, ClassName } from "./estate.ts";
import type { UnixMs } from "./step.ts";

/**
 * One observation: a line of a recording (DESIGN section 9). `at` is when it was known.
 * Increments (`requests`, `logs`, `latency_hist`) cover `overMs` that end at `at`.
 */
export type Reading =
  | RequestsReading
  | LatencyQuantileReading
  | LatencyHistogramReading
  | LatencyExponentialReading
  | LatencyLogReading
  | ProbeReading
  | GaugeReading
  | LogsReading
  | DeployReading
  | SetAsideReading
  | StatusReading
  | DemandReading;

type Seen = {
  readonly at: UnixMs;
  readonly location: LocationName;
  /** Who saw it; absent: the location itself. */ readonly vantage?: string;
};
type OfService = Seen & { readonly service: ServiceName; readonly overMs?: number };

export type RequestsReading = OfService & {
  readonly signal: "requests";
  readonly good: number;
  readonly total: number;
};
export type LatencyQuantileReading = OfService & {
  readonly signal: "latency_ms";
  readonly value: number;
  readonly quantile: number;
  readonly total?: number;
  /** Who measured it: `server`, `client`, or `span`; each is a series of its own. */
  readonly side?: string;
};
export type LatencyHistogramReading = OfService & {
  readonly signal: "latency_hist";
  /** Upper bounds in milliseconds, ascending; `counts` has one entry more and is not cumulative. */
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
};
/** Prometheus' native and OpenTelemetry's exponential histograms (exponential.ts); counts are increments. */
export type LatencyExponentialReading = OfService & {
  readonly signal: "latency_exp";
  readonly scale: number;
  /** `counts[k]` lie above base^(offset + k) and up to base^(offset + k + 1), base = 2^(2^-scale). */
  readonly offset: number;
  readonly counts: readonly number[];
  readonly zeroCount?: number;
  /** Of what is counted in, in milliseconds: 1000 for seconds; absent: 1. */
  readonly unitMs?: number;
};
export type LatencyReading =
  | LatencyQuantileReading
  | LatencyHistogramReading
  | LatencyExponentialReading
  | LatencyLogReading;
/** Sums over requests: of the natural logarithm of milliseconds, and of its squares. */
export type LatencyLogReading = OfService & {
  readonly signal: "latency_log";
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
  /** How many took longer than the objective's slowMs. */
  readonly slow: number;
};
export type ProbeReading = Seen & {
  readonly signal: "probe";
  readonly journey: string;
  readonly ok: boolean;
  readonly ms: number;
  /** refused, reset, timeout, error, status, wrong: what went wrong, when not ok. */
  readonly why?: string;
};
export type GaugeReading = OfService & {
  readonly signal: "gauge";
  readonly name: string;
  readonly value: number;
  readonly worse: "up" | "down" | "both";
  /** Of how many requests or spans it is the mean. */
  readonly total?: number;
};
export type LogsReading = OfService & { readonly signal: "logs"; readonly severity: string; readonly count: number };
export type DeployReading = OfService & { readonly signal: "deploy"; readonly version: string };
/** What its reader refused before it could become a reading: `kind` is one of the judge's (set-aside.ts), `by` milliseconds or a factor. */
export type SetAsideReading = Omit<OfService, "overMs"> & {
  readonly signal: "set-aside";
  readonly kind: string;
  readonly count: number;
  readonly by?: number;
  readonly says?: string;
};
export type StatusReading = {
  readonly at: UnixMs;
  readonly signal: "status";
  readonly provider: string;
  readonly region: string;
  readonly state: string;
  readonly text: string;
};
export type DemandReading = {
  readonly at: UnixMs;
  readonly signal: "demand";
  readonly zone: ZoneName;
  readonly class: ClassName;
  readonly rps: number;
};

/** The first line of a recording. */
export type RecordingHeader = {
  readonly recording: 1;
  readonly locations: readonly LocationName[];
  readonly services: Readonly<
    Record<ServiceName, { readonly dependsOn?: readonly ServiceName[]; readonly layer?: Layer }>
  >;
  readonly journeys?: Readonly<Record<string, { readonly needs: readonly ServiceName[] }>>;
  readonly houston?: string;
  readonly seed?: number;
  readonly config?: unknown;
  readonly tickMs?: number;
  readonly latencyMs?: unknown;
  readonly needlessMovesPerYear?: number;
};
