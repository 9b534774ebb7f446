import { BUCKETS, type ClassName, type Estate, type LocationName, type ZoneName } from "../estate.ts";
import { trafficOf, type Traffic } from "../shift/traffic.ts";
import { entryTotal } from "./intake.ts";
import { withHour } from "./peak.ts";
import type { DemandBook, Entry, ZoneDemand } from "./state.ts";
import { estateOf, type Turn } from "./turn.ts";

/**
 * What users want, wherever they come in: the sum over all edges. A location that fell silent keeps what its
 * zones wanted then, until its users show up elsewhere: demand is never forgotten because a location died.
 */

/** Edges report each second. */
const SILENT_MS = 5_000;
/** What all zones wanted is kept this often, and for long enough to know it as of the last word of who is called silent. */
const PAST_EVERY_MS = 1_000;
const PAST_KEPT_MS = SILENT_MS + 2 * PAST_EVERY_MS;
/** The users of a silent location have shown up elsewhere when this much of what its zones wanted is counted again. */
const SHOWN_UP = 0.9;
/** How each bucket weighs changes slowly; a new picture more often would only move the plan about. */
const BUCKET_SHARES_EVERY_MS = 30_000;

/** Marks who fell silent, and forgets the memory of those whose users showed up. */
export function keepDemand(turn: Turn): void {
  const { now } = turn;
  const live = liveDemand(turn);
  let entries = now.demand.entries;
  for (const { name } of estateOf(turn).locations) {
    const entry = entries[name];
    if (entry === undefined || now.at - entry.at <= SILENT_MS) continue;
    if (entry.memory === null) {
      if (entryTotal(entry) === 0) continue;
      entries = { ...entries, [name]: { ...entry, memory: memoryOf(turn, entry) } };
    } else if (haveShownUp(turn, entry.memory, live)) {
      entries = { ...entries, [name]: { ...entry, rps: {}, memory: null } };
    }
  }
  if (entries !== now.demand.entries) now.demand = { ...now.demand, entries };
  keepPast(turn);
  if (now.at - now.demand.bucketSharesAt >= BUCKET_SHARES_EVERY_MS) shareBuckets(turn);
}

export function zoneDemand(turn: Turn): ZoneDemand {
  const demand = liveDemand(turn);
  const { entries } = turn.now.demand;
  for (const { name } of estateOf(turn).locations) {
    const memory = entries[name]?.memory;
    if (memory === null || memory === undefined) continue;
    for (const className of Object.keys(memory)) {
      const zones = (demand[className] ??= {});
      for (const zone of Object.keys(memory[className]!))
        zones[zone] = Math.max(zones[zone] ?? 0, memory[className]![zone]!);
    }
  }
  return demand;
}

/** What is asked for many times between two reports is added up once: the same book of the same estate has the same traffic. */
const known = new WeakMap<DemandBook, { readonly estate: Estate; readonly traffic: Traffic }>();

export function trafficNow(turn: Turn): Traffic {
  const { demand } = turn.now;
  const estate = estateOf(turn);
  const last = known.get(demand);
  if (last?.estate === estate) return last.traffic;
  const traffic = trafficOf({ estate, demand: zoneDemand(turn), bucketShares: demand.bucketShares });
  known.set(demand, { estate, traffic });
  return traffic;
}

function liveDemand(turn: Turn): Record<ClassName, Record<ZoneName, number>> {
  const estate = estateOf(turn);
  const zonesNow = new Set(estate.zones.map(({ name }) => name));
  const sums: Record<ClassName, Record<ZoneName, number>> = {};
  for (const { name: className } of estate.classes) {
    const zones: Record<ZoneName, number> = (sums[className] = {});
    for (const { name } of estate.locations) {
      const entry = turn.now.demand.entries[name];
      if (entry === undefined || entry.memory !== null) continue;
      const counted = entry.rps[className] ?? {};
      // An edge sees few of many zones. Each zone's sum is over the locations in their order, whatever the order of the zones is.
      for (const zone of Object.keys(counted))
        if (zonesNow.has(zone)) zones[zone] = (zones[zone] ?? 0) + counted[zone]!;
    }
  }
  return sums;
}

function keepPast(turn: Turn): void {
  const { at, demand } = turn.now;
  const { past } = demand;
  if (at - (past.at(-1)?.at ?? -Infinity) < PAST_EVERY_MS) return;
  const kept = past.filter((each) => at - each.at <= PAST_KEPT_MS);
  const wanted = zoneDemand(turn);
  const hours = withHour(demand.hours, { at, rps: entryTotal({ rps: wanted }) });
  turn.now.demand = { ...demand, past: [...kept, { at, demand: wanted }], hours };
}

/**
 * What its zones wanted in all when it was last heard. Not what is counted now: its users may have shown up elsewhere
 * already while its own last word still counts, and would be remembered twice.
 */
function memoryOf(turn: Turn, entry: Entry): ZoneDemand {
  const all = turn.now.demand.past.findLast(({ at }) => at <= entry.at)?.demand ?? zoneDemand(turn);
  const memory: Record<ClassName, Record<ZoneName, number>> = {};
  for (const className of Object.keys(entry.rps)) {
    const zones: Record<ZoneName, number> = (memory[className] = {});
    for (const zone of Object.keys(entry.rps[className]!)) zones[zone] = all[className]?.[zone] ?? 0;
  }
  return memory;
}

function haveShownUp(turn: Turn, memory: ZoneDemand, live: ZoneDemand): boolean {
  let [wanted, counted] = [0, 0];
  for (const { name: className } of estateOf(turn).classes) {
    for (const { name: zone } of estateOf(turn).zones) {
      const rps = memory[className]?.[zone];
      if (rps === undefined) continue;
      wanted += rps;
      counted += Math.min(rps, live[className]?.[zone] ?? 0);
    }
  }
  return counted >= SHOWN_UP * wanted;
}

/** Joins what the edges say of their buckets, weighed by their traffic. */
function shareBuckets(turn: Turn): void {
  const estate = estateOf(turn);
  const shares: Record<ClassName, readonly number[]> = {};
  for (const { name: className } of estate.classes) {
    const sum = Array.from({ length: BUCKETS }, () => 0);
    let total = 0;
    for (const { name } of estate.locations) {
      const entry = turn.now.demand.entries[name];
      const counted = entry?.buckets?.[className];
      if (entry === undefined || counted === undefined) continue;
      const weight = classTotal(
        entry,
        className,
        estate.zones.map((zone) => zone.name),
      );
      for (let bucket = 0; bucket < BUCKETS; bucket++) sum[bucket] = sum[bucket]! + weight * counted[bucket]!;
      total += weight * counted.reduce((a, b) => a + b, 0);
    }
    // A bucket that was empty for half a minute is not empty for ever.
    if (total > 0) shares[className] = sum.map((value) => 0.95 * (value / total) + 0.05 / BUCKETS);
  }
  turn.now.demand = { ...turn.now.demand, bucketShares: shares, bucketSharesAt: turn.now.at };
}

function classTotal(entry: Entry, className: ClassName, zones: readonly ZoneName[]): number {
  return zones.reduce((sum, zone) => sum + (entry.rps[className]?.[zone] ?? 0), 0);
}

/** What all zones want in all. */
export function wantedRps(turn: Turn): number {
  return entryTotal({ rps: zoneDemand(turn) });
}

/** What came to one location's edge. */
export function enteredAt(turn: Turn, name: LocationName): number {
  const entry = turn.now.demand.entries[name];
  return entry === undefined || entry.memory !== null ? 0 : entryTotal(entry);
}
