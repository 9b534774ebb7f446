import type { UnixMs } from "../../core/step.ts";
import { NOWHERE } from "./records.ts";

/**
 * What the users met in the last second, by location: for people who look (`GET /counts`) and as beacons to the locations'
 * nodes. Counted when an exchange ends, and for the location that answered, or else for the one that was called.
 */
export type Attempts = {
  add(attempt: { readonly zone: number; readonly location: number; readonly good: boolean; readonly ms: number }): void;
  /** Ends the second: from now on `last` has it. */
  turn(at: UnixMs): void;
  readonly last: Second;
  /** Attempts a second at a location, smoothed over some 10 s. */
  smoothedRps(location: number): number;
};

export type Second = {
  readonly at: UnixMs;
  readonly total: LocationSecond;
  readonly locations: readonly LocationSecond[];
  readonly zones: readonly ZoneCounts[];
};

export type LocationSecond = {
  readonly name: string;
  readonly rps: number;
  readonly failed: number;
  readonly slow: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
};

type ZoneCounts = { readonly location: number; readonly zone: number; good: number; total: number };

const SLOW_MS = 1000;
const SMOOTH_SHARE = 0.1;
/** More samples than this in a second and location would only cost sorting. */
const SAMPLES_MAX = 2000;

export function attemptCounts(locationNames: readonly string[]): Attempts {
  const rows = () => locationNames.map(() => ({ rps: 0, failed: 0, slow: 0, samples: [] as number[] }));
  let current = rows();
  let zones = new Map<number, ZoneCounts>();
  let last: Second = {
    at: 0,
    total: summed("total", []),
    locations: locationNames.map((name) => summed(name, [])),
    zones: [],
  };
  const smoothed = locationNames.map(() => 0);

  return {
    add({ zone, location, good, ms }) {
      const row = current[location];
      if (location === NOWHERE || !row) return;
      row.rps++;
      if (!good) row.failed++;
      else if (ms > SLOW_MS) row.slow++;
      if (row.samples.length < SAMPLES_MAX) row.samples.push(ms);
      const key = location * 256 + zone;
      let counted = zones.get(key);
      if (!counted) zones.set(key, (counted = { location, zone, good: 0, total: 0 }));
      counted.total++;
      if (good) counted.good++;
    },
    turn(at) {
      last = {
        at,
        total: summed("total", current),
        locations: current.map((row, index) => summed(locationNames[index] ?? "", [row])),
        zones: [...zones.values()].sort((one, other) => one.location - other.location || one.zone - other.zone),
      };
      current.forEach(
        (row, index) => (smoothed[index] = (smoothed[index] ?? 0) * (1 - SMOOTH_SHARE) + row.rps * SMOOTH_SHARE),
      );
      current = rows();
      zones = new Map();
    },
    get last() {
      return last;
    },
    smoothedRps: (location) => smoothed[location] ?? 0,
  };
}

type Row = {
  readonly rps: number;
  readonly failed: number;
  readonly slow: number;
  readonly samples: readonly number[];
};

function summed(name: string, rows: readonly Row[]): LocationSecond {
  const samples = rows.flatMap((row) => row.samples).sort((one, other) => one - other);
  const quantile = (share: number): number | null =>
    samples[Math.min(samples.length - 1, Math.floor(share * samples.length))] ?? null;
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    name,
    rps: sum((row) => row.rps),
    failed: sum((row) => row.failed),
    slow: sum((row) => row.slow),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}

/** A second's beacon to one location's node: what its users in each zone met. Null when nobody called. */
export function beaconOf(
  second: Second,
  location: number,
  nameOf: (zone: number) => string,
): { readonly at: UnixMs; readonly zoneGroups: readonly ZoneGroup[] } | null {
  const zoneGroups = second.zones
    .filter((counted) => counted.location === location)
    .map(({ zone, good, total }) => ({ zone: nameOf(zone), good, total }));
  return zoneGroups.length === 0 ? null : { at: second.at, zoneGroups };
}

export type ZoneGroup = { readonly zone: string; readonly good: number; readonly total: number };
