import type { Outcome } from "../control-contract.ts";
import type { LocationName } from "../estate.ts";
import { sharedRps } from "../plan/pools.ts";
import { carriesRps, needsRps } from "../plan/room.ts";
import { expectedLoad } from "./expected.ts";
import { headroomFloorRps, mayAskAhead } from "./headroom.ts";
import { preparedFloor } from "./prepare.ts";
import { isAtRest } from "./rest.ts";
import { loadOf, type Traffic } from "../shift/traffic.ts";
import {
  decision,
  effectId,
  estateOf,
  once,
  placeOf,
  placesOf,
  reason,
  say,
  type DraftPlace,
  type Turn,
} from "./turn.ts";
import { floorFor } from "./usable.ts";
import { rps, secondsWords } from "./words.ts";

/** Grow first, then move: floors are asked of the scalers here, and kept until all is well again. */

/** After a refusal the plan goes round it for so long, then asks again. */
const REFUSED_FOR_MS = 30_000;
/** Refusals are asked again for as long as need be, and said now and then. */
const REFUSAL_SAID_EVERY_MS = 600_000;
/** Who was asked to grow, and of whom nothing more has become ready for so long, is planned with as it is. */
const LATE_MS = 30_000;
/** A floor is asked again only when it grows by this much: scalers need not hear trifles. */
const WORTH_ASKING = 1.02;
/** An unanswered or put-off request is made again. */
const ASK_AGAIN_MS = 5_000;
/** What shrinks all the same is asked for again, and not in a hurry: nobody is there. */
const KEPT_AGAIN_MS = 60_000;
/** A location that is fuller than the guards allow is grown to where it would be this full. */
const REST_TARGET = 0.65;
const FOR_A_LOSS = ", so that any one location may go";
const FOR_WHAT_COMES = ", for what the next hours bring at most";
/** Floors are let go when everything has been at rest for so long. */
const FLOORS_KEPT_MS = 60_000;

export function canGrow(turn: Turn, place: DraftPlace): boolean {
  return place.growthRefusedAt === null || turn.now.at - place.growthRefusedAt > REFUSED_FOR_MS;
}

/** The most it may have, now or soon: of who was asked to grow and does not, what is ready is planned with. */
export function grownRps(turn: Turn, place: DraftPlace): number {
  return isLate(turn, place) ? (place.capacity?.readyRps ?? 0) : mostRps(turn, place);
}

/** What its scaler may still be asked for. */
function mostRps(turn: Turn, place: DraftPlace): number {
  const ready = place.capacity?.readyRps ?? 0;
  return canGrow(turn, place) ? Math.max(ready, place.capacity?.capacityRps ?? 0) : ready;
}

/** Whatever its scaler said: nothing more has become ready for long. */
function isLate(turn: Turn, { askedRps, declared, grewAt }: DraftPlace): boolean {
  return askedRps > (declared?.readyRps ?? 0) * WORTH_ASKING && turn.now.at - grewAt > LATE_MS;
}

/** `why`: what it grows for when it is not what is there now. */
export function askGrowth(turn: Turn, name: LocationName, wantedRps: number, why = ""): void {
  const place = placeOf(turn, name);
  const usableRps = Math.ceil(Math.min(wantedRps, mostRps(turn, place)));
  if (usableRps <= (place.capacity?.readyRps ?? 0) * WORTH_ASKING) return;
  const targetRps = floorRps(turn, place, usableRps);
  const ready = place.declared?.readyRps ?? 0;
  // It is there already, and warms up.
  if (targetRps <= ready * WORTH_ASKING) return;
  if (targetRps <= place.askedRps * WORTH_ASKING && turn.now.at - place.askedAt < ASK_AGAIN_MS) return;
  ask(turn, place, Math.max(targetRps, place.askedRps));
  decision(turn, "grow", `${name} grows from ${rps(ready)} to ${rps(place.askedRps)} rps${why}`, name);
}

/** What its scaler is to keep ready so that so much counts. */
function floorRps(turn: Turn, { declared, proven, warming }: DraftPlace, usableRps: number): number {
  return declared === null ? usableRps : Math.ceil(floorFor(estateOf(turn), { declared, proven, warming }, usableRps));
}

function ask(turn: Turn, place: DraftPlace, targetRps: number): void {
  const id = effectId(turn, `scale-${place.name}`);
  if (place.askedRps <= (place.declared?.readyRps ?? 0) * WORTH_ASKING) place.grewAt = turn.now.at;
  place.askedRps = targetRps;
  place.askedAt = turn.now.at;
  turn.now.scalesAsked = [
    ...turn.now.scalesAsked.filter((asked) => asked.location !== place.name),
    { id, location: place.name, at: turn.now.at },
  ];
  turn.effects.push({ kind: "scale", id, location: place.name, targetRps });
}

export function takeScaleOutcome(turn: Turn, effect: string, outcome: Outcome): void {
  const asked = turn.now.scalesAsked.find((each) => each.id === effect);
  if (asked === undefined) return;
  turn.now.scalesAsked = turn.now.scalesAsked.filter((each) => each !== asked);
  const place = turn.now.places[asked.location];
  if (place === undefined) return;
  switch (outcome.kind) {
    case "done":
      place.growthRefusedAt = null;
      return;
    case "retry":
      return reason(
        turn,
        "growth-put-off",
        `${asked.location} can't say yet whether it grows (${outcome.code})`,
        asked.location,
      );
    case "refused":
      place.growthRefusedAt = turn.now.at;
      place.askedRps = 0;
      decision(
        turn,
        "growth-refused",
        `${asked.location} can't grow (${outcome.code}): the plan goes round it`,
        asked.location,
      );
      if (!once(turn, `can't grow ${asked.location}`, REFUSAL_SAID_EVERY_MS)) return;
      say(turn, {
        level: "change",
        location: asked.location,
        what: `${asked.location} can't grow: ${outcome.says ?? outcome.code}; I plan with the ${rps(place.capacity?.readyRps ?? 0)} rps that are ready`,
      });
      return;
  }
}

/**
 * A surge is met where it is: who gets full grows, and nothing moves. So is one that is to come, and what a loss would ask for. When all is
 * well, floors are let go, but for those.
 */
export function scaleAtRest(turn: Turn, traffic: Traffic): void {
  const { now } = turn;
  if (now.table === null || now.mode === "observe" || now.hold !== null) return;
  const load = loadOf(estateOf(turn), now.table.assignment, traffic);
  const expected = expectedLoad(turn);
  const atRest = placesOf(turn).every(isAtRest);
  for (const place of placesOf(turn)) {
    const ready = place.capacity?.readyRps ?? 0;
    if (place.capacity === null || place.hold !== null || place.lostAt !== null) continue;
    keepEmptied(turn, place);
    if (isLate(turn, place)) sayLate(turn, place);
    // What we think is smoothed; what it counts itself scatters, and is believed at once only when it is
    // more than is ready.
    const counted = place.summary?.own.load;
    const location = estateOf(turn).locations.find(({ name }) => name === place.name)!;
    const countedRps = counted === undefined ? 0 : sharedRps(location, counted.servedRps + counted.shedRps, load);
    const wantedRps = Math.max(load[place.name]!, countedRps > ready ? countedRps : 0);
    if (wantedRps > carriesRps(ready, estateOf(turn).guards.maxUtilisation)) {
      askGrowth(turn, place.name, restRps(turn, wantedRps));
      continue;
    }
    const toComeRps = needsRps(expected[place.name]!, estateOf(turn).guards.maxUtilisation);
    const prepared = preparedFloor(turn, place.name);
    const ahead = [
      { rps: headroomFloorRps(turn, place.name), why: FOR_A_LOSS },
      { rps: toComeRps, why: FOR_WHAT_COMES },
      { rps: prepared.rps, why: `, for ${prepared.for} may have to be left` },
    ].reduce((most, each) => (each.rps > most.rps ? each : most));
    if (ahead.rps > ready) {
      if (!mayAskAhead(turn, place)) continue;
      askGrowth(turn, place.name, ahead.rps, ahead.why);
    } else if (atRest && place.askedRps > 0 && place.keptRps === 0 && now.at - place.askedAt > FLOORS_KEPT_MS) {
      const wantedRps = Math.max(restRps(turn, load[place.name]!), ahead.rps);
      const enoughRps = Math.max(Math.ceil(place.restRps), floorRps(turn, place, wantedRps));
      if (enoughRps < place.askedRps) {
        ask(turn, place, enoughRps);
        decision(turn, "floor-let-go", `all is well: ${place.name} may shrink to ${rps(enoughRps)} rps`, place.name);
      }
      // What is held for more than its own users is let go later, when it is held no more.
      if (floorRps(turn, place, ahead.rps) <= place.restRps) place.askedRps = 0;
    }
  }
}

/** Growth ahead of need may take its time; while users wait for it that is news. */
function sayLate(turn: Turn, { name, askedRps, declared, grewAt }: DraftPlace): void {
  const waiting = placesOf(turn).find(
    ({ leave }) => leave !== null && leave.doneAt === null && leave.plan.some(({ to }) => to === name),
  );
  if (waiting === undefined || !once(turn, `late ${name}`, REFUSAL_SAID_EVERY_MS)) return;
  const waited = secondsWords(turn.now.at - grewAt);
  const what = `${name} was to grow to ${rps(askedRps)} rps and has stood at ${rps(declared!.readyRps)} for ${waited}: the plan goes round it`;
  decision(turn, "growth-late", what, name);
  say(turn, { level: "change", incident: waiting.leave!.incident, location: name, what });
}

/** Its own scaler sees no load in an emptied location, and would shrink what its users come back to. */
function keepEmptied(turn: Turn, place: DraftPlace): void {
  const { leave, declared } = place;
  if (leave === null || leave.why === "spill" || declared === null) {
    place.keptRps = 0;
    return;
  }
  // Rounded down: to keep what is there is not to grow.
  if (place.keptRps === 0) place.keptRps = Math.floor(declared.readyRps);
  const isKept = place.askedRps >= place.keptRps && declared.readyRps * WORTH_ASKING >= place.keptRps;
  const isAsked = place.askedRps >= place.keptRps && turn.now.at - place.askedAt < KEPT_AGAIN_MS;
  if (isKept || isAsked || place.keptRps === 0 || !mayAskAhead(turn, place)) return;
  ask(turn, place, Math.max(place.keptRps, place.askedRps));
  decision(turn, "floor-kept", `${place.name} keeps ${rps(place.keptRps)} rps until its users are back`, place.name);
}

/** What a location at rest should have ready for a load. */
function restRps(turn: Turn, loadRps: number): number {
  return Math.max(loadRps / REST_TARGET, needsRps(loadRps, estateOf(turn).guards.maxUtilisation));
}
