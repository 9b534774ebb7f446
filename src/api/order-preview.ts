import type { ControlView, Hold, LocationView } from "../core/control-contract.ts";
import { tryTurn, viewOf, type ControlState } from "../core/control.ts";
import { lastsBeyond } from "../core/control/orders.ts";
import { clockWords, listWords, percent, secondsWords } from "../core/control/words.ts";
import { CallerError } from "../core/errors.ts";
import type { DataPlace } from "../core/estate.ts";
import type { Order } from "../core/order.ts";
import { spanWords } from "../core/order-words.ts";
import type { Reason } from "../core/step.ts";
import type { OrderPreview } from "./contract.ts";
import { movesOf, type OrderMoves } from "./order-moves.ts";
import { refusalOf } from "./order-refusal.ts";

/**
 * What an order would do, as things are. It is tried on the real turn of control, which is pure, so trying changes nothing, and what
 * Houston would refuse is refused here with the same words.
 */
export function previewOf(state: ControlState, order: Order): OrderPreview {
  const ordered = tryTurn(state, { by: NOBODY, order });
  const refusal = refusalOf(ordered, NOBODY);
  if (refusal !== null) throw new CallerError({ code: refusal.code, message: refusal.says, hint: refusal.hint });
  const waited = tryTurn(state, null);
  const view = viewOf(state);
  const moves = movesOf(state, ordered.state, waited.state);
  const news = ordered.reasons.filter(
    ({ code, says }) => !waited.reasons.some((r) => r.code === code && r.says === says),
  );
  return {
    order,
    says: [...beforeWords(order, view), ...moveWords(order, moves, state), ...waitWords(moves, news, view)],
    movesRps: moves.movesRps,
    receivers: moves.receivers,
    addedMs: moves.addedMs,
    typed: typedFor(order, moves, view),
    undo: undoOf(order, view),
  };
}

/** Nobody has given it yet: no person's name may come into what is shown. */
const NOBODY = "preview";

/** More than this of all traffic is typed out, not clicked. */
const TYPED_SHARE = 0.1;

function typedFor(order: Order, moves: OrderMoves, view: ControlView): string | null {
  if (order.kind === "mode") return order.mode === "act" && view.mode !== "act" ? "act" : null;
  if (moves.shareOfAll <= TYPED_SHARE) return null;
  if ("location" in order && order.location !== undefined) return order.location;
  return moves.leaves[0]?.name ?? moves.backs[0] ?? null;
}

/** What takes it back. A hold that was there already is somebody's, and no undo of ours ends it. */
function undoOf(order: Order, view: ControlView): Order | null {
  switch (order.kind) {
    case "evacuate":
      return { kind: "restore", location: order.location };
    case "hold":
      return isHeld(view, order.location) ? null : whole("release", order);
    case "release":
      return isHeld(view, order.location) ? whole("hold", order) : null;
    case "mode":
      return view.mode === order.mode ? null : { kind: "mode", mode: view.mode };
    case "force": {
      const before = placeIn(view, order.location)?.forced;
      if (before === undefined)
        return order.to === "auto" ? null : { kind: "force", location: order.location, to: "auto" };
      return before.to === order.to ? null : { kind: "force", location: order.location, to: before.to };
    }
    case "pin": {
      const { what, name, class: className } = order;
      return { kind: "unpin", what, name, ...(className !== undefined && { class: className }) };
    }
    case "weight":
      return order.share < 1 ? { kind: "weight", location: order.location, share: 1 } : null;
    case "unpin":
    case "restore":
    case "answer":
      return null;
  }
}

/** Of the same place, and without an end. */
const whole = (kind: "hold" | "release", { location }: { readonly location?: string }): Order => ({
  kind,
  ...(location !== undefined && { location }),
});

function isHeld(view: ControlView, location: string | undefined): boolean {
  return holdOf(view, location) !== null;
}

function holdOf(view: ControlView, location: string | undefined): Hold | null {
  return location === undefined ? view.hold : (placeIn(view, location)?.hold ?? null);
}

function placeIn(view: ControlView, location: string): LocationView | undefined {
  return view.locations.find(({ name }) => name === location);
}

/** What changes besides the traffic that moves. */
function beforeWords(order: Order, view: ControlView): readonly string[] {
  switch (order.kind) {
    case "evacuate":
    case "restore":
      return [];
    case "hold":
      return [...holdWords(view, order.location), ...holdEndsWords(order, view)];
    case "release":
      return releaseWords(view, order.location);
    case "mode":
      return [modeWords(order.mode, view), ...endsWords(order), ...(order.mode === "act" ? heldWords(view) : [])];
    case "force":
      return [...forceWords(order, view), ...endsWords(order)];
    case "pin":
      return [
        "they come by steps into room that is ready; if it fails or dies they are moved all the same, and come back to it",
        ...endsWords(order),
      ];
    case "unpin":
      return ["they go where they are planned, by steps"];
    case "weight":
      return endsWords(order);
    case "answer": {
      const question = view.questions.find(({ id }) => id === order.question);
      if (question === undefined) return [];
      return [question.asks, `you answer ${order.choice}: ${question.choices[order.choice - 1]}, and I do so at once`];
    }
  }
}

const endsWords = ({ forSeconds }: { readonly forSeconds?: number }): readonly string[] =>
  forSeconds === undefined ? [] : [`it ends by itself after ${spanWords(forSeconds)}`];

function forceWords({ location, to }: Extract<Order, { kind: "force" }>, view: ControlView): readonly string[] {
  const verdict = placeIn(view, location)?.verdict.verdict;
  const measured = `it is measured ${verdict ?? "by nobody"}`;
  switch (to) {
    case "up":
      return [`${measured}, and none of its users is moved out by itself, even if it dies; law and room bind as ever`];
    case "down":
      return [`${measured}, and is left; nobody goes back before \`houston force ${location} auto\``];
    case "auto":
      return [`${measured}, and that counts again`];
  }
}

function holdEndsWords(order: Extract<Order, { kind: "hold" }>, view: ControlView): readonly string[] {
  const before = holdOf(view, order.location);
  const until = order.forSeconds === undefined ? undefined : view.at + 1000 * order.forSeconds;
  return before !== null && lastsBeyond(before, until)
    ? [`the hold of ${before.by} lasts longer, and goes on`]
    : endsWords(order);
}

function holdWords(view: ControlView, location: string | undefined): readonly string[] {
  const places = view.locations.filter(({ name }) => location === undefined || name === location);
  const under = places.flatMap(({ name, state, movedShare }) => {
    if (state === "draining") return [`${name} is draining, ${percent(movedShare)} out: it stops there`];
    return state === "restoring" ? [`${name} is restoring, ${percent(movedShare)} still out: it stops there`] : [];
  });
  if (view.mode === "observe")
    return ["mode is observe: nothing moves by itself, held or not; the hold outlasts a change of mode", ...under];
  if (location === undefined)
    return ["nothing moves by itself until `houston release`; a location that dies is not left either", ...under];
  return [
    `nothing moves out of or into ${location} by itself until \`houston release ${location}\`; if it dies it is not left either`,
    ...under,
  ];
}

function releaseWords(view: ControlView, location: string | undefined): readonly string[] {
  if (location !== undefined) {
    const place = placeIn(view, location);
    const hold = place?.hold ?? null;
    return [
      hold === null
        ? `${location} is not held: releasing it changes nothing by itself`
        : `the hold of ${hold.by} on ${location} since ${clockWords(hold.at)} ends: ${freeWords(view.mode, "it may be left, and get users back, by itself")}`,
      ...heldWords(view),
      ...(place === undefined ? [] : mayMoveWords(view.mode, [place])),
    ];
  }
  const held = view.locations.filter((place) => place.hold !== null).map(({ name }) => name);
  const ended = [
    ...(view.hold === null
      ? []
      : [
          `the hold of ${view.hold.by} since ${clockWords(view.hold.at)} ends: ${freeWords(view.mode, "I move traffic by myself again")}`,
        ]),
    ...(view.stopped === null
      ? []
      : [
          `the stop since ${clockWords(view.stopped.at)} ends (${view.stopped.says}): a leave that it froze goes on if there is still reason to`,
        ]),
  ];
  return [
    ...(ended.length === 0 ? ["nothing that concerns all locations is held or stopped"] : ended),
    "buckets that were set apart, if any, are served like all others again",
    ...(held.length === 0 ? [] : [`still held by themselves: ${listWords(held)}`]),
    ...mayMoveWords(
      view.mode,
      view.locations.filter((place) => place.hold === null),
    ),
  ];
}

function modeWords(mode: ControlView["mode"], view: ControlView): string {
  if (view.mode === mode) return `the mode is ${mode} already`;
  const becomes = `the mode is ${view.mode} and becomes ${mode}`;
  switch (mode) {
    case "act":
      return `${becomes}: I move traffic by myself, without asking`;
    case "approve":
      return `${becomes}: I ask before each move; a location that dies is not left before somebody says yes`;
    case "observe":
      return `${becomes}: I only say what I would do; nothing moves any more, not even away from a location that dies`;
  }
}

function heldWords(view: ControlView): readonly string[] {
  return view.hold === null
    ? []
    : [`everything is held by ${view.hold.by}: nothing moves by itself until that is released`];
}

/** What is free again once nothing is held, as far as the mode allows. */
function freeWords(mode: ControlView["mode"], act: string): string {
  switch (mode) {
    case "act":
      return act;
    case "approve":
      return "I ask before each move again";
    case "observe":
      return "mode is observe, and still nothing moves";
  }
}

function mayMoveWords(mode: ControlView["mode"], places: readonly LocationView[]): readonly string[] {
  if (mode === "observe") return [];
  return places.flatMap(({ name, state, movedShare }) => {
    if (state === "draining") return [`${name} is draining, ${percent(movedShare)} out: it may go on`];
    return state === "restoring" ? [`${name} is restoring, ${percent(movedShare)} still out: it may go on`] : [];
  });
}

const RECEIVERS_SHOWN_MAX = 6;

/** `moves 1,240 rps of PUBLIC to 3 places, highest 71 % full, +9 ms median`, then where to, who grows, and what stays. */
function moveWords(order: Order, moves: OrderMoves, state: ControlState): readonly string[] {
  const { leaves, backs, receivers } = moves;
  const isMove = order.kind === "evacuate" || order.kind === "restore" || order.kind === "weight";
  if (leaves.length === 0 && backs.length === 0) return isMove ? ["moves nobody: nothing of it is left to move"] : [];
  const last = isMove ? untilWords(order) : [];
  if (moves.movesRps < NOBODY_RPS) {
    return [
      `moves nobody now: ${listWords([...leaves.map(({ name }) => name), ...backs])} serves nobody now who could move; the order holds for who comes`,
      ...last,
    ];
  }
  const names = leaves.map(({ name }) => name);
  const whence = isMove || names.length === 0 ? "" : ` out of ${listWords(names)}`;
  const where =
    leaves.length === 0
      ? `back to ${listWords(backs)}`
      : `to ${receivers.length === 1 ? receivers[0]!.name : `${receivers.length} places`}`;
  const what = listWords(moves.classes.map((name) => name.toUpperCase()));
  const full = percent(receivers[0]?.utilisation ?? 0);
  return [
    `moves ${rpsWords(moves.movesRps)} of ${what}${whence} ${where}, ${receivers.length === 1 ? `then ${full} full` : `highest ${full} full`}, ${msWords(moves.addedMs.median)} median`,
    ...(receivers.length > 1 ? [receiverWords(moves)] : []),
    ...moves.grow.map(({ name, toRps }) => `${name} grows to ${rpsWords(toRps)} first`),
    ...(moves.noRoomRps >= 0.5 ? [`${rpsWords(moves.noRoomRps)} find no room: they stay where they are`] : []),
    ...stayWords(order, leaves, state),
    leaves.every(({ leave }) => leave.pace === "at-once") && backs.length === 0
      ? "what fits moves at once, the rest as receivers become ready"
      : "5 % first, a look at each step, then double",
    ...last,
  ];
}

/** Less is what a row without traffic is planned with. */
const NOBODY_RPS = 0.05;

function receiverWords({ receivers, movesRps }: OrderMoves): string {
  const most = receivers.toSorted((a, b) => b.takesRps - a.takesRps || (a.name < b.name ? -1 : 1));
  const shown = most
    .slice(0, RECEIVERS_SHOWN_MAX)
    .map(
      ({ name, takesRps, utilisation }) =>
        `${name} ${percent(takesRps / movesRps)} (then ${percent(utilisation)} full)`,
    );
  const more = most.length - shown.length;
  return `to ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function untilWords(order: Extract<Order, { kind: "evacuate" | "restore" | "weight" }>): readonly string[] {
  if (order.kind !== "evacuate") return [];
  return [
    order.forSeconds === undefined
      ? `until \`houston restore ${order.location}\``
      : `goes back by itself after ${secondsWords(order.forSeconds * 1000)}`,
  ];
}

/** Classes of a place that is left which stay there, and why. */
function stayWords(order: Order, leaves: OrderMoves["leaves"], state: ControlState): readonly string[] {
  // Who named a class knows of the others.
  if (order.kind === "evacuate" && order.class !== undefined) return [];
  const classes = state.estate?.classes ?? [];
  const staying = classes.filter(({ name }) => leaves.some(({ leave }) => !leave.classes.includes(name)));
  return staying.map(({ name, data }) => `${name.toUpperCase()} stays${whyStays(data)}`);
}

function whyStays(data: DataPlace): string {
  switch (data.kind) {
    case "one-writer":
      return `: its only writer is in ${data.location}`;
    case "stays":
      return ": its users' data is there alone";
    case "everywhere":
      return "";
  }
}

/** Reasons of the reducer that are no news to who gave the order. */
const EXPECTED: ReadonlySet<string> = new Set([
  "order-evacuate",
  "order-restore",
  "restore",
  "evacuate",
  "evacuate-lost",
  "spill",
  "grow",
  "canary",
  "step",
  "step-back",
  "hold",
  "release",
  "mode",
  "force",
  "pin",
  "unpin",
  "weight",
  "answered",
  "contingencies-renewed",
  "floor-kept",
  // It has moved nothing yet, so nobody had to be ready.
  "receiver-not-ready",
]);

/** Why it would not begin at once. */
function waitWords(moves: OrderMoves, news: readonly Reason[], view: ControlView): readonly string[] {
  const names = [...moves.leaves.map(({ name }) => name), ...moves.backs];
  if (names.length === 0) return [];
  if (view.blind) return ["I am blind: nothing moves before I hear a majority of the locations again"];
  return news
    .filter(({ code, location }) => location !== undefined && names.includes(location) && !EXPECTED.has(code))
    .map(({ says }) => `first: ${says}`);
}

function rpsWords(value: number): string {
  const shown = value >= 10 ? String(Math.round(value)) : value.toFixed(1);
  return `${shown.replaceAll(/\B(?=(?:\d{3})+$)/g, ",")} rps`;
}

function msWords(ms: number): string {
  return `${ms < 0 ? "" : "+"}${Math.round(ms)} ms`;
}
