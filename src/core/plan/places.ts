import type { ClassName, LocationName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import type { Problem } from "./problem.ts";
import { finiteNumber, rpsNumber } from "./numbers.ts";

/**
 * Where requests can sit. A location is one place that its classes share, and one more for each class that has a pool of its own there:
 * like a restaurant with a room for parties, which is full or free by itself.
 */
export type Place = {
  readonly name: LocationName;
  /** The class whose own pool it is; null: what all other classes share. */
  readonly pool: ClassName | null;
  readonly capacityRps: number;
  readonly costPerRps: number;
};

/** All places that are open, by name; of one location the shared one first. */
export function placesOf(problem: Problem): readonly Place[] {
  const without = new Set(problem.without ?? []);
  return [...problem.locations]
    .sort((a, b) => byName(a.name, b.name))
    .flatMap(({ name, capacityRps, costPerRps, pools = {} }): readonly Place[] => {
      rpsNumber(capacityRps, () => `capacityRps of ${name}`);
      finiteNumber(costPerRps, () => `costPerRps of ${name}`);
      const own = Object.keys(pools).sort(byName);
      for (const pool of own) rpsNumber(pools[pool]!, () => `pools.${pool} of ${name}`);
      if (without.has(name)) return [];
      return [
        { name, pool: null, capacityRps, costPerRps },
        ...own.map((pool) => ({ name, pool, capacityRps: pools[pool]!, costPerRps })),
      ];
    });
}

/** By location: which of the places takes this class. */
export function placesOfClass(places: readonly Place[], className: ClassName): ReadonlyMap<LocationName, number> {
  const found = new Map<LocationName, number>();
  places.forEach(({ name, pool }, index) => {
    // A pool comes after what is shared, and takes its place.
    if (pool === null || pool === className) found.set(name, index);
  });
  return found;
}
