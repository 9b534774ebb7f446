import type { Reading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import { exponentialProblem, type Exponential } from "./exponential.ts";
import { areBounds } from "./histogram.ts";
import { areSums, type LogSums } from "./log-sums.ts";
import type { Happened } from "./set-aside.ts";

/**
 * What is wrong with a reading by itself, or null. Readings come from other people's programs: whatever they send must
 * neither stop a judge nor turn its sums into what is no number, for such a sum never becomes one again.
 */
export function malformed(reading: Reading, at: UnixMs, oldestMs: number): Happened | null {
  const who = whoOf(reading);
  if (!Number.isFinite(reading.at)) return { kind: "no-time", who };
  if (reading.at - at > AHEAD_MOST_MS) return { kind: "ahead", who, by: reading.at - at };
  if (at - reading.at > oldestMs) return { kind: "behind", who, by: at - reading.at };
  switch (reading.signal) {
    case "requests":
      return (
        unnamed(reading.service, reading.vantage) ??
        number(who, reading.good) ??
        number(who, reading.total) ??
        over(who, reading.overMs) ??
        (reading.good > reading.total ? impossible(who, "more good requests than all") : null)
      );
    case "latency_hist":
      return unnamed(reading.service, reading.vantage) ?? histogram(who, reading) ?? over(who, reading.overMs);
    case "latency_exp":
      return unnamed(reading.service, reading.vantage) ?? exponential(who, reading) ?? over(who, reading.overMs);
    case "latency_log":
      return unnamed(reading.service, reading.vantage) ?? logSums(who, reading) ?? over(who, reading.overMs);
    case "latency_ms":
      return (
        unnamed(reading.service, reading.vantage) ??
        number(who, reading.value) ??
        number(who, reading.total ?? 0) ??
        over(who, reading.overMs) ??
        (reading.quantile >= 0 && reading.quantile <= 1 ? null : impossible(who, "a quantile outside 0 to 1"))
      );
    case "gauge":
      return unnamed(reading.service, reading.name) ?? gauge(who, reading.value);
    case "logs":
      return unnamed(reading.service, reading.severity) ?? number(who, reading.count);
    case "deploy":
      return unnamed(reading.service, reading.version);
    case "set-aside":
      return unnamed(reading.service) ?? number(who, reading.count);
    case "probe":
      return unnamed(reading.location, reading.vantage) ?? number(who, reading.ms);
    case "status":
    case "demand":
      return null;
  }
}

/** Whether a time is near enough to now, and a count or a name can be used: what is not is named by `malformed`. */
export const isTimely = (time: UnixMs, at: UnixMs, oldestMs: number): boolean =>
  typeof time === "number" && time - at <= AHEAD_MOST_MS && at - time <= oldestMs;
export const isCountable = (count: number): boolean => typeof count === "number" && count >= 0 && count <= COUNT_MOST;

type Histogram = { readonly bounds: readonly number[]; readonly counts: readonly number[] };

function histogram(who: string, { bounds, counts }: Histogram): Happened | null {
  if (!Array.isArray(bounds) || !Array.isArray(counts) || counts.length !== bounds.length + 1)
    return impossible(who, "not one count for each bucket");
  if (!areBounds(bounds)) return impossible(who, "buckets that do not ascend, or lie beyond all measure");
  for (const count of counts as readonly number[]) {
    const wrong = number(who, count);
    if (wrong !== null) return wrong;
  }
  return null;
}

function exponential(who: string, reading: Exponential): Happened | null {
  const wrong = exponentialProblem(reading);
  if (wrong !== null) return impossible(who, wrong);
  for (const count of [...reading.counts, reading.zeroCount ?? 0]) {
    const wrongCount = number(who, count);
    if (wrongCount !== null) return wrongCount;
  }
  return null;
}

function logSums(who: string, { count, sum, squares, slow }: LogSums): Happened | null {
  const wrong = number(who, count) ?? number(who, slow);
  if (wrong !== null) return wrong;
  if (!Number.isFinite(sum) || !Number.isFinite(squares)) return { kind: "not-a-number", who };
  return areSums({ count, sum, squares, slow }) ? null : impossible(who, "sums of logarithms that no requests have");
}

function number(who: string, value: number): Happened | null {
  if (!Number.isFinite(value)) return { kind: "not-a-number", who };
  if (value < 0) return { kind: "negative", who };
  return isCountable(value) ? null : impossible(who, "more than a location can count");
}

function gauge(who: string, value: number): Happened | null {
  if (!Number.isFinite(value)) return { kind: "not-a-number", who };
  return Math.abs(value) <= GAUGE_MOST ? null : impossible(who, "a gauge beyond all measure");
}

const over = (who: string, overMs: number | undefined): Happened | null =>
  overMs === undefined || (Number.isFinite(overMs) && overMs >= 0) ? null : impossible(who, "no length of time");

function unnamed(name: string, more?: string): Happened | null {
  return isName(name) && (more === undefined || isName(more)) ? null : { kind: "unnamed", who: "" };
}

/** What others refuse in a summary must not get into ours: one long name would make this whole location unheard. */
export const isName = (name: string): boolean =>
  typeof name === "string" && name.length > 0 && name.length <= NAME_CHARACTERS_MOST;

const impossible = (who: string, says: string): Happened => ({ kind: "impossible", who, says });

function whoOf(reading: Reading): string {
  const name = "service" in reading ? reading.service : "location" in reading ? reading.location : reading.signal;
  return typeof name === "string" ? name : "somebody";
}

/** A clock may be a little off, and a tick a little late. */
export const AHEAD_MOST_MS = 10_000;
/** Readings two minutes late are still of use; from here on they say nothing of now. */
export const OLDEST_MS = 5 * 60_000;
/** A thousand million in one look: beyond it is a mistake, and squares of it are still exact enough. */
const COUNT_MOST = 1e9;
export const GAUGE_MOST = 1e15;
/** A summary's names may be 128 long; `@users` is added to some. */
const NAME_CHARACTERS_MOST = 120;
