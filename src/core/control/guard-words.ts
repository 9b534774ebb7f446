import type { ControlView } from "../control-contract.ts";

/** What goes otherwise than the mode says, and the hours that keep moves back now; every face says it in these words. */
export function guardLines({
  modeRules = [],
  beyondRules = [],
  forbiddenNow = [],
}: Pick<ControlView, "modeRules" | "beyondRules" | "forbiddenNow">): readonly string[] {
  return [
    ...(modeRules.length === 0 ? [] : [`By rule: ${modeRules.join("; ")}.`]),
    ...(beyondRules.length === 0
      ? []
      : [
          `Beyond the rules at the loss of ${choiceWords(beyondRules)}: so much moves when a person says so, and edges and DNS wait for that too.`,
        ]),
    ...forbiddenNow.map((hours) => `Forbidden hours, ${hours}: what they name moves by a person's order only.`),
  ];
}

/** More names than these nobody reads in a line. */
const NAMED_MAX = 6;

/** `aws, gcp or us-east-1` */
function choiceWords(names: readonly string[]): string {
  const named = names.length > NAMED_MAX ? [...names.slice(0, NAMED_MAX), `${names.length - NAMED_MAX} more`] : names;
  return named.length === 1 ? named[0]! : `${named.slice(0, -1).join(", ")} or ${named.at(-1)!}`;
}
