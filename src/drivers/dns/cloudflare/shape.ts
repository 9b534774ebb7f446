import { z } from "zod";
import { recordShape, secretVariable, serverAddress } from "../record-shape.ts";

/** `kind: cloudflare` under `steering:`: records of a Cloudflare zone (docs/how-to/cloudflare.md). */
export const cloudflareShape = z.strictObject({
  kind: z.literal("cloudflare"),
  ...recordShape,
  writesPerSecond: z.number().positive().max(10).default(1),
  withinSeconds: z.number().min(0.1).max(60).default(5),
  /** Of the 1,200 in five minutes that all who use the token's account share: who goes beyond is refused everything for five minutes. */
  requestsPerSecond: z.number().positive().max(1000).default(2),
  /** Whether users reach locations through Cloudflare's own servers. */
  proxied: z.boolean().default(false),
  /** The least that the plan lets an answer be kept for: 60, or 30 of Enterprise. */
  leastTtlSeconds: z.union([z.literal(60), z.literal(30)]).default(60),
  /** Written at each record for people who look there, such as `owner:houston`; the free plan has none. */
  tags: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{1,32}:[^\r\n]{1,100}$/, "name:value"))
    .max(10)
    .default([]),
  /** The zone's two name servers, as users ask them: a change is done when all of them answer by it. */
  answeredBy: z.array(serverAddress).max(16).default([]),
  /** Where the API's token is. */
  secret: secretVariable.default("HOUSTON_CLOUDFLARE_TOKEN"),
  /** Of the API, where it is reached by another address (a proxy of yours, a test). */
  endpoint: z
    .url({ protocol: /^https?$/, error: "an address is needed that begins with https://" })
    .default("https://api.cloudflare.com/client/v4"),
});

export type CloudflareSettings = z.output<typeof cloudflareShape>;
