import { needsRps } from "../../core/plan/room.ts";
import { CLASS_SHARES, demandShareAt } from "./demand.ts";
import { planetLocations } from "./locations.ts";
import { nearestLocations } from "./round-trips.ts";
import { planetZones } from "./zones.ts";

/** Requests a second that a location may grow to, and what is ready at the start. */
export type PlanetCapacity = { readonly capacityRps: number; readonly readyRps: number };

/**
 * Default capacities: any one location may go at demand x1.4, at any hour of day, and no receiver is filled past
 * 85 % of what it may grow to, nor past what the scatter of requests allows a small one. Made by construction: each location can take its own peak, and beside it the worst hour's
 * spill of any one neighbour, whose users go to their next three locations in a fixed proportion. The planner, which is free
 * to do better, then always finds room (a test asks it for every location and hour).
 */
export function planetCapacities(options: {
  readonly totalRps: number;
  /** The hour at which the planet starts: what is ready follows the demand of that hour. */
  readonly utcHour: number;
  /** However small the planet's demand, a location is at least a few machines: so much is ready, and twice as much the most. */
  readonly leastReadyRps?: number;
}): Readonly<Record<string, PlanetCapacity>> {
  const { totalRps, utcHour, leastReadyRps = LEAST_READY_RPS } = options;
  const capacityShare = peakShares();
  const ownNow = ownShares(utcHour);
  const capacities: Record<string, PlanetCapacity> = {};
  for (const { name } of planetLocations) {
    const capacityRps = Math.max(
      2 * leastReadyRps,
      Math.ceil(needsRps(totalRps * capacityShare.get(name)!, UTILISATION_MAX)),
    );
    const ownRps = totalRps * ownNow.get(name)!;
    const readyRps = Math.max(
      leastReadyRps,
      Math.ceil(
        Math.max(READY_AT_REST * ownRps, needsRps(SCATTER_SPARE * ownRps, UTILISATION_MAX), READY_SHARE_MIN * totalRps),
      ),
    );
    capacities[name] = { capacityRps: Math.max(capacityRps, readyRps), readyRps };
  }
  return capacities;
}

/** Each location's share of demand at an hour when everybody is served nearest and the editors at their writer. */
export function ownShares(utcHour: number): ReadonlyMap<string, number> {
  const own = new Map<string, number>(planetLocations.map(({ name }) => [name, 0]));
  const share = demandShareAt(utcHour);
  for (const { name } of planetZones) {
    add(own, nearest(name)[0]!, share[name]! * MOVABLE_SHARE);
    add(own, EDITOR_WRITER, share[name]! * CLASS_SHARES.editor);
  }
  return own;
}

/** The one location that writes the editors' data. */
export const EDITOR_WRITER = "eu-central-1";

/** Public and internal traffic; the editors' stays with its writer. */
const MOVABLE_SHARE = 1 - CLASS_SHARES.editor;
const SURGE = 1.4;
const UTILISATION_MAX = 0.85;
/** Parts of a lost location's users that go to their second, third and fourth nearest. */
const SPILL: readonly number[] = [0.45, 0.35, 0.2];
/** Between 1.3 and 1.5 times the own demand: a surge of 1.4 fits what is ready. */
const READY_AT_REST = 1.5;
/**
 * A small location still keeps something ready for its neighbours: this share of the planet's demand. So the loss of the
 * largest one fits, at 85 %, what is ready elsewhere before anything has grown.
 */
const READY_SHARE_MIN = 0.065;
const LEAST_READY_RPS = 30;
/** What is counted of a small demand drifts by so much without being a surge. */
const SCATTER_SPARE = 1.2;
/** Rounding of runs to whole buckets and of shares to whole requests. */
const MARGIN = 1.03;

/** What a location must be able to carry, as a share of the planet's demand: the worst over all hours and all single losses. */
function peakShares(): ReadonlyMap<string, number> {
  const peak = new Map<string, number>();
  for (let hour = 0; hour < 24; hour++) {
    const own = ownShares(hour);
    const spilled = spillShares(hour);
    for (const { name } of planetLocations) {
      let worst = 0;
      for (const { name: lost } of planetLocations) {
        if (lost !== name) worst = Math.max(worst, spilled.get(`${lost}>${name}`) ?? 0);
      }
      const wanted = (own.get(name)! + worst) * SURGE * MARGIN;
      peak.set(name, Math.max(peak.get(name) ?? 0, wanted));
    }
  }
  return peak;
}

/** `lost>receiver` -> share of the planet's demand that goes there. */
function spillShares(hour: number): ReadonlyMap<string, number> {
  const spilled = new Map<string, number>();
  const share = demandShareAt(hour);
  for (const { name } of planetZones) {
    const [lost, ...others] = nearest(name);
    SPILL.forEach((part, i) => add(spilled, `${lost}>${others[i]}`, share[name]! * MOVABLE_SHARE * part));
  }
  return spilled;
}

const nearestOfZone = new Map(planetZones.map(({ name }) => [name, nearestLocations(name)]));
const nearest = (zone: string): readonly string[] => nearestOfZone.get(zone)!;

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
