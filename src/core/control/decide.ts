import type { Order } from "../order.ts";
import type { Traffic } from "../shift/traffic.ts";
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
import { keepPinned, keepPins } from "./pins.ts";
import { keepBadPaths } from "./paths.ts";
import { settleOverdue } from "./permission.ts";
import { prepare } from "./prepare.ts";
import { publish, retryFlight, type Draft } from "./publish.ts";
import { scaleAtRest } from "./scale.ts";
import { settleHomes } from "./settle-homes.ts";
import { clearStop } from "./stop.ts";
import { placesOf, type Turn } from "./turn.ts";
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
  const { home } = turn.now;
  settleHomes(turn, draft, traffic);
  if (turn.now.home !== home) keepPinned(turn);
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
