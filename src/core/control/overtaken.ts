import type { ClassName } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import type { Traffic } from "../shift/traffic.ts";
import { isForced } from "./forced.ts";
import { carriersOf } from "./luggage.ts";
import type { Draft } from "./publish.ts";
import { outOf } from "./receivers.ts";
import type { Leave, OrderedOut } from "./state.ts";
import { decision, say, type DraftPlace, type Turn } from "./turn.ts";
import { classWords, percent } from "./words.ts";

/**
 * A place that a person had sent users out of may fail or die then. The order stands beside what is done about that, as a table that is booked
 * stays booked while the house is cleared: it takes nobody's way out, and so many are kept out when the others come back.
 *
 * 1. Who fails is left for the rest as any place is. Well again, it gets back all but those who were ordered out.
 * 2. Who dies is switched off for what it was left for: that it answers again brings nobody back before a person says so.
 * 3. An order whose time ends meanwhile brings nobody back into a sick place: from then on all come back when it is well.
 */

/** What of a person's order holds on beside a leave that takes over; who was to come back whole is out by no order any more. */
export function overtaken(turn: Turn, place: DraftPlace): Pick<Leave, "overtook"> {
  const { leave, back } = place;
  if (leave === null || (back !== null && back.order === undefined)) return {};
  // Who is forced down is out for that, which is kept by itself.
  const isKeptItself = leave.ended !== undefined || isForced(place, "down");
  const order = leave.overtook ?? (isKeptItself ? null : orderOf(leave));
  return order === null || isOver(turn, order) ? {} : { overtook: order };
}

/** What a person ordered out by this; null: it is for no order. */
export function orderOf(leave: Leave): OrderedOut | null {
  if (leave.why !== "person" || leave.by === null) return null;
  const { by, since: at, classes, share, expires, weight } = leave;
  return { by, at, classes, share, expires, ...(weight !== undefined && { weight }) };
}

const isOver = (turn: Turn, { expires }: OrderedOut): boolean => expires !== null && turn.now.at >= expires;

/** Whether they are out by that order still. */
export const isOvertaken = (turn: Turn, { overtook }: Leave): boolean =>
  overtook !== undefined && !isOver(turn, overtook);

/** Whether nobody wants them out by this order any more. */
export function isEnded(turn: Turn, leave: Leave): boolean {
  const order = orderOf(leave);
  return leave.ended !== undefined || (order !== null && isOver(turn, order));
}

/** What stays out by an order when all others are back; null: nobody. */
export function staysOut(turn: Turn, leave: Leave): OrderedOut | null {
  if (leave.why === "person" && !isEnded(turn, leave)) return orderOf(leave);
  return isOvertaken(turn, leave) ? leave.overtook! : null;
}

/** How much of each class's users who are away may come back, while an order that keeps others out stands. */
export function comingBack(
  turn: Turn,
  { name, leave, back }: Pick<DraftPlace, "name" | "leave" | "back">,
  traffic: Traffic,
): (className: ClassName) => number {
  if (leave === null || back?.order === undefined) return () => 1;
  const { order, from: assignment } = back;
  const ordered = { ...leave, classes: order.classes };
  const out = outOf(turn, { place: { name }, leave: ordered, assignment, traffic });
  const share = out > 0 ? Math.max(0, 1 - order.share / out) : 0;
  return (className) => (order.classes.includes(className) ? share : 1);
}

/** Rounding to whole buckets leaves crumbs. */
export const CRUMB = 0.01;

/** Whether more are out than this order wants. */
export function isMoreOut(
  turn: Turn,
  of: {
    readonly place: Pick<DraftPlace, "name">;
    readonly leave: Leave;
    readonly order: OrderedOut;
    readonly assignment: Assignment;
    readonly traffic: Traffic;
  },
): boolean {
  const { leave, order } = of;
  const outOfThese = (classes: readonly ClassName[]): number => outOf(turn, { ...of, leave: { ...leave, classes } });
  const others = leave.classes.filter((name) => !order.classes.includes(name));
  return outOfThese(order.classes) > order.share + CRUMB || outOfThese(others) > CRUMB;
}

/** The same way out, for this order alone. */
export function leaveByOrder(leave: Leave, order: OrderedOut): Leave {
  const { overtook: _overtook, ended: _ended, isTriedAgain: _isTriedAgain, weight: _weight, ...kept } = leave;
  const { at: since, ...ordered } = order;
  return { ...kept, ...ordered, why: "person", since, rung: order.share, doneAt: null };
}

/** `ann ordered 60 % of PUBLIC out: so many stay out when it is well` */
export function standsWords({ by, share, classes }: OrderedOut): string {
  return `${by} ordered ${percent(share)} of ${classWords(classes)} out: so many stay out when it is well`;
}

/** It answers again and is well: from now on who is out is out by the order alone. */
export function goBackToOrder(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { leave, name } = place;
  // Who took of it is watched as for a loss until that is over.
  if (leave?.overtook === undefined || carriersOf(turn, leave).length > 0) return;
  const { weight, ...order } = leave.overtook;
  const out = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  // Nobody leaves a place that is well but by what was ordered.
  const share = Math.max(order.share, Math.min(1, out));
  place.leave = {
    ...leaveByOrder(leave, { ...order, at: leave.since, share }),
    classes: leave.classes,
    doneAt: leave.doneAt,
  };
  const says = `${name} is well again; ${order.by} ordered its users out before it was lost: they stay out`;
  decision(turn, "order-goes-on", says, name);
  say(turn, {
    level: order.share < 1 ? "urgent" : "change",
    incident: leave.incident,
    location: name,
    what: says,
    youNeedTo: `order \`houston restore ${name}\` when they may come back${weight === undefined ? "" : `, or \`houston weight ${name} SHARE\` for some of them`}`,
  });
}
