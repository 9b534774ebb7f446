import { byName } from "../route/by-name.ts";
import type { Columns } from "../columns.ts";
import type { Estate, LocationName } from "../estate.ts";
import type { Reading } from "../reading.ts";
import type { Reason, Step, UnixMs } from "../step.ts";
import type { Load, OwnView, Summary } from "../summary.ts";
import type { Cause, VerdictState } from "../verdict.ts";
import { advance } from "./advance.ts";
import { barNats, CEILING_ABOVE_BAR_NATS, HEALTHY_BAR_NATS, LOOK_MS, marginHurt, SHAKY_SHARE } from "./bar.ts";
import { becauseOf } from "./because.ts";
import { habitSince, noteBurst } from "./bursts.ts";
import { causesOf } from "./cause.ts";
import { elsewhereNow, type Elsewhere } from "./elsewhere.ts";
import { fuse, growAll, growJoints, isAtCeiling, newAll, newJoints } from "./fuse.ts";
import { gaugeNats } from "./gauge.ts";
import { lookAtGauges } from "./gauge-case.ts";
import { graphAt } from "./graph.ts";
import { eventAt, marksAt } from "./known-event.ts";
import { usersHurt } from "./impact.ts";
import { closeIntake, hear, takeReadings, withSetAside } from "./intake.ts";
import { takeUp, type Learnt } from "./learnt.ts";
import { keepPace, outlookOf } from "./outlook.ts";
import { proofOf, seePast, type Asked } from "./past.ts";
import { failedWithin, isWatched, requestsIn } from "./minute.ts";
import { stateOf } from "./scope.ts";
import { sufficientOf } from "./sufficient.ts";
import type { JudgeState } from "./state.ts";
import {
  closeLook,
  emptyLook,
  forgetEvidence,
  hasLooked,
  lastLook,
  letGo,
  lookedAt,
  meanLogMs,
  type Look,
  type Stream,
} from "./stream.ts";
import { takeColumns } from "./take-columns.ts";
import { tell } from "./tell.ts";
import { BORROWS_MS, failingUsually, WARM_LOOKS, type Baseline } from "./usual.ts";
import { believed } from "./unfelt.ts";
import { noteIll, troubledZone } from "./zones.ts";
import { isIllBeyondTrifle, middle, relativeOf, weigh } from "./weigh.ts";

export { learntOf } from "./learnt.ts";
export { initialJudge, type JudgeState } from "./state.ts";

/**
 * Is this location good enough? One node watches its own location: it weighs its services' counters against what
 * is usual here and what the others see now, and tells them each second what it thinks, in 4 kB.
 *
 * J1 Only failures and latency of what users need can move anyone; gauges and lone vantages support.
 * J2 What all locations suffer at once is no evidence against this one.
 * J3 The state is bounded: services, gauges, zones, deploys and what is known of others have limits.
 * J4 A summary never exceeds SUMMARY_BYTES_MAX.
 * J5 No reading, however wrong, stops it or spoils its sums: it is set aside, counted and named.
 *
 * The state is changed inside for speed: who steps keeps no old one.
 */
export const judge: Step<JudgeState, JudgeEvent, JudgeEffect> = (state, event) => {
  switch (event.event) {
    case "config":
      configure(state, event);
      return { state, effects: [], reasons: [] };
    case "learnt": {
      const { estate } = state;
      if (estate === null) return { state, effects: [], reasons: [] };
      takeUp(state, event.learnt);
      // A life of minutes teaches less than the others know.
      state.hasPast ||= state.past.peaks.length > 0;
      state.past.proof = proofOf(state.past, askedOf(state, estate));
      setBar(state, estate);
      return { state, effects: [], reasons: [] };
    }
    case "readings": {
      const changed = takeReadings(state, event.at, event.readings);
      return { state, effects: changed ? [{ kind: "summary", summary: tell(state) }] : [], reasons: [] };
    }
    case "columns":
      takeColumns(state, event.at, event.columns);
      return { state, effects: [], reasons: [] };
    case "load":
      state.silence.heardAt = event.at;
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
      return {
        state,
        effects: [{ kind: "summary", summary: tell(state) }],
        reasons: before === state.view.verdict ? [] : [changeOf(state, before)],
      };
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
      /** Whether somebody will ask who is unlike themselves (where.ts); no when absent. */
      readonly asksWhere?: boolean;
    }
  /** What an earlier life of this node has learnt; right after the first config. */
  | { readonly event: "learnt"; readonly at: UnixMs; readonly learnt: Learnt }
  /** Own services' and resources' readings, users' beacons, and probes made by this node of other locations. */
  | { readonly event: "readings"; readonly at: UnixMs; readonly readings: readonly Reading[] }
  /** The same of a whole scrape at once, in a fraction of the time. */
  | { readonly event: "columns"; readonly at: UnixMs; readonly columns: Columns }
  /** What the edge's own counters say. */
  | { readonly event: "load"; readonly at: UnixMs; readonly load: Load; readonly suspects: OwnView["suspects"] }
  /** Another node's. */
  | { readonly event: "summary"; readonly at: UnixMs; readonly summary: Summary }
  | { readonly event: "tick"; readonly at: UnixMs };

export type JudgeEffect = { readonly kind: "summary"; readonly summary: Summary };

function configure(state: JudgeState, event: Extract<JudgeEvent, { event: "config" }>): void {
  const first = state.estate === null;
  state.location = event.location;
  state.estate = event.estate;
  state.graph = graphAt(event.estate, event.location);
  state.baseline = event.baseline ?? state.baseline;
  state.lookMs = event.tickMs ?? LOOK_MS;
  state.asksWhere = event.asksWhere ?? false;
  // People may have said what a time was that is over.
  state.past.proof = proofOf(state.past, askedOf(state, event.estate));
  setBar(state, event.estate);
  state.joints = newJoints(state.graph);
  state.all = newAll();
  if (!first) return;
  state.at = event.at;
  state.startedAt = event.at;
  state.seq = event.at;
}

/** The bar that the budget sets, and on top what the location's own past asks for; a baseline comes with its own promise. */
function setBar(state: JudgeState, estate: Estate): void {
  const raisedNats = state.baseline === null ? (state.past.proof?.raisedNats ?? 0) : 0;
  state.barNats = barNats(estate, state.lookMs) + raisedNats;
}

/** Keeps what would have moved users, and sets the bar by it. Who saw no request of its users saw nothing that certifies. */
function certify(
  state: JudgeState,
  estate: Estate,
  seen: { readonly nats: number; readonly atCeiling: boolean; readonly overMs: number },
): void {
  if (seen.overMs <= 0) return;
  const { nats, atCeiling, overMs } = seen;
  seePast(state.past, { at: state.at, nats, atCeiling, lookMs: overMs }, askedOf(state, estate));
  setBar(state, estate);
}

const askedOf = ({ lookMs, location }: JudgeState, estate: Estate): Asked => ({
  barNats: barNats(estate, lookMs),
  perYear: estate.needlessMovesPerYear / Math.max(1, estate.locations.length),
  marks: marksAt(estate, location),
});

/** One tick: every service's look is weighed, the case is fused, and the view is formed. */
function think(state: JudgeState, at: UnixMs): void {
  const { graph, estate } = state;
  if (estate === null) return;
  advance(state, at);
  const streams = inOrder(state);
  closeIntake(state, streams);
  const elsewhere = elsewhereNow(state.others, state.heard, state.at);
  const ceilingNats = state.barNats + CEILING_ABOVE_BAR_NATS;
  const event = eventAt(estate, state);
  // Once and for all: a clock that is put right makes nobody a newcomer.
  state.hasPast ||= state.at - state.startedAt >= BORROWS_MS;
  // Of all streams the same, but for two of its fields.
  const weighing = {
    at: state.at,
    barNats: state.barNats,
    ceilingNats,
    elsewhere: undefined as Elsewhere | undefined,
    othersSlower: state.othersSlower,
    standing: false,
    widened: event?.factor ?? 1,
    isNew: !state.hasPast,
  };
  let [overMs, seenMs] = [0, 0];
  const shared: number[] = [];
  for (const stream of streams) {
    const closed = closeLook(stream, state.at);
    overMs = Math.max(overMs, closed?.overMs ?? 0);
    if (closed !== null && closed.total > 0 && closed.overMs > seenMs && graph.neededShare(stream.service) > 0)
      seenMs = closed.overMs;
    const wasIll = stream.ill !== null;
    weighing.elsewhere = elsewhere.get(stream.service);
    weighing.standing = state.failing || state.unfelt.has(stream.key);
    weigh(stream, closed, weighing);
    if (closed !== null) noteBurst(stream, closed, state.at);
    const slowness = closed === null ? null : sharedSlowness(stream, closed);
    if (slowness !== null) shared.push(slowness);
    if (wasIll && stream.ill === null) forgetJoint(state, stream);
  }
  if (overMs > 0) letIdleGo(state, streams);
  state.othersSlower = shared.length >= 2 ? Math.max(0, middle(shared)) : 0;
  const trusted = believed({
    streams,
    byKey: state.streams,
    unfelt: state.unfelt,
    graph,
    book: state.setAside,
    at: state.at,
  });
  const needed = trusted.filter((stream) => graph.neededShare(stream.service) > 0);
  growJoints(state.joints, state.streams, { ceilingNats, overMs, unfelt: state.unfelt });
  growAll(state.all, needed, { ceilingNats, overMs });
  const parts = { streams: needed, joints: state.joints, all: state.all, graph };
  const fused = fuse(parts);
  const impact = usersHurt(needed, graph, elsewhere, state.at);
  const margin = marginHurt(estate);
  const side =
    fused.relativeNats >= state.barNats * SHAKY_SHARE || fused.relativeNats >= fused.aloneNats - 1
      ? "relative"
      : "alone";
  const caseMade = fused.relativeNats >= state.barNats ? "relative" : fused.aloneNats >= state.barNats ? "alone" : null;
  // Once traffic leaves there is little left to be hurt: worth moving stands until the evidence falls.
  if (fused.relativeNats < state.barNats / 2) state.failing = false;
  const worthMoving = state.failing || (fused.relativeNats >= state.barNats && impact.relative >= margin);
  state.failing = worthMoving;
  const numbers = { evidenceNats: fused.relativeNats, barNats: state.barNats, usersHurt: impact.relative, worthMoving };
  keepPace(state.pace, state.at, fused.relativeNats);
  const zone = troubledZone(state.zones);
  const told = Math.max(fused.relativeNats, fused.aloneNats) >= CAUSES_FROM_NATS;
  const causes = told
    ? causesOf({ streams: trusted, joints: state.joints, graph, gaugeNats: gaugeNats(state.gauges), side })
    : [];
  state.view = {
    verdict: state.failing ? "failing" : stateOf(numbers, estate),
    evidenceNats: fused.relativeNats,
    aloneNats: fused.aloneNats,
    usersHurt: Math.max(impact.alone, impact.relative),
    worthMoving,
    healthyNats: healthy(state, needed),
    habitSince: told ? habitOf(needed) : null,
    causes:
      // A service that is a little unusual by chance is no second cause.
      zone !== null && (causes[0]?.layer ?? "edge") === "edge" ? [onTheWay(zone), ...causes].slice(0, 5) : causes,
    because: withSetAside(
      state,
      becauseOf({ streams: trusted, elsewhere, at: state.at, side, during: event?.name ?? null }),
    ),
    sufficient: caseMade === null ? null : sufficientOf(parts, { side: caseMade, barNats: state.barNats }),
    outlook: outlookOf(parts, { ...state, movableHurt: impact.relative }),
  };
  if (state.view.verdict !== "healthy" && state.view.causes[0]?.layer === "network")
    noteIll(state.zones, state.view.causes[0].name, state.at);
  if (!state.countsRequests) sayGauges(state);
  const nats = impact.relative >= margin || state.failing ? fused.relativeNats : 0;
  certify(state, estate, { nats, atCeiling: isAtCeiling(parts, ceilingNats), overMs: seenMs });
}

/** All streams by key. They are the same from tick to tick, and sorted when one has come or gone. */
function inOrder(state: JudgeState): readonly Stream[] {
  const { streams, order } = state;
  let same = order.length === streams.size;
  // Where a stream is not the one that is known by its key another has taken its place.
  for (const stream of order) same &&= streams.get(stream.key) === stream;
  if (!same) state.order = [...streams.values()].sort((a, b) => byName(a.key, b.key));
  return state.order;
}

/** Nothing counts requests here: what gauges say is said, and worth no move. */
function sayGauges(state: JudgeState): void {
  lookAtGauges(state.gaugeCase, state.histories, state.graph, state.at);
  const { ill, causes } = state.gaugeCase;
  if (ill === null || state.view.verdict === "failing") return;
  const says =
    "its gauges are unlike its own past, two minutes in a row; nothing here counts requests, so nobody is moved";
  state.view = {
    ...state.view,
    verdict: "failing",
    causes: accusedFirst(state, ill.name, causes),
    because: [
      { service: ill.name, signal: "gauge", nats: Math.round(ill.nats * 10) / 10, says },
      ...state.view.because,
    ].slice(0, 5),
  };
}

/** Who stands accused comes first, also in a minute in which it is quiet. */
function accusedFirst({ graph }: JudgeState, name: string, ranked: readonly Cause[]): Cause[] {
  const accused = ranked.find((cause) => cause.name === name) ?? { layer: graph.layerOf(name), name, share: 0 };
  return [accused, ...ranked.filter((cause) => cause !== accused)].slice(0, 5);
}

/** One network's users alone are hurt: the way is ill, with the larger share of the evidence. */
const onTheWay = (zone: string): Cause => ({ layer: "network", name: zone, share: 0.8 });

/** The part of a service's slowness here that the contrast does not show: what the others suffer too; null when nobody can tell. */
function sharedSlowness({ contrast, usual }: Stream, look: Look): number | null {
  const shift = contrast?.shift ?? null;
  if (shift === null || look.count === 0 || usual.looks < WARM_LOOKS) return null;
  return meanLogMs(look) - usual.logMs - shift;
}

/** Stale evidence is no evidence: nobody uses it any more, so nothing is known of it. */
function letIdleGo(state: JudgeState, streams: readonly Stream[]): void {
  for (const stream of streams) {
    if (!isIdle(stream, state.at)) continue;
    const wasIll = stream.ill !== null;
    letGo(stream);
    if (wasIll) forgetJoint(state, stream);
  }
}

/**
 * A page that is scraped while nobody comes says zero of zero: that is silence too. And whose users left has a request now and then: none
 * of few that failed proves little, but what was seen of the many is over.
 */
function isIdle(stream: Stream, at: UnixMs): boolean {
  if (!hasLooked(stream)) return false;
  if (at - lookedAt(stream) > IDLE_MS) return true;
  const { minute } = stream;
  return stream.ill !== null && isWatched(minute) && !failedWithin(minute, at) && requestsIn(minute) <= HARDLY_USED;
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
  const ill = needed.filter(isIllBeyondTrifle);
  if (ill.length > 0) {
    state.wellNats = 0;
    return Math.min(...ill.map((stream) => stream.healthyNats));
  }
  let [busiest, most]: [Stream | null, number] = [null, -1];
  for (const stream of needed) {
    if (lookedAt(stream) !== state.at || lastLook(stream, last).total <= most) continue;
    [busiest, most] = [stream, last.total];
  }
  if (busiest !== null) {
    lastLook(busiest, last);
    const usual = failingUsually(busiest.usual);
    const faulty = Math.max(FAULT_TO_DISPROVE, usual * 2);
    const proof = last.bad * Math.log(usual / faulty) + (last.total - last.bad) * Math.log((1 - usual) / (1 - faulty));
    state.wellNats = Math.max(0, Math.min(HEALTHY_BAR_NATS * 4, state.wellNats + Math.min(1, proof)));
  }
  return state.wellNats;
}

/** Since when nothing is new of all that makes the case. */
function habitOf(needed: readonly Stream[]): UnixMs | null {
  let latest: UnixMs | null = null;
  for (const stream of needed) {
    if (relativeOf(stream) < CAUSES_FROM_NATS) continue;
    const since = habitSince(stream);
    if (since === null) return null;
    latest = Math.max(latest ?? since, since);
  }
  return latest;
}

function changeOf(state: JudgeState, before: VerdictState): Reason {
  const { view } = state;
  const cause = view.causes[0];
  const named = cause === undefined ? "cause unknown" : `cause: ${cause.name} ${Math.round(cause.share * 100)} %`;
  const says = `${before} -> ${view.verdict}  ${view.evidenceNats.toFixed(1)} nats of ${state.barNats.toFixed(1)}  ${named}`;
  return { code: `verdict-${view.verdict}`, says, location: state.location };
}

/** The look that is being asked about. */
const last = emptyLook(0);
const IDLE_MS = 20_000;
/** Requests in a minute. */
const HARDLY_USED = 30;
/** Below this every cause is chance. */
const CAUSES_FROM_NATS = 5;
const FAULT_TO_DISPROVE = 0.05;
