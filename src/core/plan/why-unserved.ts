import type { ConditionName } from "../conditions.ts";
import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import { barOf, type Bar } from "../may-serve.ts";
import { byName } from "../route/by-name.ts";
import { zoneOfGroup } from "./closed.ts";
import { placesOf, placesOfClass, type Place } from "./places.ts";
import type { Plan, Problem } from "./problem.ts";

/**
 * Why a zone's class finds no place: what keeps it from the places that have room. `none-left`: there is no place at all, all are out of the
 * question. `full`: none has room. `own-pools-full`: the location has room, the class's own pools there don't. The others are what bars it from every place with room.
 */
export type WhyUnserved = Bar | "none-left" | "full" | "own-pools-full";

export type Unplaced = {
  readonly zone: ZoneName;
  readonly class: ClassName;
  readonly rps: number;
  readonly why: WhyUnserved;
  /** Of `condition`: which of them keep it from the places that have room. */
  readonly closedBy?: readonly ClosedPlace[];
};

export type ClosedPlace = { readonly location: LocationName; readonly conditions: readonly ConditionName[] };

/** A reason for each of the plan's unserved parts, in their order. */
export function whyUnserved(problem: Problem, plan: Pick<Plan, "assignment" | "unserved">): readonly Unplaced[] {
  if (plan.unserved.length === 0) return [];
  const places = placesOf(problem);
  const hasRoom = roomLeft(places, plan);
  const zones = new Map(problem.zones.map((zone) => [zone.name, zone]));
  return plan.unserved.map((part) => {
    const zone = zones.get(part.zone)!;
    const bars = new Set<Bar>();
    const closedBy: ClosedPlace[] = [];
    let ownPoolsFull = false;
    for (const [location, place] of placesOfClass(places, part.class)) {
      const bar = barOf(zone, part.class, location);
      if (bar !== null && hasRoom[place] === true) bars.add(bar);
      if (bar === "condition" && hasRoom[place] === true)
        closedBy.push({ location, conditions: zone.closed![part.class]![location]! });
      if (bar === null && places[place]!.pool !== null)
        ownPoolsFull ||= places.some(({ name, pool }, index) => name === location && pool === null && hasRoom[index]);
    }
    const bar = BARS.find((each) => bars.has(each));
    return {
      ...part,
      zone: zoneOfGroup(part.zone),
      why: bar ?? (places.length === 0 ? "none-left" : ownPoolsFull ? "own-pools-full" : "full"),
      ...(bar === "condition" && { closedBy }),
    };
  });
}

/** A condition before all else, for it is what somebody can mend now; a bad way, which passes; then law, for it is what nobody may change. */
const BARS: readonly Bar[] = ["condition", "bad-path", "law", "data", "too-far", "no-way"];

/** A millionth of a request a second is rounding, not room. */
const ROOM_LEAST_RPS = 1e-6;

function roomLeft(places: readonly Place[], plan: Pick<Plan, "assignment">): readonly boolean[] {
  const load = new Float64Array(places.length);
  const placesTaking = new Map<ClassName, ReadonlyMap<LocationName, number>>();
  for (const flow of plan.assignment) {
    let taking = placesTaking.get(flow.class);
    if (taking === undefined) placesTaking.set(flow.class, (taking = placesOfClass(places, flow.class)));
    load[taking.get(flow.location)!]! += flow.rps;
  }
  return places.map(({ capacityRps }, index) => capacityRps - load[index]! > ROOM_LEAST_RPS);
}

/** As people read it, after the class's name. */
export function whyUnservedWords({ why, closedBy = [] }: Pick<Unplaced, "why" | "closedBy">): string {
  switch (why) {
    case "condition":
      return `of the places with room, ${closedWords(closedBy)}`;
    case "bad-path":
      return "its users are hurt on their way to the places with room";
    case "law":
      return "no place that law allows has room";
    case "data":
      return "no place that has its data has room";
    case "too-far":
      return "no place that is near enough has room";
    case "no-way":
      return "no place that its zone may use has room";
    case "none-left":
      return "no place is left";
    case "own-pools-full":
      return "its own pools are full";
    case "full":
      return "every place is full, and the lowest class goes without first";
  }
}

/** `tls closes us-west-2, eu-west-1` */
function closedWords(places: readonly ClosedPlace[]): string {
  const groups = Map.groupBy(places, ({ conditions }) => conditions.toSorted(byName).join(" and "));
  return [...groups]
    .map(([names, closed]) => `${names} closes ${closed.map(({ location }) => location).join(", ")}`)
    .join("; ");
}
