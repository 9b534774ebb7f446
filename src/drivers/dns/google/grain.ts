import type { Grain } from "../grain.ts";
import type { GoogleDnsSettings } from "./shape.ts";

/** A host's users go in so many parts. */
export const WEIGHT_STEPS = 1000;

/** By weights for all users alike, or by region with a set of locations for each: Google has no policy that does both. */
export function googleDnsGrain({
  regions,
  writesPerSecond,
}: Pick<GoogleDnsSettings, "regions" | "writesPerSecond">): Grain {
  return {
    zones: regions === undefined ? "none" : "by-region",
    split: regions === undefined ? { by: "weight", steps: WEIGHT_STEPS } : { by: "set" },
    leastTtlSeconds: 1,
    writesPerSecond,
    // A health check leaves out who fails it, but sends his users where Google likes and not where there is room.
    contingency: "notice",
  };
}
