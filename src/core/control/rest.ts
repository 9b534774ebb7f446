import type { Leave, Place } from "./state.ts";

/** Nothing is under way with it: it serves all of its users, or all but those who stay away for as long as they must, which may be days. */
export function isAtRest({ state, leave, back }: Place): boolean {
  const isSettled = leave === null || (isOfSome(leave) && leave.doneAt !== null);
  return state === "serving" && back === null && isSettled;
}

/** Some of its users are away, and for all others it goes on as ever. */
export const isOfSome = ({ why }: Leave): boolean => why === "path" || why === "condition";
