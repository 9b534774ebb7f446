import type { Why } from "../../../../src/api/why.ts";
import type { LocationName } from "../../../../src/core/estate.ts";
import { rps } from "../shared/figures.ts";

type Decision = Why["decisions"][number];

/** What was decided at one moment, as it concerns one place. */
export type DecisionWords = {
  /** "route table 12; us-west-2 to be ready for 243 rps"; null: nothing was done. */
  readonly did: string | null;
  readonly reasons: Decision["reasons"];
  /** How many reasons of the same moment are about other places only. */
  readonly elsewhere: number;
};

export function decisionWords(decision: Decision, location: LocationName): DecisionWords {
  const reasons = decision.reasons.filter((reason) => reason.location === undefined || reason.location === location);
  return {
    did: decision.effects.length === 0 ? null : decision.effects.map(effectWords).join("; "),
    reasons,
    elsewhere: decision.reasons.length - reasons.length,
  };
}

function effectWords(effect: Decision["effects"][number]): string {
  switch (effect.kind) {
    case "publish":
      return `route table ${effect.version}`;
    case "scale":
      return `${effect.location} to be ready for ${rps(effect.targetRps)}`;
    case "notice":
      return `notice that ${effect.notice.location} is lost`;
  }
}
