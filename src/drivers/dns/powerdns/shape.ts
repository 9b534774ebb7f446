import { z } from "zod";
import { recordShape, secretVariable, serverAddress } from "../record-shape.ts";

/** `kind: powerdns` under `steering:`: Lua records, written by its HTTP API (docs/how-to/powerdns.md). */
export const powerdnsShape = z.strictObject({
  kind: z.literal("powerdns"),
  ...recordShape,
  /** Of its API: `http://192.0.2.53:8081`. */
  url: z.url({ protocol: /^https?$/, error: "an address is needed that begins with http:// or https://" }),
  /** As its API calls it. */
  serverId: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/)
    .max(253)
    .default("localhost"),
  /** Its servers as users ask them: a change is done when all of them answer by it. */
  answeredBy: z.array(serverAddress).min(1).max(50),
  /** Where the API's key is. */
  secret: secretVariable.default("HOUSTON_POWERDNS_KEY"),
  /** `https://www.example.com/health`: PowerDNS asks it of each location and follows the contingency by itself. Absent: it follows only Houston. */
  healthUrl: z
    .url({ protocol: /^https?$/, error: "an address is needed that begins with http:// or https://" })
    .optional(),
});

export type PowerdnsSettings = z.output<typeof powerdnsShape>;
