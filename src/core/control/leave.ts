import { byName } from "../route/by-name.ts";
import type { Estate, LocationName } from "../estate.ts";
import { avoidingPaths, withoutPaths } from "../plan/bad-paths.ts";
import type { Assignment } from "../route/table.ts";
import { LOOK_UNTIL_MS } from "../shift/look.ts";
import { moveOut, type Moved } from "../shift/move.ts";
import type { UnixMs } from "../step.ts";
import { needsRps } from "../plan/room.ts";
import { loadOf, locationIndex, rpsAt, totalRps, type Traffic } from "../shift/traffic.ts";
import { bucketWords, type Bucket, type Suspect } from "../suspects.ts";
import { withSuspects } from "../plan/suspect-providers.ts";
import { areKnownAfresh, asksFirstWords, closedNow } from "./conditions.ts";
import { withContingency } from "./contingent.ts";
import { suspectProviders } from "./suspect-providers.ts";
import { habitOf } from "./habit.ts";
import { planLeave } from "./leave-plan.ts";
import { barredWords } from "./no-room-words.ts";
import { lastCanary, staysForNow } from "./leave-suspects.ts";
import { isForced, staysPut } from "./forced.ts";
import { wasIllBefore } from "./ill-before.ts";
import { withCarriers } from "./luggage.ts";
import { barredPaths } from "./barred-paths.ts";
import { partOf } from "./part-of.ts";
import { zoneUsersWords } from "./paths.ts";
import { hoursOf, pausedNeed } from "./paused.ts";
import { stoppedBy } from "./permission.ts";
import { movedLastMinute, propose, shareSpent } from "./propose.ts";
import { isClear, versionNext, type Draft } from "./publish.ts";
import { CANARY_SHARE, canaryShare, isFewAsCanary, outOf, receiversFor } from "./receivers.ts";
import { askGrowth } from "./scale.ts";
import type { Leave, StepReceiver } from "./state.ts";
import { decision, estateOf, placeOf, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { listWords, percent, rps, secondsWords } from "./words.ts";

/**
 * The steps of a leave: a canary to one receiver, a look, then double (four times as many where nearly all are hurt), never more
 * than the receivers are ready for; a lost location at once by its contingency, and the rest as room appears.
 */

/** Counted as all of it: rounding to whole buckets leaves crumbs. */
const ALL_OUT = 0.995;
/** A place that was healthy for so long while it was left has healed on the way. */
const HEALED_MS = 10_000;

/** Takes the next step of one leave, if its last one was looked at and its receivers are ready. */
export function stepLeave(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  if (place.leave === null || place.back !== null || isPaused(turn, { place, leave: place.leave, draft, traffic }))
    return;
  const canary = canaryShare(turn, { place, leave: place.leave, traffic });
  const firstRung = Math.min(place.leave.share, canary);
  if (place.leave.rung < firstRung) place.leave = { ...place.leave, rung: firstRung };
  const { leave } = place;
  // Nobody is sent away for a condition.
  if (leave.why === "condition") return;
  const isAtOnce = leave.pace === "at-once";
  if (!isClear(turn) && !(isAtOnce && draft.urgent)) return;
  if (!isAtOnce && place.step !== null && place.step.lookedAt === null) return;
  const estate = estateOf(turn);
  const here = locationIndex(estate, place.name);
  // What it is about: for a bad way only the zones whose way it is.
  const part = partOf(estate, leave);
  if (leave.why === "gray" && leave.doneAt === null && hasHealed(turn, place)) {
    return reason(
      turn,
      "healed-on-the-way",
      `${place.name} has been healthy for ${secondsWords(HEALED_MS)}: no more leaves it`,
      place.name,
    );
  }
  if (leave.waitsUntil > turn.now.at) {
    return reason(turn, "caught-waits", `${place.name} waits for what its receiver may have caught`, place.name);
  }
  if (isAtOnce && draft.urgent) followContingency(turn, draft, place, traffic);
  const leftRps = rpsAt(part, { assignment: draft.assignment, traffic, location: here, classes: leave.classes });
  const reached = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  if (isOut(leave, reached, leftRps)) {
    // A contingency that took everything says where it went, like any other way out.
    if (leave.plan.length === 0)
      planLeave(turn, { place, leave, planned: {}, noRoom: [], assignment: draft.assignment, traffic });
    return finish(turn, place, reached);
  }
  // One that found too little room goes on as a canary.
  const isCanary = !isAtOnce && (place.step === null || leave.rung <= canary);
  if (isCanary && isCanaryElsewhere(turn, place.name, traffic)) return waitForCanary(turn, place);
  const baseRps = Math.max(
    1e-6,
    rpsAt(part, { assignment: leave.from, traffic, location: here, classes: leave.classes }),
  );
  const canaryRps = canary * baseRps;
  const receivers = receiversFor(turn, { place, leave, assignment: draft.assignment, traffic, canaryRps });
  const counted = leave.why === "gray" || leave.why === "spill" || leave.why === "path";
  const allowance = counted
    ? ((estate.guards.maxShareMovedPerMinute - movedLastMinute(turn)) * totalRps(estate, traffic)) / baseRps
    : Infinity;
  // Crumbs are not worth a table: the guard's limit is waited out.
  if (allowance < Math.min(canary, leave.rung - reached)) {
    return reason(turn, "guard-share-per-minute", shareSpent(turn, place.name), place.name);
  }
  const ask = {
    estate: estateFor(turn, place, leave),
    traffic,
    assignment: draft.assignment,
    location: place.name,
    classes: leave.classes,
    base: leave.from,
    closed: closedNow(turn),
    receivers: receivers.map((one) => ({ ...one, stepRps: Math.min(one.stepRps, 0.98 * allowance * baseRps) })),
  };
  const result = moveOut({
    ...ask,
    // A crumb below the guard's limit: whole buckets round up.
    share: Math.min(leave.rung, reached + 0.98 * allowance),
    stays: staysForNow(turn, leave),
    single: isCanary,
  });
  planLeave(turn, {
    place,
    leave,
    planned: result.planned,
    noRoom: result.noRoom,
    assignment: draft.assignment,
    traffic,
  });
  if (result.movedRps > 0) {
    const then = outOf(turn, { place, leave, assignment: result.assignment, traffic });
    // Not all that was to go found a receiver that is ready: so little is a canary too.
    if (!isAtOnce && isFewAsCanary(then, canary) && isCanaryElsewhere(turn, place.name, traffic))
      return waitForCanary(turn, place);
    if (!isAtOnce && !isAskedFirst(turn, place, result)) return;
    return takeStep(turn, draft, place, { moved: result, traffic, reached, suspect: null });
  }
  if (result.notReadyRps > 0) return waitForReceivers(turn, place, result);
  if (result.noRoomRps > 0) {
    const barred = barredWords(result.noRoom).map((words) => `; ${words}`);
    const says = `${rps(result.noRoomRps)} rps of ${place.name} find no room${barred.join("")}`;
    return reason(turn, "no-room", says, place.name);
  }
  // A rung too small for one whole bucket: the next one is tried.
  if (leave.rung < leave.share) {
    place.leave = { ...place.leave, rung: Math.min(leave.share, leave.rung * 2) };
    return;
  }
  const last = lastCanary(turn, leave, ask);
  switch (last.kind) {
    case "none-left":
      return finish(turn, place, reached);
    case "waits":
      return waitForRoom(turn, place, { ...last, leftRps, assignment: draft.assignment, traffic });
    case "goes":
      if (isCanaryElsewhere(turn, place.name, traffic)) return waitForCanary(turn, place);
      if (!isAtOnce && !isAskedFirst(turn, place, last.moved)) return;
      return takeStep(turn, draft, place, { ...last, traffic, reached });
  }
}

/** Each wave asks its receivers again; those who have nothing to lose wait for no answer. */
export function isAskedFirst(turn: Turn, place: DraftPlace, { took }: Moved): boolean {
  const receivers = Object.keys(took).toSorted(byName);
  if (areKnownAfresh(turn, receivers)) return true;
  reason(turn, "asks-first", `${place.name} ${asksFirstWords(receivers)}`, place.name);
  return false;
}

/**
 * As a leave's plan sees it: who has nothing to lose, or goes by a person's order, goes over a bad way rather than nowhere. A place that
 * was lost and answers again has something to lose.
 */
export function estateFor(turn: Turn, { lostAt }: Pick<DraftPlace, "lostAt">, leave: Leave): Estate {
  const estate = partOf(withSuspects(estateOf(turn), suspectProviders(turn)), leave);
  const isForced = lostAt !== null || leave.why === "person";
  return isForced ? avoidingPaths(estate, barredPaths(turn)) : withoutPaths(estate, barredPaths(turn));
}

/** Who goes last stays only for as long as nobody has room for it: the nearest is asked to grow. */
function waitForRoom(
  turn: Turn,
  place: DraftPlace,
  wait: {
    readonly suspect: Suspect;
    readonly nearest: LocationName | null;
    /** All that is left here: no less than the bucket. */
    readonly leftRps: number;
    readonly assignment: Assignment;
    readonly traffic: Traffic;
  },
): void {
  const { suspect, nearest, leftRps } = wait;
  const estate = estateOf(turn);
  if (nearest !== null) {
    const loadRps = loadOf(estate, wait.assignment, wait.traffic)[nearest]!;
    askGrowth(turn, nearest, GROWN_SLACK * needsRps(loadRps + leftRps, estate.guards.maxUtilisation));
  }
  reason(
    turn,
    "suspect-waits",
    `${bucketWords(suspect)} of ${place.name} waits: nobody has room for all of it`,
    place.name,
  );
}

/** A few per cent on top, so that the last bucket fits too. */
const GROWN_SLACK = 1.03;

function takeStep(
  turn: Turn,
  draft: Draft,
  place: DraftPlace,
  step: {
    readonly moved: Moved;
    readonly traffic: Traffic;
    /** How much was out before it. */
    readonly reached: number;
    readonly suspect: Suspect | null;
  },
): void {
  const { moved, traffic, suspect } = step;
  const leave = place.leave!;
  const before = draft.assignment;
  const accepted = propose(turn, draft, {
    assignment: moved.assignment,
    traffic,
    location: place.name,
    orderedClasses: leave.why === "person" ? leave.classes : null,
    takesOut: leave.why === "gray" || (leave.why === "person" && leave.share >= ALL_OUT),
    utilisation: leave.utilisation,
  });
  if (!accepted) return;
  const out = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  noteStep(turn, place, { before, took: moved.took, reached: out, suspect });
  const receivers = listWords(Object.keys(moved.took).toSorted(byName));
  const alone =
    suspect === null ? "" : `; ${bucketWords(suspect)} goes last, alone, to ${receivers}: it may hold the trouble`;
  decision(
    turn,
    step.reached === 0 || suspect !== null ? "canary" : "step",
    `${place.name}: ${percent(out)} out${suspect === null ? `, to ${receivers}` : alone}`,
    place.name,
  );
  say(turn, {
    level: "info",
    incident: leave.incident,
    location: place.name,
    what: `${place.name}: ${percent(out)} out${alone}`,
  });
  if (moved.notReadyRps > 0) waitForReceivers(turn, place, moved);
}

function waitForReceivers(turn: Turn, place: DraftPlace, { notReadyRps }: Moved): void {
  const says = `${rps(notReadyRps)} rps of ${place.name} wait for receivers that are not ready`;
  reason(turn, "receiver-not-ready", says, place.name);
}

function waitForCanary(turn: Turn, place: DraftPlace): void {
  reason(turn, "canary-elsewhere", `${place.name} waits: one canary at a time`, place.name);
}

/** What was moved is remembered for as long as trouble may follow it. */
const MOVED_KEPT_MS = 300_000;

function remember(turn: Turn, place: DraftPlace, leave: Leave, receivers: readonly LocationName[]): void {
  const { now } = turn;
  // One entry a pair, the newest.
  const kept = now.moved.filter(
    (move) => now.at - move.at < MOVED_KEPT_MS && !(move.from === place.name && receivers.includes(move.to)),
  );
  const { trouble } = leave;
  const firstTo = (to: LocationName): UnixMs => {
    const before = now.moved.find((move) => move.from === place.name && move.to === to);
    return before === undefined || now.at - before.at >= MOVED_KEPT_MS ? now.at : (before.firstAt ?? before.at);
  };
  now.moved = [
    ...kept,
    ...receivers.map((to) => ({
      from: place.name,
      to,
      at: now.at,
      firstAt: firstTo(to),
      causes: trouble.causes,
      suspects: trouble.suspects,
    })),
  ];
}

/** What went to whom is remembered: receivers are looked at, and trouble that follows is known by where it came from. */
export function noteStep(
  turn: Turn,
  place: DraftPlace,
  step: {
    readonly before: Assignment;
    readonly took: Readonly<Record<LocationName, number>>;
    readonly reached: number;
    readonly suspect: Bucket | null;
  },
): void {
  const { leave } = place;
  if (leave === null) return;
  const names = Object.keys(step.took).toSorted(byName);
  place.step = {
    version: versionNext(turn),
    at: turn.now.at,
    before: step.before,
    receivers: names.map((name) => receiverBefore(turn, name, step.took[name]!)),
    lookedAt: leave.pace === "at-once" ? turn.now.at : null,
    reached: step.reached,
    suspect: step.suspect === null ? null : { class: step.suspect.class, bucket: step.suspect.bucket },
  };
  if (leave.why !== "lost") return remember(turn, place, leave, names);
  const mayCatch = names.filter((name) => !wasIllBefore(turn, place, name));
  remember(turn, place, leave, mayCatch);
  place.leave = { ...leave, carriers: withCarriers(turn, leave, mayCatch) };
}

function receiverBefore(turn: Turn, name: LocationName, tookRps: number): StepReceiver {
  const own = placeOf(turn, name).summary?.own;
  return {
    name,
    tookRps,
    verdict: own?.verdict ?? "healthy",
    failedRatio: own?.load.failedRatio ?? 0,
    failedHabit: habitOf(placeOf(turn, name), turn.now.at),
    queueMs: own?.load.queueMs ?? 0,
    shedRps: own?.load.shedRps ?? 0,
  };
}

function isPaused(turn: Turn, of: UnderWay): boolean {
  const { now } = turn;
  const { place, leave } = of;
  if (now.mode === "observe") return true;
  const hours = hoursOf(turn, place);
  if (hours !== null) {
    sayPaused(turn, of, hours);
    return true;
  }
  sayGoesOn(turn, place);
  const stopped = leave.why === "person" ? stoppedBy(turn, place.name) : staysPut(turn, place.name);
  if (stopped === null) return false;
  // A person who orders after a hold or a stop knows of it; an innocent loss is no matter of a stop.
  const newerThan = (at: number | undefined): boolean => at === undefined || leave.since >= at;
  const orderedSince =
    leave.why === "person" && newerThan(now.hold?.at) && newerThan(place.hold?.at) && newerThan(now.stopped?.at);
  if (orderedSince && stopped.code !== "blind") return false;
  if (leave.why === "lost" && stopped.code === "stopped" && !now.stopped!.involved.includes(place.name)) return false;
  reason(turn, stopped.code, stopped.says, place.name);
  return true;
}

type UnderWay = {
  readonly place: DraftPlace;
  readonly leave: Leave;
  readonly draft: Draft;
  readonly traffic: Traffic;
};

/** Some are out and some are not, and nobody sees to the rest until the hours are over: a person may not want to wait. */
function sayPaused(turn: Turn, { place, leave, draft, traffic }: UnderWay, hours: string): void {
  if (leave.doneAt !== null) return;
  reason(turn, "forbidden-hours", `${place.name} waits: ${hours}`, place.name);
  if (leave.pausedAt !== null) return;
  place.leave = { ...leave, pausedAt: turn.now.at };
  const out = percent(outOf(turn, { place, leave, assignment: draft.assignment, traffic }));
  const what = `${place.name} waits half-way, ${out} out: ${hours}`;
  decision(turn, "paused", what, place.name);
  say(turn, {
    level: "urgent",
    incident: leave.incident,
    location: place.name,
    what,
    notDoing: "who is out stays out, and no more leave",
    youNeedTo: pausedNeed(place),
  });
}

function sayGoesOn(turn: Turn, place: DraftPlace): void {
  const { leave } = place;
  if (leave === null || leave.pausedAt === null) return;
  place.leave = { ...leave, pausedAt: null };
  if (leave.doneAt !== null) return;
  const what = `${place.name}: the forbidden hours are over, what waited goes on while there is still reason to`;
  decision(turn, "goes-on", what, place.name);
  say(turn, { level: "change", incident: leave.incident, location: place.name, what });
}

function hasHealed(turn: Turn, place: DraftPlace): boolean {
  return place.healthySince !== null && turn.now.at - place.healthySince >= HEALED_MS;
}

function isCanaryElsewhere(turn: Turn, name: LocationName, traffic: Traffic): boolean {
  return placesOf(turn).some((other) => {
    const { step, leave } = other;
    if (other.name === name || step === null || step.lookedAt !== null) return false;
    // Its way back goes neither on nor out again while it is ill, for as long as a person says.
    if (other.back !== null && isForced(other, "up")) return false;
    // Its receivers have been looked at by then, and how its users fare is no other canary's doing: that takes long where they are few.
    if (leave?.why === "path" && turn.now.at - step.at > LOOK_UNTIL_MS) return false;
    const canary = leave === null ? CANARY_SHARE : canaryShare(turn, { place: other, leave, traffic });
    return step.suspect !== null || isFewAsCanary(step.reached, canary);
  });
}

function isOut(leave: Leave, reached: number, leftRps: number): boolean {
  return leave.share >= 1 ? leftRps < 1e-9 : reached >= leave.share * 0.98;
}

function finish(turn: Turn, place: DraftPlace, reached: number): void {
  const { leave } = place;
  if (leave === null || leave.doneAt !== null) return;
  place.leave = { ...leave, doneAt: turn.now.at };
  if (leave.share >= ALL_OUT && leave.why !== "spill" && leave.why !== "path") place.state = "evacuated";
  const took = secondsWords(turn.now.at - leave.since);
  const whose = leave.zones === null ? "" : ` of ${zoneUsersWords(leave.zones)}`;
  decision(turn, "out", `${place.name}: ${percent(reached)}${whose} out after ${took}`, place.name);
  say(turn, {
    level: "change",
    incident: leave.incident,
    location: place.name,
    what: `${place.name}: done, ${percent(reached)}${whose} out after ${took}; receivers keep what they have grown to`,
    youNeedTo: "do nothing",
  });
}

/** A lost location's chunks go where servers already send them: by the contingency of the table in use. */
function followContingency(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const assignment = withContingency(turn, { assignment: draft.assignment, place, traffic });
  if (assignment === draft.assignment) return;
  const took: Record<LocationName, number> = {};
  const before = draft.assignment;
  if (!propose(turn, draft, { assignment, traffic, location: place.name, orderedClasses: null, takesOut: false }))
    return;
  const estate = estateOf(turn);
  const classes = place.leave?.classes ?? [];
  for (const { name } of placesOf(turn)) {
    const location = locationIndex(estate, name);
    const gained =
      rpsAt(estate, { assignment, traffic, location, classes }) -
      rpsAt(estate, { assignment: before, traffic, location, classes });
    if (gained > 0) took[name] = gained;
  }
  noteStep(turn, place, { before, took, reached: 1, suspect: null });
}
