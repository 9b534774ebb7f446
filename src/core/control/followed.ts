import { providersOf, type ClassName, type LocationName } from "../estate.ts";
import type { LocationOrProvider } from "../plan/what-if.ts";
import type { Assignment } from "../route/table.ts";
import { classesFreeNow } from "./movable-classes.ts";
import { mayGoButForShare, permissionFor, type Move } from "./mode-rules.ts";
import type { Followed } from "./state.ts";
import { estateOf, type Turn } from "./turn.ts";

/** Edges and DNS follow a contingency without asking anybody: it may hold no more than could go by the mode and its rules at that loss. */

/** Classes that nobody has to be asked about when these places are lost at once. */
export function followedClasses(
  turn: Turn,
  assignment: Assignment,
  locations: readonly LocationName[],
): readonly ClassName[] {
  const move = moveAt(turn, assignment, locations);
  return move.classes.filter((name) => permissionFor(turn, move, name).mode === "act");
}

/** The same for each loss that servers follow by themselves; without rules it is always the same, and none is named. */
export function followedAt(turn: Turn, assignment: Assignment): Followed {
  return Object.fromEntries(
    losses(turn).map(({ name, locations }) => [name, followedClasses(turn, assignment, locations)]),
  );
}

export const sameFollowed = (one: Followed | undefined, other: Followed): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** At whose loss there is less to follow than there was. */
export function noMoreFollowed(before: Followed, now: Followed): readonly LocationOrProvider[] {
  return Object.keys(now).filter((name) => before[name]?.some((each) => !now[name]!.includes(each)));
}

/** At whose loss somebody is asked only because it takes too much at once. */
export function beyondRules(turn: Turn, assignment: Assignment): readonly LocationOrProvider[] {
  return losses(turn).flatMap(({ name, locations }) => {
    const move = moveAt(turn, assignment, locations);
    return move.classes.some((each) => mayGoButForShare(turn, move, each)) ? [name] : [];
  });
}

function moveAt(turn: Turn, assignment: Assignment, locations: readonly LocationName[]): Move {
  const classes = classesFreeNow(turn, true);
  return { locations, fault: "hard-down", classes, zones: null, share: 1, from: assignment };
}

/** A provider of one location has no loss of its own, nor has one that has all. */
function losses(
  turn: Turn,
): readonly { readonly name: LocationOrProvider; readonly locations: readonly LocationName[] }[] {
  const estate = estateOf(turn);
  if ((estate.modeRules ?? []).length === 0) return [];
  const providers = [...providersOf(estate)].filter(
    ([, locations]) => locations.length > 1 && locations.length < estate.locations.length,
  );
  return [
    ...estate.locations.map(({ name }) => ({ name, locations: [name] })),
    ...providers.map(([name, locations]) => ({ name, locations })),
  ];
}
