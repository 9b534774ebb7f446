import type { Order } from "../order.ts";
import { withRows, type Traffic } from "../shift/traffic.ts";
import { assess } from "./assess.ts";
import { beginBacks, stepBack } from "./back.ts";
import { judgeConditions } from "./conditions.ts";
import { keepDemand, trafficNow } from "./demand.ts";
import { beginLeaves } from "./begin-leave.ts";
import { keepForcedDown } from "./force.ts";
import { beforeFirstTable } from "./first-table.ts";
import { endWaysIn } from "./first-users.ts";
import { watchHeadroom } from "./headroom.ts";
import { keepIncidents } from "./incident-book.ts";
import { stepLeave } from "./leave.ts";
import { keepSuspects } from "./leave-suspects.ts";
import { relieve } from "./relief.ts";
import { sayMinute } from "./minute.ts";
import { endOverdue, takeOrder } from "./orders.ts";
import { keepPins } from "./pins.ts";
import { keepBadPaths } from "./paths.ts";
import { settleOverdue } from "./permission.ts";
import { prepare } from "./prepare.ts";
import { movedLastMinute, propose } from "./propose.ts";
import { publish, retryFlight, settleHome, type Draft } from "./publish.ts";
import { isAtRest } from "./rest.ts";
import { scaleAtRest } from "./scale.ts";
import { clearStop } from "./stop.ts";
import { decision, estateOf, placesOf, type Turn } from "./turn.ts";
import { lookAtSteps } from "./watch.ts";

export type Ordered = { readonly by: string; readonly order: Order };

/**
 * One look at everything, four times a second and at every order: what is thought, what is begun, the next
 * steps, and at most one table out of it. Losses come first, looks before steps, ways back last.
 */
export function decide(turn: Turn, ordered: Ordered | null, isTrial = false): void {
  if (turn.now.estate === null) return;
  if (turn.now.table === null) return beforeFirstTable(turn, ordered);
  keepDemand(turn);
  const traffic = trafficNow(turn);
  const draft: Draft = { assignment: turn.now.table.assignment, urgent: false };
  assess(turn);
  judgeConditions(turn);
  settleOverdue(turn);
  clearStop(turn);
  endOverdue(turn);
  if (ordered !== null) takeOrder(turn, draft, ordered.by, ordered.order);
  if (!turn.now.blind) move(turn, draft, traffic);
  if (!turn.now.blind && !isTrial) watchHeadroom(turn);
  if (!isTrial && (!turn.now.blind || turn.now.republish)) publish(turn, draft, traffic);
  retryFlight(turn);
  keepIncidents(turn);
  // The words of an order's turn are its answer: the minute's line waits for the next tick.
  if (ordered === null) sayMinute(turn, traffic);
}

function move(turn: Turn, draft: Draft, traffic: Traffic): void {
  settle(turn, draft, traffic);
  keepForcedDown(turn, draft);
  keepPins(turn, traffic);
  keepSuspects(turn);
  keepBadPaths(turn);
  // What a dying receiver had taken goes back first, so that the rest of its users are its own.
  lookAtSteps(turn, draft, traffic);
  beginLeaves(turn, draft, traffic);
  const inOrder = placesOf(turn).toSorted(
    (a, b) => Number(b.lostAt !== null) - Number(a.lostAt !== null) || (a.name < b.name ? -1 : 1),
  );
  relieve(turn, draft, traffic);
  for (const place of inOrder) stepLeave(turn, draft, place, traffic);
  beginBacks(turn, draft, traffic);
  for (const place of inOrder) stepBack(turn, draft, place, traffic);
  endWaysIn(turn, draft);
  prepare(turn);
  scaleAtRest(turn, traffic);
}

/** Once, when demand becomes known: through the guards like everything that moves by itself. */
function settle(turn: Turn, draft: Draft, traffic: Traffic): void {
  const { now } = turn;
  const mayMove = now.flight === null && placesOf(turn).every((place) => isAtRest(place) && place.lostAt === null);
  if (!mayMove || now.mode !== "act" || now.hold !== null || now.stopped !== null) return;
  const allowedShare = estateOf(turn).guards.maxShareMovedPerMinute - movedLastMinute(turn);
  const settling = settleHome(turn, draft.assignment, traffic, allowedShare);
  if (settling === null) return;
  const { rows, isAll } = settling;
  const assignment = withRows(draft.assignment, rows);
  const location = placesOf(turn)[0]!.name;
  if (!propose(turn, draft, { assignment, traffic, location, orderedClasses: null, takesOut: false })) return;
  now.home = withRows(now.home!, rows);
  now.homeIsGuess = !isAll;
  // Nobody of these is away; what a place that some have left for a bad way had, it has now by the new homes.
  for (const place of placesOf(turn))
    if (place.leave !== null) place.leave = { ...place.leave, from: withRows(place.leave.from, rows) };
  decision(
    turn,
    "home-settled",
    "homes are planned once more: what did not fit its home, or may not be there, has another",
  );
}
