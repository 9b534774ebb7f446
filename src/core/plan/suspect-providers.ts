import type { Estate, ProviderName } from "../estate.ts";

/**
 * Cost units for each request a second that is planned into a location of a provider under suspicion: more than any distance, less than
 * having no place. So its users go to other providers while those have room, and into its next region only rather than nowhere. A
 * price and no limit: docs/decisions/0012.
 */
export const SUSPECT_COST = 10_000;

/** The estate as a plan sees it while these providers are under suspicion. */
export function withSuspects(estate: Estate, suspects: readonly ProviderName[]): Estate {
  if (suspects.length === 0) return estate;
  return {
    ...estate,
    locations: estate.locations.map((location) =>
      suspects.includes(location.provider) ? { ...location, costPerRps: location.costPerRps + SUSPECT_COST } : location,
    ),
  };
}
