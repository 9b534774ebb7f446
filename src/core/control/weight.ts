import type { Weight } from "../control-contract.ts";
import type { Order } from "../order.ts";
import { trafficNow } from "./demand.ts";
import { beginBack } from "./back.ts";
import { accepted, badTime, forWords, isBadTime, refused, unknownLocation, whyWords } from "./order-answer.ts";
import type { Draft } from "./publish.ts";
import { outOf } from "./receivers.ts";
import type { Leave, Place } from "./state.ts";
import type { Turn } from "./turn.ts";
import { classWords, percent } from "./words.ts";

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
  if (share === 1) return orders.restore();
  const { leave } = place;
  if (place.lostAt !== null || (leave !== null && leave.why !== "person" && leave.share >= 1))
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
  const own = { share: 1 - share, by, expires, weight: { ...(why !== undefined && { why }) } };
  if (reached > 1 - share + CRUMB) {
    if (place.forced?.to === "down") return void orders.evacuate(1 - share);
    place.leave = { ...leave!, ...own, since: now.at, rung: 1 - share, doneAt: null };
    beginBack(turn, draft, place, by);
    place.back = { ...place.back!, share: 1 - (1 - share) / reached };
  } else {
    if (!orders.evacuate(1 - share)) return;
    place.leave = { ...place.leave!, ...own };
  }
  const whose = classWords(place.leave.classes);
  accepted(
    turn,
    "weight",
    `${by}: ${location} serves at most ${percent(share)} of its own ${whose}${forWords(order)}${whyWords(order)}`,
    location,
  );
}

/** Rounding to whole buckets leaves crumbs. */
const CRUMB = 0.01;

/** Null: nobody has set one. */
export function weightOf({ leave }: Pick<Place, "leave">): Weight | null {
  if (leave?.weight === undefined || leave.by === null) return null;
  return {
    share: stays(leave),
    classes: leave.classes,
    by: leave.by,
    at: leave.since,
    ...(leave.expires !== null && { until: leave.expires }),
    ...leave.weight,
  };
}

/** Without the dust of `1 - 0.6`. */
const stays = ({ share }: Leave): number => Math.round((1 - share) * 1e6) / 1e6;
