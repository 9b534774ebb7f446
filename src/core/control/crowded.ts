import type { LocationName } from "../estate.ts";
import { carriedBy } from "../plan/room.ts";
import type { Assignment } from "../route/table.ts";
import { loadOf, type Traffic } from "../shift/traffic.ts";
import { readyRps } from "./publish.ts";
import { takenBy } from "./receivers.ts";
import { estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";

/** Who took users of a place and has too many since: for them a way back is the relief. */

type Taking = {
  readonly place: Pick<DraftPlace, "name">;
  /** Where everybody was before. */
  readonly base: Assignment;
  readonly assignment: Assignment;
  readonly traffic: Traffic;
};

/** Of those who took some of a place, by how much each has more than it may be filled with, as a share of what is ready there; who fits is left out. */
export function overfullTakers(turn: Turn, taking: Taking): Readonly<Record<LocationName, number>> {
  const most = carriedBy(readyRps(turn), estateOf(turn).guards.maxUtilisation);
  return beyond(turn, taking, most);
}

/** Whether one of them has more than it is ready for: users are refused there. */
export function isRefusedElsewhere(turn: Turn, taking: Taking): boolean {
  return Object.keys(beyond(turn, taking, readyRps(turn))).length > 0;
}

function beyond(
  turn: Turn,
  { place, base, assignment, traffic }: Taking,
  mostRps: Readonly<Record<LocationName, number>>,
): Record<LocationName, number> {
  const load = loadOf(estateOf(turn), assignment, traffic);
  const ready = readyRps(turn);
  const taken = takenBy(turn, { base, now: assignment, traffic, location: place.name });
  const over: Record<LocationName, number> = {};
  for (const { name } of placesOf(turn)) {
    const tooMuchRps = load[name]! - mostRps[name]!;
    if (taken[name]! > 0 && tooMuchRps > 0) over[name] = tooMuchRps / Math.max(1, ready[name]!);
  }
  return over;
}
