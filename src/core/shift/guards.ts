import { BUCKETS, type ClassName, type Estate, type LocationName } from "../estate.ts";
import { forbiddenBy } from "../forbidden-hours.ts";
import { mayServe } from "../may-serve.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import type { Path } from "../plan/bad-paths.ts";
import type { RpsByPool } from "../plan/estate-problem.ts";
import type { Closed } from "../plan/closed.ts";
import { locationOfPool, poolNames } from "../plan/pools.ts";
import { carriesRps } from "../plan/room.ts";
import type { Reason, UnixMs } from "../step.ts";
import { loadOf, rowOf, rpsOf, totalRps, type Traffic } from "./traffic.ts";

/**
 * The last look before any driver: a pure comparison of two assignments that knows nothing of plans and
 * intentions, so a mistake above it cannot get past it. What it returns is never published.
 *
 * G1 Automatic moves take at most `maxShareMovedPerMinute` of all traffic elsewhere in any 60 s; what leaves
 *    a lost location, and what goes back where it just was, does not count.
 * G2 At least `minLocationsServing` locations serve.
 * G3 No location is given traffic past `maxUtilisation` of what is ready now, a small one not past what the scatter of its
 *    requests allows (all that is ready for what leaves a lost one).
 * G4 A class of `peopleOnly` moves by a person's order only; a class with one writer never leaves it; nobody is sent where
 *    their zone may not be served, by law or for its distance, by whomever. A class whose data stays never moves at all.
 *    Nor does anybody go over a way that is bad for them, but from a lost place, by a person's order or back.
 * G5 No chunk goes to a place that is lost, left, failing or held, unless it goes back where it just was, which for a
 *    lost place means that it is shed; every row is whole.
 * G6 No chunk goes to a place that a condition closes to it, unless it goes back where it just was.
 * G7 In forbidden hours no chunk of their classes moves, but by a person's order, back where it just was, or from a lost location if the
 *    hours let that be.
 */
export type GuardCheck = {
  readonly at: UnixMs;
  readonly estate: Estate;
  readonly traffic: Traffic;
  readonly before: Assignment;
  readonly after: Assignment;
  readonly readyRps: RpsByPool;
  /** Places that may not be given anything. */
  readonly barred: readonly LocationName[];
  /** Where conditions let nobody more in. */
  readonly closed: Closed;
  readonly lost: readonly LocationName[];
  /** Places that a person ordered to be left or restored, with the classes the order names. */
  readonly ordered: Readonly<Record<LocationName, readonly ClassName[]>>;
  /** Whether chunks that leave this place for that one go back where they were: a roll-back. */
  readonly isRollBack: (from: LocationName, to: LocationName) => boolean;
  /** Ways that are bad for a zone's users. */
  readonly badPaths: readonly Path[];
  readonly movedLastMinute: number;
  readonly servingAfter: number;
  /** Whether the move takes a location out of service: G2 never stops a restore. */
  readonly takesOut: boolean;
  /** What a person allowed in place of the guard's own limit. */
  readonly utilisationAllowed: number | null;
};

export type GuardResult = {
  readonly violations: readonly Reason[];
  /** Share of all traffic that counts against G1. */
  readonly shareMoved: number;
};

/** Floats: a hundredth of a request a second is no violation. */
const SLACK_RPS = 0.01;

export function checkGuards(check: GuardCheck): GuardResult {
  const { estate, traffic } = check;
  const { guards } = estate;
  const violations: Reason[] = [];
  const violated = (code: string, says: string, location?: LocationName): void => {
    violations.push(location === undefined ? { code, says } : { code, says, location });
  };
  const names = estate.locations.map(({ name }) => name);
  const lost = new Set(check.lost);
  const barred = new Set(check.barred);
  const bad = new Set(check.badPaths.map((path) => `${path.zone} ${path.location}`));
  const ordered = new Map(names.map((name) => [name, new Set(check.ordered[name] ?? [])]));
  let movedRps = 0;
  const fromLost = new Set<LocationName>();
  for (const trafficClass of estate.classes) {
    const { name: className, data } = trafficClass;
    for (const ofZone of estate.zones) {
      const { name: zone } = ofZone;
      const runsBefore = rowOf(check.before, className, zone);
      const runsAfter = rowOf(check.after, className, zone);
      if (runsBefore === runsAfter) continue;
      // A zone or a class that is new: nobody is moved, but where it goes is looked at.
      const before = runsBefore.length === 0 ? null : rowToBuckets(runsBefore);
      const after = rowToBuckets(runsAfter);
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        if (before !== null && before[bucket] === after[bucket]) continue;
        const from = before === null ? null : names[before[bucket]!]!;
        const to = names[after[bucket]!];
        if (to === undefined)
          return {
            violations: [
              { code: "guard-unknown-location", says: `a chunk of ${className} ${zone} goes to no known location` },
            ],
            shareMoved: 0,
          };
        const back = from !== null && check.isRollBack(from, to);
        if ((lost.has(to) || barred.has(to)) && !back) {
          violated("guard-barred-receiver", `${to} may not be given traffic`, to);
          return { violations, shareMoved: 0 };
        }
        if (data.kind === "one-writer" && to !== data.location) {
          violated("guard-one-writer", `${className} can be served by its writer in ${data.location} only`, to);
          return { violations, shareMoved: 0 };
        }
        if (!mayServe(trafficClass, ofZone, to)) {
          violated("guard-forbidden", `${className} of ${zone} may not be served in ${to}`, to);
          return { violations, shareMoved: 0 };
        }
        const [condition] = back ? [] : check.closed.by(className, bucket, to);
        if (condition !== undefined) {
          violated("guard-condition", `${to} may not be given ${className} bucket ${bucket}: ${condition} bars it`, to);
          return { violations, shareMoved: 0 };
        }
        if (from === null) continue;
        if (data.kind === "stays") {
          violated("guard-data-stays", `${className} never moves: its data stays in ${from}`, from);
          return { violations, shareMoved: 0 };
        }
        const byOrder = ordered.get(from)!.has(className) || ordered.get(to)!.has(className);
        if (guards.peopleOnly.includes(className) && !byOrder && !back) {
          violated("guard-people-only", `${className} is moved by people only`, from);
          return { violations, shareMoved: 0 };
        }
        const hours =
          byOrder || back ? undefined : forbiddenBy(guards, { at: check.at, class: className, isLoss: lost.has(from) });
        if (hours !== undefined) {
          violated("guard-forbidden-hours", `${className} does not move by itself in the hours ${hours.says}`, from);
          return { violations, shareMoved: 0 };
        }
        if (!lost.has(from) && !byOrder && !back && bad.has(`${zone} ${to}`)) {
          violated("guard-bad-path", `users of ${zone} are hurt on their way to ${to}`, to);
          return { violations, shareMoved: 0 };
        }
        if (lost.has(from)) fromLost.add(to);
        else if (!byOrder && !back) movedRps += rpsOf(traffic, className, zone, bucket, bucket + 1);
      }
    }
  }
  const shareMoved = movedRps / Math.max(SLACK_RPS, totalRps(estate, traffic));
  if (shareMoved > 0 && check.movedLastMinute + shareMoved > guards.maxShareMovedPerMinute + 1e-9) {
    violated(
      "guard-share-per-minute",
      `${percent(check.movedLastMinute + shareMoved)} of all traffic would move in a minute; ${percent(guards.maxShareMovedPerMinute)} may`,
    );
  }
  if (check.takesOut && check.servingAfter < guards.minLocationsServing) {
    violated(
      "guard-locations-serving",
      `${check.servingAfter} locations would be left serving; ${guards.minLocationsServing} must`,
    );
  }
  const loadBefore = loadOf(estate, check.before, traffic);
  const loadAfter = loadOf(estate, check.after, traffic);
  for (const pool of poolNames(estate)) {
    if (loadAfter[pool]! <= loadBefore[pool]! + SLACK_RPS) continue;
    // The users of a lost location have nothing to lose: its receivers may be filled to the brim.
    const readyRps = check.readyRps[pool] ?? 0;
    const name = locationOfPool(pool);
    const planned = Math.max(carriesRps(readyRps, guards.maxUtilisation), (check.utilisationAllowed ?? 0) * readyRps);
    const limitRps = fromLost.has(name) ? readyRps : planned;
    const fits = loadAfter[pool]! <= limitRps + SLACK_RPS;
    if (!fits && !names.some((from) => check.isRollBack(from, name))) {
      violated(
        "guard-utilisation",
        `${pool} would serve ${Math.round(loadAfter[pool]!)} of ${Math.round(readyRps)} rps that are ready`,
        name,
      );
    }
  }
  return { violations, shareMoved };
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
