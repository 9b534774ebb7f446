import type { UnixMs } from "../step.ts";
import { boundLogMs } from "./log-ms.ts";

/**
 * Which hours are usually worse than the rest of the day: the nightly batch, the Monday rush. Like a night watchman who has
 * learnt that the boiler knocks at two: once is a fault, the second time is noted, from the third night on he does not get up,
 * but at noon he would. Only hours that were surely worse are remembered, so most services need no memory at all.
 *
 * S1 One day teaches nothing: an hour's bound is what two different days surely reached in it. A fault of an hour is not learnt.
 * S2 What a standing verdict covers is not learnt, however often it comes back: what hurts users beyond the margin is no habit.
 * S3 At most REMEMBERED_MOST rows, under 1 kB a service; what was not seen for FORGET_DAYS is no season any more.
 *
 * Hours and weekends are UTC's. In the first week Saturdays and Sundays borrow from the other days, and the other way round.
 */
export type Season = {
  /** Rows of COLUMNS numbers; null until something is worth remembering. */
  rows: Float32Array | null;
  /** How many rows are in use. */
  used: number;
  /** The first day that was seen, counted from 1970. */
  firstDay: number | null;
  /** What is being seen: five minutes, and then the hour as a whole, STRETCH_CELLS numbers each (CELL). */
  readonly stretches: number[];
  /** The bounds that hold at the moment: what share may fail, and by how much, in log milliseconds, it may be slower. */
  failing: number;
  slower: number;
  /** Which ten minutes of all time these are of; -1: of none. */
  turned: number;
};

/** What a stretch that is being seen has, as numbers: as objects they would take more than twice as much. */
const CELL = {
  /** Which of all time it is; -1 before any. */
  number: 0,
  bad: 1,
  total: 2,
  count: 3,
  sum: 4,
  /** NaN while none was known. */
  level: 5,
} as const;
const STRETCH_CELLS = 6;

type Stretch = {
  number: number;
  bad: number;
  total: number;
  count: number;
  sum: number;
  /** The mean of log milliseconds that was usual when it began; null while none was known. */
  level: number | null;
};

/** As plain JSON, without what follows from the rest. */
export type SeasonLearnt = Pick<Season, "firstDay"> & {
  readonly stretches: readonly [Stretch, Stretch];
  /** Used rows of COLUMNS numbers. */
  readonly rows: readonly number[];
};

/** What is usual at other hours, which a worse hour is told from. */
export type Ordinary = {
  readonly failing: number;
  /** Mean of log milliseconds, and the variance of single requests; null while unknown. */
  readonly latency: { readonly logMs: number; readonly spread: number } | null;
};

export const newSeason = (): Season => ({
  rows: null,
  used: 0,
  firstDay: null,
  stretches: NOTHING_SEEN.slice(),
  failing: 0,
  slower: 0,
  turned: -1,
});

/** Brings the bounds up to a moment. */
export function turnSeason(season: Season, at: UnixMs): void {
  // Hours begin and end at whole ten minutes, and so does what slips by ten.
  const now = Math.floor(at / SLIPS_MS);
  if (season.turned === now) return;
  season.turned = now;
  season.failing = 0;
  season.slower = 0;
  if (season.used === 0) return;
  // A batch is some minutes early today, and late tomorrow.
  for (const moment of [at - SLIPS_MS, at + SLIPS_MS]) {
    season.failing = Math.max(season.failing, boundOf(season, FAILING, moment));
    season.slower = Math.max(season.slower, boundOf(season, SLOWER, moment));
  }
}

/** Takes a look in. `standing`: a verdict stands, so nothing of this time is usual. */
export function seeSeason(
  season: Season,
  look: { readonly bad: number; readonly total: number; readonly count: number; readonly sum: number },
  now: { readonly at: UnixMs; readonly standing: boolean; readonly ordinary: Ordinary },
): void {
  season.firstDay ??= dayOf(now.at);
  const { stretches } = season;
  for (let i = 0; i < STRETCHES_MS.length; i++) {
    const ms = STRETCHES_MS[i]!;
    const from = i * STRETCH_CELLS;
    const number = Math.floor(now.at / ms);
    const before = stretches[from + CELL.number]!;
    if (before !== number) {
      if (before >= 0) remember(season, stretchAt(stretches, i), { at: before * ms, ordinary: now.ordinary });
      begin(stretches, from, number);
      stretches[from + CELL.level] = now.ordinary.latency?.logMs ?? Number.NaN;
    }
    if (now.standing) {
      begin(stretches, from, number);
      continue;
    }
    stretches[from + CELL.bad]! += look.bad;
    stretches[from + CELL.total]! += look.total;
    stretches[from + CELL.count]! += look.count;
    stretches[from + CELL.sum]! += look.sum;
  }
}

/** Nothing was seen of a stretch yet; its level stays. */
function begin(stretches: number[], from: number, number: number): void {
  stretches[from + CELL.number] = number;
  stretches.fill(0, from + CELL.bad, from + CELL.level);
}

function stretchAt(stretches: readonly number[], i: number): Stretch {
  const cell = (what: keyof typeof CELL): number => stretches[i * STRETCH_CELLS + CELL[what]]!;
  const level = cell("level");
  return {
    number: cell("number"),
    bad: cell("bad"),
    total: cell("total"),
    count: cell("count"),
    sum: cell("sum"),
    level: Number.isNaN(level) ? null : level,
  };
}

/** Notes a stretch that was surely worse than is usual at other hours: by four standard deviations and a quarter. */
function remember(season: Season, stretch: Stretch, { at, ordinary }: { at: UnixMs; ordinary: Ordinary }): void {
  const { bad, total, count, sum, level } = stretch;
  if (total > 0) {
    const low = (bad - SURELY * Math.sqrt(bad)) / total;
    if (low > ordinary.failing * WORSE_LEAST)
      keep(season, FAILING, { low, high: Math.min(1, (bad + 3 * Math.sqrt(bad + 1)) / total), at });
  }
  if (count > 0 && level !== null && ordinary.latency !== null) {
    const away = sum / count - level;
    const error = Math.sqrt(ordinary.latency.spread / count);
    if (away - SURELY * error > SLOWER_LEAST)
      keep(season, SLOWER, { low: away - SURELY * error, high: away + 3 * error, at });
  }
}

function keep(season: Season, what: number, seen: { low: number; high: number; at: UnixMs }): void {
  const day = dayOf(seen.at);
  const slot = slotOf(seen.at);
  season.rows ??= new Float32Array(REMEMBERED_MOST * COLUMNS);
  season.turned = -1;
  forgetOld(season, day);
  const { rows } = season;
  let [weaker, known] = [-1, 0];
  for (let row = 0; row < season.used; row++) {
    const start = row * COLUMNS;
    if (rows[start] !== slot || rows[start + 1] !== what) continue;
    if (rows[start + 4] === day) {
      if (seen.low > rows[start + 2]!) put(rows, row, [slot, what, seen.low, seen.high, day]);
      return;
    }
    known += 1;
    if (weaker < 0 || faded(rows, row, day) < faded(rows, weaker, day)) weaker = row;
  }
  // Two days that teach, and the one that is going on.
  if (known > DAYS_TO_LEARN) {
    // An older day fades, so that a habit which changes is followed.
    if (seen.low >= faded(rows, weaker, day)) put(rows, weaker, [slot, what, seen.low, seen.high, day]);
    return;
  }
  const row = season.used < REMEMBERED_MOST ? season.used++ : oldest(rows);
  put(rows, row, [slot, what, seen.low, seen.high, day]);
}

function put(rows: Float32Array, row: number, values: readonly number[]): void {
  rows.set(values, row * COLUMNS);
}

const faded = (rows: Float32Array, row: number, day: number): number =>
  rows[row * COLUMNS + 2]! * Math.exp(-(day - rows[row * COLUMNS + 4]!) / FADES_DAYS);

function oldest(rows: Float32Array): number {
  let found = 0;
  for (let row = 1; row < REMEMBERED_MOST; row++)
    if (rows[row * COLUMNS + 4]! < rows[found * COLUMNS + 4]!) found = row;
  return found;
}

function forgetOld(season: Season, day: number): void {
  const { rows } = season;
  if (rows === null) return;
  for (let row = season.used - 1; row >= 0; row--) {
    if (day - rows[row * COLUMNS + 4]! <= FORGET_DAYS) continue;
    season.used -= 1;
    rows.copyWithin(row * COLUMNS, season.used * COLUMNS, (season.used + 1) * COLUMNS);
  }
}

/** What two days reached at this hour, by their upper bound: the second worst; 0 when that is not known. */
function boundOf({ rows, used, firstDay }: Season, what: number, at: UnixMs): number {
  if (rows === null) return 0;
  const day = dayOf(at);
  const slot = slotOf(at);
  const knowsTheWeek = firstDay !== null && day - firstDay >= DAYS_A_WEEK;
  let [worst, second] = [0, 0];
  for (let start = 0; start < used * COLUMNS; start += COLUMNS) {
    // The day that is going on is no habit yet.
    if (rows[start + 1] !== what || rows[start + 4]! >= day || day - rows[start + 4]! > FORGET_DAYS) continue;
    if (knowsTheWeek ? rows[start] !== slot : rows[start]! % HOURS !== slot % HOURS) continue;
    const high = rows[start + 3]!;
    second = Math.max(second, Math.min(worst, high));
    worst = Math.max(worst, high);
  }
  return second;
}

export const seasonLearnt = ({ rows, used, firstDay, stretches }: Season): SeasonLearnt => ({
  rows: rows === null ? [] : Array.from(rows.subarray(0, used * COLUMNS)),
  firstDay,
  stretches: [stretchLearnt(stretchAt(stretches, 0)), stretchLearnt(stretchAt(stretches, 1))],
});

const stretchLearnt = (stretch: Stretch): Stretch => ({
  ...stretch,
  level: stretch.level === null ? null : boundLogMs(stretch.level),
});

export function takeUpSeason(season: Season, learnt: SeasonLearnt): void {
  season.firstDay = learnt.firstDay;
  for (const [i, { number, bad, total, count, sum, level }] of learnt.stretches.entries())
    season.stretches.splice(i * STRETCH_CELLS, STRETCH_CELLS, number, bad, total, count, sum, level ?? Number.NaN);
  season.used = learnt.rows.length / COLUMNS;
  season.rows = null;
  season.turned = -1;
  if (season.used === 0) return;
  season.rows = new Float32Array(REMEMBERED_MOST * COLUMNS);
  season.rows.set(learnt.rows);
}

const dayOf = (at: UnixMs): number => Math.floor(at / DAY_MS);

/** The hour of a weekday, 0 to 23, or of a Saturday or Sunday, 24 to 47. 1 January 1970 was a Thursday. */
function slotOf(at: UnixMs): number {
  const hour = Math.floor(at / HOUR_MS) % HOURS;
  const weekday = (dayOf(at) + 4) % DAYS_A_WEEK;
  return weekday === 0 || weekday === 6 ? HOURS + hour : hour;
}

/** A row: slot, what, surely at least, surely at most, day. */
export const COLUMNS = 5;
const [FAILING, SLOWER] = [0, 1];
/** Sixteen worse hours, of three days each. */
export const REMEMBERED_MOST = 48;
const DAYS_TO_LEARN = 2;
const FORGET_DAYS = 28;
const FADES_DAYS = 14;
const DAYS_A_WEEK = 7;
const HOURS = 24;
const HOUR_MS = 3_600_000;
const DAY_MS = HOURS * HOUR_MS;
/** Short enough for a batch of ten minutes, and for a service with few requests the whole hour. */
const STRETCHES_MS = [5 * 60_000, HOUR_MS] as const;
const NOTHING_SEEN: readonly number[] = STRETCHES_MS.flatMap(() => [-1, 0, 0, 0, 0, Number.NaN]);
const SLIPS_MS = 10 * 60_000;
/** Standard deviations: a service has 13 stretches an hour, and chance must not make a habit in a month. */
const SURELY = 4;
/** A quarter more failures is the least that is looked for (evidence.ts); 5 % slower likewise. */
const WORSE_LEAST = 1.25;
const SLOWER_LEAST = Math.log(1.05);
