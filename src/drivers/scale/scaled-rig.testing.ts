import type { LookingScaleDriver } from "./contract.ts";
import { limitedScale } from "./limited.ts";
import type { ScaledLocation, ScaleLimits } from "./limits.ts";
import type { Machines } from "./machines.ts";
import { AT_REST, type MachinesRig, type ScaleRig } from "./testing.ts";

const RPS_PER_REPLICA = 10;

export const NO_LIMITS: ScaleLimits = { dryRun: false, asksPerMinute: 1000, maxAddedCostPerHour: Infinity };

/** One location whose replicas carry 10 rps each: 10 at rest, and at most 40. */
export function placeOf(machines: Machines, change: Partial<ScaledLocation["parts"][number]> = {}): ScaledLocation {
  return {
    capacityRps: 1e6,
    readyWithinMs: 60_000,
    parts: [
      {
        machines,
        rpsPerReplica: RPS_PER_REPLICA,
        restReplicas: AT_REST.floor,
        maxReplicas: AT_REST.most,
        maxStepReplicas: 1000,
        costPerReplicaHour: 0,
        ...change,
      },
    ],
  };
}

const driverOf = (machines: Machines): LookingScaleDriver =>
  limitedScale({
    name: "made",
    locations: { "us-east-1": placeOf(machines) },
    limits: NO_LIMITS,
    now: () => 1_000_000,
  });

/** A provider's machines as the scale driver that control asks. */
export async function scaledRig(makeRig: () => Promise<MachinesRig>): Promise<ScaleRig> {
  const { machines, machinesWithoutRight, provider } = await makeRig();
  return {
    location: "us-east-1",
    driver: driverOf(machines),
    driverWithoutRight: driverOf(machinesWithoutRight),
    floorRps: () => provider.state.floor * RPS_PER_REPLICA,
    changes: () => provider.state.changes,
    setTrouble: (trouble) => void (provider.state.trouble = trouble),
    stop: () => provider.stop(),
  };
}
