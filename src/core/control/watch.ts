import { isHabit } from "../judge/scope.ts";
import type { Assignment } from "../route/table.ts";
import { failsMore, isFuller, LOOK_FROM_MS, LOOK_UNTIL_MS, worsened } from "../shift/look.ts";
import { shareBack } from "../shift/move.ts";
import type { Traffic } from "../shift/traffic.ts";
import { bucketWords, isStrong, sharedSuspect } from "../suspects.ts";
import { isFelt, isSameCause } from "../verdict.ts";
import { failBack, failsAgain } from "./back-failed.ts";
import { broughtTo } from "./leave-suspects.ts";
import { zonesBack } from "./back-paths.ts";
import { isRefusedElsewhere } from "./crowded.ts";
import { isForced, staysPut } from "./forced.ts";
import { howUsersFare, hurtThereToo, USERS_LOOK_MS } from "./look-at-users.ts";
import { carriersOf, WATCH_MS } from "./luggage.ts";
import { partOf } from "./part-of.ts";
import { howIs } from "./paths.ts";
import { stoppedBy } from "./permission.ts";
import { isHeard, type Draft } from "./publish.ts";
import { noteFullAfterStep } from "./ready-in-word.ts";
import { CANARY_SHARE, isFewAsCanary, outOf, stepGrowth, takenBy } from "./receivers.ts";
import { isOfSome } from "./rest.ts";
import type { Leave, StepReceiver } from "./state.ts";
import { AVOID_MS, diedOfIt, giveBack, stopAll, type Sickening } from "./stop.ts";
import { decision, estateOf, placeOf, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { percent, secondsWords } from "./words.ts";

/**
 * Looks at those who took traffic. Who merely worsened gives its last chunk back and is gone round; who
 * sickens in the sender's way stops everything: the trouble travels with the traffic.
 */

/** What a receiver caught may show, in its verdict or in its counters, so long after it gave its chunk back: nobody else is sent there before. */
const CAUGHT_MS = 5_000;
/** A way back is looked at longer: nobody is in a hurry, unless users are refused where they are. */
const BACK_LOOK_MS = 5_000;
/** However many it was left by. */
const BACK_GROWTH = 2;
/** Who comes back over a way that was bad says nothing for so long: that is no word for the way. */
const SILENT_MS = 60_000;
/** Of so many requests some would have been told of. */
const WORDS_FROM = 20;
/** Any word for the way and none against it: twice as many tell twice as much. */
const HINT_NATS = 1e-9;

export function lookAtSteps(turn: Turn, draft: Draft, traffic: Traffic): void {
  // Who only observes takes nothing back either: the look waits until it may act on what it sees.
  if (turn.now.mode === "observe") return;
  for (const place of placesOf(turn)) {
    if (place.back !== null) {
      if (place.step !== null) lookAtBack(turn, draft, place, traffic);
      continue;
    }
    if (place.leave?.why === "lost") lookAtCarriers(turn, draft, place, traffic);
    if (place.leave !== null && place.step !== null) lookAtLeave(turn, draft, place, place.leave, traffic);
    if (place.leave !== null && place.leave.why !== "lost") lookAtEarlier(turn, draft, place, place.leave, traffic);
  }
}

/** A dead place can't say what ailed it: who turns failing or dies after taking its chunks is taken to have caught it. */
function lookAtCarriers(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  for (const { name, since } of carriersOf(turn, place.leave!)) {
    const leave = place.leave!;
    const receiver = placeOf(turn, name);
    const died = receiver.lostAt !== null && receiver.lostAt >= since;
    if (!died && !turnedFailing(turn, receiver, since)) continue;
    const stopped = stoppedBy(turn, place.name);
    if (stopped !== null && stopped.code !== "stopped") {
      reason(
        turn,
        "carrier-ill-held",
        `${name} caught what left ${place.name}, and I do nothing: ${stopped.says}`,
        name,
      );
      continue;
    }
    if (died) diedOfIt(turn, draft, { place, leave, receiver, says: "it is lost too", traffic });
    else stopAll(turn, draft, { place, leave, receiver, says: "it turned failing", traffic });
  }
}

/**
 * Who took of a place some steps ago and turns failing with a bucket that both name by now; and who has just given a chunk back, since its
 * requests began to fail, and turns out to have caught what the sender has. All that it still has goes back, and everything stops.
 */
function lookAtEarlier(turn: Turn, draft: Draft, place: DraftPlace, leave: Leave, traffic: Traffic): void {
  const { now } = turn;
  const stopped = stoppedBy(turn, place.name);
  if (stopped !== null && stopped.code !== "stopped") return;
  const taken = takenBy(turn, { base: leave.from, now: draft.assignment, traffic, location: place.name });
  for (const move of now.moved) {
    if (move.from !== place.name || move.at < leave.since || now.at - move.at > WATCH_MS) continue;
    const receiver = placeOf(turn, move.to);
    const ask = { place, leave, receiver, assignment: draft.assignment };
    // Its newest step has a look of its own; and who gave one bucket back has time to get well.
    const isNewest = place.step?.receivers.some(({ name }) => name === receiver.name) ?? false;
    const since = isNewest ? place.step!.at : move.at;
    const isNamedNow = taken[receiver.name]! > 0 && turnedFailing(turn, receiver, since) && isNamed(turn, ask);
    const gaveBack = leave.waitsUntil > now.at && (leave.avoid[receiver.name] ?? 0) > now.at && now.stopped === null;
    const hasCaughtIt = gaveBack && !isShared(receiver) && isSameWay(turn, ask);
    if (!isNamedNow && !hasCaughtIt) continue;
    const says = isNamedNow ? "it turned failing" : "its requests began to fail";
    return stopAll(turn, draft, { place, leave, receiver, says, traffic });
  }
}

/** By its own word after it took them, and for a reason of its own: what everyone suffers from is nobody's luggage. */
function turnedFailing(turn: Turn, receiver: DraftPlace, since: number): boolean {
  return (
    receiver.summary?.own.verdict === "failing" &&
    receiver.summary.own.worthMoving &&
    (receiver.heardAt ?? 0) > since &&
    isHeard(turn, receiver.heardAt) &&
    !isShared(receiver)
  );
}

/** What everyone suffers from is not the step's doing. */
function isShared(receiver: DraftPlace): boolean {
  const scope = receiver.verdict?.scope;
  return (
    scope === "everywhere" || scope === "deploy" || scope === "dependency" || scope === "watcher" || scope === "path"
  );
}

function lookAtLeave(turn: Turn, draft: Draft, place: DraftPlace, leave: Leave, traffic: Traffic): void {
  const { now } = turn;
  const step = place.step!;
  if (now.at - step.at > WATCH_MS) return;
  let waiting = false;
  for (const before of step.receivers) {
    if ((leave.avoid[before.name] ?? 0) > now.at) continue;
    const receiver = placeOf(turn, before.name);
    const says = troubleOf(turn, receiver, before, step.at);
    if (says !== null) {
      sickened(turn, draft, { place, leave, receiver, says, traffic, before });
      if (now.stopped !== null) return;
      continue;
    }
    if (leave.why === "path") {
      const fare = howUsersFare(turn, { place, leave, receiver, assignment: draft.assignment, traffic });
      if (fare.ill.length > 0) return hurtThereToo(turn, draft, { place, leave, receiver, zones: fare.ill, traffic });
      if (fare.isUnknown && now.at - step.at < USERS_LOOK_MS) waiting = true;
    }
    if (step.lookedAt === null && !wasSeen(turn, receiver, step.at)) waiting = true;
  }
  if (step.lookedAt !== null || place.step === null) return;
  if (waiting) return;
  place.step = { ...place.step, lookedAt: now.at };
  const out = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  // Trust grows with what was carried well.
  const growth = stepGrowth(turn, { place, leave });
  const next =
    leave.why === "path" ? Math.min(rungAfter(leave.rung, growth), rungAfter(out, growth)) : rungAfter(out, growth);
  place.leave = { ...place.leave!, rung: Math.min(leave.share, Math.max(leave.rung, next)) };
  decision(turn, "receivers-well", `${place.name}: ${percent(out)} out and its receivers are well`, place.name);
}

/** Doubling: 5, 10, 20, 40, 80, 100 %; in a hurry 5, 20, 80, 100 %. */
function rungAfter(out: number, growth: number): number {
  const next = growth * out;
  return next > 0.85 ? 1 : next;
}

/** Whether the receiver's counters since the step were read; a silent one is waited for, not believed. */
function wasSeen(turn: Turn, receiver: DraftPlace, stepAt: number): boolean {
  const { now } = turn;
  if (receiver.heardAt === null) return false;
  if (receiver.heardAt >= stepAt + LOOK_FROM_MS) return true;
  if (now.at < stepAt + LOOK_UNTIL_MS) return false;
  if (receiver.heardAt > stepAt) return true;
  if (!isHeard(turn, receiver.heardAt))
    reason(turn, "receiver-silent", `${receiver.name} is silent: I can't look at it, and wait`, receiver.name);
  return false;
}

function troubleOf(turn: Turn, receiver: DraftPlace, before: StepReceiver, stepAt: number): string | null {
  if (receiver.lostAt !== null) return null;
  if (receiver.summary === null || receiver.heardAt === null || receiver.heardAt <= stepAt) return null;
  const { own } = receiver.summary;
  if (isShared(receiver)) return null;
  if (!isHeard(turn, receiver.heardAt)) return null;
  return worsened(before, { heardAt: receiver.heardAt, verdict: own.verdict, load: own.load });
}

function sickened(turn: Turn, draft: Draft, trouble: Sickening & { readonly before: StepReceiver }): void {
  const { now } = turn;
  const { place, leave, receiver, says, traffic } = trouble;
  const stopped = stoppedBy(turn, place.name);
  if (stopped !== null && stopped.code !== "stopped") {
    return reason(
      turn,
      "receiver-worse-held",
      `${receiver.name} worsened (${says}), and I do nothing: ${stopped.says}`,
      receiver.name,
    );
  }
  const load = receiver.summary?.own.load;
  const fails = load !== undefined && failsMore(trouble.before, load);
  const isSame = isSameWay(turn, { place, leave, receiver, assignment: draft.assignment });
  if (isSame || isSecondToSicken(turn, { leave, receiver, fails })) {
    return stopAll(turn, draft, { place, leave, receiver, says, traffic });
  }
  place.leave = { ...place.leave!, avoid: { ...place.leave!.avoid, [receiver.name]: now.at + AVOID_MS } };
  if (load !== undefined && isFuller(trouble.before, load)) noteFullAfterStep(turn, receiver);
  if (leave.why === "lost" || place.lostAt !== null) {
    decision(
      turn,
      "receiver-worse",
      `${receiver.name} worsened (${says}): it gets nothing more of ${place.name}`,
      receiver.name,
    );
    return;
  }
  const suspect = place.step!.suspect;
  if (suspect !== null) place.leave = { ...place.leave, tried: [...leave.tried, suspect] };
  if (fails) place.leave = { ...place.leave, waitsUntil: now.at + CAUGHT_MS };
  giveBack(turn, draft, { place, receiver, traffic, before: place.step!.before });
  decision(
    turn,
    "rolled-back",
    `${receiver.name} worsened (${says}): its last chunk goes back, and the plan goes round it`,
    receiver.name,
  );
  say(turn, {
    level: "change",
    incident: leave.incident,
    location: receiver.name,
    what: `${receiver.name} worsened: ${says}. Its last chunk of ${place.name} goes back; ${suspect === null ? `I go round it for ${secondsWords(AVOID_MS)}` : `${bucketWords(suspect)} stays`}`,
  });
}

type Pair = {
  readonly place: DraftPlace;
  readonly leave: Leave;
  readonly receiver: DraftPlace;
  readonly assignment: Assignment;
};

/** A bucket is named, or the same thing is the first cause; or the judge says that it follows the traffic. */
function isSameWay(turn: Turn, pair: Pair): boolean {
  const { leave, receiver } = pair;
  if (receiver.verdict?.scope === "follows-the-traffic" || isNamed(turn, pair)) return true;
  const own = receiver.summary?.own;
  if (own === undefined || own.verdict === "healthy" || isHabit(own, leave.since)) return false;
  return isSameCause(own.causes, leave.trouble.causes);
}

/** Both suspect the same bucket, or the receiver surely one that came along. */
function isNamed(turn: Turn, { place, leave, receiver, assignment }: Pair): boolean {
  const suspects = receiver.summary?.own.suspects ?? [];
  return (
    sharedSuspect(suspects, leave.trouble.suspects) !== null ||
    broughtTo(turn, { leave, place: place.name, receiver, assignment }).some(isStrong)
  );
}

/** A second receiver that turns failing in one leave, or begins to fail requests, is no chance. */
function isSecondToSicken(
  turn: Turn,
  second: { readonly leave: Leave; readonly receiver: DraftPlace; readonly fails: boolean },
): boolean {
  const { leave, receiver, fails } = second;
  if (leave.why === "lost" || !(fails || receiver.summary?.own.verdict === "failing")) return false;
  return estateOf(turn).locations.some(({ name }) => name !== receiver.name && (leave.avoid[name] ?? 0) > turn.now.at);
}

/** Whoever bears a canary for as long as ever is given the rest in a hurry if those who took its users refuse some. */
function backLookMs(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): number {
  const { home } = turn.now;
  const isCanary = place.step === null || isFewAsCanary(place.step.reached);
  if (isCanary || home === null || (place.leave !== null && isOfSome(place.leave))) return BACK_LOOK_MS;
  const isHurried = isRefusedElsewhere(turn, { place, base: home, assignment: draft.assignment, traffic });
  return isHurried ? LOOK_UNTIL_MS : BACK_LOOK_MS;
}

function lookAtBack(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { now } = turn;
  const step = place.step!;
  const before = step.receivers[0];
  if (before === undefined) return;
  const tried = place.badPaths.filter(({ isTried }) => isTried);
  const fares = tried.map((path) => howIs(turn, place, path));
  const isIll = isFelt(place.verdict) && !isForced(place, "up");
  const says = fares.includes("ill")
    ? "they are hurt on their way again"
    : isIll
      ? null
      : troubleOf(turn, place, before, step.at);
  if (says !== null || isIll) {
    const stopped = staysPut(turn, place.name);
    if (stopped !== null) {
      const waits = `${place.name}'s way back goes neither on nor out again (${says ?? "it is failing"}): ${stopped.says}`;
      return reason(turn, stopped.code, waits, place.name);
    }
    return says === null ? failsAgain(turn, draft, place, traffic) : failBack(turn, draft, { place, says, traffic });
  }
  if (step.lookedAt !== null) return;
  if (fares.includes("unknown")) {
    if (now.at - step.at < USERS_LOOK_MS) return;
    const hint = tried.every((path) => howIs(turn, place, path, HINT_NATS) === "well");
    // A person who ordered them back knows of the way; and few requests may well bring no word.
    const isTelling = place.back?.by === null && before.tookRps * (SILENT_MS / 1000) >= WORDS_FROM;
    if (!hint && isTelling) {
      if (now.at - step.at < SILENT_MS) return;
      const youNeedTo = `order \`houston restore ${place.name}\` if you know that their way is well`;
      return failBack(turn, draft, { place, says: "nobody says how they fare on their way", traffic, youNeedTo });
    }
  }
  if (
    now.at - step.at < backLookMs(turn, draft, place, traffic) ||
    place.heardAt === null ||
    place.heardAt < step.at + LOOK_FROM_MS
  )
    return;
  place.step = { ...step, lookedAt: now.at };
  if (place.back !== null) {
    const home = now.home ?? draft.assignment;
    const back = shareBack({
      estate: partOf(estateOf(turn), { zones: zonesBack(turn, place) }),
      traffic,
      assignment: draft.assignment,
      home,
      base: place.back.from,
      location: place.name,
    });
    place.back = {
      ...place.back,
      rung: Math.max(place.back.rung, rungAfter(Math.max(back, CANARY_SHARE), BACK_GROWTH)),
    };
    decision(turn, "back-well", `${place.name}: ${percent(back)} back and it is well`, place.name);
  }
}
