import { byName } from "../route/by-name.ts";
import type { ClassName, Estate, LocationName, ServiceName } from "../estate.ts";
import type { GaugeReading, LatencyQuantileReading, Reading } from "../reading.ts";
import type { Reason, Step, UnixMs } from "../step.ts";
import { RATES_OVER_MS, type Load, type OwnView, type ServiceRate, type Summary } from "../summary.ts";
import type { Cause, PromiseState, VerdictState } from "../verdict.ts";
import { barNats, CEILING_ABOVE_BAR_NATS, HEALTHY_BAR_NATS, LOOK_MS, marginHurt, SHAKY_SHARE } from "./bar.ts";
import { becauseOf } from "./because.ts";
import { causesOf } from "./cause.ts";
import { askedFor, elsewhereNow, hearRates, type Heard } from "./elsewhere.ts";
import { fitSummary } from "./fit-summary.ts";
import { fuse, growAll, growJoints, newAll, newJoints, type Joint } from "./fuse.ts";
import { gaugeNats, takeGauge, type Gauges } from "./gauge.ts";
import { graphOf, type Graph } from "./graph.ts";
import { isCutOff, isFresh } from "./loss.ts";
import { usersHurt } from "./impact.ts";
import { look, seesMostFailing, sightsAt, type Sights } from "./sight.ts";
import { stateOf } from "./scope.ts";
import { closeLook, forgetEvidence, meanLogMs, newStream, over, takeIn, type Stream } from "./stream.ts";
import { failingUsually, WARM_LOOKS, type Baseline } from "./usual.ts";
import { troubledZone, takeZone, type Zones } from "./zones.ts";
import { aloneOf, middle, relativeOf, weigh } from "./weigh.ts";

/**
 * Is this location good enough? One node watches its own location: it weighs its services' counters against what
 * is usual here and what the others see now, and tells them each second what it thinks, in 4 kB.
 *
 * J1 Only failures and latency of what users need can move anyone; gauges and lone vantages support.
 * J2 What all locations suffer at once is no evidence against this one.
 * J3 The state is bounded: services, gauges, zones, deploys and what is known of others have limits.
 * J4 A summary never exceeds SUMMARY_BYTES_MAX.
 *
 * The state is changed inside for speed: who steps keeps no old one.
 */
export const judge: Step<JudgeState, JudgeEvent, JudgeEffect> = (state, event) => {
  switch (event.event) {
    case "config":
      configure(state, event);
      return { state, effects: [], reasons: [] };
    case "readings": {
      const changed = takeReadings(state, event.at, event.readings);
      return { state, effects: changed ? [tell(state)] : [], reasons: [] };
    }
    case "load":
      state.load = event.load;
      state.suspects = event.suspects;
      return { state, effects: [], reasons: [] };
    case "summary": {
      hear(state, event.at, event.summary);
      return { state, effects: [], reasons: [] };
    }
    case "tick": {
      if (state.estate === null) return { state, effects: [], reasons: [] };
      const before = state.view.verdict;
      think(state, event.at);
      return { state, effects: [tell(state)], reasons: before === state.view.verdict ? [] : [changeOf(state, before)] };
    }
  }
};

export type JudgeEvent =
  /** `tickMs`: how often ticks come, which sets the bar; a second when absent. */
  | {
      readonly event: "config";
      readonly at: UnixMs;
      readonly location: LocationName;
      readonly estate: Estate;
      readonly baseline?: Baseline;
      readonly tickMs?: number;
    }
  /** Own services' and resources' readings, users' beacons, and probes made by this node of other locations. */
  | { readonly event: "readings"; readonly at: UnixMs; readonly readings: readonly Reading[] }
  /** What the edge's own counters say. */
  | { readonly event: "load"; readonly at: UnixMs; readonly load: Load; readonly suspects: OwnView["suspects"] }
  /** Another node's. */
  | { readonly event: "summary"; readonly at: UnixMs; readonly summary: Summary }
  | { readonly event: "tick"; readonly at: UnixMs };

export type JudgeEffect = { readonly kind: "summary"; readonly summary: Summary };

export type JudgeState = {
  at: UnixMs;
  seq: number;
  location: LocationName;
  estate: Estate | null;
  graph: Graph;
  baseline: Baseline | null;
  barNats: number;
  startedAt: UnixMs;
  streams: Map<string, Stream>;
  joints: Joint[];
  all: Pick<Joint, "failures" | "latency">;
  gauges: Gauges;
  zones: Zones;
  versions: Map<ServiceName, string>;
  deploys: { service: ServiceName; version: string; at: UnixMs }[];
  sights: Sights;
  others: Map<LocationName, Summary>;
  heard: Heard;
  /** How much slower than usual the others are as a whole, from the last tick. */
  othersSlower: number;
  load: Load;
  suspects: OwnView["suspects"];
  /** Readings that made no sense, and services beyond the limit: set aside and counted. */
  setAside: number;
  wellNats: number;
  failing: boolean;
  view: View;
};

type View = {
  verdict: VerdictState;
  evidenceNats: number;
  aloneNats: number;
  usersHurt: number;
  worthMoving: boolean;
  healthyNats: number;
  causes: Cause[];
  because: OwnView["because"];
};

export function initialJudge(): JudgeState {
  return {
    at: 0,
    seq: 0,
    location: "",
    estate: null,
    graph: graphOf({ services: {}, journeys: {} }),
    baseline: null,
    barNats: 0,
    startedAt: 0,
    streams: new Map(),
    joints: [],
    all: newAll(),
    gauges: new Map(),
    zones: new Map(),
    versions: new Map(),
    deploys: [],
    sights: new Map(),
    others: new Map(),
    heard: new Map(),
    othersSlower: 0,
    load: NO_LOAD,
    suspects: [],
    setAside: 0,
    wellNats: 0,
    failing: false,
    view: NO_VIEW,
  };
}

function configure(state: JudgeState, event: Extract<JudgeEvent, { event: "config" }>): void {
  const first = state.estate === null;
  state.location = event.location;
  state.estate = event.estate;
  state.graph = graphOf(event.estate);
  state.baseline = event.baseline ?? state.baseline;
  state.barNats = barNats(event.estate, event.tickMs ?? LOOK_MS);
  state.joints = newJoints(state.graph);
  state.all = newAll();
  if (!first) return;
  state.at = event.at;
  state.startedAt = event.at;
  state.seq = event.at;
}

/** Takes readings in; true when a sight of another location changed its mind. */
function takeReadings(state: JudgeState, at: UnixMs, readings: readonly Reading[]): boolean {
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
    DEPLOYS_TOLD,
  );
}

function hear(state: JudgeState, at: UnixMs, summary: Summary): void {
  if (state.estate === null || summary.from === state.location) return;
  if (!state.estate.locations.some((location) => location.name === summary.from)) return;
  const known = state.others.get(summary.from);
  if (known !== undefined && known.seq >= summary.seq && isFresh(known, at)) return;
  state.others.set(summary.from, summary);
  hearRates(state.heard, summary);
}

/** One tick: every service's look is weighed, the case is fused, and the view is formed. */
function think(state: JudgeState, at: UnixMs): void {
  const { graph, estate } = state;
  if (estate === null) return;
  state.at = Math.max(state.at, at);
  const elsewhere = elsewhereNow(state.others, state.heard, state.at);
  const ceilingNats = state.barNats + CEILING_ABOVE_BAR_NATS;
  const keys = [...state.streams.keys()].sort(byName);
  const streams = keys.flatMap((key) => state.streams.get(key) ?? []);
  let overMs = 0;
  for (const stream of streams) {
    const closed = closeLook(stream, state.at);
    overMs = Math.max(overMs, closed?.overMs ?? 0);
    const wasIll = stream.ill !== null;
    weigh(stream, closed, {
      at: state.at,
      barNats: state.barNats,
      ceilingNats,
      elsewhere: elsewhere.get(stream.service),
      othersSlower: state.othersSlower,
    });
    // Stale evidence is no evidence: nobody uses it any more, so nothing is known of it.
    if (overMs > 0 && isIdle(stream, state.at)) letGo(stream);
    if (wasIll && stream.ill === null) forgetJoint(state, stream);
  }
  state.othersSlower = othersSlowerOf(streams, state.at);
  const needed = streams.filter((stream) => graph.neededShare(stream.service) > 0);
  growJoints(state.joints, state.streams, { ceilingNats, overMs });
  growAll(state.all, needed, { ceilingNats, overMs });
  const fused = fuse({ streams: needed, joints: state.joints, all: state.all, graph });
  const impact = usersHurt(needed, graph, elsewhere, state.at);
  const margin = marginHurt(estate);
  const side =
    fused.relativeNats >= state.barNats * SHAKY_SHARE || fused.relativeNats >= fused.aloneNats - 1
      ? "relative"
      : "alone";
  // Once traffic leaves there is little left to be hurt: worth moving stands until the evidence falls.
  if (fused.relativeNats < state.barNats / 2) state.failing = false;
  const worthMoving = state.failing || (fused.relativeNats >= state.barNats && impact.relative >= margin);
  state.failing = worthMoving;
  const numbers = { evidenceNats: fused.relativeNats, barNats: state.barNats, usersHurt: impact.relative, worthMoving };
  const zone = troubledZone(state.zones);
  const told = Math.max(fused.relativeNats, fused.aloneNats) >= CAUSES_FROM_NATS;
  const causes = told
    ? causesOf({ streams, joints: state.joints, graph, gaugeNats: gaugeNats(state.gauges), side })
    : [];
  state.view = {
    verdict: state.failing ? "failing" : stateOf(numbers, estate),
    evidenceNats: fused.relativeNats,
    aloneNats: fused.aloneNats,
    usersHurt: Math.max(impact.alone, impact.relative),
    worthMoving,
    healthyNats: healthy(state, needed),
    causes:
      zone !== null && causes.every((cause) => cause.layer === "edge")
        ? [onTheWay(zone), ...causes].slice(0, 5)
        : causes,
    because: becauseOf({ streams, elsewhere, at: state.at, side }),
  };
}

/** One network's users alone are hurt: the way is ill, with the larger share of the evidence. */
const onTheWay = (zone: string): Cause => ({ layer: "network", name: zone, share: 0.8 });

/** What the others suffer: the part of each service's slowness here that the contrast does not show. */
function othersSlowerOf(streams: readonly Stream[], at: UnixMs): number {
  const shared: number[] = [];
  for (const stream of streams) {
    const last = stream.looks.at(-1);
    if (stream.contrast.shift === null || last === undefined || last.at !== at || last.count === 0) continue;
    if (stream.usual.looks >= WARM_LOOKS) shared.push(meanLogMs(last) - stream.usual.logMs - stream.contrast.shift);
  }
  return shared.length >= 2 ? Math.max(0, middle(shared)) : 0;
}

/** A page that is scraped while nobody comes says zero of zero: that is silence too. */
function isIdle(stream: Stream, at: UnixMs): boolean {
  const used = stream.looks.findLast((look) => look.total > 0 || look.count > 0);
  return stream.looks.length > 0 && at - (used?.at ?? 0) > IDLE_MS;
}

function letGo(stream: Stream): void {
  forgetEvidence(stream.failures);
  forgetEvidence(stream.latency);
  stream.ill = null;
  stream.healthyNats = 0;
}

/** What was proved well is no part of a joint case any more. */
function forgetJoint(state: JudgeState, stream: Stream): void {
  for (const joint of state.joints) {
    if (joint.users.includes(stream.service) || joint.name === stream.service) {
      forgetEvidence(joint.failures);
      forgetEvidence(joint.latency);
    }
  }
  forgetEvidence(state.all.failures);
  forgetEvidence(state.all.latency);
}

/** While something is ill, the least proof of any; else proof of the busiest that fewer than 1 in 20 fail. */
function healthy(state: JudgeState, needed: readonly Stream[]): number {
  const ill = needed.filter((stream) => stream.ill !== null);
  if (ill.length > 0) {
    state.wellNats = 0;
    return Math.min(...ill.map((stream) => stream.healthyNats));
  }
  let busiest: Stream | null = null;
  for (const stream of needed) {
    if (
      stream.looks.at(-1)?.at === state.at &&
      (busiest === null || (stream.looks.at(-1)?.total ?? 0) > (busiest.looks.at(-1)?.total ?? 0))
    )
      busiest = stream;
  }
  const last = busiest?.looks.at(-1);
  if (busiest !== null && last !== undefined) {
    const usual = failingUsually(busiest.usual);
    const faulty = Math.max(FAULT_TO_DISPROVE, usual * 2);
    const proof = last.bad * Math.log(usual / faulty) + (last.total - last.bad) * Math.log((1 - usual) / (1 - faulty));
    state.wellNats = Math.max(0, Math.min(HEALTHY_BAR_NATS * 4, state.wellNats + Math.min(1, proof)));
  }
  return state.wellNats;
}

function changeOf(state: JudgeState, before: VerdictState): Reason {
  const { view } = state;
  const cause = view.causes[0];
  const named = cause === undefined ? "cause unknown" : `cause: ${cause.name} ${Math.round(cause.share * 100)} %`;
  const says = `${before} -> ${view.verdict}  ${view.evidenceNats.toFixed(1)} nats of ${state.barNats.toFixed(1)}  ${named}`;
  return { code: `verdict-${view.verdict}`, says, location: state.location };
}

function tell(state: JudgeState): JudgeEffect {
  state.seq += 1;
  const sees = sightsAt(state.sights, state.at);
  const { view } = state;
  const promise: PromiseState = state.baseline?.promise ?? "none";
  const own: OwnView = {
    verdict: view.verdict,
    evidenceNats: round(view.evidenceNats, 10),
    aloneNats: round(view.aloneNats, 10),
    barNats: round(state.barNats, 100),
    promise,
    usersHurt: round(view.usersHurt, 10_000),
    worthMoving: view.worthMoving,
    healthyNats: round(view.healthyNats, 10),
    causes: view.causes,
    because: view.because,
    rates: ratesOf(state),
    deploys: state.deploys,
    load: roundLoad(state.load),
    suspects: state.suspects.slice(0, SUSPECTS_TOLD),
    cutOff: seesMostFailing(sees) || hearsNobody(state),
  };
  return { kind: "summary", summary: fitSummary({ from: state.location, seq: state.seq, at: state.at, own, sees }) };
}

/** Nobody else has been heard of for a while: whatever it sees, it is on its own. */
function hearsNobody(state: JudgeState): boolean {
  if (
    (state.estate?.locations.length ?? 0) < 3 ||
    state.at - state.startedAt < HEARS_AFTER_MS ||
    state.others.size === 0
  )
    return false;
  return ![...state.others.values()].some((summary) => isFresh(summary, state.at) && !isCutOff(summary));
}

/** What others ask for, the worst and the busiest first. */
function ratesOf(state: JudgeState): ServiceRate[] {
  const asked = askedFor(state.others, state.at);
  const rated: { rate: ServiceRate; nats: number }[] = [];
  for (const stream of state.streams.values()) {
    if (stream.key !== stream.service) continue;
    const lately = over(stream, state.at, RATES_OVER_MS);
    if (lately.total === 0 && lately.count === 0) continue;
    const logMs = lately.count > 0 ? round(meanLogMs(lately), 1000) : null;
    const rate = { service: stream.service, bad: lately.bad, total: lately.total, logMs };
    rated.push({
      rate,
      nats: Math.max(relativeOf(stream), aloneOf(stream), asked.has(stream.service) ? ASKED_NATS : 0),
    });
  }
  rated.sort(
    (a, b) => Math.round(b.nats - a.nats) || b.rate.total - a.rate.total || byName(a.rate.service, b.rate.service),
  );
  return rated.slice(0, RATES_TOLD).map(({ rate }) => rate);
}

function roundLoad(load: Load): Load {
  return {
    servedRps: round(load.servedRps, 10),
    enteredRps: round(load.enteredRps, 10),
    readyRps: round(load.readyRps, 10),
    capacityRps: round(load.capacityRps, 10),
    utilisation: round(load.utilisation, 1000),
    shedRps: round(load.shedRps, 10),
    queueMs: round(load.queueMs, 10),
    failedRatio: round(load.failedRatio, 10_000),
  };
}

const round = (value: number, per: number): number => Math.round(value * per) / per;

export type Suspect = { readonly class: ClassName; readonly bucket: number; readonly share: number };

const NO_LOAD: Load = {
  servedRps: 0,
  enteredRps: 0,
  readyRps: 0,
  capacityRps: 0,
  utilisation: 0,
  shedRps: 0,
  queueMs: 0,
  failedRatio: 0,
};
const NO_VIEW: View = {
  verdict: "healthy",
  evidenceNats: 0,
  aloneNats: 0,
  usersHurt: 0,
  worthMoving: false,
  healthyNats: 0,
  causes: [],
  because: [],
};
/** Beacons name their network: `users:de`. */
const USERS = "users:";
/** 200 services seen by themselves and by users; more are set aside and counted. */
const STREAMS_MOST = 400;
const RATES_TOLD = 16;
/** A service that others suspect comes before what is only a little unusual here. */
const ASKED_NATS = 10;
const DEPLOYS_TOLD = 4;
const SUSPECTS_TOLD = 3;
const IDLE_MS = 20_000;
/** Below this every cause is chance. */
const CAUSES_FROM_NATS = 5;
const FUTURE_MOST_MS = 10_000;
const HEARS_AFTER_MS = 10_000;
const FAULT_TO_DISPROVE = 0.05;
