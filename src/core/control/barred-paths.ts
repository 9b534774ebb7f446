import type { Path } from "../plan/bad-paths.ts";
import { placesOf, type Turn } from "./turn.ts";

/** Ways over which nobody is sent; over one that is being tried a few are. */
export function barredPaths(turn: Turn): readonly Path[] {
  return placesOf(turn).flatMap((place) =>
    place.badPaths.filter(({ isTried }) => !isTried).map(({ zone }) => ({ zone, location: place.name })),
  );
}
