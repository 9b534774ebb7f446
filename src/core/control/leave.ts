import type { ClassName, LocationName } from "../estate.ts";
import { moveOut, shareOut } from "../shift/move.ts";
import { loadOf, locationIndex, rpsAt, totalRps, type Traffic } from "../shift/traffic.ts";
import { withContingency } from "./contingent.ts";
import { askOnce, mayAct, stoppedBy } from "./permission.ts";
import { movedLastMinute, propose, servingCount } from "./propose.ts";
import { isClear, versionNext, type Draft } from "./publish.ts";
import { CANARY_SHARE, receiversFor } from "./receivers.ts";
import { askGrowth } from "./scale.ts";
import type { Leave, LeaveWhy, StepReceiver } from "./state.ts";
import { decision, estateOf, once, placeOf, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { certainWords, classWords, hurtWords, listWords, percent, rps, sharesWords, whyWords } from "./words.ts";

/**
 * Leaving a location: a canary to one receiver, a look, then double, never more than the receivers are ready
 * for; a lost one at once by its contingency, and the rest as room appears.
 */

/** Counted as all of it: rounding to whole buckets leaves crumbs. */
const ALL_OUT = 0.995;
/** A flood is spilled by at most this much of the place's own traffic. */
const SPILL_SHARE_MAX = 0.5;
/** A receiver that sickens is looked at as a receiver first; after so long it is judged as a place of its own. */
export const RECEIVED_LATELY_MS = 60_000;
/** Below this it is not worth a question. */
const NO_ROOM_ASKED_SHARE = 0.01;
/** How long a person's permission to fill receivers further lasts. */
const FULLER_MS = 1_800_000;
const FULLER_UTILISATION = 0.95;

/** Begins what the verdicts call for, as far as mode, holds and guards allow. */
export function beginLeaves(turn: Turn, draft: Draft, traffic: Traffic): void {
  for (const place of placesOf(turn)) {
    const { verdict } = place;
    if (place.lostAt !== null) {
      if (place.leave?.why !== "lost" || place.back !== null) beginLost(turn, draft, place);
      continue;
    }
    if (verdict === null || place.state !== "serving" || place.leave !== null) continue;
    if (verdict.action === "leave" && verdict.verdict === "failing") beginGray(turn, draft, place);
    else if (verdict.action === "spill") beginSpill(turn, draft, place, traffic);
  }
}

function beginLost(turn: Turn, draft: Draft, place: DraftPlace): void {
  const { now } = turn;
  const stopped = stoppedBy(turn, place.name);
  // A stop is about places that sicken by our moves: an innocent one that dies is still left at once.
  if (stopped !== null && !(stopped.code === "stopped" && !now.stopped!.involved.includes(place.name))) {
    if (once(turn, `lost-stopped ${place.name}`, 60_000)) {
      decision(turn, stopped.code, `${place.name} is lost, and nothing moves: ${stopped.says}`, place.name);
      say(turn, {
        level: "urgent",
        location: place.name,
        what: `${place.name} is lost and its users stay with it: ${stopped.says}`,
        youNeedTo: "`houston release` lets me move them",
      });
    }
    return;
  }
  if (
    !mayAct(turn, {
      purpose: `lost:${place.name}:${place.incident}`,
      location: place.name,
      doing: `leave ${place.name} at once: it is lost`,
      why: whyOf(place),
    })
  )
    return;
  const classes = movableClasses(turn, place);
  const base = place.leave?.from ?? draft.assignment;
  start(turn, place, { why: "lost", classes, share: 1, from: base, by: null, expires: null });
  place.state = "evacuated";
  place.back = null;
  draft.urgent = true;
  decision(turn, "evacuate-lost", `${place.name} is lost: its contingency is followed at once`, place.name);
}

function beginGray(turn: Turn, draft: Draft, place: DraftPlace): void {
  const estate = estateOf(turn);
  const { verdict } = place;
  if (verdict === null) return;
  const stopped = stoppedBy(turn, place.name);
  if (stopped !== null) return reason(turn, stopped.code, stopped.says, place.name);
  if (verdict.promise === "none" && !estate.actWithoutPromise) {
    return notLeaving(
      turn,
      place,
      "no-promise",
      "without a day of its own past there is no promise, and only losses are acted on",
    );
  }
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
  const classes = movableClasses(turn, place);
  if (classes.length === 0)
    return notLeaving(turn, place, "nothing-may-move", "none of its classes may be moved without a person");
  const request = {
    purpose: `leave:${place.name}:${place.incident}`,
    location: place.name,
    ...(place.incident !== null && { incident: place.incident }),
    doing: `move ${classWords(classes)} out of ${place.name}`,
    why: whyOf(place),
    users: hurtWords(verdict),
  };
  if (!mayAct(turn, request)) return;
  start(turn, place, { why: "gray", classes, share: 1, from: draft.assignment, by: null, expires: null });
  place.state = "draining";
  decision(
    turn,
    "evacuate",
    `${place.name} is failing (${certainWords(verdict)}) and is left, canary first`,
    place.name,
  );
}

function beginSpill(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const estate = estateOf(turn);
  const load = place.summary?.own.load;
  const stopped = stoppedBy(turn, place.name);
  if (stopped !== null) return reason(turn, stopped.code, stopped.says, place.name);
  if (load === undefined || turn.now.mode === "observe") return;
  askGrowth(turn, place.name, load.enteredRps / estate.guards.maxUtilisation);
  const canTakeRps = (place.capacity?.readyRps ?? 0) * estate.guards.maxUtilisation;
  const entered = Math.max(
    load.enteredRps,
    rpsAt(estate, {
      assignment: draft.assignment,
      traffic,
      location: locationIndex(estate, place.name),
      classes: estate.classes.map(({ name }) => name),
    }),
  );
  const excess = entered - canTakeRps;
  if (excess <= 0) return;
  const share = Math.min(SPILL_SHARE_MAX, excess / entered);
  const classes = movableClasses(turn, place);
  if (classes.length === 0) return;
  if (
    !mayAct(turn, {
      purpose: `spill:${place.name}:${place.incident}`,
      location: place.name,
      doing: `spill ${percent(share)} of ${place.name} onto its neighbours`,
      why: whyOf(place),
    })
  )
    return;
  start(turn, place, { why: "spill", classes, share, from: draft.assignment, by: null, expires: null });
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
  },
): void {
  const { place } = order;
  start(turn, place, {
    why: "person",
    classes: order.classes,
    share: order.share,
    from: place.leave?.from ?? draft.assignment,
    by: order.by,
    expires: order.expires,
  });
  place.back = null;
  place.state = "draining";
}

function start(
  turn: Turn,
  place: DraftPlace,
  leave: Pick<Leave, "classes" | "share" | "from" | "by" | "expires"> & { readonly why: LeaveWhy },
): void {
  place.incident ??= nextIncident(turn);
  place.step = null;
  place.leave = {
    ...leave,
    incident: place.incident,
    since: turn.now.at,
    rung: leave.why === "lost" ? 1 : Math.min(leave.share, CANARY_SHARE),
    avoid: {},
    utilisation: null,
    trouble: { causes: place.verdict?.causes ?? [], suspects: place.summary?.own.suspects ?? [] },
    doneAt: null,
    plan: [],
    noRoomRps: 0,
  };
}

export function nextIncident(turn: Turn): number {
  turn.now.incidents += 1;
  return turn.now.incidents;
}

/** Classes that may leave without a person; a class with one writer stays with its data. */
export function movableClasses(turn: Turn, place: Pick<DraftPlace, "name">): readonly ClassName[] {
  const { classes, guards } = estateOf(turn);
  return classes
    .filter(
      ({ name, data }) =>
        !guards.peopleOnly.includes(name) && (data.kind === "everywhere" || data.location !== place.name),
    )
    .filter(({ data }) => data.kind === "everywhere")
    .map(({ name }) => name);
}

function notLeaving(turn: Turn, place: DraftPlace, code: string, says: string): void {
  reason(turn, code, `${place.name} stays: ${says}`, place.name);
  if (!once(turn, `not-leaving ${place.name} ${code}`, 300_000)) return;
  say(turn, {
    level: "change",
    location: place.name,
    what: `${place.name} is failing and I don't move its users: ${says}`,
    why: whyOf(place),
  });
}

function whyOf(place: DraftPlace): string {
  return place.verdict === null ? "" : whyWords(place.verdict);
}

/** Takes the next step of one leave, if its last one was looked at and its receivers are ready. */
export function stepLeave(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { leave } = place;
  if (leave === null || place.back !== null || isPaused(turn, place, leave)) return;
  const isLost = leave.why === "lost";
  if (!isClear(turn) && !(isLost && draft.urgent)) return;
  if (!isLost && place.step !== null && place.step.lookedAt === null) return;
  const estate = estateOf(turn);
  const here = locationIndex(estate, place.name);
  if (isLost && draft.urgent) followContingency(turn, draft, place, traffic);
  const leftRps = rpsAt(estate, { assignment: draft.assignment, traffic, location: here, classes: leave.classes });
  const reached = shareOut(estate, {
    traffic,
    base: leave.from,
    now: draft.assignment,
    location: place.name,
    classes: leave.classes,
  });
  if (isOut(leave, reached, leftRps)) return finish(turn, place, reached);
  if (!isLost && place.step === null && isCanaryElsewhere(turn, place.name)) {
    return reason(turn, "canary-elsewhere", `${place.name} waits: one canary at a time`, place.name);
  }
  const baseRps = Math.max(
    1e-6,
    rpsAt(estate, { assignment: leave.from, traffic, location: here, classes: leave.classes }),
  );
  const receivers = receiversFor(turn, { place, leave, assignment: draft.assignment, traffic, baseRps });
  const counted = leave.why === "gray" || leave.why === "spill";
  const allowance = counted
    ? ((estate.guards.maxShareMovedPerMinute - movedLastMinute(turn)) * totalRps(estate, traffic)) / baseRps
    : Infinity;
  if (allowance <= 0)
    return reason(
      turn,
      "guard-share-per-minute",
      `${place.name} waits: automatic moves took ${percent(movedLastMinute(turn))} of all traffic in the last minute`,
      place.name,
    );
  const result = moveOut({
    estate,
    traffic,
    assignment: draft.assignment,
    location: place.name,
    classes: leave.classes,
    base: leave.from,
    // A crumb below the guard's limit: whole buckets round up.
    share: Math.min(leave.rung, reached + 0.98 * allowance),
    receivers: receivers.map((one) => ({ ...one, stepRps: Math.min(one.stepRps, 0.98 * allowance * baseRps) })),
    stays: staysWith(turn, leave),
    single: !isLost && place.step === null,
  });
  plan(turn, {
    place,
    leave,
    planned: result.planned,
    noRoomRps: result.noRoomRps,
    assignment: draft.assignment,
    traffic,
  });
  if (result.movedRps === 0) {
    if (result.notReadyRps > 0)
      reason(
        turn,
        "receiver-not-ready",
        `${rps(result.notReadyRps)} rps of ${place.name} wait for receivers that are not ready`,
        place.name,
      );
    else if (result.noRoomRps > 0)
      reason(turn, "no-room", `${rps(result.noRoomRps)} rps of ${place.name} find no room`, place.name);
    // A rung too small for one whole bucket: the next one is tried.
    else if (leave.rung < leave.share) place.leave = { ...place.leave!, rung: Math.min(leave.share, leave.rung * 2) };
    return;
  }
  const before = draft.assignment;
  const accepted = propose(turn, draft, {
    assignment: result.assignment,
    traffic,
    location: place.name,
    orderedClasses: leave.why === "person" ? leave.classes : null,
    takesOut: leave.why === "gray" || (leave.why === "person" && leave.share >= ALL_OUT),
    utilisation: leave.utilisation,
  });
  if (!accepted) return;
  const out = shareOut(estate, {
    traffic,
    base: leave.from,
    now: draft.assignment,
    location: place.name,
    classes: leave.classes,
  });
  place.step = {
    version: versionNext(turn),
    at: turn.now.at,
    before,
    receivers: Object.keys(result.took)
      .toSorted(byName)
      .map((name) => receiverBefore(turn, name, result.took[name]!)),
    lookedAt: isLost ? turn.now.at : null,
    reached: out,
  };
  remember(turn, place, leave, Object.keys(result.took).toSorted(byName));
  decision(
    turn,
    reached === 0 ? "canary" : "step",
    `${place.name}: ${percent(out)} out, to ${listWords(Object.keys(result.took).toSorted(byName))}`,
    place.name,
  );
  say(turn, {
    level: "info",
    incident: leave.incident,
    location: place.name,
    what: `${place.name}: ${percent(out)} out`,
  });
  if (result.notReadyRps > 0)
    reason(
      turn,
      "receiver-not-ready",
      `${rps(result.notReadyRps)} rps of ${place.name} wait for receivers that are not ready`,
      place.name,
    );
}

/** What was moved is remembered for as long as trouble may follow it. */
const MOVED_KEPT_MS = 300_000;

function remember(turn: Turn, place: DraftPlace, leave: Leave, receivers: readonly LocationName[]): void {
  const { now } = turn;
  // One entry a pair, the newest.
  const kept = now.moved.filter(
    (move) => now.at - move.at < MOVED_KEPT_MS && !(move.from === place.name && receivers.includes(move.to)),
  );
  // A lost location's trouble is no trouble of its traffic.
  const trouble = leave.why === "lost" ? { causes: [], suspects: leave.trouble.suspects } : leave.trouble;
  now.moved = [
    ...kept,
    ...receivers.map((to) => ({
      from: place.name,
      to,
      at: now.at,
      causes: trouble.causes,
      suspects: trouble.suspects,
    })),
  ];
}

function receiverBefore(turn: Turn, name: LocationName, tookRps: number): StepReceiver {
  const own = placeOf(turn, name).summary?.own;
  return {
    name,
    tookRps,
    verdict: own?.verdict ?? "healthy",
    failedRatio: own?.load.failedRatio ?? 0,
    queueMs: own?.load.queueMs ?? 0,
    shedRps: own?.load.shedRps ?? 0,
  };
}

/** Chunks that stay: a bucket set apart, and one that the sender's trouble points at. */
export function staysWith(turn: Turn, leave: Leave | null): (className: ClassName, bucket: number) => boolean {
  const { apart } = turn.now;
  const suspects =
    leave === null || leave.why === "lost" || leave.why === "person"
      ? []
      : leave.trouble.suspects.filter(({ share }) => share >= SUSPECT_SHARE);
  return (className, bucket) =>
    apart.some((each) => each.class === className && each.bucket === bucket) ||
    suspects.some((each) => each.class === className && each.bucket === bucket);
}

/** A bucket with this much of the trouble is not taken along. */
export const SUSPECT_SHARE = 0.3;

function isPaused(turn: Turn, place: DraftPlace, leave: Leave): boolean {
  const { now } = turn;
  if (now.mode === "observe") return true;
  const stopped = stoppedBy(turn, place.name);
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

function isCanaryElsewhere(turn: Turn, name: LocationName): boolean {
  return placesOf(turn).some(
    (other) =>
      other.name !== name &&
      other.step !== null &&
      other.step.lookedAt === null &&
      other.step.reached <= CANARY_SHARE * 1.5,
  );
}

function isOut(leave: Leave, reached: number, leftRps: number): boolean {
  return leave.share >= 1 ? leftRps < 1e-9 : reached >= leave.share * 0.98;
}

/** Says once where it all goes, and asks receivers to grow before anything moves. */
function plan(
  turn: Turn,
  options: {
    readonly place: DraftPlace;
    readonly leave: Leave;
    readonly planned: Readonly<Record<LocationName, number>>;
    readonly noRoomRps: number;
    readonly assignment: Draft["assignment"];
    readonly traffic: Traffic;
  },
): void {
  const { place, leave, planned, noRoomRps } = options;
  const estate = estateOf(turn);
  const names = Object.keys(planned).toSorted((a, b) => planned[b]! - planned[a]! || byName(a, b));
  const total = names.reduce((sum, name) => sum + planned[name]!, 0);
  const load = loadOf(estate, options.assignment, options.traffic);
  const grow: string[] = [];
  for (const name of names) {
    if (leave.why === "spill") break;
    const wanted = (load[name]! + planned[name]! * leave.share) / (leave.utilisation ?? estate.guards.maxUtilisation);
    const ready = placeOf(turn, name).capacity?.readyRps ?? 0;
    // A few per cent on top, so that the last bucket fits too.
    if (wanted > ready) grow.push(`${name} ${rps(ready)} -> ${rps(wanted * 1.03)}`);
    askGrowth(turn, name, wanted * 1.03);
  }
  const first = leave.plan.length === 0 && total > 0;
  const shares = names
    .map((to) => ({ to, share: planned[to]! / Math.max(1e-9, total) }))
    .filter(({ share }) => share >= 0.005);
  place.leave = { ...place.leave!, plan: first ? shares : leave.plan, noRoomRps };
  if (first && leave.why !== "spill") sayLeaving(turn, place, { ...leave, plan: shares, noRoomRps }, grow);
  if (noRoomRps > NO_ROOM_ASKED_SHARE * Math.max(1, total + noRoomRps)) askForRoom(turn, place, leave, noRoomRps);
}

function sayLeaving(turn: Turn, place: DraftPlace, leave: Leave, grow: readonly string[]): void {
  const { verdict } = place;
  const estate = estateOf(turn);
  const stay = estate.classes.filter(({ name }) => !leave.classes.includes(name));
  const staying = stay.map(({ name, data }) =>
    data.kind === "one-writer"
      ? `${name.toUpperCase()} stays: its only writer is in ${data.location}`
      : `${name.toUpperCase()} stays: only a person may move it`,
  );
  const growth =
    grow.length === 0 ? "" : leave.why === "lost" ? `; growing ${grow.join(", ")}` : `; grow ${grow.join(", ")} first`;
  say(turn, {
    level: leave.why === "lost" ? "urgent" : "change",
    incident: leave.incident,
    location: place.name,
    what: `${classWords(leave.classes)} traffic of ${place.name} -> ${sharesWords(leave.plan)}${growth}`,
    ...(verdict !== null &&
      leave.why !== "person" && { users: hurtWords(verdict), why: whyWords(verdict), certain: certainWords(verdict) }),
    ...(leave.by !== null && { why: `${leave.by} ordered it` }),
    doing:
      leave.why === "lost"
        ? "what fits moves at once, the rest as receivers become ready"
        : `${percent(Math.min(leave.share, CANARY_SHARE))} first, a look at the receivers, then double`,
    ...(staying.length > 0 && { notDoing: staying.join("; ") }),
    youNeedTo: leave.noRoomRps > 0 ? "answer my question: some find no room" : "do nothing",
  });
}

function askForRoom(turn: Turn, place: DraftPlace, leave: Leave, noRoomRps: number): void {
  const { now } = turn;
  const purpose = `room:${place.name}:${leave.incident}`;
  const answer = now.answers[purpose];
  if (answer !== undefined) {
    if (answer.choice === 2 && now.at - answer.at < FULLER_MS)
      place.leave = { ...place.leave!, utilisation: FULLER_UTILISATION };
    else if (place.leave!.utilisation !== null) place.leave = { ...place.leave!, utilisation: null };
    return;
  }
  const estate = estateOf(turn);
  askOnce(
    turn,
    {
      purpose,
      location: place.name,
      incident: leave.incident,
      doing: "",
      why: `receivers are ready for no more, and who was asked to grow can't`,
    },
    {
      asks: `${rps(noRoomRps)} rps of ${place.name} have no place. What now?`,
      choices: [
        `leave them in ${place.name}`,
        `fill receivers to ${percent(FULLER_UTILISATION)} for 30 min (${percent(estate.guards.maxUtilisation)} is what the guards allow; never proven)`,
      ],
      defaultChoice: 1,
    },
  );
}

function finish(turn: Turn, place: DraftPlace, reached: number): void {
  const { leave } = place;
  if (leave === null || leave.doneAt !== null) return;
  place.leave = { ...leave, doneAt: turn.now.at };
  if (leave.share >= ALL_OUT && leave.why !== "spill") place.state = "evacuated";
  const took = secondsWords(turn.now.at - leave.since);
  decision(turn, "out", `${place.name}: ${percent(reached)} out after ${took}`, place.name);
  say(turn, {
    level: "change",
    incident: leave.incident,
    location: place.name,
    what: `${place.name}: done, ${percent(reached)} out after ${took}; receivers keep what they have grown to`,
    youNeedTo: "do nothing",
  });
}

const secondsWords = (ms: number): string => `${Math.round(ms / 1000)} s`;
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A lost location's chunks go where servers already send them: by the contingency of the table in use. */
function followContingency(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const assignment = withContingency(turn, { assignment: draft.assignment, place, traffic });
  if (assignment === draft.assignment) return;
  const took = new Set<LocationName>();
  const before = draft.assignment;
  if (!propose(turn, draft, { assignment, traffic, location: place.name, orderedClasses: null, takesOut: false }))
    return;
  for (const other of placesOf(turn)) {
    const index = locationIndex(estateOf(turn), other.name);
    const classes = place.leave?.classes ?? [];
    if (
      rpsAt(estateOf(turn), { assignment, traffic, location: index, classes }) >
      rpsAt(estateOf(turn), { assignment: before, traffic, location: index, classes })
    )
      took.add(other.name);
  }
  if (place.leave !== null) remember(turn, place, place.leave, [...took]);
}
