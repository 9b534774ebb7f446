import { mayMove, type LocationName } from "../estate.ts";
import { bucketsToRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { locationIndex, rowOf, withRows, type NewRow } from "../shift/traffic.ts";
import { isAnybodyAt } from "./anybody-at.ts";
import { pinnedTo, withPins } from "./pins.ts";
import { homesAnew, type Draft } from "./publish.ts";
import { grownRps } from "./scale.ts";
import { estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * A location that is new in houston.yaml serves nobody before a person says so, as a new shop is looked over before its doors open. Then those who
 * have it nearest come the way that users of a healed location go back: after proof of health, canary first, each step looked at. Who has not come
 * when that is over belongs where they were.
 */

/** Whether anybody belongs there who is not only pinned to it: a tenant that a person has sent ahead opens no doors. */
export function isAnybodysHome(turn: Turn, name: LocationName): boolean {
  const { home } = turn.now;
  if (home === null) return false;
  const here = locationIndex(estateOf(turn), name);
  const isPinned = pinnedTo(turn, name);
  return isAnybodyAt(turn, home, name, (className, zone) =>
    rowToBuckets(rowOf(home, className, zone)).some(
      (index, bucket) => index === here && !isPinned(className, zone, bucket),
    ),
  );
}

/** Who has it nearest, as far as it can grow to take them, belongs there from now on; all others stay where they belong. False: nobody does. */
export function inviteFirstUsers(turn: Turn, place: DraftPlace): boolean {
  const { now } = turn;
  const estate = estateOf(turn);
  const { home } = now;
  if (home === null) return false;
  const here = locationIndex(estate, place.name);
  const planned = homesAnew(turn, home, { [place.name]: grownRps(turn, place) });
  const rows = estate.classes.filter(mayMove).flatMap(({ name: className }) =>
    estate.zones.flatMap(({ name: zone }): readonly NewRow[] => {
      const plannedRow = rowOf(planned, className, zone);
      const homeRow = rowOf(home, className, zone);
      if (homeRow.length === 0 || !plannedRow.some(([index]) => index === here)) return [];
      const comes = rowToBuckets(plannedRow);
      const belongs = rowToBuckets(homeRow);
      const buckets = belongs.map((index, bucket) => (comes[bucket] === here ? here : index));
      return [{ class: className, zone, runs: bucketsToRow(buckets) }];
    }),
  );
  if (rows.length === 0) return false;
  place.homeBefore = home;
  now.home = withPins(turn, withRows(home, rows));
  return true;
}

/** The way in is over, whatever ended it: whoever is not there belongs where they belonged before. */
export function endWaysIn(turn: Turn, draft: Draft): void {
  for (const place of placesOf(turn)) {
    const { homeBefore = null } = place;
    if (homeBefore === null || place.back !== null) continue;
    place.homeBefore = null;
    const home = homeOfThoseThere(turn, { name: place.name, homeBefore, assignment: draft.assignment });
    turn.now.home = withPins(turn, home);
  }
}

function homeOfThoseThere(
  turn: Turn,
  of: { readonly name: LocationName; readonly homeBefore: Assignment; readonly assignment: Assignment },
): Assignment {
  const estate = estateOf(turn);
  const home = turn.now.home!;
  const here = locationIndex(estate, of.name);
  const rows = estate.classes.flatMap(({ name: className }) =>
    estate.zones.flatMap(({ name: zone }): readonly NewRow[] => {
      const homeRow = rowOf(home, className, zone);
      if (!homeRow.some(([index]) => index === here)) return [];
      const before = rowToBuckets(rowOf(of.homeBefore, className, zone));
      const now = rowToBuckets(rowOf(of.assignment, className, zone));
      const buckets = rowToBuckets(homeRow).map((index, bucket) =>
        index === here && now[bucket] !== here ? before[bucket]! : index,
      );
      return [{ class: className, zone, runs: bucketsToRow(buckets) }];
    }),
  );
  return withRows(home, rows);
}
