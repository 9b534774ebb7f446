import type { LocationName } from "../estate.ts";
import { carriersOf } from "./luggage.ts";
import { isHeard } from "./publish.ts";
import { placeOf, type DraftPlace, type Turn } from "./turn.ts";

/** Of its bar: no chance of a healthy place's week, and more than a second can bring. */
const ILL_SHARE = 0.25;

/**
 * Who had trouble of its own when it took of a place that was lost a moment ago. Of one that has been silent for longer servers may have sent
 * users there before us, and nobody can tell.
 */
export function wasIllBefore(turn: Turn, place: DraftPlace, name: LocationName): boolean {
  const own = placeOf(turn, name).summary?.own;
  const isKnown = place.leave !== null && carriersOf(turn, place.leave).some((carrier) => carrier.name === name);
  if (own === undefined || isKnown || !isHeard(turn, place.heardAt)) return false;
  return own.verdict !== "healthy" || own.evidenceNats >= ILL_SHARE * own.barNats;
}
