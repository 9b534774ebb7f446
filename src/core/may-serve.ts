import type { ClassName, LocationName, TrafficClass, Zone } from "./estate.ts";

/**
 * May a class of a zone's users be served at a place? The one answer that plans, moves, contingencies and checks share. Whatever bars a
 * place bars it always: no loss, no want of room and no person's order opens it.
 */
export function mayServe(trafficClass: TrafficClass, zone: Zone, location: LocationName): boolean {
  return holdsData(trafficClass, location) && barOf(zone, trafficClass.name, location) === null;
}

/**
 * Why a place may not serve a zone's class. `law`: the zone's `forbidden` names it. `too-far`: further than the zone's `farthestMs`.
 * `data`: the class's data is not there. `no-way`: its distance is not known, which counts as forbidden.
 */
export type Bar = "law" | "too-far" | "data" | "no-way";

/** What a zone says of its places, by class where classes differ. */
export type ZoneRules = {
  readonly latencyMs: Readonly<Record<LocationName, number>>;
  readonly forbidden?: Readonly<Record<ClassName, readonly LocationName[]>>;
  readonly farthestMs?: Readonly<Record<ClassName, number>>;
  /** Where the class's data is; absent: everywhere. */
  readonly allowed?: Readonly<Record<ClassName, readonly LocationName[]>>;
};

/** The first bar that applies, law first; null: it may be served there. */
export function barOf(rules: ZoneRules, className: ClassName, location: LocationName): Bar | null {
  if (rules.forbidden?.[className]?.includes(location) === true) return "law";
  if (rules.allowed?.[className]?.includes(location) === false) return "data";
  const latencyMs = rules.latencyMs[location];
  if (latencyMs === undefined) return "no-way";
  const farthestMs = rules.farthestMs?.[className];
  return farthestMs !== undefined && latencyMs > farthestMs ? "too-far" : null;
}

function holdsData({ data }: TrafficClass, location: LocationName): boolean {
  switch (data.kind) {
    case "everywhere":
      return true;
    case "one-writer":
      return data.location === location;
  }
}
