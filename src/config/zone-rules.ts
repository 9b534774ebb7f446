import type { ClassName, LocationName, Zone } from "../core/estate.ts";
import type { Config } from "./config-shape.ts";

/**
 * What a zone says of its places, spread over the classes: in houston.yaml a rule is for all classes or for some, in the estate for
 * each. A class's own `farthestMs` holds in every zone that does not say another.
 */
export function zoneRules(
  zone: Config["zones"][number],
  classes: Config["classes"],
): Pick<Zone, "forbidden" | "preferred" | "farthestMs"> {
  const names = classes.map((each) => each.name);
  const farthest = classes.flatMap(({ name, farthestMs: ofClass }): [ClassName, number][] => {
    const ofZone = typeof zone.farthestMs === "number" ? zone.farthestMs : zone.farthestMs?.[name];
    const ms = ofZone ?? ofClass;
    return ms === undefined ? [] : [[name, ms]];
  });
  return {
    ...(zone.forbidden !== undefined && { forbidden: byClass(zone.forbidden, names) }),
    ...(zone.preferred !== undefined && { preferred: byClass(zone.preferred, names) }),
    ...(farthest.length > 0 && { farthestMs: Object.fromEntries(farthest) }),
  };
}

type PlacesByClass = readonly LocationName[] | Readonly<Record<ClassName, readonly LocationName[]>>;

function byClass(
  places: PlacesByClass,
  classes: readonly ClassName[],
): Readonly<Record<ClassName, readonly LocationName[]>> {
  return isList(places) ? Object.fromEntries(classes.map((name) => [name, places])) : places;
}

function isList(places: PlacesByClass): places is readonly LocationName[] {
  return Array.isArray(places);
}
