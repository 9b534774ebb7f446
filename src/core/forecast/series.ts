/**
 * One series of hourly demand: what it will be, and how sure that is.
 *
 * The idea: ask several people who each know one thing (the one says "as now", another "as this hour yesterday", "as this hour last week",
 * "as this hour is on average, and today is 10 % above average") and listen most to those who have been right lately, at this distance.
 * Then look how far the common answer was off, at this hour of the day, and say a band that has held what it claims.
 *
 * Everything is worked out on log(rps + SMALL_RPS), for traffic grows and breathes by factors. Bounded and learnt online: what a series knows is some
 * 600 numbers, and an hour's learning looks at no other past.
 * 1. A band's level moves with each hour that it missed or held, so in the long run it misses as often as it says, whatever the series does
 *    (quantile tracking; Angelopoulos, Candès and Tibshirani, *Conformal PID control for time series prediction*, 2023).
 * 2. A forecaster's weight depends on its own errors at that distance alone; who has said nothing yet has none.
 * 3. An hour of a known event is learnt as if there had been none: divided by what people said of it.
 */
export type Series = {
  /** The newest hour that was learnt, in hours since 1970; null: none. */
  hour: number | null;
  /** Hours learnt. */
  count: number;
  /** The last week, by hour of the week; NaN: unknown. */
  readonly past: Float32Array;
  /** What each hour of the week is above or below the level, and how often it was seen. */
  readonly week: Float32Array;
  readonly weekSeen: Uint16Array;
  /** The same for the hours of a working day, then of a weekend's day. */
  readonly day: Float32Array;
  readonly daySeen: Uint16Array;
  /** The slow level; NaN: unknown. */
  level: number;
  /** How far the last hours have been from what week and day say. */
  offWeek: number;
  offDay: number;
  /** How far the last hours have been from those a week before. */
  drift: number;
  /** By how much a week is more than the one before. */
  growth: number;
  /** The mean of the last whole week; NaN: unknown. */
  lastWeek: number;
  /** In the order of `DISTANCES`. */
  readonly distances: readonly Distance[];
};

/** What is known of forecasts at one distance. */
export type Distance = {
  /** How far off each forecaster has been lately; NaN: it has said nothing yet. */
  readonly off: Float32Array;
  /** How far off the common answer has been, by hour of the day. */
  readonly spread: Float32Array;
  /** In the order of `LEVELS`, in spreads. */
  readonly bands: Float32Array;
  scored: number;
  /** What was said of the hours to come: of each what each forecaster said, then the common answer. Not kept over a restart. */
  readonly said: Float32Array;
};

export const HOURS_A_WEEK = 168;
const HOURS_A_DAY = 24;
/** How far ahead forecasts are scored, in hours; one in between is taken for the next longer. */
export const DISTANCES = [1, 3, 24, 168] as const;
/** The shares of hours that are to lie at or below each band. */
export const LEVELS = [0.05, 0.5, 0.95, 0.99] as const;
export type Bands = { readonly low: number; readonly median: number; readonly high: number; readonly highest: number };

/** Demand far below this matters to nobody's capacity, and a factor of it says nothing. */
const SMALL_RPS = 0.5;
/** Further ahead "as now" is the wrong hour of the day; at a day's distance it would be right by another's merit. */
const AS_NOW_HOURS = 3;
const FORECASTERS = 6;
const SAID_WIDTH = FORECASTERS + 1;
/** Where a normal distribution has these levels, in mean deviations. */
const BANDS_AT_FIRST = [-2.06, 0, 2.06, 2.92];
/** How much of a miss moves a band: less would forget slowly, more would make it shiver. */
const BAND_STEP = 0.06;
const SPREAD_LEAST = 0.01;
const SPREAD_AT_FIRST = 0.2;
/** The better half is listened to; a forecaster that is off twice as far has a sixteenth of the weight. */
const TRUST_POWER = 4;
const OFF_STEP = 0.03;
const LEVEL_STEP = 1 / 120;
const RECENT_STEP = 0.5;
const DRIFT_STEP = 0.15;
/** What remains of the last hours' deviation an hour later. */
const RECENT_STAYS = 0.88;
const DRIFT_STAYS = 0.97;
const PROFILE_STEP = 0.3;
/** A week is not believed to be more than so much above or below the one before. */
const GROWTH_MOST = 0.15;
/** Hours that were missed beyond this make the past no past. */
const GAP_MOST = HOURS_A_WEEK;

export function newSeries(): Series {
  return {
    hour: null,
    count: 0,
    past: new Float32Array(HOURS_A_WEEK).fill(Number.NaN),
    week: new Float32Array(HOURS_A_WEEK),
    weekSeen: new Uint16Array(HOURS_A_WEEK),
    day: new Float32Array(2 * HOURS_A_DAY),
    daySeen: new Uint16Array(2 * HOURS_A_DAY),
    level: Number.NaN,
    offWeek: 0,
    offDay: 0,
    drift: 0,
    growth: 0,
    lastWeek: Number.NaN,
    distances: DISTANCES.map((hours) => ({
      off: new Float32Array(FORECASTERS).fill(Number.NaN),
      spread: new Float32Array(HOURS_A_DAY).fill(SPREAD_AT_FIRST),
      bands: Float32Array.from(BANDS_AT_FIRST),
      scored: 0,
      said: new Float32Array(hours * SAID_WIDTH).fill(Number.NaN),
    })),
  };
}

/** Learns an hour's mean. `eventFactor`: so many times as much was to be expected in it. An hour that is over already is ignored. */
export function learn(series: Series, hour: number, rps: number, eventFactor = 1): void {
  if (series.hour !== null && hour <= series.hour) return;
  passOver(series, hour);
  const value = Math.log(rps / eventFactor + SMALL_RPS);
  const slot = weekSlot(hour);
  if (eventFactor === 1) score(series, hour, value);
  learnShape(series, hour, value);
  series.past[slot] = value;
  series.hour = hour;
  series.count += 1;
  if (slot === 0) learnGrowth(series);
  DISTANCES.forEach((hours, index) => {
    const { said, off } = series.distances[index]!;
    const first = (hour % hours) * SAID_WIDTH;
    said[first + FORECASTERS] = together(forecasters(series, hours), off);
    said.set(FORECASTS, first);
  });
}

/** What is expected so many hours after the newest learnt one; null: nothing is known. */
export function ahead(series: Series, hours: number, eventFactor = 1): Bands | null {
  if (series.hour === null) return null;
  const known = DISTANCES.findIndex((distance) => hours <= distance);
  const { off, spread, bands } = series.distances[known < 0 ? DISTANCES.length - 1 : known]!;
  const middle = together(forecasters(series, hours), off);
  if (Number.isNaN(middle)) return null;
  const wide = Math.max(SPREAD_LEAST, spread[(series.hour + hours) % HOURS_A_DAY]!);
  const at = (band: number): number => eventFactor * Math.max(0, Math.exp(middle + bands[band]! * wide) - SMALL_RPS);
  // Bands learn each on its own, and may cross for a while.
  const median = at(1);
  const high = Math.max(median, at(2));
  return { low: Math.min(median, at(0)), median, high, highest: Math.max(high, at(3)) };
}

/** Filled anew for each hour: a week of thousands of rows is a million of them. */
const FORECASTS = new Float64Array(FORECASTERS);

/** What each forecaster says of the hour so many hours from the newest; NaN: it knows nothing of it. Fills and gives `FORECASTS`. */
function forecasters(series: Series, hours: number): Float64Array {
  const into = FORECASTS;
  const now = series.hour!;
  const slot = weekSlot(now + hours);
  const weeks = Math.ceil(hours / HOURS_A_WEEK);
  const sameDay = daySlot(now + hours);
  const recent = RECENT_STAYS ** hours;
  const weekAgo = series.past[weekSlot(now + hours - weeks * HOURS_A_WEEK)]!;
  const drifts = DRIFT_STAYS ** hours;
  into[0] = hours <= AS_NOW_HOURS ? series.past[weekSlot(now)]! : Number.NaN;
  into[1] = series.past[weekSlot(now + hours - HOURS_A_DAY * Math.ceil(hours / HOURS_A_DAY))]!;
  into[2] = series.count >= HOURS_A_WEEK ? weekAgo : Number.NaN;
  into[3] = series.weekSeen[slot]! > 0 ? series.level + series.week[slot]! + recent * series.offWeek : Number.NaN;
  into[4] = series.daySeen[sameDay]! > 0 ? series.level + series.day[sameDay]! + recent * series.offDay : Number.NaN;
  into[5] =
    series.count >= 2 * HOURS_A_WEEK
      ? weekAgo + drifts * series.drift + (1 - drifts) * series.growth * weeks
      : Number.NaN;
  return into;
}

function together(forecasts: Float64Array, off: Float32Array): number {
  let [sum, weights] = [0, 0];
  let [first, count] = [0, 0];
  for (let index = 0; index < FORECASTERS; index++) {
    const forecast = forecasts[index]!;
    if (Number.isNaN(forecast)) continue;
    first += forecast;
    count += 1;
    if (Number.isNaN(off[index]!)) continue;
    const weight = 1 / Math.max(SPREAD_LEAST, off[index]!) ** TRUST_POWER;
    sum += weight * forecast;
    weights += weight;
  }
  // Before any was scored all count alike.
  return weights > 0 ? sum / weights : count > 0 ? first / count : Number.NaN;
}

/** Holds what was said of this hour at each distance against what came. */
function score(series: Series, hour: number, value: number): void {
  DISTANCES.forEach((hours, index) => {
    const distance = series.distances[index]!;
    const { said, off, spread, bands } = distance;
    const first = (hour % hours) * SAID_WIDTH;
    for (let forecaster = 0; forecaster < FORECASTERS; forecaster++) {
      const error = Math.abs(value - said[first + forecaster]!);
      if (Number.isNaN(error)) continue;
      const before = off[forecaster]!;
      off[forecaster] = Number.isNaN(before) ? error : before + OFF_STEP * (error - before);
    }
    const error = value - said[first + FORECASTERS]!;
    if (Number.isNaN(error)) return;
    const ofDay = hour % HOURS_A_DAY;
    const wide = Math.max(SPREAD_LEAST, spread[ofDay]!);
    const step = Math.max(BAND_STEP, 1 / (distance.scored + 4));
    LEVELS.forEach((level, band) => {
      bands[band]! += step * (error / wide > bands[band]! ? level : level - 1);
    });
    // The hours around it are alike: each learns of its neighbours, or a day would teach it one number.
    for (let near = -2; near <= 2; near++) {
      const at = (ofDay + near + HOURS_A_DAY) % HOURS_A_DAY;
      spread[at]! += (0.1 / (1 + Math.abs(near))) * (Math.abs(error) - spread[at]!);
    }
    distance.scored += 1;
  });
}

function learnShape(series: Series, hour: number, value: number): void {
  const [slot, ofDay] = [weekSlot(hour), daySlot(hour)];
  if (Number.isNaN(series.level)) series.level = value;
  const above = value - series.level;
  const before = series.past[slot]!;
  if (!Number.isNaN(before)) series.drift += DRIFT_STEP * (value - before - series.drift);
  if (series.weekSeen[slot]! > 0) series.offWeek += RECENT_STEP * (above - series.week[slot]! - series.offWeek);
  if (series.daySeen[ofDay]! > 0) series.offDay += RECENT_STEP * (above - series.day[ofDay]! - series.offDay);
  learnSlot(series.week, series.weekSeen, slot, above);
  learnSlot(series.day, series.daySeen, ofDay, above);
  // The first day has no shape to be told from the level: then the level is its mean.
  const step = Math.max(LEVEL_STEP, 1 / (series.count + 1));
  const beside = series.count < HOURS_A_DAY ? 0 : series.day[ofDay]!;
  series.level += step * (value - beside - series.level);
}

function learnSlot(shape: Float32Array, seen: Uint16Array, slot: number, above: number): void {
  const step = Math.max(PROFILE_STEP, 1 / (seen[slot]! + 1));
  shape[slot]! += step * (above - shape[slot]!);
  seen[slot] = Math.min(1000, seen[slot]! + 1);
}

/** On the first hour of a week: how much more it was than the week before. */
function learnGrowth(series: Series): void {
  const known = series.past.filter((value) => !Number.isNaN(value));
  if (known.length < HOURS_A_WEEK / 2) return;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (!Number.isNaN(series.lastWeek)) {
    const more = Math.max(-GROWTH_MOST, Math.min(GROWTH_MOST, mean - series.lastWeek));
    series.growth += 0.4 * (more - series.growth);
  }
  series.lastWeek = mean;
}

/** Hours that nobody measured are unknown, and what was said of them is never scored. */
function passOver(series: Series, hour: number): void {
  if (series.hour === null) return;
  const missed = hour - series.hour - 1;
  for (let each = hour - Math.min(missed, GAP_MOST); each < hour; each++) {
    series.past[weekSlot(each)] = Number.NaN;
    DISTANCES.forEach((hours, index) => {
      const first = (each % hours) * SAID_WIDTH;
      series.distances[index]!.said.fill(Number.NaN, first, first + SAID_WIDTH);
    });
  }
}

/** The first hour of 1970 was a Thursday's: slot 0 is Monday 00:00 UTC. */
export const weekSlot = (hour: number): number => (hour + 72) % HOURS_A_WEEK;

function daySlot(hour: number): number {
  const isWeekend = weekSlot(hour) >= 5 * HOURS_A_DAY;
  return (isWeekend ? HOURS_A_DAY : 0) + (hour % HOURS_A_DAY);
}
