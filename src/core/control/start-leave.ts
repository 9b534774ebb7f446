import { promiseWords, type Verdict } from "../verdict.ts";
import { giveUpWays } from "./give-up-ways.ts";
import { noteLeftAgain } from "./back-waits.ts";
import { CANARY_SHARE } from "./receivers.ts";
import type { Leave, LeaveWhy } from "./state.ts";
import { estateOf, once, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { whyWords } from "./words.ts";

/** What all leaves begin with, whatever they are for; and why one does not begin. */

export function start(
  turn: Turn,
  place: DraftPlace,
  leave: Pick<Leave, "classes" | "zones" | "share" | "from" | "by" | "expires" | "overtook"> & {
    readonly why: LeaveWhy;
  },
): void {
  place.incident ??= nextIncident(turn);
  if (leave.why === "gray" || leave.why === "lost") noteLeftAgain(turn, place);
  // A way back that this one ends looks no more at the ways that it tried.
  giveUpWays(place);
  place.stays = null;
  place.step = null;
  place.leave = {
    ...leave,
    incident: place.incident,
    since: turn.now.at,
    pace: leave.why === "lost" ? "at-once" : "canary",
    rung: leave.why === "lost" ? 1 : Math.min(leave.share, CANARY_SHARE),
    avoid: {},
    waitsUntil: 0,
    utilisation: null,
    // The dead can't say what ails them: that nobody got an answer is no cause to find again elsewhere. A way has none either.
    trouble: {
      causes: leave.why === "lost" || leave.why === "path" ? [] : (place.verdict?.causes ?? []),
      suspects: leave.why === "path" ? [] : (place.summary?.own.suspects ?? []),
    },
    tried: [],
    doneAt: null,
    carriers: [],
    plan: [],
    noRoomRps: 0,
    pausedAt: null,
  };
}

export function nextIncident(turn: Turn): number {
  turn.now.incidents += 1;
  return turn.now.incidents;
}

/** Why what a verdict says is not enough to move anybody; null: it is. */
export function promiseMissing(turn: Turn, verdict: Verdict): string | null {
  if (verdict.promise !== "none" || estateOf(turn).actWithoutPromise) return null;
  return verdict.proof === undefined
    ? "without a day of its own past there is no promise, and only losses are acted on"
    : `${promiseWords(verdict)}; only losses are acted on`;
}

export function notLeaving(turn: Turn, place: DraftPlace, code: string, says: string): void {
  place.stays = says;
  reason(turn, code, `${place.name} stays: ${says}`, place.name);
  if (!once(turn, `not-leaving ${place.name} ${code}`, 300_000)) return;
  say(turn, {
    level: "change",
    ...(place.incident !== null && { incident: place.incident }),
    location: place.name,
    what: `${place.name} is failing and I don't move its users: ${says}`,
    why: whyOf(place),
  });
}

export function whyOf(place: DraftPlace): string {
  return place.verdict === null ? "" : whyWords(place.verdict);
}
