import type { LocationName } from "../../../src/core/estate.ts";
import type { MovedFlow } from "../../../src/core/control-contract.ts";

/** How big what is on the map: the eye compares areas, so a radius grows with the root of the traffic. */
export function radiusOf(rps: number, mostRps: number): number {
  const share = mostRps > 0 ? Math.min(1, Math.max(0, rps) / mostRps) : 0;
  return RADIUS_MIN + (RADIUS_MAX - RADIUS_MIN) * Math.sqrt(share);
}

/** A place without traffic is still a place, and can still be hit with a finger's help. */
const RADIUS_MIN = 5;
const RADIUS_MAX = 15;

export type Arc = MovedFlow & {
  /** Of all that left the same place, 0..1. */
  readonly share: number;
  readonly width: number;
  /** Whether its share is written on it: more than a few figures on a map are noise. */
  readonly isNamed: boolean;
};

/** Widest last, so that it lies on top. */
export function arcsOf(flows: readonly MovedFlow[]): readonly Arc[] {
  const left = new Map<LocationName, number>();
  for (const { from, rps } of flows) left.set(from, (left.get(from) ?? 0) + rps);
  const sorted = flows
    .filter(({ from, to, rps }) => from !== to && rps > 0)
    .sort((a, b) => b.rps - a.rps || (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
  const most = sorted[0]?.rps ?? 0;
  return sorted
    .slice(0, ARCS_MAX)
    .map((flow, index) => {
      const share = flow.rps / left.get(flow.from)!;
      return {
        ...flow,
        share,
        width: WIDTH_MIN + (WIDTH_MAX - WIDTH_MIN) * Math.sqrt(flow.rps / most),
        isNamed: index < NAMED_MAX && share >= NAMED_SHARE_MIN,
      };
    })
    .toReversed();
}

const WIDTH_MIN = 1.25;
const WIDTH_MAX = 5;
/** What no eye tells apart any more; the table has all of them. */
const ARCS_MAX = 200;
const NAMED_MAX = 8;
const NAMED_SHARE_MIN = 0.04;
