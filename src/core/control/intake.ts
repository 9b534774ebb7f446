import { barOf, mayServe } from "../may-serve.ts";
import { byName } from "../route/by-name.ts";
import { checkTable } from "../route/check-table.ts";
import { bucketsToRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { PROVEN_DAYS } from "../proven/proof-book.ts";
import { rowOf, withRows, type NewRow } from "../shift/traffic.ts";
import type { DemandForecast, EntryDemand } from "../control-contract.ts";
import {
  BUCKETS,
  isBeyond,
  type Capacity,
  type ClassName,
  type Estate,
  type LocationName,
  type ZoneName,
} from "../estate.ts";
import type { Load, Summary } from "../summary.ts";
import type { Entry } from "./state.ts";
import { sayNew } from "./new-locations.ts";
import { noteBurst } from "./habit.ts";
import { numberAnew } from "./other-places.ts";
import { newPlace } from "./state.ts";
import { decision, estateOf, once, placesOf, reason, say, type Turn } from "./turn.ts";
import { countUsable, noteShown } from "./ready-in-word.ts";
import { warmingAfter, type Proven } from "./usable.ts";

/**
 * Facts come in here: they are checked, smoothed and kept; nothing is decided. What a broken meter says is
 * not believed: the last good figure stays, with a reason.
 */

/** Each report moves what we believe by this much: a minute's noise is smoothed, a surge is believed in seconds. */
const SMOOTHING = 0.3;
/**
 * Demand that grows more than this between two reports is a broken meter, unless the location's own counters agree. They tell of a flood within
 * a second; a meter of the wrong unit or one that counts ten times over tells ten times as much, and must not pass.
 */
const JUMP_MAX = 3;
/** Below this many requests a second a jump is no news. */
const JUMP_FROM_RPS = 20;
/** Figures beyond this are no traffic but noise. */
const RPS_MAX = 1e9;

export function takeConfig(turn: Turn, estate: Estate): void {
  const { now } = turn;
  const old = now.estate;
  const sameLocations =
    old !== null &&
    old.locations.length === estate.locations.length &&
    old.locations.every(({ name }, index) => estate.locations[index]!.name === name);
  const places = now.places;
  now.places = {};
  for (const { name } of estate.locations) now.places[name] = places[name] ?? newPlace(name);
  if (old === null || old.mode !== estate.mode) {
    now.mode = estate.mode;
    now.modeThen = null;
  }
  // What is no more steered is no more moved, whatever was ordered before.
  if (isBeyond(now.mode, estate.mostMode)) now.mode = estate.mostMode!;
  now.estate = estate;
  now.conditions = Object.fromEntries(
    (estate.conditions ?? []).map(({ name }) => [name, now.conditions[name] ?? {}] as const),
  );
  now.unjudgedConditions = true;
  now.configuredAt ??= now.at;
  if (now.nextMinuteAt === 0) now.nextMinuteAt = now.at + 60_000;
  now.republish = now.table !== null;
  if (old !== null && !sameLocations) {
    const before = old.locations.map(({ name }) => name);
    numberAnew(turn, before);
    sayNew(turn, before);
  }
  if (now.home !== null && now.table !== null) now.home = keptHome(estate, now.home, now.table.assignment);
  // Rules that are new hold for users who are there already: who is where law forbids it now gets another home.
  const broken = now.table === null ? [] : checkTable(now.table, estate);
  if (broken.length > 0) {
    now.homeIsGuess = true;
    decision(
      turn,
      "homes-outdated",
      `homes are planned once more, for the table does not keep the new rules: ${broken[0]}`,
    );
    if (now.mode === "observe" && isOutlawed(estate, now.table!.assignment))
      say(turn, {
        level: "urgent",
        what: `users are where law forbids them to be by the new rules: ${broken[0]}`,
        notDoing: "nothing moves: mode is observe",
        youNeedTo: "let me move them (`houston mode approve`, where I steer), or move them by hand",
      });
  }
  for (const place of placesOf(turn)) countUsable(turn, place);
  decision(turn, "configured", `${estate.locations.length} locations, ${estate.zones.length} zones, mode ${now.mode}`);
}

/** Whether anybody is where law forbids it. */
const isOutlawed = ({ locations, zones, classes }: Estate, assignment: Assignment): boolean =>
  classes.some(({ name }) =>
    zones.some((zone) =>
      rowOf(assignment, name, zone.name).some(([index]) => barOf(zone, name, locations[index]!.name) === "law"),
    ),
  );

/** Who is away, and may not go back by the new rules, belongs where it is. */
function keptHome(estate: Estate, home: Assignment, assignment: Assignment): Assignment {
  const rows = estate.classes.flatMap((trafficClass) =>
    estate.zones.flatMap((zone): readonly NewRow[] => {
      const belongs = rowOf(home, trafficClass.name, zone.name);
      const is = rowOf(assignment, trafficClass.name, zone.name);
      if (belongs.length === 0 || is.length === 0) return [];
      const may = (index: number): boolean => mayServe(trafficClass, zone, estate.locations[index]!.name);
      if (belongs.every(([index]) => may(index))) return [];
      const buckets = rowToBuckets(belongs);
      const now = rowToBuckets(is);
      const runs = bucketsToRow(buckets.map((index, bucket) => (may(index) ? index : now[bucket]!)));
      return [{ class: trafficClass.name, zone: zone.name, runs }];
    }),
  );
  return withRows(home, rows);
}

export function takeSummary(turn: Turn, summary: Summary): void {
  const place = turn.now.places[summary.from];
  if (place === undefined)
    return reason(turn, "summary-unknown-location", `a summary came from ${summary.from}, which is not configured`);
  if (place.summary !== null && summary.seq <= place.summary.seq) return;
  const broken = LOAD_FIGURES.filter((name) => !isRate(summary.own.load[name]));
  if (broken.length > 0) {
    reason(
      turn,
      "meter-broken",
      `${summary.from} counts ${broken.join(", ")} that are no rates; its last good load stays`,
      summary.from,
    );
  }
  // A bucket of a class that nobody knows is no bucket.
  const suspects = summary.own.suspects.filter(({ class: className }) =>
    turn.now.estate?.classes.some(({ name }) => name === className),
  );
  const load = broken.length > 0 ? (place.summary?.own.load ?? NO_LOAD) : summary.own.load;
  noteShown(turn, place, place.summary?.own.load ?? null, load);
  place.summary = { ...summary, own: { ...summary.own, suspects, load } };
  place.heardAt = turn.now.at;
  noteBurst(turn, place, load);
  turn.now.unjudged = true;
}

const NO_LOAD: Load = {
  servedRps: 0,
  enteredRps: 0,
  readyRps: 0,
  capacityRps: 0,
  utilisation: 0,
  shedRps: 0,
  queueMs: 0,
  failedRatio: 0,
};
const LOAD_FIGURES = [
  "servedRps",
  "enteredRps",
  "readyRps",
  "capacityRps",
  "utilisation",
  "shedRps",
  "queueMs",
  "failedRatio",
] as const;

export function takeCapacity(turn: Turn, capacity: Capacity): void {
  const place = turn.now.places[capacity.location];
  if (place === undefined)
    return reason(turn, "capacity-unknown-location", `capacity of ${capacity.location}, which is not configured`);
  if (!isRate(capacity.readyRps) || !isRate(capacity.capacityRps)) {
    return reason(
      turn,
      "meter-broken",
      `${capacity.location} says it is ready for ${capacity.readyRps} of ${capacity.capacityRps} rps; the last good figure stays`,
      capacity.location,
    );
  }
  if (place.declared === null) place.restRps = capacity.readyRps;
  place.warming = warmingAfter(estateOf(turn), {
    warming: place.warming,
    before: place.declared,
    now: capacity,
    at: turn.now.at,
  });
  if (place.declared !== null && capacity.readyRps > place.declared.readyRps) place.grewAt = turn.now.at;
  place.declared = capacity;
  countUsable(turn, place);
}

/**
 * Figures that are no rates, of places that nobody knows or of a time to come are left out: what is not proven is only believed less. Whoever
 * tells may have lost its book, and know of one night only: what was proven in the last thirty days stays.
 */
export function takeProven(turn: Turn, proven: readonly Proven[]): void {
  const since = turn.now.at - PROVEN_DAYS * DAY_MS;
  for (const place of placesOf(turn)) {
    const told = proven.filter(({ location, rps, at }) => location === place.name && isRate(rps) && at <= turn.now.at);
    const known = place.proven !== null && place.proven.at > since ? [place.proven] : [];
    place.proven = [...told, ...known].reduce<Proven | null>(
      (most, each) => (most === null || each.rps > most.rps ? each : most),
      null,
    );
    countUsable(turn, place);
  }
}

const DAY_MS = 86_400_000;

export function takeDemand(turn: Turn, demand: EntryDemand): void {
  const { now } = turn;
  const place = now.places[demand.from];
  if (place === undefined)
    return reason(turn, "demand-unknown-location", `demand at ${demand.from}, which is not configured`);
  const old = now.demand.entries[demand.from];
  const problem = meterProblem(turn, demand, old);
  if (problem !== null)
    return reason(turn, "meter-broken", `${demand.from}: ${problem}; the last good figures stay`, demand.from);
  const rps: Record<ClassName, Record<ZoneName, number>> = {};
  const estate = estateOf(turn);
  for (const { name: className } of estate.classes) {
    const zones: Record<ZoneName, number> = {};
    for (const { name: zone } of estate.zones) {
      const counted = demand.rps[className]?.[zone] ?? 0;
      const before = old?.rps[className]?.[zone];
      const smooth = before === undefined ? counted : before + SMOOTHING * (counted - before);
      if (smooth > 1e-3) zones[zone] = smooth;
    }
    rps[className] = zones;
  }
  const entry: Entry = { at: now.at, rps, buckets: demand.buckets ?? old?.buckets ?? null, memory: null };
  now.demand = { ...now.demand, entries: { ...now.demand.entries, [demand.from]: entry } };
}

/**
 * Servers never take an older table, so a log that has just begun goes on above what they hold, when a person lets it. Later a higher version
 * is somebody else's, and is never fought over.
 */
export function takeHeldVersion(turn: Turn, version: number): void {
  const { now } = turn;
  if (!Number.isSafeInteger(version) || version <= Math.max(now.table?.version ?? 0, now.heldVersion)) return;
  if (now.table !== null && now.at - (now.configuredAt ?? now.at) > NEW_LOG_MS) {
    if (!once(turn, "held-version", HELD_SAID_EVERY_MS)) return;
    decision(turn, "servers-hold-newer", `servers hold table ${version}; mine is ${now.table?.version ?? 0}`);
    return say(turn, {
      level: "urgent",
      what: `servers hold table ${version}, and mine is ${now.table?.version ?? 0}: traffic stays as it is`,
      youNeedTo: "look whether another Houston publishes",
    });
  }
  now.heldVersion = version;
  // One of ours that is out already was refused by them, and nobody knows whom theirs leads where: see first-table.ts.
  now.table = null;
  now.flight = null;
  now.basis = null;
  decision(turn, "goes-on-above", `servers hold table ${version} of an earlier log: mine go on from ${version + 1}`);
}

/** Each location's server tells its version each second; one that was away comes back with no more than the others had. */
const NEW_LOG_MS = 60_000;
const HELD_SAID_EVERY_MS = 600_000;

/** Rows that are no rates are left out: a forecast is asked of scalers, and what it lacks is only not grown for. */
export function takeForecast(turn: Turn, { until, rps }: DemandForecast): void {
  const kept: Record<ClassName, Record<ZoneName, number>> = {};
  const estate = estateOf(turn);
  for (const { name: className } of estate.classes) {
    const zones: Record<ZoneName, number> = (kept[className] = {});
    for (const { name: zone } of estate.zones) {
      const expected = rps[className]?.[zone];
      if (expected !== undefined && isRate(expected)) zones[zone] = expected;
    }
  }
  turn.now.forecast = { until, rps: kept };
}

function meterProblem(turn: Turn, demand: EntryDemand, old: Entry | undefined): string | null {
  let total = 0;
  for (const { name: className } of estateOf(turn).classes) {
    const zones = demand.rps[className];
    if (zones === undefined) continue;
    for (const zone of Object.keys(zones)) {
      const rps = zones[zone]!;
      if (!isRate(rps)) return `counts ${rps} rps of ${className} ${zone}`;
      total += rps;
    }
    const buckets = demand.buckets?.[className];
    if (buckets !== undefined && (buckets.length !== BUCKETS || !buckets.every((share) => share >= 0 && share <= 1))) {
      return `gives ${buckets.length} bucket shares of ${className} that are not shares`;
    }
  }
  if (old === undefined) return null;
  const before = entryTotal(old);
  if (before < JUMP_FROM_RPS || total <= before * JUMP_MAX) return null;
  const entered = turn.now.places[demand.from]?.summary?.own.load.enteredRps ?? 0;
  // Another meter of the same place saw it too: it is a flood, not a broken meter.
  if (entered >= total / 2) return null;
  return `counts ${Math.round(total)} rps after ${Math.round(before)}, and its own edge does not`;
}

export function entryTotal(entry: Pick<Entry, "rps">): number {
  let total = 0;
  for (const className of Object.keys(entry.rps).toSorted(byName)) {
    const zones = entry.rps[className]!;
    for (const zone of Object.keys(zones).toSorted(byName)) total += zones[zone]!;
  }
  return total;
}

const isRate = (value: number): boolean => Number.isFinite(value) && value >= 0 && value <= RPS_MAX;

export type DemandEntries = Readonly<Record<LocationName, Entry>>;
