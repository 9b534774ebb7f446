import type { LocationName } from "../estate.ts";
import { estateOf, type Turn } from "./turn.ts";
import { leastLimit } from "./usable.ts";

/** Whom more machines would not help, and what is short there instead: `ca-central-1: licences`. */
export function limitsInTheWay(turn: Turn, except: readonly LocationName[]): readonly string[] {
  return estateOf(turn).locations.flatMap((location) => {
    const limit = leastLimit(location);
    const most = turn.now.places[location.name]!.declared?.capacityRps ?? 0;
    if (limit === null || limit.rps >= most || except.includes(location.name)) return [];
    return [`${location.name}: ${limit.name}`];
  });
}
