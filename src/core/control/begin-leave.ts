import type { ClassName } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import { carriesRps, needsRps } from "../plan/room.ts";
import { locationIndex, rpsAt, type Traffic } from "../shift/traffic.ts";
import { beginPath } from "./begin-path.ts";
import { staysPut } from "./forced.ts";
import { overtaken, standsWords } from "./overtaken.ts";
import { classesThatMayGo, forbiddenNow, mayAct, stoppedBy, type Request } from "./permission.ts";
import { servingCount } from "./propose.ts";
import type { Draft } from "./publish.ts";
import { askGrowth, grownRps } from "./scale.ts";
import { classesFreeNow, movableClasses } from "./movable-classes.ts";
import { CANARY_SHARE, outOf } from "./receivers.ts";
import { isOfSome } from "./rest.ts";
import type { Leave, OrderedOut } from "./state.ts";
import { notLeaving, promiseMissing, start, whyOf } from "./start-leave.ts";
import { decision, estateOf, once, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { certainWords, classWords, hurtWords, percent, rps } from "./words.ts";

/** Why a location begins to be left: it is lost, it is failing, it is flooded, some of its users' way to it is bad, or a person says so. */

/** A flood is spilled by at most a third of the place's own traffic: more would be an evacuation by another name, and carry the flood along. */
const SPILL_SHARE_MAX = 1 / 3;
/** What we think a place has and what it counts must agree this well before any of a flood is spilled. */
const SETTLED_WITHIN = 0.2;
/** A receiver that sickens is looked at as a receiver first; after so long it is judged as a place of its own. */
const RECEIVED_LATELY_MS = 60_000;

/** Begins what the verdicts call for, as far as mode, holds and guards allow. */
export function beginLeaves(turn: Turn, draft: Draft, traffic: Traffic): void {
  for (const place of placesOf(turn)) {
    const { verdict } = place;
    if (place.lostAt !== null) {
      beginLost(turn, draft, place);
      continue;
    }
    // Some who are away already are part of an evacuation that begins meanwhile.
    const isFree = place.leave === null || isOfSome(place.leave);
    if (verdict === null) continue;
    const isFailing = verdict.action === "leave" && verdict.verdict === "failing";
    if (isFailing && isLeft(place, "gray")) joinGray(turn, draft, place, traffic);
    if (isFailing && isLeft(place, "person") && isOrderTaken(turn, place)) beginGray(turn, draft, place, traffic);
    if (place.state !== "serving" || !isFree) continue;
    if (isFailing) beginGray(turn, draft, place, traffic);
    else if (verdict.action === "spill" && place.leave === null) beginSpill(turn, draft, place, traffic);
    else if (verdict.action === "move-zones" && place.back === null) beginPath(turn, draft, place, traffic);
  }
}

/** Those of its users who may, leave a lost place at once; others follow them as soon as they may. */
function beginLost(turn: Turn, draft: Draft, place: DraftPlace): void {
  const { now } = turn;
  const joined = isLeft(place, "lost") ? place.leave!.classes : null;
  const wanted = movableClasses(turn).filter((name) => joined?.includes(name) !== true);
  if (joined !== null && wanted.length === 0) return;
  const free = classesFreeNow(turn, true).filter((name) => wanted.includes(name));
  const hours = free.length > 0 ? null : forbiddenNow(turn, wanted, true);
  const stopped = staysPut(turn, place.name) ?? (hours === null ? null : { code: "forbidden-hours", says: hours });
  // A stop is about places that sicken by our moves: an innocent one that dies is still left at once.
  const isInnocent = stopped?.code === "stopped" && !now.stopped!.involved.includes(place.name);
  // Who only observes says what it would do, held or not.
  if (stopped !== null && !isInnocent && now.mode !== "observe") {
    if (joined === null) sayLostStays(turn, place, stopped);
    return;
  }
  const from = place.leave?.from ?? draft.assignment;
  const move = { locations: [place.name], fault: "hard-down", classes: free, zones: null, share: 1, from } as const;
  const requestFor = (some: readonly ClassName[]): Request => ({
    ...requestOf(turn, place, "lost", some),
    doing: `${partWords(turn, some)}leave ${place.name} at once: it is lost`,
  });
  const classes = classesThatMayGo(turn, move, requestFor);
  if (joined !== null) return join(turn, place, classes, place.leave!.pace === "at-once" ? 1 : place.leave!.rung);
  // With none that could move it is taken note of all the same.
  if (!(wanted.length === 0 ? mayAct(turn, requestFor([]), move) : classes.length > 0)) return;
  start(turn, place, {
    why: "lost",
    classes,
    zones: null,
    share: 1,
    from,
    by: null,
    expires: null,
    ...overtaken(turn, place),
  });
  place.state = "evacuated";
  place.back = null;
  draft.urgent = true;
  decision(turn, "evacuate-lost", `${place.name} is lost: its contingency is followed at once`, place.name);
}

function sayLostStays(turn: Turn, place: DraftPlace, stopped: { readonly code: string; readonly says: string }): void {
  if (!once(turn, `lost-stopped ${place.name}`, 60_000)) return;
  decision(turn, stopped.code, `${place.name} is lost, and nothing moves: ${stopped.says}`, place.name);
  say(turn, {
    level: "urgent",
    location: place.name,
    what: `${place.name} is lost and its users stay with it: ${stopped.says}`,
    youNeedTo:
      stopped.code === "forbidden-hours"
        ? `\`houston evacuate ${place.name}\` moves them all the same`
        : stopped.code === "forced-up"
          ? `\`houston force ${place.name} auto\` lets me move them`
          : "`houston release` lets me move them",
  });
}

/** It is being left for this, by nobody's order, and its users are not on their way back. */
function isLeft({ leave, back }: DraftPlace, why: Leave["why"]): boolean {
  return leave?.why === why && back === null;
}

/** What is asked for these classes: an answer for some of them is none for the others. */
function requestOf(turn: Turn, place: DraftPlace, kind: string, classes: readonly ClassName[]): Omit<Request, "doing"> {
  const part = isAll(turn, classes) ? "" : `:${classes.join()}`;
  return {
    purpose: `${kind}:${place.name}:${place.incident}${part}`,
    location: place.name,
    ...(place.incident !== null && { incident: place.incident }),
    why: whyOf(place),
  };
}

const isAll = (turn: Turn, classes: readonly ClassName[]): boolean => classes.length === movableClasses(turn).length;

const partWords = (turn: Turn, classes: readonly ClassName[]): string =>
  isAll(turn, classes) ? "" : `let ${classWords(classes)} `;

/** Classes that may go by now go after the others. */
function join(turn: Turn, place: DraftPlace, classes: readonly ClassName[], rung: number): void {
  if (classes.length === 0) return;
  const leave = place.leave!;
  const all = estateOf(turn)
    .classes.map(({ name }) => name)
    .filter((name) => leave.classes.includes(name) || classes.includes(name));
  place.leave = { ...leave, classes: all, rung: Math.min(leave.share, rung), doneAt: null, plan: [] };
  decision(turn, "joins", `${classWords(classes)} of ${place.name} may go too`, place.name);
}

/** What a person ordered out goes first; where that can't go on, the rest does not wait for it. */
const ORDER_STUCK_MS = 15_000;

/** Whether all went that could by a person's order, and there are others whom it is not about. */
function isOrderTaken(turn: Turn, { leave, step }: DraftPlace): boolean {
  if (leave === null || (step !== null && step.lookedAt === null)) return false;
  if (leave.share >= 1 && movableClasses(turn).every((name) => leave.classes.includes(name))) return false;
  return leave.doneAt !== null || turn.now.at - (step?.at ?? leave.since) >= ORDER_STUCK_MS;
}

/** By the verdict. Whom a person has ordered out already is out by that order still, and the rest leaves too. */
function beginGray(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const estate = estateOf(turn);
  const { verdict } = place;
  if (verdict === null) return;
  const stopped = staysPut(turn, place.name);
  if (stopped !== null) return reason(turn, stopped.code, stopped.says, place.name);
  const missing = promiseMissing(turn, verdict);
  if (missing !== null) return notLeaving(turn, place, "no-promise", missing);
  const received = turn.now.moved.find((move) => move.to === place.name && turn.now.at - move.at < RECEIVED_LATELY_MS);
  if (received !== undefined) {
    return notLeaving(
      turn,
      place,
      "received-lately",
      `it took traffic of ${received.from} less than ${RECEIVED_LATELY_MS / 1000} s ago: what it took goes back first`,
    );
  }
  const serving = servingCount(turn, place.name);
  if (serving < estate.guards.minLocationsServing) {
    return notLeaving(
      turn,
      place,
      "guard-locations-serving",
      `${serving} locations would be left serving; ${estate.guards.minLocationsServing} must`,
    );
  }
  const wanted = movableClasses(turn);
  if (wanted.length === 0)
    return notLeaving(turn, place, "nothing-may-move", "none of its classes may be moved without a person");
  const free = classesFreeNow(turn, false);
  if (free.length === 0)
    return notLeaving(turn, place, "forbidden-hours", forbiddenNow(turn, wanted, false) ?? "nothing moves now");
  const from = place.leave?.from ?? draft.assignment;
  const isOrdered = place.leave?.why === "person";
  const classes = classesOutOf(turn, place, free, isOrdered ? draft.assignment : from);
  if (classes.length === 0) return;
  const order = overtaken(turn, place);
  start(turn, place, { why: "gray", classes, zones: null, share: 1, from, by: null, expires: null, ...order });
  if (isOrdered) {
    const leave = place.leave!;
    const out = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
    place.leave = { ...leave, rung: Math.min(1, out + CANARY_SHARE) };
  }
  place.back = null;
  place.state = "draining";
  const stands = order.overtook === undefined ? "" : `; ${standsWords(order.overtook)}`;
  decision(
    turn,
    "evacuate",
    `${place.name} is failing, ${certainWords(verdict)}: ${isOrdered ? "the rest of it" : "it"} is left, canary first${stands}`,
    place.name,
  );
}

/** Those of these classes that may leave a failing place now. */
function classesOutOf(
  turn: Turn,
  place: DraftPlace,
  classes: readonly ClassName[],
  from: Assignment,
): readonly ClassName[] {
  const move = { locations: [place.name], fault: "failing", classes, zones: null, share: 1, from } as const;
  return classesThatMayGo(turn, move, (some) => ({
    ...requestOf(turn, place, "leave", some),
    doing: `move ${place.leave?.why === "person" ? "the rest of " : ""}${classWords(some)} out of ${place.name}`,
    ...(place.verdict !== null && { users: hurtWords(place.verdict) }),
  }));
}

/** It is failing still, and some of its users were not allowed to go when it began to be left. */
function joinGray(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { leave, step } = place;
  if (leave === null || staysPut(turn, place.name) !== null) return;
  if (step !== null && step.lookedAt === null) return;
  const free = classesFreeNow(turn, false).filter((name) => !leave.classes.includes(name));
  if (free.length === 0) return;
  const classes = classesOutOf(turn, place, free, leave.from);
  if (classes.length === 0) return;
  const wider = { ...leave, classes: [...leave.classes, ...classes] };
  const out = outOf(turn, { place, leave: wider, assignment: draft.assignment, traffic });
  join(turn, place, classes, out + CANARY_SHARE);
  place.step = null;
  place.state = "draining";
}

function beginSpill(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const estate = estateOf(turn);
  const load = place.summary?.own.load;
  const stopped = stoppedBy(turn, place.name);
  if (stopped !== null) return reason(turn, stopped.code, stopped.says, place.name);
  if (load === undefined || turn.now.mode === "observe") return;
  askGrowth(turn, place.name, needsRps(load.enteredRps, estate.guards.maxUtilisation));
  const forced = staysPut(turn, place.name);
  if (forced !== null) return reason(turn, forced.code, forced.says, place.name);
  // What growth will carry in a few seconds is not spilled: a surge moves nobody.
  const canTakeRps = carriesRps(grownRps(turn, place), estate.guards.maxUtilisation);
  const location = locationIndex(estate, place.name);
  const classNames = estate.classes.map(({ name }) => name);
  const modelRps = rpsAt(estate, { assignment: draft.assignment, traffic, location, classes: classNames });
  const entered = load.enteredRps;
  const excess = entered - canTakeRps;
  if (excess <= 0)
    return reason(turn, "grows-instead", `${place.name} is overloaded and grows; nothing is spilled`, place.name);
  if (Math.abs(entered - modelRps) > SETTLED_WITHIN * entered) {
    return reason(
      turn,
      "demand-settling",
      `${place.name} counts ${rps(entered)} rps, its zones ${rps(modelRps)} so far`,
      place.name,
    );
  }
  const share = Math.min(SPILL_SHARE_MAX, excess / entered);
  const classes = classesFreeNow(turn, false);
  if (classes.length === 0) {
    const hours = forbiddenNow(turn, movableClasses(turn), false);
    return hours === null ? undefined : reason(turn, "forbidden-hours", `${place.name}: ${hours}`, place.name);
  }
  const from = draft.assignment;
  const request = {
    purpose: `spill:${place.name}:${place.incident}`,
    location: place.name,
    ...(place.incident !== null && { incident: place.incident }),
    doing: `spill ${percent(share)} of ${place.name} onto its neighbours`,
    why: whyOf(place),
  };
  if (!mayAct(turn, request, { locations: [place.name], fault: "overload", classes, zones: null, share, from })) return;
  start(turn, place, { why: "spill", classes, zones: null, share, from, by: null, expires: null });
  decision(
    turn,
    "spill",
    `${place.name} has ${rps(entered)} rps for ${rps(canTakeRps)}: at most ${percent(share)} is spilled, the rest is shed, lowest class first`,
    place.name,
  );
  say(turn, {
    level: "change",
    location: place.name,
    ...(place.incident !== null && { incident: place.incident }),
    what: `${place.name} is overloaded: ${rps(entered)} of ${rps(canTakeRps)} rps; I spill what neighbours have room for, at most ${percent(share)}`,
    why: whyOf(place),
    notDoing: "I don't evacuate it: a flood would only follow. The rest is shed, lowest class first",
  });
}

/** A person's order: the same way out, without asking the verdict. */
export function beginOrdered(
  turn: Turn,
  draft: Draft,
  order: {
    readonly place: DraftPlace;
    readonly classes: readonly ClassName[];
    readonly share: number;
    readonly by: string;
    readonly expires: number | null;
    /** An earlier order that this one only covers; absent: there is none. */
    readonly overtook?: OrderedOut;
  },
): void {
  const { place, overtook } = order;
  start(turn, place, {
    why: "person",
    classes: order.classes,
    zones: null,
    share: order.share,
    from: place.leave?.from ?? draft.assignment,
    by: order.by,
    expires: order.expires,
    ...(overtook !== undefined && { overtook }),
  });
  place.back = null;
  place.state = "draining";
}
