import { z } from "zod";
import type { Hold, LocationState } from "../../core/control-contract.ts";
import type { Layer, Mode } from "../../core/estate.ts";
import type { Reason } from "../../core/step.ts";
import type {
  Action,
  Because,
  Cause,
  Fact,
  PromiseState,
  Proof,
  Scope,
  Verdict,
  VerdictState,
} from "../../core/verdict.ts";
import { describes } from "./same.ts";

/** The small pieces that all answers are made of. */

export const moment = z.number().nonnegative().meta({ description: "Unix milliseconds" });
export const name = z.string().min(1).max(256);
export const text = z.string().max(16_000);
export const count = z.number().int().nonnegative();
export const share = z.number().min(0).max(1).meta({ description: "0 to 1" });
/** May be over 1: what was offered over what was ready. */
export const ratio = z.number().nonnegative();
export const rate = z.number().nonnegative().meta({ description: "requests a second" });

export const layer = describes<Layer>()(z.enum(["journey", "edge", "service", "resource", "network", "provider"]));
export const mode = describes<Mode>()(z.enum(["observe", "approve", "act"]));
export const hold = describes<Hold>("Hold")(z.object({ by: z.string(), at: moment, until: moment.exactOptional() }));
export const locationState = describes<LocationState>()(z.enum(["serving", "draining", "evacuated", "restoring"]));
export const verdictState = describes<VerdictState>()(z.enum(["healthy", "shaky", "failing"]));
export const promise = describes<PromiseState>()(z.enum(["certified", "none"]));
export const proof = describes<Proof>("Proof")(
  z.object({
    days: count,
    raised: count,
    leftOut: count,
    askedPerYear: z.number().nonnegative(),
    holdsPerYear: z.number().nonnegative(),
    raisedNats: z.number().nonnegative(),
    holds: z.boolean(),
  }),
);
export const scope = describes<Scope>()(
  z.enum([
    "location",
    "path",
    "provider",
    "deploy",
    "dependency",
    "everywhere",
    "follows-the-traffic",
    "overload",
    "watcher",
    "unknown",
  ]),
);
export const action = describes<Action>()(z.enum(["leave", "move-zones", "spill", "hold", "none"]));

export const cause = describes<Cause>("Cause")(z.object({ layer, name, share }));
export const because = describes<Because>("Because")(
  z.object({ service: z.string(), signal: z.string(), nats: z.number(), says: z.string() }),
);
const fact = describes<Fact>("Fact")(
  z.object({
    of: z.enum(["service", "sharing", "all", "vantage"]),
    name: z.string().meta({ description: "of the service, of what is shared, or of who looks; empty: all" }),
    signal: z.enum(["requests", "latency", "probe"]),
    nats: z.number(),
  }),
);
export const sufficient = z.object({ facts: z.array(fact), nats: z.number() });
export const watchedHours = count.meta({
  description:
    "of its own past, while there is no proof: before a day of it, or with too much of it left out as faults",
});
export const verdict = describes<Verdict>("Verdict")(
  z.object({
    location: name,
    verdict: verdictState,
    certainty: share,
    evidenceNats: z.number(),
    barNats: z.number(),
    scope,
    action,
    promise,
    proof: proof.exactOptional(),
    watchedHours: watchedHours.exactOptional(),
    impact: z.object({ usersHurt: share }),
    causes: z.array(cause),
    because: z.array(because),
    sufficient: sufficient.extend({ says: z.string() }).exactOptional(),
    wouldChange: z
      .array(
        z.object({
          to: z.union([verdictState, scope]),
          says: z.string(),
          nats: z.number().exactOptional(),
          seconds: z.number().exactOptional(),
        }),
      )
      .exactOptional(),
  }),
);

export const reason = describes<Reason>("Reason")(
  z.object({ code: name, says: z.string(), location: name.exactOptional() }),
);
