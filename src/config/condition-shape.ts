import { z } from "zod";
import { nameShape as name } from "./name-shape.ts";

/**
 * `conditions:` in houston.yaml: what a receiver must be beside having room (docs/how-to/conditions.md). There is no place in it for a
 * secret: tokens stand in files that are named here, or in variables that a command may see.
 */
const file = z.string().min(1).max(4096);
const address = z.url({ protocol: /^https?$/, error: "an address is needed that begins with https://" });
const host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, "a host name, without https:// and without a path");
const statuses = z.array(z.number().int().min(100).max(599)).max(50).default([]);

/** What every condition has. */
const any = {
  name,
  classes: z.array(name).min(1).optional(),
  locations: z.array(name).min(1).optional(),
  /** What it means that nobody can tell; absent: as its kind needs. */
  doubt: z.enum(["bars", "passes"]).optional(),
  doubtAfterSeconds: z.number().int().min(30).max(86_400).default(60),
  everySeconds: z.number().min(1).max(3600).default(10),
  withinSeconds: z.number().min(0.1).max(60).default(2),
};
const query = { prometheus: address, query: z.string().min(1).max(4096), tokenFile: file.optional() };

export const conditionShape = z.discriminatedUnion("kind", [
  z.strictObject({
    ...any,
    kind: z.literal("tls"),
    /** Where each location's edge answers, `203.0.113.7` or `edge.example.com:8443`. */
    addresses: z.record(name, z.string().min(1).max(300)),
    hosts: z.array(host).max(200).default([]),
    tenants: z.array(host).max(200).default([]),
    tenantClass: name.optional(),
    expiryDays: z.number().min(0).max(365).default(7),
    caFile: file.optional(),
  }),
  z.strictObject({
    ...any,
    kind: z.literal("replica-lag"),
    maxSeconds: z.number().nonnegative().max(86_400),
    prometheus: query.prometheus.optional(),
    query: query.query.optional(),
    tokenFile: query.tokenFile,
    url: address.optional(),
    field: z.string().min(1).max(200).optional(),
  }),
  z.strictObject({
    ...any,
    kind: z.literal("promql"),
    ...query,
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  }),
  z.strictObject({
    ...any,
    kind: z.literal("parity"),
    url: address,
    fields: z.array(z.string().min(1).max(200)).min(1).max(10).default(["version", "config"]),
  }),
  z.strictObject({
    ...any,
    kind: z.literal("quota"),
    leastRps: z.number().positive().max(1e9),
    // Providers count calls, and a quota changes seldom.
    everySeconds: any.everySeconds.unwrap().default(60),
    doubtAfterSeconds: any.doubtAfterSeconds.unwrap().default(300),
  }),
  z.strictObject({
    ...any,
    kind: z.literal("third-party"),
    url: address,
    statuses,
    /** HTTP proxies that stand in the locations; absent: each location's own node asks. */
    proxies: z.record(name, address).default({}),
  }),
  z.strictObject({ ...any, kind: z.literal("http"), url: address, statuses }),
  z.strictObject({
    ...any,
    kind: z.literal("command"),
    /** The program and its first arguments; no shell reads them. */
    argv: z.array(z.string().max(4096)).min(1).max(100),
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name"))
      .max(100)
      .default([]),
  }),
]);
