import type { ControlView } from "../control-contract.ts";

/** What goes otherwise than the mode says, and the hours that keep moves back now; every face says it in these words. */
export function guardLines({
  modeRules = [],
  forbiddenNow = [],
}: Pick<ControlView, "modeRules" | "forbiddenNow">): readonly string[] {
  return [
    ...(modeRules.length === 0 ? [] : [`By rule: ${modeRules.join("; ")}.`]),
    ...forbiddenNow.map((hours) => `Forbidden hours, ${hours}: what they name moves by a person's order only.`),
  ];
}
