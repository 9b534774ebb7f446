import type { Grain } from "../grain.ts";
import type { Ns1Settings } from "./shape.ts";

/** A host's users go in so many parts, within each zone that is told apart. */
export const WEIGHT_STEPS = 1000;

export function ns1Grain({ bySubnet, writesPerSecond }: Pick<Ns1Settings, "bySubnet" | "writesPerSecond">): Grain {
  return {
    zones: bySubnet ? "by-subnet" : "none",
    split: { by: "weight", steps: WEIGHT_STEPS },
    leastTtlSeconds: 1,
    writesPerSecond,
    // A feed leaves out who is down, and divides his users over the others by their weights: no contingency of ours.
    contingency: "notice",
  };
}
