import type { ClassName, Estate, LocationName, ZoneName } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import { loadOf, trafficOf } from "../shift/traffic.ts";
import type { ControlState, ZoneDemand } from "./state.ts";
import { estateOf, type Turn } from "./turn.ts";

/** What is wanted now, or at most in the time to come where a forecast says more: capacity is there before the morning. */
export function expectedNow(turn: Turn, demand: ZoneDemand): ZoneDemand {
  const forecast = forecastNow(turn);
  if (forecast === null) return demand;
  const more: Record<ClassName, Record<ZoneName, number>> = {};
  for (const { name: className } of estateOf(turn).classes) {
    const zones: Record<ZoneName, number> = (more[className] = { ...demand[className] });
    for (const { name: zone } of estateOf(turn).zones) {
      const expected = forecast[className]?.[zone];
      if (expected !== undefined) zones[zone] = Math.max(expected, zones[zone] ?? 0);
    }
  }
  return more;
}

/** What each location is to serve at most in the time to come, as chunks lie now; 0 without a forecast. */
export function expectedLoad(turn: Turn): Readonly<Record<LocationName, number>> {
  const { now } = turn;
  const estate = estateOf(turn);
  const forecast = forecastNow(turn);
  if (forecast === null || now.table === null) return Object.fromEntries(estate.locations.map(({ name }) => [name, 0]));
  const { assignment } = now.table;
  const { bucketShares } = now.demand;
  const last = known.get(forecast);
  if (last?.assignment === assignment && last.bucketShares === bucketShares && last.estate === estate) return last.load;
  const load = loadOf(estate, assignment, trafficOf({ estate, demand: forecast, bucketShares }));
  known.set(forecast, { estate, bucketShares, assignment, load });
  return load;
}

/** A forecast holds for minutes and is asked after four times a second. */
const known = new WeakMap<
  ZoneDemand,
  {
    readonly estate: Estate;
    readonly bucketShares: ControlState["demand"]["bucketShares"];
    readonly assignment: Assignment;
    readonly load: Readonly<Record<LocationName, number>>;
  }
>();

/** A forecaster that fell silent says nothing of now. */
function forecastNow({ now }: Turn): ZoneDemand | null {
  return now.forecast === null || now.at > now.forecast.until ? null : now.forecast.rps;
}
