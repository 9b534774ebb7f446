import type { LookingScaleDriver } from "../scale/contract.ts";
import { fails, HOLDS, unknown, type ConditionDriver, type ConditionTurn } from "./contract.ts";

/** Holds while a location's scaler, by its own maximum and the provider's quota, can still give so many requests a second more. */
export function quotaCondition(
  turn: ConditionTurn,
  { scale, leastRps }: { readonly scale: Pick<LookingScaleDriver, "look">; readonly leastRps: number },
): ConditionDriver {
  return {
    ...turn,
    async ask(location, signal) {
      const look = await scale.look(location, signal);
      if (look.kind !== "seen") return unknown(`its scaler can't tell: ${look.says ?? look.code}`);
      const { capacityRps, readyRps } = look.capacity;
      const leftRps = Math.max(0, capacityRps - readyRps);
      if (leftRps >= leastRps) return HOLDS;
      return fails(
        `it can grow by ${Math.floor(leftRps)} rps more, and ${Math.ceil(leastRps)} are to be left (${look.says})`,
      );
    },
  };
}
