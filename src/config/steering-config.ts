import type { z } from "zod";
import type { Zone, ZoneName } from "../core/estate.ts";
import type { SteeringContext } from "../drivers/steering-context.ts";
import type { SteeringDriverSettings } from "../drivers/steering-shapes.ts";
import type { steeringShape } from "./steering-shape.ts";

/** `steering:` as its drivers want it: whom they steer, and where to. */
export type SteeringConfig = Pick<SteeringContext, "hosts" | "addresses" | "subnets" | "otherwise"> & {
  readonly drivers: readonly SteeringDriverSettings[];
  readonly resolvers: readonly ResolverSettings[];
  readonly otherNames: readonly OtherName[];
};

/** A name that users come by and that is not steered itself: it points to one that is, or its users can't be moved. */
export type OtherName = {
  readonly name: string;
  /** Of all users, 0..1; null: nobody said. */
  readonly share: number | null;
  /** The name of ours whose addresses its DNS copies; null: none. */
  readonly flattens: string | null;
};

/** A resolver as users have one. */
export type ResolverSettings = {
  /** `192.0.2.1`, or with its port. */
  readonly address: string;
  /** The address by which name servers see as whose user it asks; null: not known. */
  readonly asksFrom: string | null;
};

export function steeringOf(steering: z.output<typeof steeringShape>, zones: readonly Zone[]): SteeringConfig {
  const { hosts, addresses, subnets, otherwise, drivers, resolvers, otherNames } = steering;
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
    resolvers: resolvers.map((each) =>
      typeof each === "string"
        ? { address: each, asksFrom: null }
        : { address: each.address, asksFrom: each.asksFrom ?? null },
    ),
    otherNames: otherNames.map((each) =>
      typeof each === "string"
        ? { name: each, share: null, flattens: null }
        : { name: each.name, share: each.share ?? null, flattens: each.flattens ?? null },
    ),
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
