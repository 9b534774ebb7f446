import { mayMove, type ClassName } from "../estate.ts";
import type { Order } from "../order.ts";
import { beginOrdered } from "./begin-leave.ts";
import { isForced } from "./forced.ts";
import { movableClasses } from "./movable-classes.ts";
import { accepted, badTime, forWords, isBadTime, refused, unknownLocation, whyWords } from "./order-answer.ts";
import { overtaken } from "./overtaken.ts";
import { stoppedBy } from "./permission.ts";
import { servingCount } from "./propose.ts";
import type { Draft } from "./publish.ts";
import { isOfSome } from "./rest.ts";
import type { Leave } from "./state.ts";
import { estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";

/** Orders that force a place up or down, and what keeps them true: see forced.ts. */

type ForceOrder = Extract<Order, { kind: "force" }>;

export function takeForce(
  turn: Turn,
  by: string,
  order: ForceOrder,
  /** Begins to leave it as by an order; false: that is refused, and was said. */
  leave: () => boolean,
): void {
  const { now } = turn;
  const { location: name, to, forSeconds, why } = order;
  const place = now.places[name];
  if (place === undefined) return unknownLocation(turn, by, name);
  if (isBadTime(order)) return badTime(turn, by);
  const before = place.forced ?? null;
  const ended = { by, says: `${by} forces it down no more` };
  if (to === "auto") {
    if (before === null)
      return refused(turn, "not-forced", `${by}: ${name} is not forced`, "nothing to do: what is measured counts");
    endForced(turn, place, ended);
    return accepted(turn, "force", `${by}: ${name} is forced ${before.to} no more: what is measured counts`, name);
  }
  const isLeftNow = before?.to === "down" || (place.lostAt !== null && place.leave !== null);
  const stands = overtaken(turn, place);
  if (to === "down" && !isLeftNow && !leave()) return;
  if (to === "down" && !isLeftNow) place.leave = { ...place.leave!, ...stands };
  if (to === "up" && before !== null) endForced(turn, place, ended);
  place.forced = {
    to,
    by,
    at: now.at,
    ...(forSeconds !== undefined && { until: now.at + 1000 * forSeconds }),
    ...(why !== undefined && { why }),
  };
  now.republish = now.table !== null;
  accepted(
    turn,
    "force",
    `${by}: ${name} is forced ${to}${forWords(order)}${whyWords(order)}: ${forcedWords(place, to)}`,
    name,
  );
}

/** What it means for who is there now. */
function forcedWords({ name, leave, lostAt }: DraftPlace, to: "up" | "down"): string {
  if (to === "down") return `nobody goes back before \`houston force ${name} auto\``;
  const out = leave === null ? "" : `; who is out stays out until it is measured well or \`houston restore ${name}\``;
  const lost = lostAt === null ? "" : "; it is lost, and who is still led there is not served";
  return `none of its users is moved out by itself, and what it has no room for is refused${out}${lost}`;
}

export function refusedForced(turn: Turn, by: string, { name, forced }: DraftPlace, says: string): void {
  refused(
    turn,
    "forced-down",
    `${by}: ${name} is forced down by ${forced?.by ?? "a person"}, ${says}`,
    `\`houston force ${name} auto\` ends it`,
  );
}

/** A leave that a stop cut short is begun once more: who is forced down is left for as long as that holds. */
export function keepForcedDown(turn: Turn, draft: Draft): void {
  if (turn.now.mode === "observe") return;
  for (const place of placesOf(turn)) {
    const { leave, forced } = place;
    if (forced?.to !== "down" || stoppedBy(turn, place.name) !== null) continue;
    const isLeft = leave !== null && !isOfSome(leave) && leave.share >= 1 && place.back === null;
    const again = {
      place,
      classes: classesByOrder(turn),
      share: 1,
      by: forced.by,
      expires: null,
      ...overtaken(turn, place),
    };
    if (!isLeft && servingCount(turn, place.name) >= estateOf(turn).guards.minLocationsServing)
      beginOrdered(turn, draft, again);
  }
}

/** All that a person's order moves: what moves by itself, and what only people may move. */
export function classesByOrder(turn: Turn): readonly ClassName[] {
  const estate = estateOf(turn);
  const people = estate.classes
    .filter((each) => estate.guards.peopleOnly.includes(each.name) && mayMove(each))
    .map(({ name }) => name);
  return [...movableClasses(turn), ...people];
}

/** Nothing but what is measured counts again: who was left for it gets its users back, but for whom an earlier order keeps out. */
export function endForced(turn: Turn, place: DraftPlace, ended: NonNullable<Leave["ended"]>): void {
  const { leave } = place;
  if (isForced(place, "down") && leave?.why === "person") place.leave = { ...leave, ended };
  place.forced = null;
  turn.now.republish = turn.now.table !== null;
}
