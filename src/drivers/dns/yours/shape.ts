import { z } from "zod";
import { recordShape, secretVariable, serverAddress } from "../record-shape.ts";

/** What a program of an operator's own can do with a name's users, beside where it is (docs/how-to/dns-webhook.md). */
const yoursShape = {
  ...recordShape,
  /** `weight`: each location's addresses come with a weight, in thousandths. `set`: addresses alone, and users spread evenly. */
  split: z.enum(["weight", "set"]).default("weight"),
  /** Servers that answer users: a change is done when they answer by it. Empty: when it is read back. */
  answeredBy: z.array(serverAddress).max(50).default([]),
  /** Locations that must be up for it, where it runs and what it calls: while one of them is out of order, nobody can be made to leave it. */
  standsAt: z.array(z.string().min(1).max(63)).max(50).default([]),
} as const;

/** `kind: webhook` under `steering:`: whatever has no driver of its own, behind an address of yours. */
export const webhookShape = z.strictObject({
  kind: z.literal("webhook"),
  ...yoursShape,
  url: z.url({ protocol: /^https?$/, error: "an address is needed that begins with https://" }),
  /** Where the secret is that signs each letter. */
  secret: secretVariable.default("HOUSTON_DNS_WEBHOOK_SECRET"),
});

/** `kind: command` under `steering:`: the same questions to a program of yours, on its standard input. */
export const commandShape = z.strictObject({
  kind: z.literal("command"),
  ...yoursShape,
  /** The program and its first arguments; no shell reads them. */
  argv: z.array(z.string().max(4096)).min(1).max(100),
  /** Names of variables that it may see beside PATH. */
  environment: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name"))
    .max(100)
    .default([]),
});

export type WebhookSettings = z.output<typeof webhookShape>;
export type CommandSettings = z.output<typeof commandShape>;
