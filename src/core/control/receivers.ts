import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import { mapPools, type RpsByPool } from "../plan/estate-problem.ts";
import { locationOfPool, poolNames, poolOf, poolSizes, sharedRps } from "../plan/pools.ts";
import { carriesRps } from "../plan/room.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { shareOut, type Receiver } from "../shift/move.ts";
import { loadOf, locationIndex, rowOf, rpsAt, rpsOf, type Traffic } from "../shift/traffic.ts";
import { partOf } from "./part-of.ts";
import { isHeard } from "./publish.ts";
import { isOfSome } from "./rest.ts";
import { grownRps } from "./scale.ts";
import type { Leave } from "./state.ts";
import { estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";
import { isFelt } from "../verdict.ts";

/** Who may take traffic of a leaving location, and how much, now and when grown. */

/** The first step, and the most that a new receiver is trusted with. */
export const CANARY_SHARE = 0.05;
/** Whole buckets are never just the share. */
export const isFewAsCanary = (share: number, canary = CANARY_SHARE): boolean => share <= canary * 1.5;
/** No burden to any receiver that has room; and of half as many it takes a quarter of a minute to be told how these users fare. */
const TELLING_RPS = 2;
/** A receiver is trusted with as much again as it carried well; in the last step with a tenth more, so that no crumbs of rounding stay. */
const LAST_STEP = 1.1;
/** What is out after a step is at most so many times what was out before it. */
const STEP_GROWTH = 2;
/** Where more of a gray place's requests than this are hurt, a second costs more than a receiver that bears less than it did: it can hardly be worse there. */
const NEARLY_ALL_HURT = 0.9;
const STEP_GROWTH_NEARLY_ALL_HURT = 4;
/** Spilling never fills others further than this: the flood is not to be spread. */
const SPILL_UTILISATION = 0.7;

/** What each pool of a location may still be given: what it may be filled with, less what it has. */
export function roomOf(
  turn: Turn,
  of: {
    readonly name: LocationName;
    readonly assignment: Assignment;
    readonly traffic: Traffic;
    readonly readyRps: RpsByPool;
  },
): RpsByPool {
  const estate = estateOf(turn);
  const load = loadOf(estate, of.assignment, of.traffic);
  const mine = poolNames(estate).filter((pool) => locationOfPool(pool) === of.name);
  return Object.fromEntries(
    mine.map((pool) => [pool, carriesRps(of.readyRps[pool]!, estate.guards.maxUtilisation) - load[pool]!]),
  );
}

/** The first step, as a share of what a leave is about. Users of one way to a place are few, and 5 % of few tell nothing of how they fare. */
export function canaryShare(
  turn: Turn,
  of: { readonly place: Pick<DraftPlace, "name">; readonly leave: Leave; readonly traffic: Traffic },
): number {
  const { place, leave, traffic } = of;
  if (leave.why !== "path") return CANARY_SHARE;
  const estate = estateOf(turn);
  const { from: assignment, classes } = leave;
  const location = locationIndex(estate, place.name);
  const theirRps = rpsAt(partOf(estate, leave), { assignment, traffic, location, classes });
  return Math.max(CANARY_SHARE, Math.min(1, TELLING_RPS / Math.max(1e-6, theirRps)));
}

/** How many times as many may be out after the next step of a leave as before it. */
export function stepGrowth(
  turn: Turn,
  { place, leave }: { readonly place: Pick<DraftPlace, "heardAt" | "summary">; readonly leave: Pick<Leave, "why"> },
): number {
  const hurt = isHeard(turn, place.heardAt) ? (place.summary?.own.usersHurt ?? 0) : 0;
  return leave.why === "gray" && hurt > NEARLY_ALL_HURT ? STEP_GROWTH_NEARLY_ALL_HURT : STEP_GROWTH;
}

/** What follows a canary, in a person's words. */
export const growthWords = (growth: number): string => (growth === STEP_GROWTH ? "double" : `${growth} times as many`);

export function receiversFor(
  turn: Turn,
  options: {
    readonly place: DraftPlace;
    readonly leave: Leave;
    readonly assignment: Assignment;
    readonly traffic: Traffic;
    /** What a receiver that has nothing of this leave yet is trusted with. */
    readonly canaryRps: number;
  },
): readonly Receiver[] {
  const { place, leave, assignment, traffic } = options;
  const estate = estateOf(turn);
  const load = loadOf(estate, assignment, traffic);
  const taken = takenBy(turn, { base: leave.from, now: assignment, traffic, location: place.name });
  const { maxUtilisation } = estate.guards;
  const trusted = leave.rung >= leave.share ? LAST_STEP : 1;
  const growth = stepGrowth(turn, { place, leave });
  // What a person allowed is a share of what is ready, scatter or not.
  const fills = (rps: number): number =>
    leave.utilisation === null
      ? carriesRps(rps, leave.why === "spill" ? Math.min(SPILL_UTILISATION, maxUtilisation) : maxUtilisation)
      : leave.utilisation * rps;
  const sizes = poolSizes(estate);
  const locations = new Map(estate.locations.map((each) => [each.name, each]));
  return placesOf(turn)
    .filter((other) => other.name !== place.name && mayReceive(turn, other, leave))
    .map((other) => {
      const location = locations.get(other.name)!;
      const poolRoomOf = (className: ClassName): number => {
        const pool = poolOf(location, className);
        return Math.max(0, fills(sizes[pool]!) - load[pool]!);
      };
      // What it counts itself is believed when it is more than what we think we gave it.
      const countedRps = sharedRps(location, other.summary?.own.load.servedRps ?? 0, load);
      const loadRps = Math.max(load[other.name]!, countedRps);
      const ready = other.capacity?.readyRps ?? 0;
      const carriedRps = taken[other.name] ?? 0;
      // In a hurry it is trusted with more than as much again, but not with more than it carries in all.
      const trustedRps = Math.max(trusted * carriedRps, Math.min((growth - 1) * carriedRps, loadRps));
      return {
        name: other.name,
        roomNowRps: Math.max(0, fills(ready) - loadRps),
        roomGrownRps: Math.max(0, fills(leave.why === "spill" ? ready : grownRps(turn, other)) - loadRps),
        stepRps: leave.pace === "at-once" ? Infinity : Math.max(options.canaryRps, trustedRps),
        ...(location.pools !== undefined && { poolRoomRps: mapPools(location, poolRoomOf) }),
      };
    });
}

function mayReceive(turn: Turn, other: DraftPlace, leave: Leave): boolean {
  const { now } = turn;
  if (other.isUnopened === true) return false;
  if (other.state !== "serving" || other.hold !== null || other.lostAt !== null || other.back !== null) return false;
  // What keeps some away from it keeps nobody else off.
  if (other.leave !== null && !isOfSome(other.leave)) return false;
  if (now.stopped?.involved.includes(other.name)) return false;
  if ((leave.avoid[other.name] ?? 0) > now.at) return false;
  if (!isHeard(turn, other.heardAt)) return false;
  if (other.verdict === null || other.verdict.verdict === "healthy" || other.verdict.action === "move-zones")
    return true;
  // The users of a lost location have nothing to lose with a place that is merely shaky.
  return leave.why === "lost" && !isFelt(other.verdict);
}

/** How much of what a leave is about is out by now, 0..1. */
export function outOf(
  turn: Turn,
  options: {
    readonly place: Pick<DraftPlace, "name">;
    readonly leave: Leave;
    readonly assignment: Assignment;
    readonly traffic: Traffic;
  },
): number {
  const { place, leave, assignment, traffic } = options;
  const { from: base, classes } = leave;
  return shareOut(partOf(estateOf(turn), leave), { traffic, base, now: assignment, location: place.name, classes });
}

/** How much of what a location had in `base` each other has now. */
export function takenBy(
  turn: Turn,
  options: {
    readonly base: Assignment;
    readonly now: Assignment;
    readonly traffic: Traffic;
    readonly location: LocationName;
    /** Only of these; absent: of all. */
    readonly zones?: readonly ZoneName[];
    readonly classes?: readonly ClassName[];
  },
): Readonly<Record<LocationName, number>> {
  const estate = partOf(estateOf(turn), { zones: options.zones ?? null });
  const from = locationIndex(estate, options.location);
  const taken = estate.locations.map(() => 0);
  for (const className of options.classes ?? estate.classes.map(({ name }) => name)) {
    for (const { name: zone } of estate.zones) {
      const baseRuns = rowOf(options.base, className, zone);
      const nowRuns = rowOf(options.now, className, zone);
      if (baseRuns === nowRuns || !baseRuns.some(([location]) => location === from)) continue;
      const base = rowToBuckets(baseRuns);
      const now = rowToBuckets(nowRuns);
      for (let bucket = 0; bucket < base.length; bucket++) {
        const to = now[bucket]!;
        if (base[bucket] === from && to !== from)
          taken[to] = taken[to]! + rpsOf(options.traffic, className, zone, bucket, bucket + 1);
      }
    }
  }
  return Object.fromEntries(estate.locations.map(({ name }, index) => [name, taken[index]!]));
}
