import { z } from "zod";
import { nameShape as name } from "./name-shape.ts";
import { steeringDriverShape } from "../drivers/steering-shapes.ts";

/** `steering:` in houston.yaml: by which names users come, where each location is reached, and who makes them go there (docs/how-to/steer.md). */
const host = z
  .string()
  .max(253)
  .regex(/^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/, {
    error: "a host name is needed, such as www.example.com, or *.shops.example.com for each name below",
  })
  .toLowerCase();

export const steeringShape = z.strictObject({
  /** By class. A name's users are told apart by their network; of `*.shops.example.com` each name goes as a whole. */
  hosts: z.record(name, z.array(host).min(1).max(10_000)),
  /** Where users reach each location. */
  addresses: z.record(
    name,
    z
      .array(z.union([z.ipv4(), z.ipv6()], { error: "an address is needed, such as 203.0.113.7 or 2001:db8::7" }))
      .min(1)
      .max(16),
  ),
  /** By zone, of clients and of the resolvers that ask for them. */
  subnets: z
    .record(
      name,
      z.array(z.union([z.cidrv4(), z.cidrv6()], { error: "a subnet is needed, such as 198.51.100.0/24" })).max(100_000),
    )
    .default({}),
  /** As whose users those are answered that are in nobody's subnets; absent: the first zone without subnets, or the first. */
  otherwise: name.optional(),
  drivers: z.array(steeringDriverShape).min(1).max(16),
});
