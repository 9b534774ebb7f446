import { decision, type DraftPlace, type Turn } from "./turn.ts";
import { secondsWords } from "./words.ts";

/** A place that does not bear its users, or a way that hurts them again, is tried again later each time: nothing flaps. */

/** The wait after the first failed way back; doubles. */
const WAIT_FIRST_MS = 60_000;
/** Nobody suffers where they are, and each try over a way that is still bad hurts some. */
const WAIT_PATH_FIRST_MS = 300_000;
const WAIT_MAX_MS = 1_800_000;
/** Who has to be left so soon after it had its users back did not bear them. */
const LEFT_AGAIN_MS = 600_000;

/** It is left once more: soon after it had its users back the next try waits, and after a good while nothing is held against it. */
export function noteLeftAgain(turn: Turn, place: DraftPlace): void {
  const { restoredAt } = place;
  if (restoredAt === null) return;
  place.restoredAt = null;
  if (turn.now.at - restoredAt >= LEFT_AGAIN_MS) {
    place.failedBacks = 0;
    return;
  }
  const waitMs = placeWaitsLonger(turn, place);
  const after = secondsWords(turn.now.at - restoredAt);
  decision(
    turn,
    "left-again",
    `${place.name} is left again ${after} after it had its users back: next try in ${secondsWords(waitMs)}`,
    place.name,
  );
}

/** Each failure makes the next try wait twice as long. */
const waitMsAfter = (failed: number, firstMs: number): number =>
  Math.min(WAIT_MAX_MS, firstMs * 2 ** Math.min(failed - 1, 10));

export function placeWaitsLonger(turn: Turn, place: DraftPlace): number {
  place.failedBacks += 1;
  const waitMs = waitMsAfter(place.failedBacks, WAIT_FIRST_MS);
  place.backNotBefore = turn.now.at + waitMs;
  return waitMs;
}

export function pathWaitsLonger(turn: Turn, place: DraftPlace): number {
  place.failedPathBacks += 1;
  const waitMs = waitMsAfter(place.failedPathBacks, WAIT_PATH_FIRST_MS);
  place.pathBackNotBefore = turn.now.at + waitMs;
  return waitMs;
}
