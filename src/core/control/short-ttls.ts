import type { LocationName } from "../estate.ts";
import { estateOf, placesOf, type Turn } from "./turn.ts";

/** Answers that name these places are kept for no longer than this, in seconds; empty: all are kept as usual. */
export function shortTtls(turn: Turn): Readonly<Record<LocationName, number>> {
  const { prepare: rules, ttlSeconds } = estateOf(turn);
  if (rules === undefined || rules.ttlSeconds >= ttlSeconds) return {};
  const prepared = placesOf(turn).filter((place) => place.prepared !== null);
  return Object.fromEntries(prepared.map(({ name }) => [name, rules.ttlSeconds]));
}
