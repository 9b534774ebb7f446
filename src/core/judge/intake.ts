import type { ServiceName } from "../estate.ts";
import type { GaugeReading, LatencyQuantileReading, Reading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import type { Summary } from "../summary.ts";
import type { Because } from "../verdict.ts";
import { advance } from "./advance.ts";
import { hearRates } from "./elsewhere.ts";
import { GAUGES_MOST, takeGauge } from "./gauge.ts";
import { newGaugeCase } from "./gauge-case.ts";
import { isFresh } from "./loss.ts";
import { malformed, OLDEST_MS } from "./malformed.ts";
import { newHistories, remember, SERIES_MOST } from "./rank.ts";
import { hasRoom, isCrowded } from "./room.ts";
import { asideBecause, putAside, SET_ASIDE_KINDS, type Happened, type SetAsideKind } from "./set-aside.ts";
import { look } from "./sight.ts";
import { listen, silenceBecause } from "./silence.ts";
import type { JudgeState } from "./state.ts";
import { newStream, takeIn, type Stream } from "./stream.ts";
import { setUnitsAside } from "./units.ts";
import { takeZone, ZONES_MOST } from "./zones.ts";

/** Takes readings in; true when a sight of another location changed its mind. What makes no sense is set aside. */
export function takeReadings(state: JudgeState, at: UnixMs, readings: Iterable<Reading>): boolean {
  if (state.estate === null) return false;
  advance(state, at);
  let changed = false;
  for (const reading of readings) changed = takeReading(state, at, reading) || changed;
  return changed;
}

/** So long ago a reading may have been known. */
export const oldestOf = ({ lookMs }: JudgeState): number => Math.max(OLDEST_MS, 2 * lookMs);

/** One of them. */
export function takeReading(state: JudgeState, at: UnixMs, reading: Reading): boolean {
  if (state.estate === null) return false;
  const wrong = malformed(reading, at, oldestOf(state));
  if (wrong !== null) {
    putAside(state.setAside, at, wrong);
    return false;
  }
  if (keepsHistories(state) && isOwn(state, reading) && !remember(state.histories, reading))
    putAside(state.setAside, at, { kind: "too-many", who: "histories", by: SERIES_MOST });
  switch (reading.signal) {
    case "probe":
      if (reading.location === state.location || (reading.vantage ?? state.location) !== state.location) break;
      if (state.estate.locations.some(({ name }) => name === reading.location)) return look(state.sights, reading);
      putAside(state.setAside, at, { kind: "unknown-place", who: "" });
      break;
    case "requests":
    case "latency_log":
    case "latency_exp":
    case "latency_hist":
    case "latency_ms": {
      if (reading.location !== state.location) break;
      state.silence.heardAt = at;
      if (reading.signal === "requests") noteRequests(state, reading);
      const fromUsers = isUsers(reading.vantage);
      const stream = streamOf(state, fromUsers ? `${reading.service}@users` : reading.service, reading.service, at);
      if (stream === null) break;
      takeIn(stream, reading, state.estate.objective.slowMs);
      if (reading.signal === "latency_ms" && reading.quantile !== 0.5) takeTail(state, reading, at);
      else if (fromUsers && reading.signal === "requests") {
        const room = { door: state.doors.networks, at };
        if (!takeZone(state.zones, reading.vantage ?? USERS, reading, room))
          leaveOut(state, at, "networks", ZONES_MOST);
      }
      break;
    }
    case "gauge":
      if (reading.location === state.location) takeOwnGauge(state, reading, at);
      break;
    case "deploy":
      if (reading.location === state.location) takeDeploy(state, reading, at);
      break;
    case "logs":
      // Twice as many errors weigh alike whether from 10 or from 1,000.
      if (reading.location === state.location && reading.severity !== "info") {
        const { severity, count } = reading;
        takeOwnGauge(
          state,
          { ...reading, signal: "gauge", name: `logs-${severity}`, value: Math.log1p(count), worse: "up" },
          at,
        );
      }
      break;
    case "set-aside":
      if (reading.location === state.location) putAside(state.setAside, at, refusedBefore(reading));
      break;
    case "status":
    case "demand":
      // What a provider says comes late, and demand is the plan's.
      break;
  }
  return false;
}

/** Half of a signal's memory, and more than half of the time that it takes to take it in. */
export const keepsHistories = ({ asksWhere, countsRequests }: JudgeState): boolean => asksWhere || !countsRequests;

/**
 * From the first request that is counted on gauges make no case of their own, and what it would rest on is needed by nobody. A counter that
 * stands at nought counts nothing yet.
 */
export function noteRequests(state: JudgeState, { total }: { readonly total: number }): void {
  if (state.countsRequests || total === 0) return;
  state.countsRequests = true;
  state.gaugeCase = newGaugeCase();
  if (!keepsHistories(state)) state.histories = newHistories();
}

/** Before the looks of a tick are closed: what can't be believed leaves them, and what is missing is noticed. */
export function closeIntake(state: JudgeState, order: readonly Stream[]): void {
  const { streams, graph, at, setAside: book } = state;
  listen({ streams, order, graph, book, at, lookMs: state.lookMs });
  setUnitsAside({ streams, units: state.units, graph, book, at });
}

/** The weightiest evidence, and room for what was not believed and what was not heard. */
export function withSetAside(state: JudgeState, evidence: readonly Because[]): Because[] {
  const { silence, order: streams, others, location, at, lookMs } = state;
  const more = [
    ...silenceBecause({ silence, streams, others, location, at, lookMs }),
    ...asideBecause(state.setAside, at),
  ];
  return [...evidence.slice(0, BECAUSE_MOST - more.length), ...more];
}

/** Of this location, as seen by itself: users' networks are no service's symptom. */
function isOwn(state: JudgeState, reading: Reading): boolean {
  if (reading.signal === "status" || reading.signal === "demand" || reading.location !== state.location) return false;
  return !isUsers(reading.vantage);
}

/** Whether it was users' beacons that saw it. */
export const isUsers = (vantage: unknown): boolean => typeof vantage === "string" && vantage.startsWith(USERS);

function streamOf(state: JudgeState, key: string, service: ServiceName, at: UnixMs): Stream | null {
  const known = state.streams.get(key);
  if (known !== undefined) return known;
  // What users need is bounded by what is configured: it does not ask for room.
  if (!isNeeded(state, service)) {
    const room = {
      name: key,
      at,
      most: STREAMS_MOST,
      usedAt: (stream: Stream) => stream.lastAt,
      stays: (stream: Stream) => isNeeded(state, stream.service),
    };
    if (!hasRoom(state.streams, state.doors.services, room)) {
      leaveOut(state, at, "services", STREAMS_MOST);
      return null;
    }
  }
  const stream = newStream(key, service, state.baseline?.services[service]);
  state.streams.set(key, stream);
  return stream;
}

/** What a journey can't do without; where nobody has named journeys, what is configured. */
function isNeeded(state: JudgeState, service: ServiceName): boolean {
  const { estate, graph } = state;
  if (estate === null) return false;
  if (service === "edge") return true;
  return Object.hasOwn(estate.services, service) && graph.neededShare(service) > 0;
}

function takeOwnGauge(state: JudgeState, reading: GaugeReading, at: UnixMs): void {
  state.silence.heardAt = at;
  if (!takeGauge(state.gauges, reading, state.doors.gauges, at)) leaveOut(state, at, "gauges", GAUGES_MOST);
}

/** A tail's quantile says little of a shift, and by itself scatters: it supports, like a gauge. */
function takeTail(state: JudgeState, reading: LatencyQuantileReading, at: UnixMs): void {
  if (!(reading.value > 0)) return;
  const name = `latency-${reading.quantile}`;
  takeOwnGauge(state, { ...reading, signal: "gauge", name, value: Math.log(reading.value), worse: "up" }, at);
}

function takeDeploy(
  state: JudgeState,
  reading: { at: UnixMs; service: ServiceName; version: string },
  at: UnixMs,
): void {
  const { service, version } = reading;
  const { versions, doors } = state;
  state.silence.heardAt = at;
  const before = versions.get(service);
  if (before === undefined && !isNeeded(state, service)) {
    const room = { name: service, at, most: STREAMS_MOST, usedAt: (kept: { at: UnixMs }) => kept.at };
    if (!hasRoom(versions, doors.versions, room)) return;
  }
  versions.set(service, { version, at });
  // What runs when we first look was deployed before we came.
  if (before === undefined || before.version === version) return;
  state.deploys = [{ service, version, at: reading.at }, ...state.deploys].slice(0, DEPLOYS_KEPT);
}

/** Said when there are too many; a name that is new has to come once more, and that is nobody's business. */
function leaveOut(state: JudgeState, at: UnixMs, what: "services" | "gauges" | "networks", most: number): void {
  const kept = { services: state.streams, gauges: state.gauges, networks: state.zones }[what];
  if (isCrowded(kept, state.doors[what], most)) putAside(state.setAside, at, { kind: "too-many", who: what, by: most });
}

/** What its reader refused. Who reads for us may know kinds that we don't. */
function refusedBefore(reading: Extract<Reading, { signal: "set-aside" }>): Happened {
  const { service: who, count, by, says } = reading;
  const kind: SetAsideKind = SET_ASIDE_KINDS.find((each) => each === reading.kind) ?? "impossible";
  return {
    kind,
    who,
    count,
    ...(typeof by === "number" && Number.isFinite(by) ? { by } : {}),
    ...(typeof says === "string" ? { says } : {}),
  };
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
/** As many as a summary has room for. */
const BECAUSE_MOST = 5;
