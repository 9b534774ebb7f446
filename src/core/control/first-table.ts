import type { Order } from "../order.ts";
import { trafficNow } from "./demand.ts";
import { takeOrder } from "./orders.ts";
import { askOnce, settleOverdue } from "./permission.ts";
import { withPins } from "./pins.ts";
import { hasDemand, planHome, publish, versionNext } from "./publish.ts";
import { decision, once, say, type Turn } from "./turn.ts";

/**
 * The first table of a log: every zone at its nearest location that fits. Without one nobody answers, so it goes out in every mode. Where servers hold one
 * of an earlier log they do answer, and the first table would move whoever that one leads elsewhere, back into a sick place too: as a new captain
 * who finds the ship under way without a log book keeps her course, and asks.
 */
export function beforeFirstTable(turn: Turn, ordered: { readonly by: string; readonly order: Order } | null): void {
  settleOverdue(turn);
  if (ordered !== null) takeEarly(turn, ordered.by, ordered.order);
  if (turn.now.heldVersion > 0 && !mayReplaceHeld(turn)) return;
  const planned = planHome(turn);
  if (planned === null) return;
  const home = withPins(turn, planned);
  turn.now.home = home;
  turn.now.homeIsGuess = !hasDemand(turn);
  decision(turn, "home", "every zone has its nearest location that fits");
  say(turn, {
    level: "change",
    what: `route table ${versionNext(turn)}: every zone at its nearest location that fits`,
  });
  publish(turn, { assignment: home, urgent: false }, trafficNow(turn));
}

function takeEarly(turn: Turn, by: string, order: Order): void {
  const movesNobody = order.kind === "answer" || order.kind === "mode";
  if (movesNobody && turn.now.heldVersion > 0) return takeOrder(turn, { assignment: {}, urgent: false }, by, order);
  const then = turn.now.heldVersion > 0 ? "it waits for an answer (`houston status`)" : "order again in a few seconds";
  decision(turn, "order-too-early", `${by}: the first table is not out yet; ${then}`);
}

/** That who is watched only is not moved is said again now and then. */
const KEPT_SAID_EVERY_MS = 600_000;

function mayReplaceHeld(turn: Turn): boolean {
  const { now } = turn;
  const holds = `servers hold table ${now.heldVersion} of an earlier log, and my store is empty: I don't know whom it leads where`;
  if (now.mode === "observe") {
    if (!once(turn, "held-version", KEPT_SAID_EVERY_MS)) return false;
    decision(turn, "held-kept", `${holds}; mode is observe`);
    say(turn, {
      level: "change",
      what: holds,
      notDoing: "nothing moves: mode is observe, and servers go on with that table",
      youNeedTo: "bring my store back if it was not meant to be empty",
    });
    return false;
  }
  if (now.answers[PURPOSE]?.choice === 1) return true;
  askOnce(
    turn,
    {
      purpose: PURPOSE,
      doing: "",
      why: `${holds}. Servers go on with it, and I move nobody until then`,
    },
    {
      asks: `Servers hold table ${now.heldVersion} of an earlier log. Send every zone to its nearest location that fits?`,
      choices: ["yes: whoever is led elsewhere moves at once", "no: leave servers with the table they hold"],
      defaultChoice: 2,
    },
    ANSWER_WITHIN_SECONDS,
  );
  return false;
}

const PURPOSE = "first-table";
/** Long enough to look for the store first; nothing moves meanwhile. */
const ANSWER_WITHIN_SECONDS = 3600;
