import type { Grain } from "../grain.ts";
import type { CloudflareSettings } from "./shape.ts";

export function cloudflareGrain({
  leastTtlSeconds,
  writesPerSecond,
}: Pick<CloudflareSettings, "leastTtlSeconds" | "writesPerSecond">): Grain {
  return { zones: "none", split: { by: "set" }, leastTtlSeconds, writesPerSecond, contingency: "notice" };
}
