import { byName } from "../route/by-name.ts";
import type { UnixMs } from "../step.ts";
import { NETWORKS_MAX, NETWORK_OVER_MS, type NetworkRate, type Summary } from "../summary.ts";
import { isFresh } from "./loss.ts";
import { hasRoom, type Door } from "./room.ts";

/** Users' beacons by their network: when one network's users alone are hurt, the way is ill and not the place. */
export type Zones = Map<string, Zone>;

type Zone = {
  /** Fading: who has most of the trouble. */
  bad: number;
  total: number;
  usedAt: UnixMs;
  /** Counted since `sinceAt`, and in the stretch before: how its users fare now. */
  sinceAt: UnixMs;
  since: Count;
  before: Count;
  /** When it was last named as the cause; null: never, or too long ago. */
  illAt: UnixMs | null;
};

type Count = { readonly bad: number; readonly total: number };
const NONE: Count = { bad: 0, total: 0 };

/** False when there are more networks than are kept: their beacons still count for all users. */
export function takeZone(
  zones: Zones,
  vantage: string,
  counts: { good: number; total: number },
  { door, at }: { door: Door; at: UnixMs },
): boolean {
  let zone = zones.get(vantage);
  if (zone === undefined) {
    if (!hasRoom(zones, door, { name: vantage, at, most: ZONES_MOST, usedAt: (each) => each.usedAt })) return false;
    zone = { bad: 0, total: 0, usedAt: at, sinceAt: at, since: NONE, before: NONE, illAt: null };
    zones.set(vantage, zone);
  }
  zone.usedAt = at;
  zone.bad = zone.bad * FADES + counts.total - counts.good;
  zone.total = zone.total * FADES + counts.total;
  turnOver(zone, at);
  zone.since = { bad: zone.since.bad + counts.total - counts.good, total: zone.since.total + counts.total };
  return true;
}

function turnOver(zone: Zone, at: UnixMs): void {
  const ageMs = at - zone.sinceAt;
  // A clock that was put back begins anew.
  if (ageMs >= 0 && ageMs < NETWORK_OVER_MS) return;
  zone.before = ageMs > 0 && ageMs < 2 * NETWORK_OVER_MS ? zone.since : NONE;
  zone.since = NONE;
  zone.sinceAt = at;
}

/** It is named as the cause now: what becomes of its users is told for a long time. */
export function noteIll(zones: Zones, name: string, at: UnixMs): void {
  const zone = zones.get(name);
  if (zone !== undefined) zone.illAt = at;
}

/** What is told of networks: those that were hurt here, the newest first, and those that others say were hurt there. */
export function networksTold(zones: Zones, others: ReadonlyMap<string, Summary>, at: UnixMs): readonly NetworkRate[] {
  const asked = new Set(
    [...others.values()]
      .filter((summary) => isFresh(summary, at))
      .flatMap(({ own }) => (own.networks ?? []).filter(({ ill }) => ill).map(({ name }) => name)),
  );
  const told: { readonly rate: NetworkRate; readonly illAt: UnixMs }[] = [];
  for (const [name, zone] of zones) {
    if (zone.illAt !== null && at - zone.illAt > ILL_TOLD_MS) zone.illAt = null;
    if (zone.illAt === null && !asked.has(name)) continue;
    turnOver(zone, at);
    const { since, before } = zone;
    const [bad, total] = [since.bad + before.bad, since.total + before.total];
    // A few who are sent to see may be too few to be named: it is still as it was.
    if (zone.illAt !== null && bad > total * STILL_ILL_RATIO) zone.illAt = at;
    const { illAt } = zone;
    const rate = { name, bad, total, ill: illAt !== null };
    told.push({ rate, illAt: illAt ?? 0 });
  }
  return told
    .sort((a, b) => b.illAt - a.illAt || byName(a.rate.name, b.rate.name))
    .slice(0, NETWORKS_MAX)
    .map(({ rate }) => rate);
}

/** The one network that has most of the trouble with little of the traffic, or null. */
export function troubledZone(zones: Zones): string | null {
  let [bad, total] = [0, 0];
  for (const zone of zones.values()) [bad, total] = [bad + zone.bad, total + zone.total];
  if (bad < TROUBLE_LEAST) return null;
  for (const name of [...zones.keys()].sort(byName)) {
    const zone = zones.get(name);
    if (zone !== undefined && zone.bad >= bad * MOST_OF_IT && zone.total <= total * LITTLE_OF_IT) return name;
  }
  return null;
}

export const ZONES_MOST = 256;
/** Longer than control waits between two tries to bring a network's users back (control/back.ts). */
const ILL_TOLD_MS = 7_200_000;
/** More than fails of what is well: lost beacons, closed pages. */
const STILL_ILL_RATIO = 0.01;
/** About a minute of beacons, one a second. */
const FADES = 0.97;
const TROUBLE_LEAST = 5;
const MOST_OF_IT = 0.7;
const LITTLE_OF_IT = 0.4;
