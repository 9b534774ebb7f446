import type { ScaledPart } from "./limits.ts";
import type { MachinesSeen } from "./machines.ts";

/** What an order means for one part of a location, in replicas. */
export type Wish = {
  readonly part: ScaledPart;
  readonly seen: MachinesSeen;
  /** For all of the target. */
  readonly wants: number;
  /** For the step that may be asked for now. */
  readonly asks: number;
};

/**
 * What an order means for all parts of a location. One for more than is ready is an order to grow, and lowers no floor, of no part: when 60 of 100
 * replicas crashed, 47 are more than the 40 that are left, and fewer than come back by themselves.
 */
export function wishesOf(parts: readonly (readonly [ScaledPart, MachinesSeen])[], rps: number): readonly Wish[] {
  const all = parts.map(([part, seen]) => wishOf(part, seen, rps));
  if (all.every(({ wants, seen }) => wants <= seen.ready)) return all;
  return all.map((wish) => ({ ...wish, asks: Math.max(wish.asks, wish.seen.floor) }));
}

function wishOf(part: ScaledPart, seen: MachinesSeen, rps: number): Wish {
  const wants = Math.max(part.restReplicas, Math.ceil(rps / part.rpsPerReplica));
  const step = Math.max(seen.floor, seen.ready) + part.maxStepReplicas;
  // A maximum that was set under what is there is no order to shrink.
  return { part, seen, wants, asks: Math.min(wants, Math.max(seen.most, seen.floor), Math.max(step, seen.floor)) };
}

export function addedCost(part: ScaledPart, floor: number): number {
  // Not seen yet.
  if (Number.isNaN(floor)) return 0;
  return Math.max(0, floor - part.restReplicas) * part.costPerReplicaHour;
}

/** Halvings of the target: finer than one replica of a million. */
const HALVINGS = 20;

/** As much of all wishes as the money allows, all alike; no floor is lowered for want of money. `all` itself when it fits. */
export function affordable(ask: {
  readonly all: readonly Wish[];
  readonly targetRps: number;
  readonly leftPerHour: number;
}): readonly Wish[] {
  const { all, targetRps, leftPerHour } = ask;
  const fits = (wishes: readonly Wish[]): boolean =>
    wishes.every(({ asks, seen }) => asks <= seen.floor) ||
    wishes.reduce((sum, { part, asks }) => sum + addedCost(part, asks), 0) <= leftPerHour;
  if (fits(all)) return all;
  const cutTo = (rps: number): Wish[] =>
    all.map((wish) => ({
      ...wish,
      asks: Math.max(wishOf(wish.part, wish.seen, rps).asks, Math.min(wish.asks, wish.seen.floor)),
    }));
  let [low, high] = [0, targetRps];
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (low + high) / 2;
    if (fits(cutTo(middle))) low = middle;
    else high = middle;
  }
  return cutTo(low);
}

export function changesSaid(changes: readonly Wish[]): string {
  return changes
    .map(({ part, seen, asks, wants }) => {
      const of = wants > asks ? ` of ${wants}` : "";
      return `${part.machines.name} ${seen.floor} -> ${asks}${of} replicas`;
    })
    .join(", ");
}
