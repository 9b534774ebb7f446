import type { ClassName, Estate, Location, LocationName } from "../estate.ts";

/**
 * What a class is served from: its location, or a pool of its own there. Rates by pool hold both: what a location's classes share
 * under the location's name, an own pool under `us-east-1/editor`, which no location can be called.
 */
export type PoolName = string;

export function poolOf(location: Location, className: ClassName): PoolName {
  return location.pools?.[className] === undefined ? location.name : poolNamed(location.name, className);
}

export function poolNamed(location: LocationName, className: ClassName): PoolName {
  return `${location}/${className}`;
}

/** What a location counts, less what its own pools are thought to serve: their servers are not the shared ones. */
export function sharedRps(location: Location, countedRps: number, load: Readonly<Record<PoolName, number>>): number {
  return Object.keys(location.pools ?? {}).reduce(
    (rest, className) => rest - (load[poolNamed(location.name, className)] ?? 0),
    countedRps,
  );
}

export function locationOfPool(pool: PoolName): LocationName {
  const end = pool.indexOf("/");
  return end < 0 ? pool : pool.slice(0, end);
}

/** What each own pool carries, as the estate says: pools are of a size, and don't grow. */
export function poolSizes(estate: Estate): Readonly<Record<PoolName, number>> {
  return Object.fromEntries(
    estate.locations.flatMap((location) =>
      estate.classes.flatMap(({ name }) => {
        const rps = location.pools?.[name];
        return rps === undefined ? [] : [[poolOf(location, name), rps]];
      }),
    ),
  );
}

/** All pools of the estate: the locations in their order, then the own ones. Places are counted by it. */
export function poolNames(estate: Estate): readonly PoolName[] {
  return [...estate.locations.map(({ name }) => name), ...Object.keys(poolSizes(estate))];
}

/** By location index: which of `poolNames` a class is served from there. */
export function poolIndices(
  estate: Estate,
  className: ClassName,
  indexOf: ReadonlyMap<PoolName, number>,
): readonly number[] {
  return estate.locations.map((location) => indexOf.get(poolOf(location, className))!);
}
