import { forbiddenBy } from "../forbidden-hours.ts";
import { HEALTHY_BAR_NATS } from "../judge/bar.ts";
import { needsRps } from "../plan/room.ts";
import { moveBack, shareBack } from "../shift/move.ts";
import { loadOf, locationIndex, rpsAt, totalRps, type Traffic } from "../shift/traffic.ts";
import { areKnownAfresh, asksFirstWords, closedNow, closedToWords } from "./conditions.ts";
import { staysWith } from "./leave-suspects.ts";
import { isForced } from "./forced.ts";
import {
  comingBack,
  CRUMB,
  goBackToOrder,
  isEnded,
  isMoreOut,
  isOvertaken,
  leaveByOrder,
  staysOut,
} from "./overtaken.ts";
import { isOpenAgain, staysClosed } from "./back-conditions.ts";
import { habitOf } from "./habit.ts";
import { isAnybodyAt } from "./anybody-at.ts";
import { comersOf, getsFirst, ofIncident, whoComesWords } from "./back-comers.ts";
import { failsAgain } from "./back-failed.ts";
import { staysLeft, tryWays, waysToTry, zonesBack } from "./back-paths.ts";
import { partOf } from "./part-of.ts";
import { isProven as isWayProven, zoneUsersWords } from "./paths.ts";
import type { BadPath, Leave, OrderedOut } from "./state.ts";
import { moveOfLeave, permissionForAll } from "./mode-rules.ts";
import { askOnce, forbiddenNow, isOfIncident, mayAct, stoppedBy, withdraw } from "./permission.ts";
import { movedLastMinute, propose, shareSpent } from "./propose.ts";
import { overfullTakers } from "./crowded.ts";
import { isClear, isHeard, readyRps, versionNext, type Draft } from "./publish.ts";
import { CANARY_SHARE, outOf, roomOf } from "./receivers.ts";
import { isOfSome } from "./rest.ts";
import { askGrowth } from "./scale.ts";
import { wantedRps } from "./demand.ts";
import { isPeak } from "./peak.ts";
import { decision, estateOf, once, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { classWords, percent, secondsWords } from "./words.ts";
import { isFelt } from "../verdict.ts";

/**
 * Going back: after proof of health, canary first, slower than out, and each failure makes the next try
 * wait twice as long, so that a location that comes and goes does not take its users along.
 */

/** Healthy without a break for so long before anyone goes back. */
export const PROOF_MS = 10_000;
/** A leave that took no step for so long has settled. */
const SETTLED_MS = 15_000;
const ALL_BACK = 0.995;
const BACK_STEP_SHARE = 0.1;

export function beginBacks(turn: Turn, draft: Draft, traffic: Traffic): void {
  for (const place of placesOf(turn)) {
    const { leave } = place;
    if (place.back !== null) continue;
    if (leave === null) {
      beginComing(turn, draft, place);
      continue;
    }
    if (isForced(place, "down")) continue;
    if (leave.why === "person") {
      // What a person ordered, a person takes back, or the time that was given.
      const isOver = isEnded(turn, leave) || leave.isTriedAgain === true;
      if (isOver && turn.now.mode !== "observe") comeBackFromOrder(turn, draft, place, traffic);
      continue;
    }
    if (leave.why === "gray") forgetOver(turn, place);
    if (leave.why === "lost" && isOvertaken(turn, leave)) {
      if (isProven(turn, place)) goBackToOrder(turn, draft, place, traffic);
      continue;
    }
    // Healed on its way out: what has not left by now need not.
    const isMoving = turn.now.at - (place.step?.at ?? leave.since) < SETTLED_MS;
    if (
      // A flood comes and goes by the second: who was spilled does not.
      ((place.state === "draining" || leave.why === "spill") && isMoving) ||
      (leave.why === "spill" && leave.doneAt === null && place.verdict?.action === "spill")
    )
      continue;
    if (!isProven(turn, place)) continue;
    const order = staysOut(turn, leave);
    if (order !== null && !isMoreOut(turn, { place, leave, order, assignment: draft.assignment, traffic })) {
      goesOnByOrder(turn, draft, place, order, traffic);
      continue;
    }
    if (isClosedTo(turn, place)) continue;
    if (leave.why === "condition" && !isOpenAgain(turn, place, leave)) continue;
    const ways = leave.why === "path" ? waysToTry(turn, place, leave) : [];
    if (leave.why === "path" && ways.length === 0) continue;
    const stopped = stoppedBy(turn, place.name);
    if (stopped !== null) {
      reason(
        turn,
        stopped.code,
        `${place.name} is healthy and does not get its users back: ${stopped.says}`,
        place.name,
      );
      continue;
    }
    const forbidden = forbiddenNow(turn, leave.classes, false);
    if (forbidden !== null) {
      reason(
        turn,
        "forbidden-hours",
        `${place.name} is healthy and gets its users back later: ${forbidden}`,
        place.name,
      );
      continue;
    }
    const notBefore = leave.why === "path" ? place.pathBackNotBefore : place.backNotBefore;
    if (turn.now.at < notBefore) {
      reason(
        turn,
        "back-waits",
        `${place.name} failed on its way back: next try in ${secondsWords(notBefore - turn.now.at)}`,
        place.name,
      );
      continue;
    }
    const { demand } = turn.now;
    const move = moveOfLeave(place.name, leave);
    const { mode } = permissionForAll(turn, move);
    // A person who is asked decides; nobody else brings users back when all are busiest, but from where they are too many.
    const isAsked = mode === "approve" || estateOf(turn).restore === "person" || leave.why === "spill";
    if (
      !isAsked &&
      isPeak(demand.hours, wantedRps(turn)) &&
      !isRelief(turn, { place, base: leave.from, assignment: draft.assignment, traffic })
    ) {
      reason(
        turn,
        "back-at-peak",
        `${place.name} is healthy and gets its users back when the peak of the day is over, or when a person says so`,
        place.name,
      );
      continue;
    }
    // A spill that ends is no restore of a sick place: nobody has to be asked.
    if (estateOf(turn).restore === "person" && leave.why !== "spill") {
      if (!personSaidBack(turn, place, leave, ways)) continue;
    } else if (
      !mayAct(
        turn,
        {
          purpose: backPurpose(place, leave, ways),
          location: place.name,
          incident: leave.incident,
          doing:
            leave.why === "path"
              ? `send ${zoneUsersWords(ways.map(({ zone }) => zone))} back to ${place.name}`
              : leave.why === "condition"
                ? `send ${classWords(leave.classes)} back to ${place.name}`
                : `restore ${place.name}`,
        },
        move,
      )
    )
      continue;
    tryWays(place, ways);
    beginBack(turn, draft, place, null);
  }
}

/** Who belongs there by order and never left it comes as others come back. */
function beginComing(turn: Turn, draft: Draft, place: DraftPlace): void {
  const comers = comersOf(place);
  if (comers === null || turn.now.mode === "observe") return;
  const stopped = stoppedBy(turn, place.name);
  const waits = stopped?.says ?? (isReadyForComers(turn, draft, place) ? null : "it is not well");
  if (waits !== null || turn.now.at < place.backNotBefore) {
    const says = `${place.name} does not get ${comers.whose} yet: ${waits ?? "it did not bear them, and is tried again later"}`;
    return reason(turn, stopped?.code ?? "comers-wait", says, place.name);
  }
  beginBack(turn, draft, place, comers.by);
}

/** Who serves others may take more while it is well; one that is new proves its health first, as for its first users. */
function isReadyForComers(turn: Turn, draft: Draft, place: DraftPlace): boolean {
  if (!isAnybodyAt(turn, draft.assignment, place.name)) return isProven(turn, place);
  return !isFelt(place.verdict) && place.lostAt === null && isHeard(turn, place.heardAt);
}

/** Who says yes to one way back has not said yes to another. */
function backPurpose({ name }: DraftPlace, { incident }: Leave, ways: readonly BadPath[]): string {
  return ["restore", name, incident, ...ways.map(({ zone }) => zone)].join(":");
}

function personSaidBack(turn: Turn, place: DraftPlace, leave: Leave, ways: readonly BadPath[]): boolean {
  const purpose = backPurpose(place, leave, ways);
  if (turn.now.answers[purpose]?.choice === 1) return true;
  askOnce(
    turn,
    {
      purpose,
      location: place.name,
      incident: leave.incident,
      doing: "",
      why:
        ways.length === 0
          ? `it has been healthy for ${secondsWords(turn.now.at - (place.healthySince ?? turn.now.at))}`
          : ways.some((path) => isWayProven(turn, path))
            ? "those of them who are still on the way are well"
            : "nobody is on the way any more who could say how it is",
    },
    {
      asks:
        ways.length === 0
          ? `${place.name} is healthy again. Move its users back${butOrdered(staysOut(turn, leave))}?`
          : `Move ${zoneUsersWords(ways.map(({ zone }) => zone))} back to ${place.name}?`,
      choices: ["move back, canary first", "leave them where they are"],
      defaultChoice: 2,
    },
  );
  return false;
}

/** No class that left may come back: a way back that could take no step is not begun. */
function isClosedTo(turn: Turn, place: DraftPlace): boolean {
  const bars = turn.now.bars.filter(({ location, bucket }) => location === place.name && bucket === null);
  const classes = place.leave?.classes ?? [];
  if (classes.length === 0 || !classes.every((name) => bars.some((bar) => bar.class === name))) return false;
  sayClosed(turn, place);
  return true;
}

function sayClosed(turn: Turn, place: DraftPlace): void {
  reason(turn, "condition-bars", `${place.name} does not get back ${closedToWords(turn, place.name)}`, place.name);
}

/** Bringing them back frees those who took too many. */
function isRelief(turn: Turn, taking: Parameters<typeof overfullTakers>[1]): boolean {
  return Object.keys(overfullTakers(turn, taking)).length > 0;
}

/** Proof of health: its own evidence over the bar, healthy without a break, heard, and not lost. */
export function isProven(turn: Turn, place: DraftPlace): boolean {
  const { now } = turn;
  const own = place.summary?.own;
  if (own === undefined || place.lostAt !== null || !isHeard(turn, place.heardAt)) return false;
  if (place.healthySince === null || now.at - place.healthySince < PROOF_MS) return false;
  // The place itself was never ill when it was the way to it.
  return own.healthyNats >= HEALTHY_BAR_NATS || place.leave?.why === "spill" || place.leave?.why === "path";
}

/** The time of an order that stood beside a leave is over: all who are out come back when the place is well. */
function forgetOver(turn: Turn, place: DraftPlace): void {
  const { leave, name } = place;
  if (leave?.overtook === undefined || isOvertaken(turn, leave)) return;
  const { overtook, ...kept } = leave;
  place.leave = kept;
  const says = `${name}: the time that ${overtook.by} gave is over; it is being left by itself, and all come back when it is well`;
  decision(turn, "expired", says, name);
  say(turn, { level: "change", incident: leave.incident, location: name, what: says });
}

/** No more are out than a person ordered: from now on they are out by that order alone. */
function goesOnByOrder(turn: Turn, draft: Draft, place: DraftPlace, order: OrderedOut, traffic: Traffic): void {
  const leave = leaveByOrder(place.leave!, order);
  const out = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  place.leave = { ...leave, doneAt: out >= order.share - CRUMB ? turn.now.at : null };
  place.state = order.share >= 1 ? "evacuated" : "draining";
  endQuestions(turn, leave);
  decision(turn, "order-goes-on", `${place.name}: who is out is out by the order of ${order.by} again`, place.name);
}

/** What was answered when it failed last is no answer for another time, however long an order keeps its trouble open. */
function endQuestions(turn: Turn, { incident }: Leave): void {
  withdraw(turn, (purpose) => /^(?:restore|leave):/.test(purpose) && isOfIncident(purpose, incident));
}

/** An order is over, or those whom one let come back did not get there. */
function comeBackFromOrder(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const leave = place.leave!;
  const over = leave.ended?.says ?? `the time that ${leave.by ?? "a person"} gave is over`;
  const stopped = stoppedBy(turn, place.name);
  if (stopped !== null)
    return reason(turn, stopped.code, `${place.name} stays left, and ${over}: ${stopped.says}`, place.name);
  if (place.lostAt !== null || (isFelt(place.verdict) && !isForced(place, "up"))) {
    if (!once(turn, `expired-sick ${place.name}`, 60_000)) return;
    const isTime = leave.ended === undefined && isEnded(turn, leave);
    const what = `${place.name}${isTime ? "'s time is over" : `: ${over}`}, and it is failing: its users don't go back`;
    decision(turn, "expired-sick", what, place.name);
    return say(turn, { level: "change", location: place.name, what });
  }
  if (leave.isTriedAgain === true && (turn.now.at < place.backNotBefore || !isProven(turn, place))) {
    const says = `${place.name} failed on its way back, and is tried again when it has proved its health, in ${secondsWords(Math.max(0, place.backNotBefore - turn.now.at))} at the earliest`;
    return reason(turn, "back-waits", says, place.name);
  }
  if (isEnded(turn, leave)) decision(turn, "expired", `${place.name}: ${over}`, place.name);
  const order = staysOut(turn, leave);
  const by = leave.ended?.by ?? leave.by;
  if (order === null || isMoreOut(turn, { place, leave, order, assignment: draft.assignment, traffic }))
    return beginBack(turn, draft, place, by);
  goesOnByOrder(turn, draft, place, order, traffic);
}

/** All come, but for whom an order that stands keeps out. */
export function beginBack(turn: Turn, draft: Draft, place: DraftPlace, by: string | null): void {
  const order = place.leave === null ? null : staysOut(turn, place.leave);
  place.back = {
    since: turn.now.at,
    by,
    incident: place.leave?.incident ?? place.incident ?? 0,
    from: draft.assignment,
    rung: CANARY_SHARE,
    ...(order !== null && { order }),
  };
  place.step = null;
  const isPath = place.leave?.why === "path";
  const comers = comersOf(place);
  // For all others it serves as ever.
  if (place.leave === null || !isOfSome(place.leave)) place.state = "restoring";
  // A person who orders them back knows of the way.
  if (isPath && by !== null) tryWays(place, place.badPaths);
  const isFirst = getsFirst(place);
  const whose = isPath
    ? zoneUsersWords(zonesBack(turn, place))
    : (comers?.whose ?? (isFirst ? "its first users" : "its users"));
  const isBack = comers === null && !isFirst;
  const isPersons = place.leave?.why === "person";
  decision(
    turn,
    "restore",
    `${place.name} gets ${whose}${isBack ? " back" : ""}, canary first${by === null ? "" : ` (${by})`}`,
    place.name,
  );
  say(turn, {
    level: "change",
    ...ofIncident(place.back.incident),
    location: place.name,
    what: `${place.name} gets ${whose}${isBack ? " back" : ""}${isPersons ? "" : butOrdered(order)}: ${percent(CANARY_SHARE)} first, a look of 5 s, then double`,
    ...(by !== null && { why: `${by} ordered it` }),
    youNeedTo: "do nothing",
  });
}

/** `, but for 60 % of PUBLIC whom ann ordered out` */
function butOrdered(order: OrderedOut | null): string {
  return order === null
    ? ""
    : `, but for ${percent(order.share)} of ${classWords(order.classes)} whom ${order.by} ordered out`;
}

export function stepBack(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { back } = place;
  if (back === null || turn.now.home === null || !isClear(turn)) return;
  const stopped = stoppedBy(turn, place.name);
  if (stopped !== null && (back.by === null || stopped.code === "blind" || heldSince(turn, place, back.since))) {
    return reason(turn, stopped.code, stopped.says, place.name);
  }
  if (turn.now.mode === "observe") return;
  if (place.step !== null && place.step.lookedAt === null) return;
  const forbidden = back.by === null ? forbiddenNow(turn, place.leave?.classes ?? [], false) : null;
  if (forbidden !== null && !isFelt(place.verdict)) return reason(turn, "forbidden-hours", forbidden, place.name);
  if (isFelt(place.verdict) && place.step === null && !isForced(place, "up"))
    return failsAgain(turn, draft, place, traffic);
  const estate = estateOf(turn);
  const { home } = turn.now;
  const part = partOf(estate, { zones: zonesBack(turn, place) });
  const classes = estate.classes.map(({ name }) => name);
  const homeRps = rpsAt(part, {
    assignment: home,
    traffic,
    location: locationIndex(estate, place.name),
    classes,
  });
  const sharedRps = loadOf(estate, home, traffic)[place.name]!;
  askGrowth(turn, place.name, needsRps(sharedRps * 1.03, estate.guards.maxUtilisation));
  const allowance = backAllowance(turn, place, traffic);
  const isApart = staysWith(turn, null);
  const closed = closedNow(turn);
  const { at } = turn.now;
  const { leave } = place;
  const mostOf = comingBack(turn, place, traffic);
  const most = leave === null ? 1 : Math.max(...leave.classes.map(mostOf));
  const mayNotCome = (className: string): boolean =>
    back.by === null &&
    (estate.guards.peopleOnly.includes(className) ||
      forbiddenBy(estate.guards, { at, class: className, isLoss: false }) !== undefined);
  const ask = { estate: part, traffic, home, base: back.from, location: place.name };
  const result = moveBack({
    ...ask,
    assignment: draft.assignment,
    share: (className) => Math.min(back.rung, mostOf(className)),
    roomRps: roomOf(turn, { name: place.name, assignment: draft.assignment, traffic, readyRps: readyRps(turn) }),
    mostRps: allowance,
    stays: (className, bucket) =>
      mayNotCome(className) || isApart(className, bucket) || closed.by(className, bucket, place.name).length > 0,
    overfull: overfullTakers(turn, { place, base: home, assignment: draft.assignment, traffic }),
  });
  const isLimited = result.notReadyRps > 0 && result.movedRps < CANARY_SHARE * homeRps;
  if (isLimited && allowance < CANARY_SHARE * homeRps) {
    return reason(turn, "guard-share-per-minute", shareSpent(turn, place.name), place.name);
  }
  if (result.movedRps === 0) {
    if (back.order !== undefined && result.notReadyRps === 0 && back.rung >= most)
      return isPartBack(turn, place, back.order);
    const isAll = shareBack({ ...ask, assignment: draft.assignment }) >= ALL_BACK;
    if (isAll || (result.notReadyRps === 0 && back.rung >= 1)) return isBack(turn, draft, place, traffic);
    if (result.notReadyRps > 0)
      return reason(turn, "receiver-not-ready", `${place.name} is not ready for more of its own users`, place.name);
    place.back = { ...back, rung: Math.min(1, back.rung * 2) };
    return;
  }
  if (!areKnownAfresh(turn, [place.name]))
    return reason(turn, "asks-first", `${place.name}'s way back ${asksFirstWords([place.name])}`, place.name);
  const before = draft.assignment;
  const accepted = propose(turn, draft, {
    assignment: result.assignment,
    traffic,
    location: place.name,
    orderedClasses: back.by === null ? null : classes,
    takesOut: false,
    receives: true,
  });
  if (!accepted) return;
  const own = place.summary?.own;
  const reached = shareBack({ ...ask, assignment: draft.assignment });
  place.step = {
    version: versionNext(turn),
    at: turn.now.at,
    before,
    receivers: [
      {
        name: place.name,
        tookRps: result.movedRps,
        verdict: own?.verdict ?? "healthy",
        failedRatio: own?.load.failedRatio ?? 0,
        failedHabit: habitOf(place, turn.now.at),
        queueMs: own?.load.queueMs ?? 0,
        shedRps: own?.load.shedRps ?? 0,
      },
    ],
    lookedAt: null,
    reached,
    suspect: null,
  };
  const says = `${place.name}: ${percent(reached)} of ${whoComesWords(place)}`;
  decision(turn, "step-back", says, place.name);
  say(turn, {
    level: "info",
    ...ofIncident(back.incident),
    location: place.name,
    what: says,
  });
}

/** A restore is no hurry: no step brings back more than a tenth of all traffic, nor more than the guards leave. */
function backAllowance(turn: Turn, place: DraftPlace, traffic: Traffic): number {
  const { guards } = estateOf(turn);
  const all = totalRps(estateOf(turn), traffic);
  const guarded =
    place.back?.by === null ? 0.98 * (guards.maxShareMovedPerMinute - movedLastMinute(turn)) * all : Infinity;
  return Math.min(BACK_STEP_SHARE * all, guarded);
}

function heldSince(turn: Turn, place: DraftPlace, since: number): boolean {
  const { hold, stopped } = turn.now;
  return (
    (hold !== null && hold.at > since) ||
    (place.hold !== null && place.hold.at > since) ||
    (stopped !== null && stopped.at > since)
  );
}

function isBack(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { back, leave } = place;
  const zones = leave?.why === "path" ? zonesBack(turn, place) : null;
  place.state = "serving";
  place.badPaths = place.badPaths.filter(({ isTried }) => !isTried);
  place.leave = staysLeft(turn, draft, place, traffic) ?? staysClosed(turn, draft, place, traffic);
  place.back = null;
  place.step = null;
  if (zones === null && (leave !== null || getsFirst(place))) place.restoredAt = turn.now.at;
  if (zones !== null) place.failedPathBacks = 0;
  if (leave !== null)
    withdraw(turn, (purpose) => purpose.startsWith("restore:") && isOfIncident(purpose, leave.incident));
  const comers = leave === null ? place.comers : null;
  const whose = zones === null ? (comers?.whose ?? "its own users again") : `${zoneUsersWords(zones)} again`;
  // Who left for a bad way comes back alone.
  if (zones === null) place.comers = null;
  if (getsFirst(place)) delete place.isUnopened;
  const but = butWords(turn, place);
  decision(
    turn,
    "restored",
    `${place.name} serves ${getsFirst(place) ? "those who have it nearest" : `${whose}${but}`}`,
    place.name,
  );
  say(turn, {
    level: "change",
    ...(back !== null && ofIncident(back.incident)),
    location: place.name,
    what: `${place.name} serves ${getsFirst(place) ? "those who have it nearest" : `${whose}${but}`}`,
    youNeedTo: "do nothing",
  });
}

/** As many are back as an order lets come; the others stay away for as long as it stands. */
function isPartBack(turn: Turn, place: DraftPlace, order: OrderedOut): void {
  const { leave, back } = place;
  if (leave === null || back === null) return;
  const isPersons = leave.why === "person";
  // Who has to be left again soon did not bear them.
  if (!isPersons) place.restoredAt = turn.now.at;
  place.leave = { ...leaveByOrder(leave, order), doneAt: turn.now.at };
  place.state = order.share >= 1 ? "evacuated" : "draining";
  place.back = null;
  place.step = null;
  endQuestions(turn, leave);
  const says = isPersons
    ? `${place.name} serves ${percent(1 - order.share)} of its own users now`
    : `${place.name} serves its own users again${butOrdered(order)}`;
  decision(turn, "restored", says, place.name);
  say(turn, {
    level: "change",
    ...ofIncident(back.incident),
    location: place.name,
    what: says,
    youNeedTo: "do nothing",
  });
}

/** Who is still away, and why. */
function butWords(turn: Turn, { name, leave }: DraftPlace): string {
  if (leave === null) return "";
  if (leave.why === "path") return `, but for ${zoneUsersWords(leave.zones!)}: their way to it is bad`;
  return `, but for ${closedToWords(turn, name)}`;
}
