import { z } from "zod";
import { steeringName } from "../../steering-name.ts";
import { RATE_LIMIT_USUAL } from "./rate-limit.ts";

/** `kind: embedded` under `steering.drivers`: our own authoritative name server, in Houston's process. */
const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/, {
    error: "a host name is needed, such as ns1.example.com",
  })
  .toLowerCase();

export const embeddedShape = z.strictObject({
  kind: z.literal("embedded"),
  name: steeringName.optional(),
  /** Where it takes questions, by UDP and TCP. */
  listen: z
    .array(
      z
        .string()
        .regex(
          /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/,
          "an address with its port is needed, such as 203.0.113.53:53 or [2001:db8::53]:53",
        ),
    )
    .min(1)
    .max(16),
  /** As the delegation names them; their addresses are told by the zone that delegates, or their own. */
  nameServers: z.array(hostName).min(1).max(13),
  /** Of whoever answers for it; absent: hostmaster at the name itself. */
  mailbox: z.email("an address is needed, such as hostmaster@example.com").optional(),
  /** 2: each answer names the contingency's location too, after its own: who can't reach the first tries the second. */
  answers: z.union([z.literal(1), z.literal(2)], { error: "1 or 2 is needed" }).default(1),
  /** HTTPS records (RFC 9460), of the same locations as A and AAAA; absent: none. */
  https: z
    .strictObject({
      alpn: z
        .array(z.string().regex(/^[\x21-\x7e]{1,255}$/, "a protocol is needed, such as h2"))
        .min(1)
        .max(8)
        .default(["h2"]),
      port: z.number().int().min(1).max(65_535).optional(),
      /** By a name of `hosts`: where its users should look instead. */
      aliases: z.record(hostName, hostName).default({}),
    })
    .optional(),
  /** Queries a second that one source may ask, with so many saved up: more is told to come by TCP. */
  rateLimit: z
    .union(
      [
        z.literal("none"),
        z.strictObject({
          perSecond: z.number().int().min(1).max(1e6).default(RATE_LIMIT_USUAL.perSecond),
          burst: z.number().int().min(1).max(1e6).default(RATE_LIMIT_USUAL.burst),
        }),
      ],
      { error: "{ perSecond, burst } is needed, or none" },
    )
    .prefault({}),
});

export type EmbeddedSettings = z.output<typeof embeddedShape>;
