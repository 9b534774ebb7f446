import type { UnixMs } from "../step.ts";
import type { Latencies } from "./elsewhere.ts";

/**
 * The last looks of one stream, a row of numbers each: a ring, as a logbook of few pages in which the newest entry is
 * written over the oldest. Of some of the newest nothing has been learnt yet: a fault's beginning must not pass for the
 * usual. Single precision: a look counts fewer than 2^24 requests, and of more the first seven digits are kept.
 *
 * C1 A row stays as long as it is young, or waits to be learnt from; the ring grows for that, up to ROWS_MOST.
 */
export type Recent = {
  rows: Float32Array;
  /** For how many rows there is room; behind them lie the samples. */
  most: number;
  /** Where the next row goes, and how many there are. */
  next: number;
  count: number;
  /** How many of the newest wait to be learnt from. */
  unlearnt: number;
  /** Where what the increments of the next sample were made of goes: a ring too. */
  nextSample: number;
  /** What the others told at each look that waits, by row; null while nobody told anything. */
  elsewhere: (Latencies | undefined)[] | null;
  /** The moment that rows' times are counted from: milliseconds stay exact for hours. */
  epoch: UnixMs;
};

/** What a row holds. */
export const CELL = {
  sinceEpochMs: 0,
  overMs: 1,
  bad: 2,
  total: 3,
  count: 4,
  sum: 5,
  squares: 6,
  slow: 7,
  /** Against the others, NaN when too few told. */
  contrast: 8,
  /** Where its sample begins; NaN for who is none. */
  sample: 9,
} as const;

/** What a sample holds; NaN for what there was nothing of. */
export const FROM = {
  usualAlone: 0,
  usualRelative: 1,
  shiftAlone: 2,
  varianceAlone: 3,
  shiftRelative: 4,
  varianceRelative: 5,
} as const;
export const FROM_NUMBERS = 6;

/** In a part of somebody's larger memory, if given, for as long as that is enough. */
export const newRecent = (rows = new Float32Array(RECENT_NUMBERS)): Recent => ({
  rows,
  most: ROWS_FIRST,
  next: 0,
  count: 0,
  unlearnt: 0,
  nextSample: ROWS_FIRST * CELLS,
  elsewhere: null,
  epoch: 0,
});

export function forgetRecent(recent: Recent): void {
  recent.count = 0;
  forgetUnlearnt(recent);
}

export function forgetUnlearnt(recent: Recent): void {
  recent.unlearnt = 0;
  recent.elsewhere = null;
}

/** Opens a new row for a look at `at`: where its cells begin. */
export function openRow(recent: Recent, at: UnixMs, youngMs: number): number {
  if (Math.abs(at - recent.epoch) > EPOCH_MOST_MS) rebase(recent, at);
  const { most } = recent;
  if (recent.count === most) {
    const isNeeded = recent.unlearnt === most || at - timeOf(recent, rowAgo(recent, most - 1)) < youngMs;
    if (isNeeded && most < ROWS_MOST) widen(recent);
    else recent.count -= 1;
  }
  recent.unlearnt = Math.min(recent.unlearnt, recent.count);
  const row = recent.next * CELLS;
  recent.next = (recent.next + 1) % recent.most;
  recent.count += 1;
  const { rows } = recent;
  for (let cell = row; cell < row + CELLS; cell++) rows[cell] = Number.NaN;
  rows[row + CELL.sinceEpochMs] = at - recent.epoch;
  return row;
}

/** Where the cells of the look so many looks ago begin; 0: the newest. */
export function rowAgo({ most, next }: Recent, ago: number): number {
  const row = next - 1 - ago;
  return (row < 0 ? row + most : row) * CELLS;
}

export const timeOf = ({ rows, epoch }: Recent, row: number): UnixMs => epoch + rows[row + CELL.sinceEpochMs]!;

/** The newest look waits to be learnt from, with what the others told when it came. */
export function wait(recent: Recent, told: Latencies | undefined): void {
  recent.unlearnt += 1;
  if (told !== undefined && told.from.length > 0) recent.elsewhere ??= [];
  if (recent.elsewhere !== null) recent.elsewhere[rowAgo(recent, 0) / CELLS] = told;
}

/**
 * The newest look, which waits, is a sample: what its increments were made of is kept. Of so many that wait each
 * SAMPLE_EACH-th is one at most, so there is a place for each.
 */
export function sampleNewest(recent: Recent, from: Float32Array): void {
  const { rows, most, nextSample } = recent;
  rows.set(from, nextSample);
  rows[rowAgo(recent, 0) + CELL.sample] = nextSample;
  recent.nextSample = nextSample + FROM_NUMBERS < rows.length ? nextSample + FROM_NUMBERS : most * CELLS;
}

/** The oldest look that waits, or null; with `taken` it waits no more. */
export const oldestUnlearnt = (recent: Recent): number | null =>
  recent.unlearnt === 0 ? null : rowAgo(recent, recent.unlearnt - 1);

export const toldAt = ({ elsewhere }: Recent, row: number): Latencies | undefined => elsewhere?.[row / CELLS];

function rebase(recent: Recent, at: UnixMs): void {
  const laterMs = at - recent.epoch;
  recent.epoch = at;
  for (let row = 0; row < recent.most * CELLS; row += CELLS) recent.rows[row + CELL.sinceEpochMs]! -= laterMs;
}

/** Twice as many rows, the oldest first. */
function widen(recent: Recent): void {
  const rows = new Float32Array(2 * recent.rows.length);
  const told = recent.elsewhere === null ? null : new Array<Latencies | undefined>();
  let nextSample = 2 * recent.most * CELLS;
  for (let ago = recent.count - 1, to = 0; ago >= 0; ago--, to++) {
    const row = rowAgo(recent, ago);
    rows.set(recent.rows.subarray(row, row + CELLS), to * CELLS);
    if (told !== null) told[to] = toldAt(recent, row);
    const sample = recent.rows[row + CELL.sample]!;
    // Those that wait no more may have been written over.
    if (ago >= recent.unlearnt || Number.isNaN(sample)) continue;
    rows.set(recent.rows.subarray(sample, sample + FROM_NUMBERS), nextSample);
    rows[to * CELLS + CELL.sample] = nextSample;
    nextSample += FROM_NUMBERS;
  }
  recent.rows = rows;
  recent.most *= 2;
  recent.nextSample = nextSample < rows.length ? nextSample : recent.most * CELLS;
  recent.next = recent.count;
  recent.elsewhere = told;
}

const CELLS = 10;
/** Fifteen seconds of looks of one. */
const ROWS_FIRST = 16;
/** What a usual look multiplies by is learnt from each so many-th: it changes slowly, and costs as much as weighing. */
export const SAMPLE_EACH = 4;
export const RECENT_NUMBERS = ROWS_FIRST * CELLS + (ROWS_FIRST / SAMPLE_EACH) * FROM_NUMBERS;
/** And of four a second. */
export const ROWS_MOST = 64;
/** Whole milliseconds up to 2^23 are exact in single precision. */
const EPOCH_MOST_MS = 8_000_000;
