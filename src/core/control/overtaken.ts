import type { Traffic } from "../shift/traffic.ts";
import { carriersOf } from "./luggage.ts";
import type { Draft } from "./publish.ts";
import { outOf } from "./receivers.ts";
import type { Leave } from "./state.ts";
import { decision, say, type DraftPlace, type Turn } from "./turn.ts";

/**
 * A place that a person had sent users out of may die then: it is switched off for what it was left for. That it answers again takes back
 * no order, as a shop that is being rebuilt does not open because its lights are on.
 */

/** What of a person's order a loss takes over; who was to come back whole is out by no order any more. */
export function overtaken({ leave, back }: Pick<DraftPlace, "leave" | "back">): Pick<Leave, "overtook"> {
  if (leave === null || (back !== null && back.share === undefined)) return {};
  if (leave.overtook !== undefined) return { overtook: leave.overtook };
  if (leave.why !== "person" || leave.by === null) return {};
  const { by, expires, share, weight } = leave;
  return { overtook: { by, expires, share, isWeight: weight !== undefined } };
}

/** Whether they are out by that order still. */
export const isOvertaken = (turn: Turn, { overtook }: Leave): boolean =>
  overtook !== undefined && (overtook.expires === null || turn.now.at < overtook.expires);

/** It is well again: from now on who is out is out by the order alone. */
export function goBackToOrder(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { leave, name } = place;
  // Who took of it is watched as for a loss until that is over.
  if (leave?.overtook === undefined || carriersOf(turn, leave).length > 0) return;
  const { overtook, ...kept } = leave;
  const { by, expires, isWeight } = overtook;
  const out = outOf(turn, { place, leave, assignment: draft.assignment, traffic });
  // Nobody leaves a place that is well but by what was ordered.
  const share = Math.max(overtook.share, Math.min(1, out));
  place.leave = { ...kept, why: "person", by, expires, share, rung: share };
  const says = `${name} is well again; ${by} ordered its users out before it was lost: they stay out`;
  decision(turn, "order-goes-on", says, name);
  say(turn, {
    level: overtook.share < 1 ? "urgent" : "change",
    incident: leave.incident,
    location: name,
    what: says,
    youNeedTo: `order \`houston restore ${name}\` when they may come back${isWeight ? `, or \`houston weight ${name} SHARE\` for some of them` : ""}`,
  });
}
