import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { locationIndex, rowOf } from "../shift/traffic.ts";
import { estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * A dead location can't say what killed it; it may have been a request that its users sent. So what left it is watched
 * where it went, like luggage from a house with a fever: for a minute no contingency takes it a house further, and when
 * a receiver dies of it, it goes on by canary, or not at all.
 */

/** A step's receivers are watched this long for slow trouble. */
export const WATCH_MS = 60_000;

/** Lost places whose chunks are under watch where they went. */
export function watchedPlaces(turn: Turn): readonly DraftPlace[] {
  return placesOf(turn).filter(
    ({ lostAt, leave, step }) =>
      lostAt !== null && leave?.why === "lost" && step !== null && turn.now.at - step.at <= WATCH_MS,
  );
}

/** Whether a chunk came from a lost place lately, and is somewhere else now. */
export function watchedChunks(
  turn: Turn,
  assignment: Assignment,
): (className: ClassName, zone: ZoneName, bucket: number) => boolean {
  const estate = estateOf(turn);
  const bases = watchedPlaces(turn).map(({ name, leave }) => ({
    here: locationIndex(estate, name),
    from: leave!.from,
  }));
  if (bases.length === 0) return () => false;
  const rows = new Map<string, ReadonlySet<number>>();
  return (className, zone, bucket) => {
    const key = `${className} ${zone}`;
    const known = rows.get(key);
    if (known !== undefined) return known.has(bucket);
    const now = rowToBuckets(rowOf(assignment, className, zone));
    const watched = new Set<number>();
    for (const { here, from } of bases) {
      const base = rowToBuckets(rowOf(from, className, zone));
      for (let each = 0; each < base.length; each++) if (base[each] === here && now[each] !== here) watched.add(each);
    }
    rows.set(key, watched);
    return watched.has(bucket);
  };
}

/** The names, for comparing with what the newest contingencies were computed from. */
export function watchedNames(turn: Turn): readonly LocationName[] {
  return watchedPlaces(turn).map(({ name }) => name);
}
