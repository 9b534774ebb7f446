import { z } from "zod";

/**
 * `scale:` in houston.yaml: who makes each location grow, and the limits around all of them. There is no place in it for a
 * secret: credentials come from the environment, or from files that are named here (docs/how-to/scale.md).
 */
const word = z.string().min(1).max(253);
const file = z.string().min(1).max(4096);
const address = z.url({ protocol: /^https?$/, error: "an address is needed that begins with https://" });

/** What every part has, whoever scales it. */
const part = {
  /** What one replica carries well, in requests a second. */
  rpsPerReplica: z.number().positive().max(1e6),
  restReplicas: z.number().int().min(0).max(100_000).default(1),
  maxReplicas: z.number().int().min(1).max(100_000).optional(),
  maxStepReplicas: z.number().int().min(1).max(100_000).default(100),
  costPerReplicaHour: z.number().nonnegative().max(1e6).default(0),
};
const location = { readyWithinSeconds: z.number().int().min(1).max(86_400).default(300) };
const parts = <Shape extends z.ZodRawShape>(own: Shape) =>
  z
    .array(z.strictObject({ ...own, ...part }))
    .min(1)
    .max(100);

const scaler = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("kubernetes"),
    ...location,
    server: address.optional(),
    tokenFile: file.optional(),
    caFile: file.optional(),
    namespace: word,
    parts: parts({ deployment: word, autoscaler: word.optional() }),
  }),
  z.strictObject({
    by: z.literal("aws"),
    ...location,
    region: word,
    endpoint: address.optional(),
    parts: parts({ group: word, floor: z.enum(["min", "desired"]).default("min") }),
  }),
  z.strictObject({
    by: z.literal("google"),
    ...location,
    project: word,
    zone: word.optional(),
    region: word.optional(),
    credentialsFile: file.optional(),
    endpoint: address.optional(),
    parts: parts({ group: word, autoscaler: word.optional() }),
  }),
  z.strictObject({ by: z.literal("webhook"), ...location, url: address, parts: parts({ name: word }) }),
  z.strictObject({
    by: z.literal("command"),
    ...location,
    /** The program and its first arguments; no shell reads them. */
    argv: z.array(z.string().max(4096)).min(1).max(100),
    /** Names of variables that it may see. */
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name"))
      .max(100)
      .default([]),
    parts: parts({ name: word }),
  }),
]);

export const scaleShape = z.strictObject({
  /** Looks, says what it would ask for, and asks nobody. */
  dryRun: z.boolean().default(true),
  asksPerMinute: z.number().int().min(1).max(10_000).default(60),
  /** What floors may cost beyond `restReplicas`, all locations together, in the currency of `costPerReplicaHour`. */
  maxAddedCostPerHour: z.number().nonnegative().max(1e9),
  locations: z.record(z.string(), scaler),
});
