import { z } from "zod";
import type { Estate, FaultKind, Mode, ModeRule } from "../core/estate.ts";
import { nameShape } from "./name-shape.ts";
import { shareOf } from "./amount.ts";

/** How far it may go by itself: one word for all, or rules for what goes otherwise. */

const MODES = ["observe", "approve", "act"] as const satisfies readonly Mode[];
const FAULTS = ["hard-down", "failing", "path", "overload"] as const satisfies readonly FaultKind[];

/** What happens of itself when nobody answers whether something may be done. */
const unanswered = z.strictObject({
  answer: z.enum(["approve", "deny"]).default("deny"),
  afterSeconds: z.number().int().min(30).max(86_400).default(300),
});

const rule = z.strictObject({
  mode: z.enum(MODES),
  class: z.union([nameShape, z.array(nameShape).min(1)]).exactOptional(),
  fault: z.union([z.enum(FAULTS), z.array(z.enum(FAULTS)).min(1)]).exactOptional(),
  /** Of all traffic, with what other moves that nobody ordered hold away: `10%` or `0.1`. */
  share: z
    .union([z.number().gt(0).max(1), z.string().regex(/^\d+(\.\d+)?\s*%$/)], {
      error: "a share is needed: 10%, or 0.1",
    })
    // One that is none must not become a rule without a limit.
    .refine((share) => shareOf(String(share)) !== null, "a share over 0 % and at most 100 % is needed")
    .exactOptional(),
  unanswered: unanswered.exactOptional(),
});

const rules = z.strictObject({
  /** Of what no rule fits. */
  default: z.enum(MODES),
  rules: z.array(rule).max(50).default([]),
  unanswered: unanswered.prefault({}),
});

export const modeShape = z.union([z.enum(MODES), rules]).default("observe");

export function modeOf(mode: z.output<typeof modeShape>): Pick<Estate, "mode" | "modeRules" | "unanswered"> {
  if (typeof mode === "string") return { mode };
  return {
    mode: mode.default,
    ...(mode.rules.length > 0 && { modeRules: mode.rules.map(ruleOf) }),
    unanswered: mode.unanswered,
  };
}

function ruleOf({ mode, class: classes, fault, share, unanswered: late }: z.output<typeof rule>): ModeRule {
  const maxShare = share === undefined ? null : shareOf(String(share));
  return {
    mode,
    ...(classes !== undefined && { classes: [classes].flat() }),
    ...(fault !== undefined && { faults: [fault].flat() }),
    ...(maxShare !== null && { maxShare }),
    ...(late !== undefined && { unanswered: late }),
  };
}
