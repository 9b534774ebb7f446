import type { Mode } from "../core/estate.ts";

/** The most that the mode may be, and why it is no more; null: it may be `act`. */
export type MostMode = { readonly mode: Mode; readonly because: string | null };

/**
 * Nobody is asked who can't be moved; and nobody is moved by itself on the word of one or two who look: what breaks at them would look
 * like what breaks at everybody.
 */
export function mostModeOf({
  drivers,
  vantages,
}: {
  /** How many make users go anywhere. */
  readonly drivers: number;
  /** Who looks at locations from outside, independently of each other. */
  readonly vantages: readonly string[];
}): MostMode {
  if (drivers === 0) return { mode: "observe", because: "nothing is steered: houston.yaml has no `steering`" };
  if (vantages.length >= VANTAGES_TO_ACT) return { mode: "act", because: null };
  const there = vantages.length === 0 ? "there is none" : `there is only ${vantages.join(" and ")}`;
  return {
    mode: "approve",
    because: `act needs ${VANTAGES_TO_ACT} independent vantages, and ${there} (\`probes\` in houston.yaml)`,
  };
}

const VANTAGES_TO_ACT = 3;
