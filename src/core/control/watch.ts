import type { Apart } from "../route/table.ts";
import { LOOK_FROM_MS, LOOK_UNTIL_MS, worsened } from "../shift/look.ts";
import { rollBack, shareBack, shareOut } from "../shift/move.ts";
import type { Traffic } from "../shift/traffic.ts";
import { failBack } from "./back.ts";
import { mayAct, stoppedBy } from "./permission.ts";
import { propose } from "./propose.ts";
import { isHeard, type Draft } from "./publish.ts";
import { CANARY_SHARE, SUSPECT_SHARE } from "./receivers.ts";
import type { Leave, StepReceiver, Trouble } from "./state.ts";
import { decision, estateOf, placeOf, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { causeWords, listWords, percent, secondsWords } from "./words.ts";

/**
 * Looks at those who took traffic. Who merely worsened gives its last chunk back and is gone round; who
 * sickens in the sender's way stops everything: the trouble travels with the traffic.
 */

/** A receiver that worsened gets nothing more of this leave for so long. */
const AVOID_MS = 120_000;
/** After a step its receivers are watched this long for slow trouble. */
const WATCH_MS = 60_000;
/** A way back is looked at longer: nobody is in a hurry. */
const BACK_LOOK_MS = 5_000;
/** A stop ends by itself when all the involved have been healthy for so long. */
const STOP_CLEARS_MS = 30_000;

export function lookAtSteps(turn: Turn, draft: Draft, traffic: Traffic): void {
  // Who only observes takes nothing back either: the look waits until it may act on what it sees.
  if (turn.now.mode === "observe") return;
  for (const place of placesOf(turn)) {
    if (place.step === null) continue;
    if (place.back !== null) lookAtBack(turn, draft, place, traffic);
    else if (place.leave !== null) lookAtLeave(turn, draft, place, place.leave, traffic);
  }
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
      sickened(turn, draft, { place, leave, receiver, says, traffic });
      if (now.stopped !== null) return;
      continue;
    }
    if (step.lookedAt === null && !wasSeen(turn, receiver, step.at)) waiting = true;
  }
  if (step.lookedAt !== null || place.step === null) return;
  if (waiting) return;
  place.step = { ...place.step, lookedAt: now.at };
  const out = shareOut(estateOf(turn), {
    traffic,
    base: leave.from,
    now: draft.assignment,
    location: place.name,
    classes: leave.classes,
  });
  // Doubling: trust grows with what was carried well.
  place.leave = { ...place.leave!, rung: Math.min(leave.share, Math.max(leave.rung, rungAfter(out))) };
  decision(turn, "receivers-well", `${place.name}: ${percent(out)} out and its receivers are well`, place.name);
}

/** 5, 10, 20, 40, 80, 100 %. */
function rungAfter(out: number): number {
  const next = 2 * out;
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
  // What everyone suffers from is not the step's doing.
  const scope = receiver.verdict?.scope;
  if (scope === "everywhere" || scope === "deploy" || scope === "dependency" || scope === "watcher" || scope === "path")
    return null;
  if (!isHeard(turn, receiver.heardAt)) return null;
  return worsened(before, { heardAt: receiver.heardAt, verdict: own.verdict, load: own.load });
}

/** A receiver that worsened after it took chunks of a place that is being left. */
type Sickening = {
  readonly place: DraftPlace;
  readonly leave: Leave;
  readonly receiver: DraftPlace;
  readonly says: string;
  readonly traffic: Traffic;
};

function sickened(turn: Turn, draft: Draft, trouble: Sickening): void {
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
  if (isSameWay(turn, receiver, leave.trouble) || isSecondToSicken(turn, leave, receiver)) {
    return stopAll(turn, draft, { place, leave, receiver, says, traffic });
  }
  place.leave = { ...place.leave!, avoid: { ...place.leave!.avoid, [receiver.name]: now.at + AVOID_MS } };
  if (leave.why === "lost" || place.lostAt !== null) {
    decision(
      turn,
      "receiver-worse",
      `${receiver.name} worsened (${says}): it gets nothing more of ${place.name}`,
      receiver.name,
    );
    return;
  }
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
    what: `${receiver.name} worsened: ${says}. Its last chunk of ${place.name} goes back; I go round it for ${secondsWords(AVOID_MS)}`,
  });
}

function giveBack(
  turn: Turn,
  draft: Draft,
  options: {
    readonly place: DraftPlace;
    readonly receiver: DraftPlace;
    readonly traffic: Traffic;
    readonly before: Leave["from"];
  },
): void {
  const { place, receiver } = options;
  const assignment = rollBack(estateOf(turn), {
    assignment: draft.assignment,
    before: options.before,
    to: place.name,
    receiver: receiver.name,
  });
  if (assignment === draft.assignment) return;
  propose(turn, draft, {
    assignment,
    traffic: options.traffic,
    location: place.name,
    orderedClasses: null,
    takesOut: false,
    isRollBack: (from, to) => from === receiver.name && to === place.name,
  });
  draft.urgent = true;
}

/** The same bucket is suspect, or the same thing is the first cause, or the judge says it follows the traffic. */
function isSameWay(turn: Turn, receiver: DraftPlace, sender: Trouble): boolean {
  if (receiver.verdict?.scope === "follows-the-traffic") return true;
  const own = placeOf(turn, receiver.name).summary?.own;
  if (own === undefined || own.verdict === "healthy") return false;
  if (
    own.suspects.some((mine) =>
      sender.suspects.some((theirs) => mine.class === theirs.class && mine.bucket === theirs.bucket),
    )
  )
    return true;
  const mine = own.causes[0];
  const theirs = sender.causes[0];
  return mine !== undefined && theirs !== undefined && mine.layer === theirs.layer && mine.name === theirs.name;
}

/** A second receiver that turns failing in one leave is no chance. */
function isSecondToSicken(turn: Turn, leave: Leave, receiver: DraftPlace): boolean {
  if (leave.why === "lost" || receiver.summary?.own.verdict !== "failing") return false;
  return estateOf(turn).locations.some(({ name }) => name !== receiver.name && (leave.avoid[name] ?? 0) > turn.now.at);
}

function stopAll(turn: Turn, draft: Draft, trouble: Sickening): void {
  const { now } = turn;
  const { place, leave, receiver, traffic } = trouble;
  if (
    !mayAct(turn, {
      purpose: `stop:${place.name}:${leave.incident}`,
      location: place.name,
      doing: `take the last chunks of ${place.name} back from ${receiver.name}`,
    })
  )
    return;
  const says = `${receiver.name} sickened in ${place.name}'s way after taking its chunks (${trouble.says}): the trouble follows the traffic`;
  now.stopped = { at: now.at, says, involved: [place.name, receiver.name].toSorted(byName), wellSince: null };
  now.republish = true;
  const suspects = [...(receiver.summary?.own.suspects ?? []), ...leave.trouble.suspects].filter(
    ({ share }) => share >= SUSPECT_SHARE,
  );
  const isDead = place.lostAt !== null;
  if (!isDead) {
    // The sick receiver gives back all it had of the sender; the others what came last.
    giveBack(turn, draft, { place, receiver, traffic, before: leave.from });
    for (const each of place.step?.receivers ?? []) {
      if (each.name !== receiver.name && place.step?.lookedAt === null)
        giveBack(turn, draft, { place, receiver: placeOf(turn, each.name), traffic, before: place.step.before });
    }
  }
  setApart(turn, suspects, isDead ? null : place.name);
  place.step = null;
  const out = shareOut(estateOf(turn), {
    traffic,
    base: leave.from,
    now: draft.assignment,
    location: place.name,
    classes: leave.classes,
  });
  if (isDead) return sayStopped(turn, { place, receiver, leave, says, why: trouble.says, suspects });
  if (out < 0.005) {
    place.leave = null;
    place.state = "serving";
  } else {
    // What others carry well stays with them; no more goes until a person or a new verdict says so.
    place.leave = { ...place.leave!, share: out, rung: out, doneAt: now.at };
  }
  sayStopped(turn, { place, receiver, leave, says, why: trouble.says, suspects });
}

function sayStopped(
  turn: Turn,
  stop: {
    readonly place: DraftPlace;
    readonly receiver: DraftPlace;
    readonly leave: Leave;
    readonly says: string;
    readonly why: string;
    readonly suspects: Trouble["suspects"];
  },
): void {
  const { place, receiver, leave, says, suspects } = stop;
  const isDead = place.lostAt !== null;
  const apart = suspects.map(({ class: name, bucket }) => `${name} bucket ${bucket}`);
  const unique = apart.filter((name, index) => apart.indexOf(name) === index);
  decision(turn, "stopped", says, receiver.name);
  say(turn, {
    level: "urgent",
    incident: leave.incident,
    location: place.name,
    what: `I stop all moves: ${says}`,
    why: receiver.verdict === null ? stop.why : causeWords(receiver.summary?.own.causes ?? receiver.verdict.causes),
    doing:
      unique.length > 0
        ? `${listWords(unique)} set apart ${isDead ? "(shed)" : `in ${place.name}`}; the last chunks go back`
        : "the last chunks go back",
    notDoing: "nothing moves by itself until a person releases or all involved are well",
    youNeedTo: "find what travels with these users; then `houston release`",
  });
}

function setApart(turn: Turn, suspects: Trouble["suspects"], location: Apart["location"]): void {
  const { now } = turn;
  for (const { class: className, bucket } of suspects) {
    if (now.apart.some((each) => each.class === className && each.bucket === bucket)) continue;
    now.apart = [...now.apart, { class: className, bucket, location }];
  }
}

/** A new verdict ends a stop: all the involved have been healthy for a while. */
export function clearStop(turn: Turn): void {
  const { now } = turn;
  const stopped = now.stopped;
  if (stopped === null || now.blind) return;
  const well = stopped.involved.every((name) => {
    const place = now.places[name];
    return place === undefined || (place.verdict?.verdict === "healthy" && isHeard(turn, place.heardAt));
  });
  if (!well) {
    if (stopped.wellSince !== null) now.stopped = { ...stopped, wellSince: null };
    return;
  }
  if (stopped.wellSince === null) {
    now.stopped = { ...stopped, wellSince: now.at };
    return;
  }
  if (now.at - stopped.wellSince < STOP_CLEARS_MS) return;
  now.stopped = null;
  now.republish = true;
  decision(turn, "stop-cleared", `${listWords(stopped.involved)} are healthy again: automatic moves are allowed`);
  say(turn, {
    level: "change",
    what: `${listWords(stopped.involved)} are healthy again: I may move again${now.apart.length > 0 ? "; what is set apart stays so until you release" : ""}`,
  });
}

function lookAtBack(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { now } = turn;
  const step = place.step!;
  const before = step.receivers[0];
  if (before === undefined) return;
  const says = place.verdict?.verdict === "failing" ? "it is failing again" : troubleOf(turn, place, before, step.at);
  if (says !== null) {
    if (stoppedBy(turn, place.name) !== null) return;
    return failBack(turn, draft, { place, says, traffic });
  }
  if (step.lookedAt !== null) return;
  if (now.at - step.at < BACK_LOOK_MS || place.heardAt === null || place.heardAt < step.at + LOOK_FROM_MS) return;
  place.step = { ...step, lookedAt: now.at };
  if (place.back !== null) {
    const home = now.home ?? draft.assignment;
    const back = shareBack({
      estate: estateOf(turn),
      traffic,
      assignment: draft.assignment,
      home,
      base: place.back.from,
      location: place.name,
    });
    place.back = { ...place.back, rung: Math.max(place.back.rung, rungAfter(Math.max(back, CANARY_SHARE))) };
    decision(turn, "back-well", `${place.name}: ${percent(back)} back and it is well`, place.name);
  }
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
