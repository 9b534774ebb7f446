import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { locationIndex, rowOf } from "../shift/traffic.ts";
import type { Carrier, Leave } from "./state.ts";
import { estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * A dead location can't say what killed it; it may have been a request that its users sent. So what left it is watched
 * where it went, like luggage from a house with a fever: for a minute no contingency takes it a house further, and when
 * a carrier dies of it, it goes on by canary, or not at all. That the dead house answers again changes nothing. Who had the fever before they came has
 * not caught it of them.
 */

/** Receivers are watched this long for slow trouble. */
export const WATCH_MS = 60_000;

/** Who carries what left this place, and is still under watch. */
export function carriersOf(turn: Turn, leave: Leave): readonly Carrier[] {
  return leave.carriers.filter(({ since }) => turn.now.at - since <= WATCH_MS);
}

/** These took of a lost place now; who took before is watched from now on afresh. */
export function withCarriers(turn: Turn, leave: Leave, took: readonly LocationName[]): readonly Carrier[] {
  const others = carriersOf(turn, leave).filter(({ name }) => !took.includes(name));
  return [...others, ...took.map((name) => ({ name, since: turn.now.at }))];
}

/** Places that were lost and whose chunks are under watch where they went. */
export function watchedPlaces(turn: Turn): readonly DraftPlace[] {
  return placesOf(turn).filter(({ leave }) => leave?.why === "lost" && carriersOf(turn, leave).length > 0);
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
    carriers: new Set(carriersOf(turn, leave!).map((carrier) => locationIndex(estate, carrier.name))),
  }));
  if (bases.length === 0) return () => false;
  const rows = new Map<string, ReadonlySet<number>>();
  return (className, zone, bucket) => {
    const key = `${className} ${zone}`;
    const known = rows.get(key);
    if (known !== undefined) return known.has(bucket);
    const now = rowToBuckets(rowOf(assignment, className, zone));
    const watched = new Set<number>();
    for (const { here, from, carriers } of bases) {
      const base = rowToBuckets(rowOf(from, className, zone));
      for (let each = 0; each < base.length; each++)
        if (base[each] === here && carriers.has(now[each]!)) watched.add(each);
    }
    rows.set(key, watched);
    return watched.has(bucket);
  };
}
