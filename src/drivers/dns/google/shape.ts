import { z } from "zod";
import { domainName, recordShape, serverAddress } from "../record-shape.ts";

/** `kind: google-dns` under `steering:`: Google Cloud DNS, by its API v1 (docs/how-to/google-dns.md). */
export const googleDnsShape = z.strictObject({
  kind: z.literal("google-dns"),
  ...recordShape,
  project: z.string().regex(/^[a-z0-9:.-]{1,100}$/, "a project's id"),
  /** By domain, where more than one managed zone of the project has it; absent: the public one of that name. */
  managedZones: z
    .record(domainName, z.string().regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "a managed zone's name"))
    .default({}),
  /**
   * By zone of users, the Google region that stands for where they are: each region is answered by itself, with a set of addresses.
   * Absent: all users are answered alike, by weights.
   */
  regions: z
    .record(z.string().min(1).max(63), z.string().regex(/^[a-z]+-[a-z]+[0-9]{1,2}$/, "a Google Cloud region"))
    .optional(),
  /** A global health check of the project: what fails it is left out by Google, Houston or not. */
  healthCheck: z
    .string()
    .regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "a health check's name")
    .optional(),
  /** A service account's key, or a federation's description; absent: GOOGLE_APPLICATION_CREDENTIALS, or the machine's own account. */
  credentialsFile: z.string().min(1).max(4096).optional(),
  endpoint: z
    .url({ protocol: /^https?$/, error: "an address is needed that begins with https://" })
    .default("https://dns.googleapis.com"),
  /** Its name servers as users ask them, by address: a change is done when they answer by it. Empty: when Google says so. */
  answeredBy: z.array(serverAddress).max(50).default([]),
  /** Google's own servers take a change some seconds after it was accepted. */
  withinSeconds: z.number().min(0.1).max(60).default(20),
});

export type GoogleDnsSettings = z.output<typeof googleDnsShape>;
