import type { Estate } from "../core/estate.ts";
import type { ConditionDriver } from "../drivers/condition/contract.ts";
import type { ConditionSettings } from "../drivers/condition/settings.ts";
import type { ScaleSettings } from "../drivers/scale/settings.ts";
import { scaler } from "./scaler.ts";

/** What houston.yaml says of conditions as drivers, those excepted that only a location's own node can ask. Asks nobody yet. */
export async function conditionDrivers({
  estate,
  scale,
  conditions,
}: {
  readonly estate: Estate;
  readonly scale: ScaleSettings | null;
  readonly conditions: readonly ConditionSettings[];
}): Promise<readonly ConditionDriver[]> {
  if (conditions.length === 0) return [];
  const { conditionsFrom } = await import("../drivers/condition/drivers.ts");
  return conditionsFrom({
    settings: conditions,
    asker: "houston",
    locations: estate.locations.map(({ name }) => name),
    // Credentials are asked for only where a condition needs them.
    scale: conditions.some(({ kind }) => kind === "quota") ? await scaler({ estate, scale }) : null,
    env: process.env,
    now: Date.now,
  });
}
