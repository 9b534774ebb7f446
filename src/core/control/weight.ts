import type { Weight } from "../control-contract.ts";
import type { Order } from "../order.ts";
import { trafficNow } from "./demand.ts";
import { beginBack } from "./back.ts";
import { accepted, badTime, forWords, isBadTime, refused, unknownLocation, whyWords } from "./order-answer.ts";
import type { Draft } from "./publish.ts";
import { outOf } from "./receivers.ts";
import { CRUMB, leaveByOrder, orderOf, staysOut } from "./overtaken.ts";
import type { Place } from "./state.ts";
import type { DraftPlace, Turn } from "./turn.ts";
import { classWords, percent } from "./words.ts";
import { isFelt } from "../verdict.ts";

/**
 * A weight says what stays where an evacuation says what leaves: it is one, of the rest, and goes by the same steps under the same guards. When
 * it is raised, as many come back.
 */

type WeightOrder = Extract<Order, { kind: "weight" }>;

export function takeWeight(
  turn: Turn,
  draft: Draft,
  by: string,
  order: WeightOrder,
  orders: {
    /** Each says itself what comes of it; false: it is refused. */
    readonly evacuate: (share: number) => boolean;
    readonly restore: () => void;
  },
): void {
  const { now } = turn;
  const { location, share, class: className, forSeconds, why } = order;
  const place = now.places[location];
  if (place === undefined) return unknownLocation(turn, by, location);
  if (!(share > 0 && share <= 1))
    return refused(
      turn,
      "bad-share",
      `${by}: a weight is over 0 and at most 1, not ${share}`,
      `for example 40%; \`houston evacuate ${location}\` moves all`,
    );
  if (isBadTime(order)) return badTime(turn, by);
  const { leave } = place;
  const isSick = leave?.why === "gray" && leave.overtook !== undefined && isFelt(place.verdict);
  if (share === 1) return isSick ? forget(turn, by, place) : orders.restore();
  const isLeftByItself = leave !== null && leave.why !== "person" && leave.why !== "gray" && leave.share >= 1;
  if (place.lostAt !== null || isLeftByItself)
    return refused(
      turn,
      "is-left",
      `${by}: ${location} is being left`,
      `\`houston restore ${location}\` when it is well`,
    );
  const isOfThese = className === undefined || leave?.classes.join() === className;
  const reached =
    leave === null || leave.why !== "person" || !isOfThese || place.back !== null
      ? 0
      : outOf(turn, { place, leave, assignment: draft.assignment, traffic: trafficNow(turn) });
  const expires = forSeconds === undefined ? null : now.at + 1000 * forSeconds;
  const weight = { ...(why !== undefined && { why }) };
  const most = 1 - share;
  if (reached > most + CRUMB && place.forced?.to !== "down") {
    const { classes } = leave!;
    place.leave = leaveByOrder(leave!, { by, at: now.at, classes, share: most, expires, weight });
    beginBack(turn, draft, place, by);
  } else {
    if (!orders.evacuate(most)) return;
    const begun = place.leave!;
    place.leave =
      begun.why === "person"
        ? { ...begun, expires, weight }
        : { ...begun, overtook: { ...begun.overtook!, expires, weight } };
    if (place.back?.order !== undefined) place.back = { ...place.back, order: place.leave.overtook! };
  }
  const { classes } = staysOut(turn, place.leave)!;
  accepted(
    turn,
    "weight",
    `${by}: ${location} serves at most ${percent(share)} of its own ${classWords(classes)}${forWords(order)}${whyWords(order)}`,
    location,
  );
}

/** It has failed and is left for that; who was out by weight comes back with the others. */
function forget(turn: Turn, by: string, place: DraftPlace): void {
  const { overtook: _, ...kept } = place.leave!;
  place.leave = kept;
  const says = `${by}: ${place.name} has no weight any more; it is failing, and all of its users come back when it is well`;
  accepted(turn, "weight", says, place.name);
}

/** Null: nobody has set one. */
export function weightOf({ leave }: Pick<Place, "leave">): Weight | null {
  const order = leave === null ? null : leave.why === "gray" ? (leave.overtook ?? null) : orderOf(leave);
  if (order?.weight === undefined) return null;
  const { share, classes, by, at, expires, weight } = order;
  return { share: stays(share), classes, by, at, ...(expires !== null && { until: expires }), ...weight };
}

/** Without the dust of `1 - 0.6`. */
const stays = (share: number): number => Math.round((1 - share) * 1e6) / 1e6;
