import type { Grain } from "../grain.ts";
import { WEIGHT_STEPS } from "./sets.ts";
import type { Route53Settings } from "./shape.ts";

export function route53Grain({
  zonesBy,
  writesPerSecond,
}: Pick<Route53Settings, "zonesBy" | "writesPerSecond">): Grain {
  return {
    zones: zonesBy === "country" ? "by-country" : "none",
    split: { by: "weight", steps: WEIGHT_STEPS },
    leastTtlSeconds: 1,
    writesPerSecond,
    contingency: "notice",
  };
}
