import { byName } from "../route/by-name.ts";
import type { UnixMs } from "../step.ts";
import { hasRoom, type Door } from "./room.ts";

/** Users' beacons by their network: when one network's users alone are hurt, the way is ill and not the place. */
export type Zones = Map<string, { bad: number; total: number; usedAt: UnixMs }>;

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
    zone = { bad: 0, total: 0, usedAt: at };
    zones.set(vantage, zone);
  }
  zone.usedAt = at;
  zone.bad = zone.bad * FADES + counts.total - counts.good;
  zone.total = zone.total * FADES + counts.total;
  return true;
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
/** About a minute of beacons, one a second. */
const FADES = 0.97;
const TROUBLE_LEAST = 5;
const MOST_OF_IT = 0.7;
const LITTLE_OF_IT = 0.4;
