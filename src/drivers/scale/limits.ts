import type { Machines } from "./machines.ts";

export type ScaledLocation = {
  /** The most that the config lets it grow to. */
  readonly capacityRps: number;
  /** Growth that takes longer is late. */
  readonly readyWithinMs: number;
  /** Who carry its requests together; each request needs all of them, so the least is what the location can take. */
  readonly parts: readonly ScaledPart[];
};

export type ScaledPart = {
  readonly machines: Machines;
  readonly rpsPerReplica: number;
  /** Kept when nothing is asked for, and when the location is empty. */
  readonly restReplicas: number;
  /** Beside the provider's own maximum, where it has one. */
  readonly maxReplicas: number;
  readonly maxStepReplicas: number;
  readonly costPerReplicaHour: number;
};

export type ScaleLimits = {
  readonly dryRun: boolean;
  /** Calls that change something, over all locations. */
  readonly asksPerMinute: number;
  /** What floors may cost beyond `restReplicas`, over all locations; in the currency of `costPerReplicaHour`. */
  readonly maxAddedCostPerHour: number;
};
