import { createHash } from "node:crypto";
import type { ControlEffect } from "../core/control-contract.ts";
import type { Reason } from "../core/step.ts";

/**
 * A fingerprint of everything that was decided so far: each step's effects and reasons are folded into the one before.
 * Two runs with the same fingerprint decided the same, byte for byte, in the same order.
 */
export function foldDecision(
  digest: string,
  stepped: { readonly effects: readonly ControlEffect[]; readonly reasons: readonly Reason[] },
): string {
  // Most steps decide nothing, and nothing leaves no trace.
  if (stepped.effects.length === 0 && stepped.reasons.length === 0) return digest;
  const { effects, reasons } = stepped;
  return createHash("sha256").update(digest).update(JSON.stringify({ effects, reasons })).digest("hex");
}

export const NOTHING_DECIDED = "";
