import type { LedgerEntry } from "../outside/ledger.ts";
import type { UserCheckout } from "../users/checkout-book.ts";
import type { DrillReport } from "./report.ts";
import type { DrillSeen } from "./seen.ts";

/** What became of the checkouts, by the users' books and the bank's. */

/** A charge without an order is lost only after this; until then the user, or a neighbour, may finish it. */
const LOST_AFTER_MS = 120_000;
const PROBE_KEY = "probe-";

export function checkoutsOf(seen: DrillSeen): DrillReport["checkouts"] {
  const checkouts = seen.checkouts.filter(({ key }) => !key.startsWith(PROBE_KEY));
  const charged = new Set(seen.ledger.flatMap((entry) => (entry.kind === "charge" ? [userKeyOf(entry)] : [])));
  const lost = checkouts.filter(
    ({ key, completedAt, gaveUpAt, startedAt }) =>
      completedAt === null && (gaveUpAt !== null || (charged.has(key) && seen.endedAt - startedAt > LOST_AFTER_MS)),
  );
  return {
    started: checkouts.length + seen.droppedCheckouts,
    completed: checkouts.filter(({ completedAt }) => completedAt !== null).length + seen.droppedCheckouts,
    continuedElsewhere: checkouts.filter(
      ({ key, completedAt, stepLocations }) =>
        completedAt !== null && (isInSeveral(stepLocations) || isInSeveral(seen.runLocations.get(key) ?? [])),
    ).length,
    lost: lost.length,
    doubled: doubledKeys(seen),
  };
}

/** How many are asked about: those of a few seconds around a fault. */
const UNSURE_MAX = 500;

/**
 * Completed checkouts whose steps were all done elsewhere than they were first called: begun here and taken over before
 * the first step, or passed on before they began. Only the journal knows.
 */
export function unsureWhereBegun(checkouts: readonly UserCheckout[]): readonly string[] {
  return checkouts
    .filter(
      ({ completedAt, called, stepLocations }) =>
        completedAt !== null && called !== null && !isInSeveral(stepLocations) && !stepLocations.includes(called),
    )
    .slice(0, UNSURE_MAX)
    .map(({ key }) => key);
}

function isInSeveral(locations: readonly string[]): boolean {
  return new Set(locations).size > 1;
}

/**
 * More than one charge or reservation for a user's key. The library may send a new key of its own for a new attempt, so
 * orders are looked at as well: one order, one charge.
 */
function doubledKeys({ ledger, faultAt, endedAt }: DrillSeen): number {
  const once = new Set<string>();
  const doubled = new Set<string>();
  for (const entry of ledger) {
    const owner = userKeyOf(entry);
    if (owner.startsWith(PROBE_KEY)) continue;
    const done = `${entry.kind} ${owner}`;
    // What was doubled before this drill is not this drill's.
    if (once.has(done) && entry.at >= faultAt && entry.at <= endedAt) doubled.add(owner);
    once.add(done);
  }
  return doubled.size;
}

const USER_KEY = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** The user's key within the bank's key (`<key>/charge/1`), or the order when the key tells nothing. */
function userKeyOf({ key, order }: LedgerEntry): string {
  const probe = key.indexOf(PROBE_KEY);
  if (probe >= 0) return key.slice(probe);
  return USER_KEY.exec(key)?.[0] ?? order;
}
