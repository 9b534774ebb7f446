import type { LocationName, ServiceName } from "../estate.ts";
import type { LatencyHistogramReading, LatencyQuantileReading, RequestsReading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import { logMoments, slowerThan } from "./histogram.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { forget, newStatistic, SIZES, type Statistic } from "./evidence.ts";
import { newFairness, type Fairness } from "./fair.ts";
import { newUnrest, newUsual, type ServiceBaseline, type Unrest, type Usual } from "./usual.ts";

/** All that one judge keeps of one service as seen by one kind of vantage: its counters, or its users. */
export type Stream = {
  readonly key: string;
  readonly service: ServiceName;
  /** What came since the last tick. */
  pending: Look;
  /** When something last came, for the readings that don't say what time they cover. */
  lastAt: UnixMs;
  /** The last minute, a look each. */
  readonly looks: Look[];
  readonly usual: Usual;
  readonly contrast: Contrast;
  readonly failures: Evidence;
  readonly latency: Evidence;
  /** This tick's increments, for the joint statistics; kept to save allocation. */
  readonly increments: Increments;
  /** The worst of the standing fault, which being well again is proved against; null when there is none. */
  ill: { failing: number; shift: number } | null;
  healthyNats: number;
  /** Looks that nothing has been learnt from yet: a fault's beginning must not pass for the usual. */
  unlearnt: Unlearnt[];
  /** Looks weighed so far. */
  weighed: number;
  /** When learning stopped because of evidence. */
  frozenSince: UnixMs | null;
};

export type Unlearnt = {
  readonly look: Look;
  readonly elsewhere: Elsewhere | undefined;
  readonly shift: number | null;
  /** Its increments, of some looks: what usual looks add is learnt from these. */
  readonly sample: Sample | null;
};

export type Sample = { readonly failures: Pair | null; readonly latency: Pair | null; readonly overMs: number };

/**
 * How much slower this place usually is than each other one. The difference does not feel what slows all of them, so
 * it is learnt on while everybody is slow.
 */
export type Contrast = {
  readonly usual: Map<LocationName, { logMs: number; looks: number }>;
  readonly unrest: Unrest;
  /** This tick: how much slower than usual against the middle one of the others; null when too few tell. */
  shift: number | null;
};

export type Increments = { readonly failures: Pair; readonly latency: Pair; hasFailures: boolean; hasLatency: boolean };
export type Pair = { readonly relative: Float64Array; readonly alone: Float64Array };

/** Against the others' present and its own past, and against its own past alone. */
export type Evidence = {
  readonly relative: Statistic;
  readonly alone: Statistic;
  readonly fair: { readonly relative: Fairness; readonly alone: Fairness };
  relativeNats: number;
  aloneNats: number;
};

export type Look = {
  at: UnixMs;
  overMs: number;
  bad: number;
  total: number;
  /** Of latency: how many, sums of log milliseconds and of squares, how many slower than the objective. */
  count: number;
  sum: number;
  squares: number;
  slow: number;
};

export function newStream(key: string, service: ServiceName, baseline: ServiceBaseline | undefined): Stream {
  return {
    key,
    service,
    pending: emptyLook(0),
    lastAt: 0,
    looks: [],
    usual: newUsual(baseline),
    contrast: { usual: new Map(), unrest: newUnrest(), shift: null },
    failures: newEvidence(),
    latency: newEvidence(),
    increments: { failures: newPair(), latency: newPair(), hasFailures: false, hasLatency: false },
    ill: null,
    healthyNats: 0,
    unlearnt: [],
    weighed: 0,
    frozenSince: null,
  };
}

export function newEvidence(): Evidence {
  return {
    relative: newStatistic(),
    alone: newStatistic(),
    fair: { relative: newFairness(), alone: newFairness() },
    relativeNats: 0,
    aloneNats: 0,
  };
}

export function forgetEvidence(evidence: Evidence): void {
  forget(evidence.relative);
  forget(evidence.alone);
  evidence.relativeNats = 0;
  evidence.aloneNats = 0;
}

/** Its case is over: neither evidence nor proof of being well is left of it. */
export function letGo(stream: Stream): void {
  forgetEvidence(stream.failures);
  forgetEvidence(stream.latency);
  stream.ill = null;
  stream.healthyNats = 0;
}

/** Adds a reading to what is pending; false when its numbers make no sense, and it is set aside. */
export function takeIn(
  stream: Stream,
  reading: RequestsReading | LatencyHistogramReading | LatencyQuantileReading,
  slowMs: number,
): boolean {
  const { pending } = stream;
  switch (reading.signal) {
    case "requests": {
      const { good, total } = reading;
      if (!isCount(good) || !isCount(total) || good > total) return false;
      pending.bad += total - good;
      pending.total += total;
      break;
    }
    case "latency_hist": {
      const { bounds, counts } = reading;
      if (counts.length !== bounds.length + 1 || !counts.every(isCount) || !bounds.every((bound) => bound > 0))
        return false;
      const moments = logMoments(bounds, counts);
      pending.count += moments.count;
      pending.sum += moments.sum;
      pending.squares += moments.squares;
      pending.slow += slowerThan(bounds, counts, slowMs);
      break;
    }
    case "latency_ms": {
      // Only where nothing better exists: the middle stands for all, a tail quantile says little of a shift.
      if (!(reading.value > 0) || !Number.isFinite(reading.value)) return false;
      if (Math.abs(reading.quantile - 0.5) > 0.01) return true;
      const count = reading.total ?? 1;
      if (!isCount(count)) return false;
      const logMs = Math.log(reading.value);
      pending.count += count;
      pending.sum += count * logMs;
      pending.squares += count * (logMs * logMs + stream.usual.spread);
      if (reading.value > slowMs) pending.slow += count;
      break;
    }
  }
  const sinceLast = stream.lastAt === 0 ? 0 : reading.at - stream.lastAt;
  const covers = reading.overMs ?? sinceLast;
  if (reading.at > stream.lastAt) pending.overMs += Math.max(0, Math.min(covers, OVER_MOST_MS));
  stream.lastAt = Math.max(stream.lastAt, reading.at);
  return true;
}

/** Closes the pending look, if anything came, and keeps the last minute. */
export function closeLook(stream: Stream, at: UnixMs): Look | null {
  while (stream.looks.length > 0 && (at - (stream.looks[0]?.at ?? at) > MINUTE_MS || stream.looks.length >= LOOKS_MOST))
    stream.looks.shift();
  const look = stream.pending;
  if (look.total === 0 && look.count === 0) return null;
  look.at = at;
  stream.looks.push(look);
  stream.pending = emptyLook(at);
  return look;
}

/** All looks of the last so many milliseconds in one; a look longer than that counts whole. */
export function over(stream: Stream, at: UnixMs, ms: number): Look {
  const sum = emptyLook(at);
  for (let i = stream.looks.length - 1; i >= 0; i--) {
    const look = stream.looks[i];
    if (look === undefined || at - look.at >= ms) break;
    sum.overMs += look.overMs;
    sum.bad += look.bad;
    sum.total += look.total;
    sum.count += look.count;
    sum.sum += look.sum;
    sum.squares += look.squares;
    sum.slow += look.slow;
  }
  return sum;
}

export const meanLogMs = (look: Look): number => look.sum / look.count;

const newPair = (): Pair => ({ relative: new Float64Array(SIZES), alone: new Float64Array(SIZES) });
export const emptyLook = (at: UnixMs): Look => ({
  at,
  overMs: 0,
  bad: 0,
  total: 0,
  count: 0,
  sum: 0,
  squares: 0,
  slow: 0,
});
const isCount = (value: number): boolean => Number.isFinite(value) && value >= 0;

const MINUTE_MS = 60_000;
/** A minute of looks at four a second. */
const LOOKS_MOST = 240;
/** A gap longer than this is silence, not a long look. */
const OVER_MOST_MS = 120_000;
