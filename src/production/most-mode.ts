import type { Mode } from "../core/estate.ts";

/** The most that the mode may be, and why it is no more; null: it may be `act`. */
export type MostMode = { readonly mode: Mode; readonly because: string | null };

/**
 * Nobody is asked who can't be moved; and nobody is moved by itself on the word of one or two who look: what breaks at them would look
 * like what breaks at everybody. Nor where the lever stands in the place that is to be left: people must know that they may be needed.
 */
export function mostModeOf({
  drivers,
  vantages,
  leavingNeeds,
}: {
  /** How many make users go anywhere. */
  readonly drivers: number;
  /** Who looks at locations from outside, independently of each other. */
  readonly vantages: readonly string[];
  /** Why a location could not be left just when it must be, a sentence each. */
  readonly leavingNeeds: readonly string[];
}): MostMode {
  if (drivers === 0) return { mode: "observe", because: "nothing is steered: houston.yaml has no `steering`" };
  const there = vantages.length === 0 ? "there is none" : `there is only ${vantages.join(" and ")}`;
  const reasons = [
    ...(vantages.length >= VANTAGES_TO_ACT
      ? []
      : [`act needs ${VANTAGES_TO_ACT} independent vantages, and ${there} (\`probes\` in houston.yaml)`]),
    ...leavingNeeds,
  ];
  return reasons.length === 0 ? { mode: "act", because: null } : { mode: "approve", because: reasons.join("; ") };
}

const VANTAGES_TO_ACT = 3;
