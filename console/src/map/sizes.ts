import type { LocationName } from "../../../src/core/estate.ts";
import type { MovedFlow } from "../../../src/core/control-contract.ts";
import { percent, rps } from "../../../src/core/control/words.ts";

/** How big what is on the map: the eye compares areas, so a radius grows with the root of the traffic. */
export function radiusOf(rps: number, most: { readonly rps: number; readonly radius: number }): number {
  const share = most.rps > 0 ? Math.min(1, Math.max(0, rps) / most.rps) : 0;
  return RADIUS_MIN + (most.radius - RADIUS_MIN) * Math.sqrt(share);
}

/** The largest sign, so that they do not cover each other where there are many or the map is small. */
export function largestRadius(map: { readonly places: number; readonly width: number }): number {
  return map.places > CROWD || map.width < SMALL_PX ? 8 : 12;
}

/** A place without traffic is still a place, and can still be hit with a finger's help. */
const RADIUS_MIN = 4;
const CROWD = 25;
const SMALL_PX = 500;

export type Arc = MovedFlow & {
  /** Of all that left the same place, 0..1. */
  readonly share: number;
  readonly width: number;
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
    .map((flow) => ({
      ...flow,
      share: flow.rps / left.get(flow.from)!,
      width: WIDTH_MIN + (WIDTH_MAX - WIDTH_MIN) * Math.sqrt(flow.rps / most),
    }))
    .toReversed();
}

/** What comes to a place from elsewhere, as its name on the map says it: `+58 %` of what left one place, or `+120 rps` from several. */
export function gainsOf(arcs: readonly Arc[]): ReadonlyMap<LocationName, string> {
  const byReceiver = Map.groupBy(arcs, ({ to }) => to);
  return new Map(
    [...byReceiver].map(([to, into]) => {
      const [only] = into;
      const total = into.reduce((sum, arc) => sum + arc.rps, 0);
      return [to, into.length === 1 && only !== undefined ? `+${percent(only.share)}` : `+${rps(total)} rps`];
    }),
  );
}

const WIDTH_MIN = 1.25;
const WIDTH_MAX = 5;
/** What no eye tells apart any more; the table has all of them. */
const ARCS_MAX = 200;
