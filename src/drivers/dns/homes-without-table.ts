import type { Location, LocationName, Zone, ZoneName } from "../../core/estate.ts";
import { barOf } from "../../core/may-serve.ts";
import type { SteeringContext } from "../steering-context.ts";

type Steered = Pick<SteeringContext, "estate" | "hosts">;

/** Where users of a zone are answered that no table says anything of: the one word for who answers, and for who looks whether it is right. */
export function homesWithoutTable(steered: Steered): (zone: ZoneName) => LocationName {
  const { locations, zones } = steered.estate;
  const nearest = new Map(zones.map((zone) => [zone.name, nearestTo(zone, steered)]));
  return (zone) => nearest.get(zone) ?? locations[0]!.name;
}

/** Where law lets all that is steered be served, while there is such a place. */
function nearestTo(zone: Zone, { estate, hosts }: Steered): LocationName {
  const steered = estate.classes.filter((each) => hosts.some((host) => host.class === each.name));
  const may = estate.locations.filter(({ name }) => steered.every((each) => barOf(zone, each.name, name) !== "law"));
  const latencyMs = ({ name }: Location): number => zone.latencyMs[name] ?? Infinity;
  const [nearest] = (may.length > 0 ? may : estate.locations).toSorted((a, b) => latencyMs(a) - latencyMs(b));
  return nearest!.name;
}
