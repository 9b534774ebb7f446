import { z } from "zod";
import { domainName, recordShape, secretVariable, serverAddress } from "../record-shape.ts";

/** `kind: rfc2136` under `steering:`: dynamic update, signed by TSIG (docs/how-to/rfc2136.md). */
export const rfc2136Shape = z.strictObject({
  kind: z.literal("rfc2136"),
  ...recordShape,
  /** The primary server: it takes the updates. */
  server: serverAddress,
  /** Others that answer users: a change is done when they answer by it too. */
  answeredBy: z.array(serverAddress).max(50).default([]),
  key: z.strictObject({
    name: domainName,
    algorithm: z.enum(["hmac-sha256", "hmac-sha384", "hmac-sha512"]).default("hmac-sha256"),
    /** Where its secret is, in base64. */
    secret: secretVariable.default("HOUSTON_TSIG_SECRET"),
  }),
});

export type Rfc2136Settings = z.output<typeof rfc2136Shape>;
