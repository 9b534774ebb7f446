import type { z } from "zod";
import type { Zone, ZoneName } from "../core/estate.ts";
import type { SteeringContext } from "../drivers/steering-context.ts";
import type { SteeringDriverSettings } from "../drivers/steering-shapes.ts";
import type { steeringShape } from "./steering-shape.ts";

/** `steering:` as its drivers want it: whom they steer, and where to. */
export type SteeringConfig = Pick<SteeringContext, "hosts" | "addresses" | "subnets" | "otherwise"> & {
  readonly drivers: readonly SteeringDriverSettings[];
};

export function steeringOf(steering: z.output<typeof steeringShape>, zones: readonly Zone[]): SteeringConfig {
  const { hosts, addresses, subnets, otherwise, drivers } = steering;
  return {
    hosts: Object.entries(hosts).flatMap(([className, names]) =>
      names.map((name) => ({
        name,
        class: className,
        bucketBy: name.startsWith("*.") ? ("host" as const) : ("network" as const),
      })),
    ),
    addresses: Object.fromEntries(
      Object.entries(addresses).map(([location, all]) => [
        location,
        { v4: all.filter((each) => !each.includes(":")), v6: all.filter((each) => each.includes(":")) },
      ]),
    ),
    subnets,
    otherwise: otherwise ?? (zones.find((zone) => !isTold(subnets, zone.name)) ?? zones[0]!).name,
    drivers,
  };
}

/**
 * The zones whose users get answers of their own; all others are answered as those of `otherwise`, and nobody can count them apart.
 */
export function toldZones({ subnets, otherwise }: SteeringConfig, zones: readonly Zone[]): readonly ZoneName[] {
  return zones.map(({ name }) => name).filter((name) => name === otherwise || isTold(subnets, name));
}

function isTold(subnets: SteeringConfig["subnets"], zone: ZoneName): boolean {
  return (subnets[zone] ?? []).length > 0;
}
