import type { DraftPlace } from "./turn.ts";

/** They turned out to be bad still. */
export function giveUpWays(place: DraftPlace): void {
  place.badPaths = place.badPaths.map((path) => (path.isTried ? { ...path, isTried: false, wellSince: null } : path));
}
