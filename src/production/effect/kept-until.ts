import type { LocationName } from "../../core/estate.ts";
import type { RouteTable } from "../../core/route/table.ts";
import type { UnixMs } from "../../core/step.ts";

/**
 * Until when resolvers may rightly hold an answer that names a place: the last one was given at most when the table that gave it was
 * replaced, and is kept for as long as it said. A shorter time that came since shortens none that was given before.
 */
export type KeptUntil = {
  /** `before` was answered from until `at`. */
  replaced(before: RouteTable, at: UnixMs): void;
  /** Of what earlier tables answered; the moment itself for a place that none named. */
  of(place: LocationName, at: UnixMs): UnixMs;
};

export function keptUntil(ttlSeconds: number): KeptUntil {
  const until = new Map<LocationName, UnixMs>();
  return {
    replaced(before, at) {
      for (const place of before.locations) {
        const seconds = Math.min(ttlSeconds, before.ttlSeconds?.[place] ?? Infinity);
        until.set(place, Math.max(until.get(place) ?? 0, at + 1000 * seconds));
      }
    },
    of: (place, at) => Math.max(at, until.get(place) ?? at),
  };
}
