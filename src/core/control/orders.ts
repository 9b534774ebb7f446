import { isBeyond, type ClassName, type Mode } from "../estate.ts";
import type { Hold } from "../control-contract.ts";
import type { Order } from "../order.ts";
import { beginBack, isProven, PROOF_MS } from "./back.ts";
import { beginOrdered } from "./begin-leave.ts";
import { inviteFirstUsers, isAnybodysHome } from "./first-users.ts";
import { ruleWords } from "./mode-rules.ts";
import { classesByOrder, endForced, refusedForced, takeForce } from "./force.ts";
import { isForced } from "./forced.ts";
import { accepted, badTime, forWords, howToMove, isBadTime, refused, unknownLocation } from "./order-answer.ts";
import { takePin, takeUnpin } from "./pins.ts";
import { takeWeight } from "./weight.ts";
import { trafficNow } from "./demand.ts";
import { CRUMB, staysOut } from "./overtaken.ts";
import { hoursOf } from "./paused.ts";
import { settle } from "./permission.ts";
import { servingCount } from "./propose.ts";
import type { Draft } from "./publish.ts";
import { outOf } from "./receivers.ts";
import type { OrderedOut } from "./state.ts";
import type { UnixMs } from "../step.ts";
import { estateOf, forget, placesOf, type DraftPlace, type Turn } from "./turn.ts";
import { classWords, percent, secondsWords } from "./words.ts";
import { isFelt } from "../verdict.ts";

/**
 * What people order. An order that can't be followed is answered with the reason and the fix; of two that
 * contradict the later one holds, and both are in the record.
 */
export function takeOrder(turn: Turn, draft: Draft, by: string, order: Order): void {
  switch (order.kind) {
    case "evacuate":
      return evacuate(turn, draft, by, order);
    case "restore":
      return restore(turn, draft, by, order.location);
    case "hold":
      return hold(turn, by, order);
    case "release":
      return release(turn, by, order.location);
    case "force":
      return takeForce(turn, by, order, () =>
        isLeftBy(turn, draft, by, { kind: "evacuate", location: order.location }),
      );
    case "pin":
      return takePin(turn, trafficNow(turn), by, order);
    case "unpin":
      return takeUnpin(turn, trafficNow(turn), by, order);
    case "weight": {
      const { location, class: className } = order;
      return takeWeight(turn, draft, by, order, {
        evacuate: (share) =>
          isLeftBy(turn, draft, by, {
            kind: "evacuate",
            location,
            share,
            ...(className !== undefined && { class: className }),
          }),
        restore: () => restore(turn, draft, by, location),
      });
    }
    case "mode": {
      const { mostMode } = estateOf(turn);
      if (isBeyond(order.mode, mostMode)) {
        const says = `${by}: mode ${order.mode} is more than this Houston may do: ${mostMode} is the most`;
        return refused(turn, "mode-too-far", says, whyNoFurther(mostMode!));
      }
      if (isBadTime(order)) return badTime(turn, by);
      const { mode: before, modeThen = null } = turn.now;
      // Of two that are set for a while the mode of before both comes back.
      turn.now.modeThen =
        order.forSeconds === undefined
          ? null
          : { mode: modeThen?.mode ?? before, at: turn.now.at + 1000 * order.forSeconds };
      turn.now.mode = order.mode;
      turn.now.republish = turn.now.table !== null;
      return accepted(turn, "mode", `${by}: mode is ${order.mode}${forWords(order)}${ruledWords(turn)}`);
    }
    case "answer": {
      const question = turn.now.questions.find((open) => open.id === order.question);
      if (question === undefined)
        return refused(
          turn,
          "no-question",
          `${by}: no open question ${order.question}`,
          "`houston status` lists the open ones",
        );
      if (!Number.isInteger(order.choice) || order.choice < 1 || order.choice > question.choices.length) {
        return refused(
          turn,
          "no-choice",
          `${by}: ${order.question} has choices 1 to ${question.choices.length}, not ${order.choice}`,
          "answer with one of them",
        );
      }
      return settle(turn, question, order.choice, by);
    }
  }
}

/** What was ordered for a while ends with it. */
export function endOverdue(turn: Turn): void {
  const { now } = turn;
  const isOver = (hold: Hold | null): boolean => hold?.until !== undefined && now.at >= hold.until;
  const ended = (says: string, location?: string): void => {
    now.republish = now.table !== null;
    accepted(turn, "time-over", says, location);
  };
  if (now.hold !== null && isOver(now.hold)) {
    const says = `the hold of ${now.hold.by} is over${stillWords(turn)}`;
    now.hold = null;
    ended(says);
  }
  for (const place of placesOf(turn)) {
    if (place.hold === null || !isOver(place.hold)) continue;
    const says = `the hold of ${place.hold.by} on ${place.name} is over${stillWords(turn)}`;
    place.hold = null;
    ended(says, place.name);
  }
  for (const place of placesOf(turn)) {
    const { forced } = place;
    if (forced?.until === undefined || now.at < forced.until) continue;
    const over = `the time that ${forced.by} gave is over`;
    endForced(turn, place, { by: forced.by, says: `it is forced down no more: ${over}` });
    ended(`${place.name} is forced ${forced.to} no more: ${over}`, place.name);
  }
  const { modeThen = null } = now;
  if (modeThen === null || now.at < modeThen.at) return;
  const { mostMode } = estateOf(turn);
  now.modeThen = null;
  now.mode = isBeyond(modeThen.mode, mostMode) ? mostMode! : modeThen.mode;
  ended(`the mode is ${now.mode} again: its time is over`);
}

/** A mode that is ordered is of what no rule fits. */
function ruledWords(turn: Turn): string {
  const { modeRules = [] } = estateOf(turn);
  return turn.now.mode === "observe" || modeRules.length === 0
    ? ""
    : `; by rule: ${modeRules.map(ruleWords).join("; ")}`;
}

function whyNoFurther(most: Mode): string {
  return most === "observe"
    ? "it steers no DNS and no edge: it can only watch, and say what it would do"
    : "too few look at locations from outside for it to move anybody unasked (`probes` in houston.yaml); what people order it does";
}

/** Whether a leave began by it; if not, why has been said. */
function isLeftBy(turn: Turn, draft: Draft, by: string, order: Evacuation): boolean {
  const before = turn.now.places[order.location]?.leave;
  evacuate(turn, draft, by, order);
  return turn.now.places[order.location]?.leave !== before;
}

type Evacuation = Extract<Order, { kind: "evacuate" }>;

function evacuate(turn: Turn, draft: Draft, by: string, order: Evacuation): void {
  const { now } = turn;
  const estate = estateOf(turn);
  const place = now.places[order.location];
  if (place === undefined) return unknownLocation(turn, by, order.location);
  if (now.mode === "observe")
    return refused(turn, "mode-observe", `${by}: mode is observe, nothing moves`, howToMove(turn));
  const share = order.share ?? 1;
  if (!(share > 0 && share <= 1))
    return refused(turn, "bad-share", `${by}: a share is over 0 and at most 1, not ${share}`, "for example --share 5%");
  if (isBadTime(order)) return badTime(turn, by);
  const wanted = estate.classes.find(({ name }) => name === order.class);
  if (order.class !== undefined && wanted === undefined) {
    return refused(
      turn,
      "unknown-class",
      `${by}: there is no class ${order.class}`,
      `classes: ${estate.classes.map(({ name }) => name).join(", ")}`,
    );
  }
  if (wanted?.data.kind === "one-writer") {
    return refused(
      turn,
      "one-writer",
      `${by}: ${wanted.name} stays: its only writer is in ${wanted.data.location}`,
      "move the writer first",
    );
  }
  if (wanted?.data.kind === "stays") {
    return refused(
      turn,
      "data-stays",
      `${by}: ${wanted.name} stays: its users' data is in ${order.location} alone`,
      "bring the data elsewhere first, and say so in houston.yaml (classes: data)",
    );
  }
  const serving = servingCount(turn, order.location);
  if (share === 1 && serving < estate.guards.minLocationsServing) {
    return refused(
      turn,
      "guard-locations-serving",
      `${by}: ${serving} locations would be left serving, ${estate.guards.minLocationsServing} must`,
      "restore another location first",
    );
  }
  if (isForced(place, "down")) return refusedForced(turn, by, place, "and is being left for that");
  if (place.lostAt !== null && place.leave !== null && hoursOf(turn, place) === null)
    return refused(
      turn,
      "already-lost",
      `${by}: ${place.name} is lost and is being left already`,
      "nothing: what fits moves",
    );
  const classes = order.class === undefined ? classesByOrder(turn) : [order.class];
  if (classes.length === 0)
    return refused(
      turn,
      "nothing-may-move",
      `${by}: every class of ${place.name} stays with its data`,
      "move the writer first",
    );
  const overrides =
    place.back !== null ? ` (overrides the restore${place.back.by === null ? "" : ` of ${place.back.by}`})` : "";
  const expires = order.forSeconds === undefined ? null : now.at + order.forSeconds * 1000;
  const replaced = replacedWords(turn, place, classes);
  const isPart = share < 1 || order.class !== undefined;
  const isBeside = isPart && standsBeside(turn, draft, place, { by, at: now.at, classes, share, expires });
  if (!isBeside) beginOrdered(turn, draft, { place, classes, share, by, expires });
  const then = isBeside ? "; it is left by itself already, and so many stay out when it is well" : "";
  accepted(
    turn,
    "order-evacuate",
    `${by}: ${percent(share)} of ${classWords(classes)} leaves ${place.name}${expires === null ? "" : ` for ${order.forSeconds} s`}${overrides}${replaced}${then}`,
    place.name,
  );
}

/** An order for some of a place that is left by itself stands beside that, once so many are out. */
function standsBeside(turn: Turn, draft: Draft, place: DraftPlace, order: OrderedOut): boolean {
  const { leave, back } = place;
  if (leave?.why !== "gray") return false;
  const ordered = { ...leave, classes: order.classes };
  const out = outOf(turn, { place, leave: ordered, assignment: draft.assignment, traffic: trafficNow(turn) });
  if (out < order.share - CRUMB) return false;
  place.leave = { ...leave, overtook: order };
  if (back !== null) place.back = { ...back, order };
  return true;
}

/** One location has one order for some of it: whose classes a new one does not name are told of. */
function replacedWords(turn: Turn, place: DraftPlace, classes: readonly ClassName[]): string {
  const before = place.leave === null ? null : staysOut(turn, place.leave);
  const others = before?.classes.filter((name) => !classes.includes(name)) ?? [];
  if (before === null || others.length === 0) return "";
  const back = `who is out for it comes back with \`houston restore ${place.name}\``;
  return `; this takes the place of the order of ${before.by} for ${percent(before.share)} of ${classWords(others)}, and ${back}`;
}

function restore(turn: Turn, draft: Draft, by: string, name: string): void {
  const { now } = turn;
  const place = now.places[name];
  if (place === undefined) return unknownLocation(turn, by, name);
  if (now.mode === "observe")
    return refused(turn, "mode-observe", `${by}: mode is observe, nothing moves`, howToMove(turn));
  const isNew = place.leave === null && place.back === null;
  if (isNew && isAnybodysHome(turn, name))
    return refused(turn, "not-left", `${by}: ${name} is not left`, "nothing to do");
  if (isForced(place, "down")) return refusedForced(turn, by, place, "and nobody goes back before that ends");
  if (place.back !== null) {
    endOrder(place, by);
    const { order: _, ...whole } = place.back;
    place.back = { ...whole, by };
    return accepted(turn, "order-restore", `${by}: ${name} is being restored already, now by order`, name);
  }
  if (place.lostAt !== null)
    return refused(turn, "lost", `${by}: ${name} is lost: nobody would be served there`, "bring it up first");
  if (isFelt(place.verdict) && place.leave?.why !== "person" && !isForced(place, "up")) {
    return refused(
      turn,
      "still-failing",
      `${by}: ${name} is still failing`,
      "wait until it is healthy: `houston why " + name + "`",
    );
  }
  if (isNew) return openDoors(turn, draft, by, place);
  const orderedBy = place.leave?.by ?? null;
  const overrides = orderedBy === null ? "" : ` (overrides the order of ${orderedBy})`;
  accepted(turn, "order-restore", `${by}: ${name} gets its users back${overrides}`, name);
  endOrder(place, by);
  place.backNotBefore = 0;
  place.pathBackNotBefore = 0;
  beginBack(turn, draft, place, by);
}

/** Nobody is out by an order any more, neither by the one it is left for nor by one that stands beside that. */
function endOrder(place: DraftPlace, by: string): void {
  if (place.leave === null) return;
  const { overtook: _, ...leave } = place.leave;
  place.leave = leave.why === "person" ? { ...leave, ended: { by, says: `${by} ordered its users back` } } : leave;
}

/** Its first users come to a location that is new. */
function openDoors(turn: Turn, draft: Draft, by: string, place: DraftPlace): void {
  const { name } = place;
  if (!isProven(turn, place)) {
    const says = `${by}: ${name} is new and has not proved its health yet`;
    const fix = `order it again when it has been healthy for ${secondsWords(PROOF_MS)}: \`houston why ${name}\``;
    return refused(turn, "not-proven", says, fix);
  }
  if (!inviteFirstUsers(turn, place)) {
    const says = `${by}: nobody has ${name} nearest who may be served there`;
    return refused(turn, "nobody-nearest", says, "see who may: `houston plan`");
  }
  accepted(turn, "order-restore", `${by}: ${name} gets its first users, who have it nearest`, name);
  beginBack(turn, draft, place, by);
}

function hold(turn: Turn, by: string, order: Extract<Order, { kind: "hold" }>): void {
  const { now } = turn;
  const { location: name, forSeconds } = order;
  if (isBadTime(order)) return badTime(turn, by);
  const place = name === undefined ? null : now.places[name];
  if (place === undefined) return unknownLocation(turn, by, name!);
  const before = (place ?? now).hold;
  const own: Hold = { by, at: now.at, ...(forSeconds !== undefined && { until: now.at + 1000 * forSeconds }) };
  const goesOn = before !== null && lastsBeyond(before, own.until) ? before : null;
  (place ?? now).hold = goesOn === null ? own : { ...goesOn, at: now.at };
  // Servers follow contingencies by themselves: a hold takes them out of the table too.
  now.republish = now.table !== null;
  const what = `${name === undefined ? "hold" : `hold ${name}`}${forWords(order)}`;
  const there = name === undefined ? "" : " there";
  const until =
    now.mode === "observe"
      ? "; mode is observe: nor does it after a release"
      : forSeconds === undefined
        ? " until release"
        : "";
  const then = goesOn === null ? "" : `; the hold of ${goesOn.by} goes on after it`;
  accepted(turn, "hold", `${by}: ${what}: nothing moves by itself${there}${until}${then}`, name);
}

/** Whether a hold is there still when one that is added to it ends: only a release ends it sooner. */
export function lastsBeyond(hold: Hold, until: UnixMs | undefined): boolean {
  return until !== undefined && (hold.until === undefined || hold.until > until);
}

function release(turn: Turn, by: string, name: string | undefined): void {
  const { now } = turn;
  if (name === undefined) {
    const was = [
      now.hold === null ? null : `the hold of ${now.hold.by}`,
      now.stopped === null ? null : "the stop",
      now.apart.length > 0 ? "what was set apart" : null,
    ].filter((each) => each !== null);
    now.hold = null;
    now.stopped = null;
    now.apart = [];
    now.republish = now.table !== null;
    for (const place of placesOf(turn)) {
      forget(turn, `lost-stopped ${place.name}`);
      // What a stop froze may go on, if there is still reason to.
      const isFrozen = place.leave?.why === "gray" && place.state === "draining" && place.leave.share < 1;
      if (isFrozen) place.leave = { ...place.leave!, share: 1, doneAt: null };
    }
    const released = was.length > 0 ? ` ${was.join(", ")}` : "; nothing was held";
    return accepted(turn, "release", `${by}: released${released}${stillWords(turn)}`);
  }
  const place = now.places[name];
  if (place === undefined) return unknownLocation(turn, by, name);
  place.hold = null;
  now.republish = now.table !== null;
  accepted(turn, "release", `${by}: released ${name}${stillWords(turn)}`, name);
}

/** Who only observes moves nothing, held or not. */
const stillWords = (turn: Turn): string =>
  turn.now.mode === "observe" ? "; mode is observe: still nothing moves" : "";
