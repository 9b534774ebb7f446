import type { Place } from "./state.ts";

/** Nothing is under way with it: it serves all of its users, or all but those who have left for a bad way, which may stay bad for days. */
export function isAtRest({ state, leave, back }: Place): boolean {
  const isWholeButForWays = leave === null || (leave.why === "path" && leave.doneAt !== null);
  return state === "serving" && back === null && isWholeButForWays;
}
