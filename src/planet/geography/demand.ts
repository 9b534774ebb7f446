import { planetZones } from "./zones.ts";

/** Share of the planet's demand that comes from each zone at an hour of day in UTC (0..24, fractions too); sums to 1. */
export function demandShareAt(utcHour: number): Readonly<Record<string, number>> {
  const shares: Record<string, number> = {};
  let total = 0;
  for (const zone of planetZones) {
    const demand = zone.weight * activityAt(utcHour + zone.utcOffsetHours);
    shares[zone.name] = demand;
    total += demand;
  }
  for (const zone of planetZones) shares[zone.name] = shares[zone.name]! / total;
  return shares;
}

/** Demand by class: what a shop's users, its own editors and its machines ask for. */
export const CLASS_SHARES: Readonly<Record<"public" | "editor" | "internal", number>> = {
  public: 0.94,
  editor: 0.04,
  internal: 0.02,
};

/** Requests a second by class and zone at an hour, as the planner and control take it. */
export function expectedDemand(options: {
  readonly totalRps: number;
  readonly utcHour: number;
}): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const shares = demandShareAt(options.utcHour);
  const demand: Record<string, Record<string, number>> = {};
  for (const [className, classShare] of Object.entries(CLASS_SHARES)) {
    demand[className] = Object.fromEntries(
      planetZones.map(({ name }) => [name, options.totalRps * classShare * shares[name]!]),
    );
  }
  return demand;
}

/** How busy people are at a local hour, 1 at the evening's peak (20 h), lowest at 4 h. */
export function activityAt(localHour: number): number {
  const hour = ((localHour % 24) + 24) % 24;
  const before = Math.floor(hour);
  const part = hour - before;
  return DAY[before]! * (1 - part) + DAY[(before + 1) % 24]! * part;
}

/** The usual shape of consumer traffic: a night's trough, a working plateau, an evening's peak. Index: local hour. */
const DAY: readonly number[] = [
  0.52, 0.4, 0.32, 0.27, 0.25, 0.28, 0.37, 0.5, 0.63, 0.72, 0.78, 0.81, 0.84, 0.83, 0.81, 0.81, 0.83, 0.87, 0.92, 0.97,
  1, 0.98, 0.88, 0.7,
];
