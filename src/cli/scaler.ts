import type { Estate } from "../core/estate.ts";
import type { LookingScaleDriver } from "../drivers/scale/contract.ts";
import type { ScaleSettings } from "../drivers/scale/settings.ts";

/** Whoever makes locations grow, by `scale:` in houston.yaml, with credentials of the environment; null: nobody. Asks nobody yet. */
export async function scaler({
  estate,
  scale,
}: {
  readonly estate: Estate;
  readonly scale: ScaleSettings | null;
}): Promise<LookingScaleDriver | null> {
  if (scale === null) return null;
  const { scaleFrom } = await import("../drivers/scale/settings.ts");
  const capacityRps = Object.fromEntries(estate.locations.map((each) => [each.name, each.capacityRps]));
  return scaleFrom({ settings: scale, capacityRps, env: process.env, now: Date.now });
}
