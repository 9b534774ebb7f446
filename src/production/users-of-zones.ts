import { BUCKETS, type ClassName, type LocationName, type ZoneName } from "../core/estate.ts";
import { sameRow } from "../core/route/rows.ts";
import type { RouteTable, Run } from "../core/route/table.ts";
import type { UnixMs } from "../core/step.ts";

/**
 * Whose users came, where edges count how many and not whose: what came to a location is dealt out to the zones that the route table
 * sends there.
 *
 * Like a host who counts the coats at each door and knows which party was sent to which: after an evening or two with other doors
 * the size of each party is known.
 *
 * 1. What is dealt out of a location adds up to what came to it.
 * 2. Sizes are learnt while nobody is on the way only: for as long as answers of before are kept, users are dealt out by the sizes that were known.
 *
 * The estimate is that of greatest likelihood for sums of counts (Shepp and Vardi, Maximum likelihood reconstruction for emission
 * tomography, 1982), one step of it a look.
 */
export type UsersOfZones = {
  /** Requests a second: by location what came in, by location and zone what comes out. */
  take(look: {
    readonly at: UnixMs;
    readonly enteredRps: ReadonlyMap<LocationName, number>;
    /** Users are sent by it; null: by nobody. */
    readonly table: RouteTable | null;
  }): ReadonlyMap<LocationName, Readonly<Record<ZoneName, number>>>;
};

export function usersOfZones(options: {
  /** Those that are told apart; who is in no other is in one of them. */
  readonly zones: readonly ZoneName[];
  /** Whose rows are meant. */
  readonly className: ClassName;
  /** Whose users are taken for a location's own where no table says more. */
  readonly nearestZones: (location: LocationName) => readonly ZoneName[];
  /** Sizes as they were believed before, to begin with; null: not known yet. */
  readonly known: () => Readonly<Record<ZoneName, number>> | null;
  /** Answers are kept for so long. */
  readonly settlesMs: number;
}): UsersOfZones {
  const { zones, className, nearestZones } = options;
  let sizes: ReadonlyMap<ZoneName, number> | null = null;
  let last: RouteTable | null = null;
  let movedAt = -Infinity;

  const sizesNow = (): ReadonlyMap<ZoneName, number> => {
    if (sizes !== null) return sizes;
    const known = options.known();
    if (known === null) return alike(zones);
    sizes = floored(new Map(zones.map((zone) => [zone, known[zone] ?? 0])));
    return sizes;
  };

  return {
    take({ at, enteredRps, table }) {
      if (table !== null && table.version !== last?.version) {
        if (last !== null && zones.some((zone) => isElsewhere(rowIn(last!, zone), rowIn(table, zone)))) movedAt = at;
        last = table;
      }
      const now = sizesNow();
      const isSettled = at - movedAt >= options.settlesMs;
      const dealt = new Map<LocationName, Readonly<Record<ZoneName, number>>>();
      const learnt = new Map<ZoneName, number>(zones.map((zone) => [zone, 0]));
      for (const [location, rps] of enteredRps) {
        const here = isSettled && table !== null ? sentTo(location, { table, now }) : isSettled ? NOBODY : now;
        const shares = sum(here) > 0 ? here : new Map(nearestZones(location).map((zone) => [zone, 1]));
        const whole = sum(shares);
        const rpsOf: Record<ZoneName, number> = {};
        for (const [zone, share] of shares) {
          if (share === 0) continue;
          rpsOf[zone] = (rps * share) / whole;
          learnt.set(zone, (learnt.get(zone) ?? 0) + rpsOf[zone]);
        }
        dealt.set(location, rpsOf);
      }
      if (isSettled && sizes !== null && sum(learnt) > 0) sizes = floored(learnt);
      return dealt;
    },
  };

  function rowIn(table: RouteTable, zone: ZoneName): readonly Run[] {
    return table.assignment[className]?.[zone] ?? [];
  }

  /** What of each zone is sent there. */
  function sentTo(
    location: LocationName,
    { table, now }: { readonly table: RouteTable; readonly now: ReadonlyMap<ZoneName, number> },
  ): ReadonlyMap<ZoneName, number> {
    const index = table.locations.indexOf(location);
    return new Map(
      [...now].map(([zone, size]) => {
        const buckets = rowIn(table, zone).reduce((all, [to, count]) => (to === index ? all + count : all), 0);
        return [zone, (size * buckets) / BUCKETS];
      }),
    );
  }
}

function isElsewhere(before: readonly Run[], after: readonly Run[]): boolean {
  if (before.length === 0 || after.length === 0) return before.length !== after.length;
  return !sameRow(before, after);
}

const NOBODY: ReadonlyMap<ZoneName, number> = new Map();
/** Whoever is asleep now must be found again tomorrow: so large a share of an even one is left to each. */
const LEAST_OF_EVEN = 0.001;

function alike(zones: readonly ZoneName[]): ReadonlyMap<ZoneName, number> {
  return new Map(zones.map((zone) => [zone, 1]));
}

function floored(sizes: ReadonlyMap<ZoneName, number>): ReadonlyMap<ZoneName, number> {
  const whole = sum(sizes);
  if (whole === 0) return alike([...sizes.keys()]);
  const least = (LEAST_OF_EVEN * whole) / sizes.size;
  return new Map([...sizes].map(([zone, size]) => [zone, Math.max(size, least)]));
}

function sum(sizes: ReadonlyMap<ZoneName, number>): number {
  let all = 0;
  for (const size of sizes.values()) all += size;
  return all;
}
