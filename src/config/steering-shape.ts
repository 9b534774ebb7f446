import { z } from "zod";
import { serverAddress } from "../drivers/dns/record-shape.ts";
import { steeringDriverShape } from "../drivers/steering-shapes.ts";
import { shareOf } from "./amount.ts";
import { nameShape as name } from "./name-shape.ts";

/** `steering:` in houston.yaml: by which names users come, where each location is reached, and who makes them go there (docs/how-to/steer.md). */
const host = z
  .string()
  .max(253)
  .regex(/^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/, {
    error: "a host name is needed, such as www.example.com, or *.shops.example.com for each name below",
  })
  .toLowerCase();
const plainHost = host.refine((each) => !each.startsWith("*."), "a whole name is needed, such as www.example.com");
/** `2%` or `0.02`. */
const amountShare = z.union([z.number(), z.string()]).transform((value, context) => {
  const share = shareOf(String(value));
  if (share !== null) return share;
  context.addIssue({ code: "custom", message: "a share over 0 % and at most 100 % is needed, such as 2%" });
  return z.NEVER;
});

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
  /** Resolvers as users have them, asked whether a change has arrived. */
  resolvers: z
    .array(
      z.union(
        [
          serverAddress,
          z.strictObject({
            address: serverAddress,
            asksFrom: z.union([z.ipv4(), z.ipv6()], { error: "an address is needed, such as 192.0.2.7" }).optional(),
          }),
        ],
        { error: "an address is needed, such as 192.0.2.1 or { address: 192.0.2.1:53, asksFrom: 192.0.2.7 }" },
      ),
    )
    .max(16)
    .default([]),
  /** Names of others by which users come too, such as tenants' own domains: `check --reach` says which of them follow. */
  otherNames: z
    .array(
      z.union(
        [
          plainHost,
          z.strictObject({
            name: plainHost,
            /** Of all users. */
            share: amountShare.optional(),
            /** Whose addresses its DNS copies (ALIAS, ANAME, CNAME flattening). */
            flattens: plainHost.optional(),
          }),
        ],
        {
          error:
            "a name is needed, such as www.shop.example or { name: shop.example, share: 2%, flattens: www.example.com }",
        },
      ),
    )
    .max(10_000)
    .default([]),
  drivers: z.array(steeringDriverShape).min(1).max(16),
});
