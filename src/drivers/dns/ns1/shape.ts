import { z } from "zod";
import { recordShape, secretVariable, serverAddress } from "../record-shape.ts";

/** `kind: ns1` under `steering:`: IBM NS1 Connect, by its API v1 (docs/how-to/ns1.md). */
export const ns1Shape = z.strictObject({
  kind: z.literal("ns1"),
  ...recordShape,
  endpoint: z
    .url({ protocol: /^https?$/, error: "an address is needed that begins with https://" })
    .default("https://api.nsone.net/v1"),
  /** Where the API's key is. */
  secret: secretVariable.default("HOUSTON_NS1_KEY"),
  /** Each zone of users is answered by itself, told by `subnets`; false: all users alike, for who has no such filters, or more subnets than NS1 takes. */
  bySubnet: z.boolean().default(true),
  /** By location, the data feed of the monitor that watches it: NS1 leaves out who is down by it, Houston or not. */
  feeds: z.record(z.string().min(1).max(63), z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "a data feed's id")).default({}),
  /** Its name servers as users ask them, by address: a change is done when they answer by it. Empty: when NS1 reads it back. */
  answeredBy: z.array(serverAddress).max(50).default([]),
  /** A change is a call for each record, and NS1 gives 900 calls in five minutes to some accounts. */
  writesPerSecond: z.number().positive().max(1000).default(1),
  withinSeconds: z.number().min(0.1).max(60).default(10),
});

export type Ns1Settings = z.output<typeof ns1Shape>;
