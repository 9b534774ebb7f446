import type { ClassName, ZoneName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import { rowKey, sortedRows, type Forecaster } from "./forecaster.ts";
import { newSeries, type Series } from "./series.ts";

/**
 * What a forecaster has learnt, as plain JSON, so that a restart costs no weeks. What it said of hours to come is left out: those are scored from
 * the next hour on again.
 */
export type DemandLearnt = {
  /** Another version's forecaster learnt something else, and is not taken up. */
  readonly version: typeof DEMAND_LEARNT_VERSION;
  readonly at: UnixMs;
  readonly rows: readonly SeriesLearnt[];
};

export const DEMAND_LEARNT_VERSION = 1;

export type SeriesLearnt = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly hour: number;
  readonly count: number;
  /** Null: unknown. */
  readonly past: readonly (number | null)[];
  readonly week: readonly number[];
  readonly weekSeen: readonly number[];
  readonly day: readonly number[];
  readonly daySeen: readonly number[];
  readonly level: number;
  readonly offWeek: number;
  readonly offDay: number;
  readonly drift: number;
  readonly growth: number;
  readonly lastWeek: number | null;
  readonly distances: readonly {
    readonly off: readonly (number | null)[];
    readonly spread: readonly number[];
    readonly bands: readonly number[];
    readonly scored: number;
  }[];
};

export function demandLearntOf(forecaster: Forecaster): DemandLearnt {
  return {
    version: DEMAND_LEARNT_VERSION,
    at: forecaster.at,
    rows: sortedRows(forecaster).flatMap(({ class: className, zone, series }) =>
      series.hour === null ? [] : [{ class: className, zone, ...seriesLearnt(series, series.hour) }],
    ),
  };
}

/** Takes up what an earlier life has learnt. Rows that this one has learnt of already stay. */
export function takeUpDemand(forecaster: Forecaster, learnt: DemandLearnt): void {
  for (const row of learnt.rows) {
    const key = rowKey(row.class, row.zone);
    const known = forecaster.rows.get(key);
    if (known !== undefined && known.series.hour !== null) continue;
    forecaster.rows.set(key, { class: row.class, zone: row.zone, series: seriesOf(row), rpsMs: known?.rpsMs ?? 0 });
  }
}

function seriesLearnt(series: Series, hour: number): Omit<SeriesLearnt, "class" | "zone"> {
  const { count, level, offWeek, offDay, drift, growth, lastWeek } = series;
  return {
    hour,
    count,
    past: numbers(series.past),
    week: Array.from(series.week, short),
    weekSeen: [...series.weekSeen],
    day: Array.from(series.day, short),
    daySeen: [...series.daySeen],
    level: short(level),
    offWeek: short(offWeek),
    offDay: short(offDay),
    drift: short(drift),
    growth: short(growth),
    lastWeek: Number.isNaN(lastWeek) ? null : short(lastWeek),
    distances: series.distances.map(({ off, spread, bands, scored }) => ({
      off: numbers(off),
      spread: Array.from(spread, short),
      bands: Array.from(bands, short),
      scored,
    })),
  };
}

function seriesOf(learnt: SeriesLearnt): Series {
  const series = newSeries();
  const { hour, count, level, offWeek, offDay, drift, growth, lastWeek } = learnt;
  Object.assign(series, { hour, count, level, offWeek, offDay, drift, growth, lastWeek: lastWeek ?? Number.NaN });
  series.past.set(learnt.past.map((value) => value ?? Number.NaN));
  series.week.set(learnt.week);
  series.weekSeen.set(learnt.weekSeen);
  series.day.set(learnt.day);
  series.daySeen.set(learnt.daySeen);
  learnt.distances.forEach(({ off, spread, bands, scored }, index) => {
    const distance = series.distances[index]!;
    distance.off.set(off.map((value) => value ?? Number.NaN));
    distance.spread.set(spread);
    distance.bands.set(bands);
    distance.scored = scored;
  });
  return series;
}

const numbers = (values: Float32Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : short(value)));

/** Factors to a thousandth: forecasts are no better than that, and the file is half as long. */
const short = (value: number): number => Number(value.toPrecision(4));
