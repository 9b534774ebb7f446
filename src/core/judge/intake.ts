import type { ServiceName } from "../estate.ts";
import type { GaugeReading, LatencyQuantileReading, Reading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import type { Summary } from "../summary.ts";
import { hearRates } from "./elsewhere.ts";
import { takeGauge } from "./gauge.ts";
import { isFresh } from "./loss.ts";
import { look } from "./sight.ts";
import type { JudgeState } from "./state.ts";
import { newStream, takeIn, type Stream } from "./stream.ts";
import { takeZone } from "./zones.ts";

/** Takes readings in; true when a sight of another location changed its mind. */
export function takeReadings(state: JudgeState, at: UnixMs, readings: readonly Reading[]): boolean {
  if (state.estate === null) return false;
  state.at = Math.max(state.at, at);
  let changed = false;
  for (const reading of readings) {
    if (!Number.isFinite(reading.at) || reading.at > at + FUTURE_MOST_MS) {
      state.setAside += 1;
      continue;
    }
    switch (reading.signal) {
      case "probe":
        if (reading.location !== state.location && (reading.vantage ?? state.location) === state.location) {
          changed = look(state.sights, reading) || changed;
        }
        break;
      case "requests":
      case "latency_hist":
      case "latency_ms": {
        if (reading.location !== state.location) break;
        const fromUsers = reading.vantage?.startsWith(USERS) ?? false;
        const stream = streamOf(state, fromUsers ? `${reading.service}@users` : reading.service, reading.service);
        if (stream === null || !takeIn(stream, reading, state.estate.objective.slowMs)) state.setAside += 1;
        else if (reading.signal === "latency_ms" && reading.quantile !== 0.5) takeTail(state, reading);
        else if (fromUsers && reading.signal === "requests") takeZone(state.zones, reading.vantage ?? USERS, reading);
        break;
      }
      case "gauge":
        if (reading.location === state.location) takeOwnGauge(state, reading);
        break;
      case "deploy":
        if (reading.location === state.location) takeDeploy(state, reading);
        break;
      case "logs":
        // Twice as many errors weigh alike whether from 10 or from 1,000.
        if (reading.location === state.location && reading.severity !== "info")
          takeOwnGauge(state, {
            ...reading,
            signal: "gauge",
            name: `logs-${reading.severity}`,
            value: Math.log1p(reading.count),
            worse: "up",
          });
        break;
      case "status":
      case "demand":
        // What a provider says comes late, and demand is the plan's.
        break;
    }
  }
  return changed;
}

function streamOf(state: JudgeState, key: string, service: ServiceName): Stream | null {
  const known = state.streams.get(key);
  if (known !== undefined) return known;
  if (state.streams.size >= STREAMS_MOST) return null;
  const stream = newStream(key, service, state.baseline?.services[service]);
  state.streams.set(key, stream);
  return stream;
}

function takeOwnGauge(state: JudgeState, reading: GaugeReading): void {
  if (!takeGauge(state.gauges, reading)) state.setAside += 1;
}

/** A tail's quantile says little of a shift, and by itself scatters: it supports, like a gauge. */
function takeTail(state: JudgeState, reading: LatencyQuantileReading): void {
  if (reading.value > 0)
    takeOwnGauge(state, {
      ...reading,
      signal: "gauge",
      name: `latency-${reading.quantile}`,
      value: Math.log(reading.value),
      worse: "up",
    });
}

function takeDeploy(state: JudgeState, reading: { at: UnixMs; service: ServiceName; version: string }): void {
  const before = state.versions.get(reading.service);
  if (before === reading.version) return;
  if (before === undefined && state.versions.size >= STREAMS_MOST) return;
  state.versions.set(reading.service, reading.version);
  // What runs when we first look was deployed before we came.
  if (before === undefined) return;
  state.deploys = [{ service: reading.service, version: reading.version, at: reading.at }, ...state.deploys].slice(
    0,
    DEPLOYS_KEPT,
  );
}

/** Takes another node's summary in, if it is newer than what is known of it. */
export function hear(state: JudgeState, at: UnixMs, summary: Summary): void {
  if (state.estate === null || summary.from === state.location) return;
  if (!state.estate.locations.some((location) => location.name === summary.from)) return;
  const known = state.others.get(summary.from);
  if (known !== undefined && known.seq >= summary.seq && isFresh(known, at)) return;
  state.others.set(summary.from, summary);
  hearRates(state.heard, summary);
}

/** Beacons name their network: `users:de`. */
const USERS = "users:";
/** 200 services seen by themselves and by users; more are set aside and counted. */
const STREAMS_MOST = 400;
const DEPLOYS_KEPT = 4;
const FUTURE_MOST_MS = 10_000;
