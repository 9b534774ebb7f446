import { z } from "zod";
import type { ConditionAnswer } from "../core/conditions.ts";
import { LOG_MS_LEAST, LOG_MS_MOST } from "../core/judge/log-ms.ts";
import { NETWORKS_MAX, type Summary } from "../core/summary.ts";
import { SUSPECTS_MAX } from "../core/suspects.ts";

/**
 * The shape of what strangers' programs may say over the wire: every number finite, every list and name bounded, so
 * that a broken or hostile peer can neither confuse a judge nor fill a memory. Unknown fields are dropped.
 */
const NAME_LENGTH_MAX = 128;
const SAYS_LENGTH_MAX = 512;
/** A few hundred locations would still fit; we run 3 to 50. */
const SIGHTS_MAX = 256;

const name = z.string().min(1).max(NAME_LENGTH_MAX);
const says = z.string().max(SAYS_LENGTH_MAX);
const number = z.number();
const count = z.number().nonnegative();
const at = z.number().nonnegative();
/** So many that they can still be added up: a sum of no number would never become one again. */
const requests = count.max(1e15);
/** What no requests have would spoil what others know of their difference to a place. */
const logMs = z.number().min(LOG_MS_LEAST).max(LOG_MS_MOST);

const layer = z.enum(["journey", "edge", "service", "resource", "network", "provider"]);
const cause = z.object({ layer, name, share: count });
const because = z.object({ service: name, signal: name, nats: number, says });
const rate = z.object({ service: name, bad: requests, total: requests, logMs: logMs.nullable() });
const deploy = z.object({ service: name, version: name, at });
const suspect = z.object({ class: name, bucket: z.int().min(0).max(255), share: number, nats: count.default(0) });
const network = z.object({ name, bad: requests, total: requests, ill: z.boolean() });
const load = z.object({
  servedRps: count,
  enteredRps: count,
  readyRps: count,
  capacityRps: count,
  utilisation: count,
  shedRps: count,
  queueMs: count,
  failedRatio: count,
});
const proof = z.object({
  days: count,
  raised: count,
  // While a planet is upgraded some nodes don't tell it yet.
  leftOut: count.default(0),
  askedPerYear: count,
  holdsPerYear: count,
  raisedNats: count,
  holds: z.boolean(),
});
const fact = z.object({
  of: z.enum(["service", "sharing", "all", "vantage"]),
  name: z.string().max(NAME_LENGTH_MAX),
  signal: z.enum(["requests", "latency", "probe"]),
  nats: number,
});
const outlook = z.object({
  natsPerSecond: number,
  movableHurt: count,
  recovery: z
    .object({
      service: name,
      failingBelow: count.exactOptional(),
      slowerBelow: count.exactOptional(),
      natsPerSecond: count,
    })
    .exactOptional(),
  fault: z.object({ service: name, rps: count, failing: count, seconds: count }).exactOptional(),
});
const own = z.object({
  verdict: z.enum(["healthy", "shaky", "failing"]),
  evidenceNats: number,
  aloneNats: number,
  barNats: number,
  promise: z.enum(["certified", "none"]),
  proof: proof.exactOptional(),
  watchedHours: count.exactOptional(),
  usersHurt: number,
  worthMoving: z.boolean(),
  healthyNats: number,
  habitSince: at.exactOptional(),
  causes: z.array(cause).max(5),
  because: z.array(because).max(5),
  rates: z.array(rate).max(16),
  deploys: z.array(deploy).max(4),
  load,
  suspects: z.array(suspect).max(SUSPECTS_MAX),
  networks: z.array(network).max(NETWORKS_MAX).exactOptional(),
  cutOff: z.boolean(),
  sufficient: z.object({ facts: z.array(fact).max(5), nats: number }).exactOptional(),
  outlook: outlook.exactOptional(),
});
const sight = z.object({
  lookedAt: at,
  failedLooks: count,
  errors: count.exactOptional(),
  looks: count,
  failures: count,
  lossNats: number,
  grayNats: number,
});

export const summarySchema: z.ZodType<Summary> = z.object({
  from: name,
  seq: z.number().int().nonnegative(),
  at,
  own,
  sees: z.record(name, sight).refine((sees) => Object.keys(sees).length <= SIGHTS_MAX, "too many sights"),
});

/** What came to one edge: classes by zones, each bounded. */
const rpsByZone = z.record(name, count);
export const demandSchema = z.object({
  from: name,
  rps: z.record(name, rpsByZone),
  buckets: z.record(name, z.array(count).length(256)).optional(),
});

/** At most a failure for each bucket, and few words each; which of them count is control's to say. */
const failure = z.object({
  class: name.exactOptional(),
  bucket: count.exactOptional(),
  says: z.string().max(SAYS_LENGTH_MAX),
});
const found = { condition: name, location: name };
const behindSeconds = count.exactOptional();
export const conditionsSchema: z.ZodType<readonly ConditionAnswer[]> = z
  .array(
    z.discriminatedUnion("kind", [
      z.object({ ...found, kind: z.literal("holds"), behindSeconds }),
      z.object({ ...found, kind: z.literal("fails"), failures: z.array(failure).max(256), behindSeconds }),
      z.object({ ...found, kind: z.literal("unknown"), says: z.string().max(SAYS_LENGTH_MAX) }),
    ]),
  )
  .max(32);

export const capacitySchema = z.object({ at, location: name, capacityRps: count, readyRps: count });
