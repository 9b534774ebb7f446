import type { UnixMs } from "../../core/step.ts";

/** For who prints lines as they come: whether one belongs before what was printed already, so that it is marked and not taken for news. */
export function lateness(): (at: UnixMs) => boolean {
  let newest = 0;
  return (at) => {
    const isLate = at < newest - SAME_BREATH_MS;
    newest = Math.max(newest, at);
    return isLate;
  };
}

/** Clocks are shown in whole seconds: less than one out of order nobody sees. */
const SAME_BREATH_MS = 1000;

/** What stands behind such a line. */
export const LATE = "  (late)";
