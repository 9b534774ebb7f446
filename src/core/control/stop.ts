import { byName } from "../route/by-name.ts";
import type { Apart } from "../route/table.ts";
import { rollBack } from "../shift/move.ts";
import type { Traffic } from "../shift/traffic.ts";
import { bucketWords, isSameBucket, isStrong, together, type Bucket } from "../suspects.ts";
import { forgetBursts } from "./habit.ts";
import { broughtTo } from "./leave-suspects.ts";
import { moveOfLeave } from "./mode-rules.ts";
import { mayAct } from "./permission.ts";
import { propose } from "./propose.ts";
import { isHeard, type Draft } from "./publish.ts";
import { CANARY_SHARE, outOf } from "./receivers.ts";
import type { Leave } from "./state.ts";
import { decision, estateOf, placeOf, say, type DraftPlace, type Turn } from "./turn.ts";
import { causeWords, listWords, percent } from "./words.ts";

/**
 * The brake: the trouble travels with the traffic, so everything automatic stops, what brought it goes back or is shed, and
 * a bucket that holds it is set apart. Two locations never fall through our own move, and a contingency is no exception.
 */

/** A receiver that worsened gets nothing more of this leave for so long. */
export const AVOID_MS = 120_000;
/** A receiver that gave one bucket back is well again after this, if it was that one: its users' addresses and its own counts are slow. */
const HEALS_MS = 20_000;
/** A stop ends by itself when all the involved have been healthy for so long. */
const STOP_CLEARS_MS = 30_000;

/** A receiver that worsened after it took chunks of a place that is being left. */
export type Sickening = {
  readonly place: DraftPlace;
  readonly leave: Leave;
  readonly receiver: DraftPlace;
  readonly says: string;
  readonly traffic: Traffic;
};

/** What the receiver took of this place since `before` goes back; to a dead place that sheds it. */
export function giveBack(
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
  forgetBursts(receiver, place.leave?.since ?? turn.now.at);
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

/** Stops everything automatic, and takes back what brought the trouble. */
export function stopAll(turn: Turn, draft: Draft, trouble: Sickening): void {
  const { now } = turn;
  const { place, leave, receiver, traffic } = trouble;
  if (
    !mayAct(
      turn,
      {
        purpose: `stop:${place.name}:${leave.incident}`,
        location: place.name,
        doing: `take the last chunks of ${place.name} back from ${receiver.name}`,
      },
      moveOfLeave(place.name, leave),
    )
  )
    return;
  // One suspect bucket alone went last, and its receiver sickened: that one has been found out, and the others were carried well.
  const isNewest = place.step?.receivers.some(({ name }) => name === receiver.name) ?? false;
  const found = isNewest ? (place.step?.suspect ?? null) : null;
  const took = found === null ? "its chunks" : `${bucketWords(found)} of it`;
  const says = `${receiver.name} sickened in ${place.name}'s way after taking ${took} (${trouble.says}): the trouble follows the traffic`;
  // A receiver that died has given back what it took: its own users are innocent, and leave it like any other dead place.
  const involved = receiver.lostAt === null ? [place.name, receiver.name].toSorted(byName) : [place.name];
  const all = [...new Set([...(now.stopped?.involved ?? []), ...involved])].toSorted(byName);
  now.stopped = { at: now.at, says, involved: all, wellSince: null };
  now.republish = true;
  const brought = broughtTo(turn, { leave, place: place.name, receiver, assignment: draft.assignment });
  const suspects = [
    ...(found === null ? [] : [found]),
    ...together(brought, leave.trouble.suspects).filter((each) => isStrong(each) && !isSame(each, found)),
  ];
  const isDead = leave.why === "lost";
  // The sick receiver gives back all it had of the sender; the others what came last. What goes back to a dead sender is shed,
  // for nobody can serve it there; where a receiver lives and a bucket is suspect, that one alone is.
  if (!isDead || suspects.length === 0 || receiver.lostAt !== null) {
    giveBack(turn, draft, { place, receiver, traffic, before: found === null ? leave.from : place.step!.before });
  }
  if (!isDead) {
    for (const each of place.step?.receivers ?? []) {
      if (each.name !== receiver.name && place.step?.lookedAt === null)
        giveBack(turn, draft, { place, receiver: placeOf(turn, each.name), traffic, before: place.step.before });
    }
  }
  setApart(turn, suspects, isDead ? null : place.name);
  // Without that bucket it must get well. If it does not, the next look takes all the rest back.
  place.step = found === null ? null : { ...place.step!, at: now.at + HEALS_MS, lookedAt: now.at, suspect: null };
  const out = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  if (isDead) {
    // When a person lets it go on, it goes on elsewhere and by canary.
    const avoid = { ...place.leave!.avoid, [receiver.name]: now.at + AVOID_MS };
    place.leave = { ...goesOnByCanary(place.leave!, receiver, out), avoid };
    return sayStopped(turn, { place, receiver, leave, says, why: trouble.says, suspects });
  }
  if (out < 0.005) {
    place.leave = null;
    place.state = "serving";
  } else {
    // What others carry well stays with them; no more goes until a person or a new verdict says so.
    const tried = found === null ? leave.tried : [...leave.tried, found];
    place.leave = { ...place.leave!, tried, share: out, rung: out, doneAt: now.at };
  }
  sayStopped(turn, { place, receiver, leave, says, why: trouble.says, suspects });
}

const isSame = (one: Bucket, other: Bucket | null): boolean => other !== null && isSameBucket(one, other);

/**
 * A receiver of a lost place's chunks is lost as well. Two deaths may be chance, or a request that kills whoever serves it: the
 * chunks that were in both are not sent on at once, but by canary; and when a canary dies as well, nothing moves.
 */
export function diedOfIt(turn: Turn, draft: Draft, trouble: Sickening): void {
  const { place, leave, receiver, traffic } = trouble;
  if (leave.pace === "canary") return stopAll(turn, draft, trouble);
  if (
    !mayAct(
      turn,
      {
        purpose: `luggage:${place.name}:${leave.incident}`,
        location: place.name,
        doing: `send on by canary what ${receiver.name} had taken of ${place.name}`,
      },
      moveOfLeave(place.name, leave),
    )
  )
    return;
  giveBack(turn, draft, { place, receiver, traffic, before: leave.from });
  const reached = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  place.step = null;
  place.leave = goesOnByCanary(leave, receiver, reached);
  decision(
    turn,
    "luggage",
    `${receiver.name} is lost after taking chunks of ${place.name}: those go on by canary`,
    receiver.name,
  );
  say(turn, {
    level: "urgent",
    incident: leave.incident,
    location: place.name,
    what: `${receiver.name} is lost after taking users of ${place.name}: if a request of theirs did it, a third would follow; ${percent(1 - reached)} of them go on by canary`,
    youNeedTo: "do nothing",
  });
}

/** What one receiver gave back goes on by canary; the other carriers are watched on. */
function goesOnByCanary(leave: Leave, receiver: DraftPlace, reached: number): Leave {
  return {
    ...leave,
    pace: "canary",
    rung: Math.min(1, reached + CANARY_SHARE),
    doneAt: null,
    carriers: leave.carriers.filter(({ name }) => name !== receiver.name),
  };
}

function sayStopped(
  turn: Turn,
  stop: {
    readonly place: DraftPlace;
    readonly receiver: DraftPlace;
    readonly leave: Leave;
    readonly says: string;
    readonly why: string;
    readonly suspects: readonly Bucket[];
  },
): void {
  const { place, receiver, leave, says, suspects } = stop;
  const isDead = leave.why === "lost";
  const apart = listWords(suspects.map(bucketWords));
  const doingWords = (): string => {
    if (suspects.length === 0) return isDead ? "what it took is shed" : "the last chunks go back";
    return isDead ? `${apart} set apart (shed)` : `${apart} set apart in ${place.name}; the last chunks go back`;
  };
  decision(turn, "stopped", says, receiver.name);
  say(turn, {
    level: "urgent",
    incident: leave.incident,
    location: place.name,
    what: `I stop all moves: ${says}`,
    why: receiver.verdict === null ? stop.why : causeWords(receiver.summary?.own.causes ?? receiver.verdict.causes),
    doing: doingWords(),
    notDoing: "nothing moves by itself until a person releases or all involved are well",
    youNeedTo: releaseWords(suspects),
  });
}

/** What a person has to do before all may move again. */
export function releaseWords(suspects: readonly Bucket[]): string {
  const look =
    suspects.length === 0
      ? "find what travels with these users"
      : `look at what the tenants of ${listWords(suspects.map(bucketWords))} ask for`;
  return `${look}; then \`houston release\``;
}

function setApart(turn: Turn, suspects: readonly Bucket[], location: Apart["location"]): void {
  const { now } = turn;
  for (const { class: className, bucket } of suspects) {
    if (now.apart.some((each) => isSameBucket(each, { class: className, bucket }))) continue;
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
