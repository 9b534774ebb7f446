import type { ConditionName } from "./conditions.ts";
import type { ClassName, LocationName, TrafficClass, Zone } from "./estate.ts";

/**
 * May a class of a zone's users be served at a place? The one answer that plans, moves, contingencies and checks share. Whatever bars a
 * place bars it always: no loss, no want of room and no person's order opens it. Whether a place is fit to be given more now is another
 * question, which conditions answer (plan/closed.ts).
 */
export function mayServe(trafficClass: TrafficClass, zone: Zone, location: LocationName): boolean {
  return holdsData(trafficClass, location) && barOf(zone, trafficClass.name, location) === null;
}

/**
 * Why a place may not serve a zone's class. `law`: the zone's `forbidden` names it. `too-far`: further than the zone's `farthestMs`.
 * `data`: the class's data is not there. `no-way`: its distance is not known, which counts as forbidden. `bad-path`: it may, but its users are
 * hurt on their way to it now. `condition`: it may, but is not fit to now.
 */
export type Bar = "law" | "too-far" | "data" | "no-way" | "bad-path" | "condition";

/** What a zone says of its places, by class where classes differ. */
export type ZoneRules = {
  readonly latencyMs: Readonly<Record<LocationName, number>>;
  readonly forbidden?: Readonly<Record<ClassName, readonly LocationName[]>> | undefined;
  readonly farthestMs?: Readonly<Record<ClassName, number>> | undefined;
  /** Where the class's data is; absent: everywhere. */
  readonly allowed?: Readonly<Record<ClassName, readonly LocationName[]>> | undefined;
  /** Where its users are hurt on their way, as a plan sees it that sends nobody over such a way (plan/bad-paths.ts). */
  readonly hurtOnTheWay?: readonly LocationName[] | undefined;
  /** Where conditions keep the class from now, by their names. */
  readonly closed?: Readonly<Record<ClassName, Readonly<Record<LocationName, readonly ConditionName[]>>>> | undefined;
};

/** The first bar that applies, law first; null: it may be served there. */
export function barOf(rules: ZoneRules, className: ClassName, location: LocationName): Bar | null {
  if (rules.forbidden?.[className]?.includes(location) === true) return "law";
  if (rules.allowed?.[className]?.includes(location) === false) return "data";
  const latencyMs = rules.latencyMs[location];
  if (latencyMs === undefined) return "no-way";
  const farthestMs = rules.farthestMs?.[className];
  if (farthestMs !== undefined && latencyMs > farthestMs) return "too-far";
  if (rules.hurtOnTheWay?.includes(location) === true) return "bad-path";
  return rules.closed?.[className]?.[location] === undefined ? null : "condition";
}

/** The same for many places: the indices of those that may serve them. */
export function servingPlaces(trafficClass: TrafficClass, zone: Zone, locations: readonly LocationName[]): number[] {
  const isRuled = hasRules(zone, trafficClass.name);
  const serving: number[] = [];
  for (let index = 0; index < locations.length; index++) {
    const name = locations[index]!;
    const isOpen = isRuled ? barOf(zone, trafficClass.name, name) === null : zone.latencyMs[name] !== undefined;
    if (isOpen && holdsData(trafficClass, name)) serving.push(index);
  }
  return serving;
}

/** Whether the zone says more of the class than how far places are: where it does not, all are open to it that have a distance. */
export function hasRules(rules: ZoneRules, className: ClassName): boolean {
  const ofClass =
    rules.forbidden?.[className] ??
    rules.allowed?.[className] ??
    rules.farthestMs?.[className] ??
    rules.closed?.[className];
  return (ofClass ?? rules.hurtOnTheWay) !== undefined;
}

function holdsData({ data }: TrafficClass, location: LocationName): boolean {
  switch (data.kind) {
    case "everywhere":
      return true;
    // Wherever it is first planned to be; that it never moves from there is for the guards (G4).
    case "stays":
      return true;
    case "one-writer":
      return data.location === location;
  }
}
