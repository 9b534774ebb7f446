import { BUCKETS } from "../core/estate.ts";
import { answer, routeStep, type RouteEvent, type RouteState } from "../core/route/route.ts";
import type { Reason } from "../core/step.ts";
import type { MadePlanet } from "./made-planet.ts";

/**
 * Fifteen edges and a name server hold the same tables: each (state, table or notice) pair is stepped once and shared,
 * which is safe since the step is pure. Shares of rows are worked out once for each state.
 */
export type Routing = {
  step(state: RouteState, event: RouteEvent): { readonly state: RouteState; readonly reasons: readonly Reason[] };
  /** For each row (class by class, zone by zone) the share that each location answers; the rest is shed. */
  shares(state: RouteState): Float64Array;
  readonly rows: readonly { readonly class: string; readonly zone: string; readonly rps: number }[];
};

export function routing(planet: MadePlanet): Routing {
  const steps = new WeakMap<RouteState, WeakMap<object, ReturnType<Routing["step"]>>>();
  const known = new WeakMap<RouteState, Float64Array>();
  const { names, estate } = planet;
  const rows = estate.classes.flatMap(({ name: className }) =>
    estate.zones.map(({ name: zone }) => ({ class: className, zone, rps: planet.demandRps[className]![zone]! })),
  );
  const indexOf = new Map(names.map((name, index) => [name, index]));
  /** Who is asked without a table: the nearest. */
  const nearest = new Map(
    estate.zones.map(({ name, latencyMs }) => [
      name,
      names.reduce((best, each) => (latencyMs[each]! < latencyMs[best]! ? each : best)),
    ]),
  );
  return {
    rows,
    step(state, event) {
      const key = event.event === "table" ? event.table : event.event === "notices" ? event.notices[0] : undefined;
      if (key === undefined) return routeStep(state, event);
      const of = steps.get(state) ?? new WeakMap<object, ReturnType<Routing["step"]>>();
      steps.set(state, of);
      const before = of.get(key);
      // Another server may have followed a notice while it was valid: only tables mean the same at any time.
      if (before !== undefined && event.event === "table") return before;
      const stepped = routeStep(state, event);
      of.set(key, stepped);
      return stepped;
    },
    shares(state) {
      const before = known.get(state);
      if (before !== undefined) return before;
      const shares = new Float64Array(rows.length * names.length);
      rows.forEach((row, index) => {
        const asked = nearest.get(row.zone)!;
        for (let bucket = 0; bucket < BUCKETS; bucket++) {
          const to = answer(state, { class: row.class, zone: row.zone, bucket }, asked);
          if (to === null) continue;
          const cell = index * names.length + indexOf.get(to)!;
          shares[cell] = shares[cell]! + planet.bucketShares[bucket]!;
        }
      });
      known.set(state, shares);
      return shares;
    },
  };
}
