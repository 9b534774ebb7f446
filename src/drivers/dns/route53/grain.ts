import type { Grain } from "../grain.ts";
import { WEIGHT_STEPS } from "./sets.ts";
import type { Route53Settings } from "./shape.ts";

export function route53Grain({
  zonesBy,
  writesPerSecond,
  staged,
}: Pick<Route53Settings, "zonesBy" | "writesPerSecond" | "staged">): Grain {
  return {
    zones: zonesBy === "country" ? "by-country" : "none",
    split: staged === undefined ? { by: "weight", steps: WEIGHT_STEPS } : { by: "step", steps: staged.steps },
    leastTtlSeconds: 1,
    writesPerSecond,
    contingency: staged === undefined ? "notice" : "staged",
  };
}
