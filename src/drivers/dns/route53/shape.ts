import { z } from "zod";
import { domainName, recordShape, serverAddress } from "../record-shape.ts";
import { stagedShape } from "./staged/shape.ts";

const hostedZoneId = z.string().regex(/^Z[A-Z0-9]{1,31}$/, "a hosted zone's ID, such as Z0123456789ABCDEFGHIJ");

/** `kind: route53` under `steering:`: weighted records of Amazon Route 53 (docs/how-to/route53.md). */
export const route53Shape = z.strictObject({
  kind: z.literal("route53"),
  ...recordShape,
  /** Changes of a hosted zone that are not through are refused, so more would not help. */
  writesPerSecond: z.number().positive().max(10).default(1),
  withinSeconds: z.number().min(0.1).max(60).default(5),
  /** Of the account's 10 a second, which all who use it share. */
  requestsPerSecond: z.number().positive().max(1000).default(5),
  /** `country`: users of each country that a zone names are answered by their zones' plan, all others as `otherwise`. */
  zonesBy: z.enum(["country", "none"]).default("none"),
  /** By domain, where an account has two public hosted zones of one name. */
  hostedZones: z.record(domainName, hostedZoneId).default({}),
  /** The location that stands where Route 53's API does, in us-east-1 of AWS; absent: the ones of provider `aws` whose names begin so. */
  apiAt: z.string().max(63).optional(),
  /** Records and health checks stand there beforehand, and nothing is written to leave a location; absent: each change is written by the API. */
  staged: stagedShape.optional(),
  /** Name servers of the hosted zone: a change is done when they answer by it too. */
  answeredBy: z.array(serverAddress).max(16).default([]),
  /** Of the API, where it is reached by another address (a private endpoint, a test). */
  endpoint: z.url({ protocol: /^https?$/, error: "an address is needed that begins with https://" }).optional(),
});

export type Route53Settings = z.output<typeof route53Shape>;
