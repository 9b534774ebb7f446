import type { UnixMs } from "../step.ts";
import type { Elsewhere } from "./elsewhere.ts";

/**
 * The last looks of one stream, a row of numbers each: a ring, as a logbook of few pages in which the newest entry is
 * written over the oldest. Of some of the newest nothing has been learnt yet: a fault's beginning must not pass for the
 * usual. Single precision: a look counts fewer than 2^24 requests, and of more the first seven digits are kept.
 *
 * C1 A row stays as long as it is young, or waits to be learnt from; the ring grows for that, up to ROWS_MOST.
 */
export type Recent = {
  rows: Float32Array;
  /** Where the next row goes, and how many there are. */
  next: number;
  count: number;
  /** How many of the newest wait to be learnt from. */
  unlearnt: number;
  /** What the others told at each look that waits, by row; null while nobody told anything. */
  elsewhere: (Elsewhere | undefined)[] | null;
  /** The moment that rows' times are counted from: milliseconds stay exact for hours. */
  epoch: UnixMs;
};

/** What a row holds. The last four are what its increments are made of; a look that no sample is taken of has NaN there. */
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
  usualAlone: 9,
  usualRelative: 10,
  shiftAlone: 11,
  varianceAlone: 12,
  shiftRelative: 13,
  varianceRelative: 14,
} as const;

/** In a part of somebody's larger memory, if given, for as long as that is enough. */
export const newRecent = (rows = new Float32Array(RECENT_NUMBERS)): Recent => ({
  rows,
  next: 0,
  count: 0,
  unlearnt: 0,
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
  const most = recent.rows.length / CELLS;
  if (recent.count === most) {
    const isNeeded = recent.unlearnt === most || at - timeOf(recent, rowAgo(recent, most - 1)) < youngMs;
    if (isNeeded && most < ROWS_MOST) widen(recent);
    else recent.count -= 1;
  }
  recent.unlearnt = Math.min(recent.unlearnt, recent.count);
  const row = recent.next * CELLS;
  recent.next = (recent.next + 1) % (recent.rows.length / CELLS);
  recent.count += 1;
  const { rows } = recent;
  for (let cell = row; cell < row + CELLS; cell++) rows[cell] = Number.NaN;
  rows[row + CELL.sinceEpochMs] = at - recent.epoch;
  return row;
}

/** Where the cells of the look so many looks ago begin; 0: the newest. */
export function rowAgo({ rows, next }: Recent, ago: number): number {
  const most = rows.length / CELLS;
  const row = next - 1 - ago;
  return (row < 0 ? row + most : row) * CELLS;
}

export const timeOf = ({ rows, epoch }: Recent, row: number): UnixMs => epoch + rows[row + CELL.sinceEpochMs]!;

/** The newest look waits to be learnt from, with what the others told when it came. */
export function wait(recent: Recent, elsewhere: Elsewhere | undefined): void {
  recent.unlearnt += 1;
  if (elsewhere !== undefined && elsewhere.latencies.length > 0) recent.elsewhere ??= [];
  if (recent.elsewhere !== null) recent.elsewhere[rowAgo(recent, 0) / CELLS] = elsewhere;
}

/** The oldest look that waits, or null; with `taken` it waits no more. */
export const oldestUnlearnt = (recent: Recent): number | null =>
  recent.unlearnt === 0 ? null : rowAgo(recent, recent.unlearnt - 1);

export const toldAt = ({ elsewhere }: Recent, row: number): Elsewhere | undefined => elsewhere?.[row / CELLS];

function rebase(recent: Recent, at: UnixMs): void {
  const laterMs = at - recent.epoch;
  recent.epoch = at;
  for (let row = 0; row < recent.rows.length; row += CELLS) recent.rows[row + CELL.sinceEpochMs]! -= laterMs;
}

/** Twice as many rows, the oldest first. */
function widen(recent: Recent): void {
  const rows = new Float32Array(2 * recent.rows.length);
  const told = recent.elsewhere === null ? null : new Array<Elsewhere | undefined>();
  for (let ago = recent.count - 1, to = 0; ago >= 0; ago--, to++) {
    const row = rowAgo(recent, ago);
    rows.set(recent.rows.subarray(row, row + CELLS), to * CELLS);
    if (told !== null) told[to] = toldAt(recent, row);
  }
  recent.rows = rows;
  recent.next = recent.count;
  recent.elsewhere = told;
}

const CELLS = 15;
/** Fifteen seconds of looks of one. */
const ROWS_FIRST = 16;
export const RECENT_NUMBERS = ROWS_FIRST * CELLS;
/** And of four a second. */
export const ROWS_MOST = 64;
/** Whole milliseconds up to 2^23 are exact in single precision. */
const EPOCH_MOST_MS = 8_000_000;
