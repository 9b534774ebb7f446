import type { Capacity, Estate, Limit, LocationName } from "../estate.ts";
import type { UnixMs } from "../step.ts";

/**
 * What plans may count on of what a scaler says: capacity is proven, not wished. A lorry that is said to carry ten tons has carried six:
 * six is what it is known to carry, and eight at most is what anybody loads before the bridge has been seen to hold; and where
 * a bridge on its way bears seven, it is seven whatever the lorry can.
 *
 * U1 Never more than is ready, or than any named limit of the location allows; the least wins, and is named.
 * U2 Beyond what it has carried well lately only `unprovenShare` of what its scaler says counts.
 * U3 What became ready a moment ago counts by how long it has been ready, until `slowStartSeconds` are over.
 */
export type Usable = {
  readonly capacity: Capacity;
  /** What keeps it below what its scaler says is ready; null: nothing does. */
  readonly bound: CapacityBound | null;
};

export type CapacityBound =
  /** So much it carried well, then; its scaler says more, and too little of that is believed to count. */
  | { readonly kind: "proven"; readonly rps: number; readonly at: UnixMs }
  /** Of what its scaler says so large a share counts, until it has carried more. */
  | { readonly kind: "unproven"; readonly share: number }
  | { readonly kind: "limit"; readonly name: string; readonly rps: number }
  /** What it grew by is warming up, until then. */
  | { readonly kind: "warming"; readonly until: UnixMs };

/** The most that a location carried well in the last weeks, and when. */
export type Proven = { readonly location: LocationName; readonly rps: number; readonly at: UnixMs };

/** A part of what is ready, by when it became so. */
export type WarmingPart = { readonly rps: number; readonly since: UnixMs };

/** What is known of a location when it is asked how much of it counts. */
export type KnownCapacity = {
  readonly declared: Capacity;
  readonly proven: Proven | null;
  readonly warming: readonly WarmingPart[];
};

export function usableOf(estate: Estate, known: KnownCapacity, at: UnixMs): Usable {
  const { declared } = known;
  const rules = rulesOf(estate, known);
  const cold = coldRps(known.warming, rules.slowStartMs, at);
  const warmRps = Math.max(0, declared.readyRps - cold);
  const readyRps = counted(rules, warmRps);
  const capacityRps = Math.max(readyRps, counted(rules, declared.capacityRps));
  return {
    capacity: { ...declared, readyRps, capacityRps },
    bound: readyRps >= declared.readyRps ? null : boundOf(known, rules, warmRps),
  };
}

/** What a scaler must be asked for so that so much counts: the inverse of U1 and U2. */
export function floorFor(estate: Estate, known: KnownCapacity, usableRps: number): number {
  const { provenRps, unprovenShare, limit } = rulesOf(estate, known);
  const wantedRps = Math.min(usableRps, limit?.rps ?? Infinity);
  if (wantedRps <= provenRps) return wantedRps;
  return Math.min(wantedRps / unprovenShare, Math.max(wantedRps, known.declared.capacityRps));
}

/** What has just become ready is cold; what goes goes cold first. */
export function warmingAfter(
  estate: Estate,
  options: {
    readonly warming: readonly WarmingPart[];
    readonly before: Capacity | null;
    readonly now: Capacity;
    readonly at: UnixMs;
  },
): readonly WarmingPart[] {
  const { before, now, at } = options;
  const slowStartMs = 1000 * (estate.slowStartSeconds ?? 0);
  const kept = options.warming.filter(({ since }) => at - since < slowStartMs);
  const grownRps = before === null || slowStartMs === 0 ? 0 : now.readyRps - before.readyRps;
  if (grownRps > 0) {
    const last = kept.at(-1);
    // A scaler that grows each second makes one part of a few seconds: their number is bounded.
    if (last !== undefined && at - last.since < slowStartMs / PARTS_MOST)
      return [...kept.slice(0, -1), { rps: last.rps + grownRps, since: last.since }];
    return [...kept, { rps: grownRps, since: at }];
  }
  return withoutNewest(kept, -grownRps);
}

const PARTS_MOST = 20;

type Rules = {
  readonly provenRps: number;
  readonly unprovenShare: number;
  readonly limit: Limit | null;
  readonly slowStartMs: number;
};

function rulesOf(estate: Estate, { declared, proven }: KnownCapacity): Rules {
  const location = estate.locations.find(({ name }) => name === declared.location);
  return {
    provenRps: proven?.rps ?? 0,
    unprovenShare: estate.unprovenShare ?? 1,
    limit: location === undefined ? null : leastLimit(location),
    slowStartMs: 1000 * (estate.slowStartSeconds ?? 0),
  };
}

/** The least of a location's limits; null: none is known. */
export function leastLimit({ limits = [] }: Pick<Estate["locations"][number], "limits">): Limit | null {
  return limits.reduce<Limit | null>((least, each) => (least === null || each.rps < least.rps ? each : least), null);
}

function counted({ provenRps, unprovenShare, limit }: Rules, rps: number): number {
  const believedRps = Math.max(Math.min(rps, provenRps), unprovenShare * rps);
  return Math.min(believedRps, limit?.rps ?? Infinity);
}

function boundOf({ proven, warming }: KnownCapacity, rules: Rules, warmRps: number): CapacityBound {
  const { limit, unprovenShare, slowStartMs, provenRps } = rules;
  const believedRps = Math.max(Math.min(warmRps, provenRps), unprovenShare * warmRps);
  if (limit !== null && limit.rps <= believedRps) return { kind: "limit", ...limit };
  // All that is warm counts: it is the warming alone.
  const last = warming.at(-1);
  if (believedRps >= warmRps && last !== undefined) return { kind: "warming", until: last.since + slowStartMs };
  if (proven !== null && provenRps >= unprovenShare * warmRps)
    return { kind: "proven", rps: proven.rps, at: proven.at };
  return { kind: "unproven", share: unprovenShare };
}

function coldRps(warming: readonly WarmingPart[], slowStartMs: number, at: UnixMs): number {
  // Whose slow start was taken away is warm at once, also in the moment in which it grew.
  if (slowStartMs <= 0) return 0;
  return warming.reduce((sum, { rps, since }) => sum + rps * Math.max(0, 1 - (at - since) / slowStartMs), 0);
}

function withoutNewest(warming: readonly WarmingPart[], goneRps: number): readonly WarmingPart[] {
  let leftRps = goneRps;
  return warming
    .toReversed()
    .flatMap((part) => {
      const takesRps = Math.min(part.rps, leftRps);
      leftRps -= takesRps;
      return takesRps < part.rps ? [{ ...part, rps: part.rps - takesRps }] : [];
    })
    .toReversed();
}
