import type { ScaleRefusal, ScaleRetry } from "./contract.ts";

/**
 * Some machines of one location as their provider has them, counted in replicas: a Deployment, a group of instances. This is all
 * that a driver for a provider implements. Units, steps, costs, patience and dry runs are around it, once for all of them
 * (limited.ts), so a driver neither repeats calls nor remembers anything. It answers with values and never throws.
 */
export type Machines = {
  /** For people: `deployment shop/web`. */
  readonly name: string;
  look(signal: AbortSignal): Promise<MachinesSeen | MachinesProblem>;
  /** Sets the floor to so many replicas: never a difference, so that a repeated call changes nothing. */
  ask(replicas: number, signal: AbortSignal): Promise<MachinesDone | MachinesProblem>;
};

export type MachinesSeen = {
  readonly kind: "seen";
  /** How many there are at least: what `ask` sets. */
  readonly floor: number;
  /** How many serve now. */
  readonly ready: number;
  /** The most that the provider's own settings allow. */
  readonly most: number;
  /** What the provider itself says of growth that does not come: its quota, or its stock, is used up. */
  readonly quota?: string;
};

export type MachinesDone = { readonly kind: "done" };

export type MachinesProblem = {
  /** Never holds a secret. */
  readonly says: string;
  /** The provider said when to ask again. */
  readonly afterMs?: number;
} & ({ readonly kind: "refused"; readonly code: ScaleRefusal } | { readonly kind: "retry"; readonly code: ScaleRetry });
