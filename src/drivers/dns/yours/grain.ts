import type { Grain } from "../grain.ts";
import type { CommandSettings, WebhookSettings } from "./shape.ts";

/** A host's users go in so many parts. */
export const WEIGHT_STEPS = 1000;

/** What stands behind it may do more; this is what it is told. */
export function yourGrain({
  split,
  writesPerSecond,
}: Pick<WebhookSettings | CommandSettings, "split" | "writesPerSecond">): Grain {
  return {
    zones: "none",
    split: split === "set" ? { by: "set" } : { by: "weight", steps: WEIGHT_STEPS },
    leastTtlSeconds: 1,
    writesPerSecond,
    contingency: "notice",
  };
}
