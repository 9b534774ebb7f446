import type { DemandForecast } from "../control-contract.ts";
import type { ClassName, Estate, KnownEvent, ZoneName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import { hourName } from "../size/busy-hours.ts";
import type { Moment } from "../size/question.ts";
import type { UnixMs } from "../step.ts";
import { ahead, HOURS_A_WEEK, learn, newSeries, weekSlot, type Bands, type Series } from "./series.ts";

/**
 * What every zone and class will want: one series for each, fed with what was counted, asked by the hour. Pure but for its own arrays: time
 * comes with what is observed. Bounded: some 600 numbers for each row of the estate, whatever the past.
 */
export type Forecaster = {
  readonly rows: Map<string, ForecastRow>;
  /** The hour that is being counted, in hours since 1970; null: none was seen. */
  hour: number | null;
  /** The newest moment that was observed. */
  at: UnixMs;
  /** How long this hour has been looked at, in milliseconds. */
  seenMs: number;
};

export type ForecastRow = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly series: Series;
  /** This hour's requests a second times the milliseconds that they were seen for. */
  rpsMs: number;
};

type Demand = Readonly<Record<ClassName, Readonly<Record<ZoneName, number>>>>;

export const HOUR_MS = 3_600_000;
/** What was wanted at one look is taken to have lasted until the next, but not longer than this. */
const LOOK_LASTS_MS = 120_000;
/** A shorter part of an hour is not the hour. */
const SEEN_LEAST_MS = 20 * 60_000;
/** Before a row was forecast so often its bands are a guess, and nobody grows for a guess. */
const SCORED_LEAST = 24;

export function newForecaster(): Forecaster {
  return { rows: new Map(), hour: null, at: 0, seenMs: 0 };
}

/** Takes in what all zones want now. Rows that the estate no longer has are forgotten at the end of the hour. */
export function observe(
  forecaster: Forecaster,
  now: { readonly at: UnixMs; readonly demand: Demand; readonly estate: Estate },
): void {
  const { at, demand, estate } = now;
  const hour = Math.floor(at / HOUR_MS);
  if (at <= forecaster.at) return;
  const lastedMs = forecaster.hour === hour ? Math.min(LOOK_LASTS_MS, at - forecaster.at) : 0;
  if (forecaster.hour !== null && hour > forecaster.hour) closeHour(forecaster, estate);
  forecaster.hour = hour;
  forecaster.at = at;
  forecaster.seenMs += lastedMs;
  for (const { name: className } of estate.classes) {
    for (const { name: zone } of estate.zones) {
      const key = rowKey(className, zone);
      const rps = demand[className]?.[zone] ?? 0;
      let row = forecaster.rows.get(key);
      if (row === undefined) {
        // Nobody ever came from there: there is nothing to learn yet.
        if (rps === 0) continue;
        row = { class: className, zone, series: newSeries(), rpsMs: 0 };
        forecaster.rows.set(key, row);
      }
      row.rpsMs += rps * lastedMs;
    }
  }
}

/**
 * The upper band (95 %) of what each row will want at its busiest from now until so many milliseconds later. Rows that are not known for a day are
 * left out.
 */
export function forecastOf(
  forecaster: Forecaster,
  { at, forMs, events }: { readonly at: UnixMs; readonly forMs: number; readonly events: readonly KnownEvent[] },
): DemandForecast["rps"] {
  const [first, last] = [Math.floor(at / HOUR_MS), Math.floor((at + forMs) / HOUR_MS)];
  const rps: Record<ClassName, Record<ZoneName, number>> = {};
  for (const { class: className, zone, series } of sortedRows(forecaster)) {
    let most: number | null = null;
    for (let hour = first; hour <= last; hour++) {
      const bands = bandsOf(series, hour, eventFactor(events, hour));
      if (bands !== null) most = Math.max(most ?? 0, bands.high);
    }
    if (most !== null) (rps[className] ??= {})[zone] = short(most);
  }
  return rps;
}

/**
 * The hours of the coming week, each with the upper band of every row: what `houston size` is to fit. None before a week is known. Each is worked
 * out when it is asked for: all of them are a million forecasts where there are thousands of rows.
 */
export function* weekAhead(
  forecaster: Forecaster,
  { at, events }: { readonly at: UnixMs; readonly events: readonly KnownEvent[] },
): Generator<Moment> {
  const first = Math.floor(at / HOUR_MS);
  const rows = sortedRows(forecaster).filter(({ series }) => series.count >= HOURS_A_WEEK);
  if (rows.length === 0) return;
  for (let hour = first; hour < first + HOURS_A_WEEK; hour++) {
    const factor = eventFactor(events, hour);
    const demandRps: Record<ClassName, Record<ZoneName, number>> = {};
    for (const { class: className, zone, series } of rows) {
      const bands = bandsOf(series, hour, factor);
      if (bands !== null) (demandRps[className] ??= {})[zone] = short(bands.high);
    }
    yield { name: hourName(weekSlot(hour)), demandRps };
  }
}

function bandsOf(series: Series, hour: number, factor: number): Bands | null {
  if (series.hour === null || series.distances[0]!.scored < SCORED_LEAST || hour <= series.hour) return null;
  return ahead(series, hour - series.hour, factor);
}

function closeHour(forecaster: Forecaster, estate: Estate): void {
  const known = new Set(estate.classes.flatMap(({ name }) => estate.zones.map((zone) => rowKey(name, zone.name))));
  const { hour, seenMs } = forecaster;
  for (const [key, row] of forecaster.rows) {
    if (!known.has(key)) forecaster.rows.delete(key);
    else if (seenMs >= SEEN_LEAST_MS)
      learn(row.series, hour!, row.rpsMs / seenMs, eventFactor(estate.events ?? [], hour!));
    row.rpsMs = 0;
  }
  forecaster.seenMs = 0;
}

/** How many times as much people said is to be expected in an hour: of several events the one that brings most. Events of single locations move no users. */
export function eventFactor(events: readonly KnownEvent[], hour: number): number {
  const middle = (hour + 0.5) * HOUR_MS;
  let most = 1;
  for (const { from, until, demandFactor, locations } of events) {
    if (demandFactor === undefined || locations !== undefined || middle < from || middle >= until) continue;
    if (most === 1 || demandFactor > most) most = demandFactor;
  }
  return most;
}

export function rowKey(className: ClassName, zone: ZoneName): string {
  return JSON.stringify([className, zone]);
}

export function sortedRows({ rows }: Forecaster): readonly ForecastRow[] {
  return [...rows.keys()].sort(byName).map((key) => rows.get(key)!);
}

/** Forecasts go into the log: three digits say what is known. */
const short = (rps: number): number => Number(rps.toPrecision(3));
