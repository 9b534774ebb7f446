import type { LocationName } from "../../core/estate.ts";
import { planetLocations } from "../geography.ts";
import { innerServices } from "../world/shop/graph.ts";
import { named } from "./suggest.ts";

/**
 * The services that a fault names, checked: each is in every one of these locations. Throws `CallerError` with the
 * nearest name. It is asked before the first world is told, or a wrong name would leave a fault in half of them.
 */
export function faultServices(given: readonly string[], where: readonly LocationName[]): readonly string[] {
  const places = planetLocations.filter(({ name }) => where.includes(name));
  const [first = [], ...others] = places.map(({ provider }) => innerServices(provider));
  const everywhere = first.filter((name) => others.every((services) => services.includes(name)));
  return given.map(
    (service) =>
      named(
        everywhere.map((name) => ({ name })),
        "service",
        service,
      ).name,
  );
}
