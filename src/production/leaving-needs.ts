import type { SteeringConfig } from "../config/steering-config.ts";
import type { Estate } from "../core/estate.ts";
import { steeringNeeds } from "../drivers/steering-needs.ts";

/** Why a location could not be left just when it must be: who is to be told stands there. A sentence for each; none is well. */
export function leavingNeeds(estate: Pick<Estate, "locations">, steering: SteeringConfig | null): readonly string[] {
  if (steering === null) return [];
  return steering.drivers.flatMap((settings) => {
    const needs = steeringNeeds(settings, { estate, hosts: steering.hosts });
    const name = settings.name ?? settings.kind;
    return (needs?.standsAt ?? []).map(
      (location) => `leaving ${location} needs ${location}: ${name} is changed by ${needs!.writtenBy}`,
    );
  });
}
