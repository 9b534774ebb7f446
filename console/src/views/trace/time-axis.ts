import type { UnixMs } from "../../../../src/core/step.ts";

/**
 * One axis for a request that may do its work in five milliseconds, lie still for two minutes and go on elsewhere: where
 * nothing happens for long the axis is broken, as on an old map, so that the milliseconds can still be read.
 */
export type TimeAxis = {
  readonly from: UnixMs;
  readonly until: UnixMs;
  /** 0 at the left, 1 at the right. */
  placeOf(at: UnixMs): number;
  readonly breaks: readonly { readonly from: UnixMs; readonly until: UnixMs }[];
  readonly ticks: readonly { readonly at: UnixMs; readonly place: number }[];
};

export type Span = { readonly startAt: UnixMs; readonly endAt: UnixMs };

/** Shorter silence is part of the picture. */
const BREAK_FROM_MS = 400;
/** What is silence for less than this share of the time need not be cut. */
const BREAK_FROM_SHARE = 0.35;
/** A break's own width. */
const BREAK_PLACE = 0.08;
const TICKS_WANTED = 6;
const TICKS_MAX = 9;

export function timeAxis(spans: readonly Span[]): TimeAxis {
  const sorted = spans.toSorted((one, other) => one.startAt - other.startAt);
  const from = sorted[0]?.startAt ?? 0;
  const until = Math.max(from + 1, ...sorted.map(({ endAt }) => endAt));
  const breaks = breaksOf(sorted, { from, until });
  const brokenMs = breaks.reduce((sum, each) => sum + each.until - each.from, 0);
  const runningMs = Math.max(1, until - from - brokenMs);
  const perMs = (1 - breaks.length * BREAK_PLACE) / runningMs;
  const placeOf = (at: UnixMs): number => {
    let place = 0;
    let upTo = from;
    const clamped = Math.min(until, Math.max(from, at));
    for (const each of breaks) {
      if (clamped <= each.from) break;
      place += (each.from - upTo) * perMs;
      if (clamped < each.until)
        return place + (BREAK_PLACE * (clamped - each.from)) / Math.max(1, each.until - each.from);
      place += BREAK_PLACE;
      upTo = each.until;
    }
    return Math.min(1, place + (clamped - upTo) * perMs);
  };
  return { from, until, placeOf, breaks, ticks: ticksOf({ from, until, runningMs, breaks }, placeOf) };
}

function breaksOf(sorted: readonly Span[], range: { from: UnixMs; until: UnixMs }): { from: UnixMs; until: UnixMs }[] {
  const least = Math.max(BREAK_FROM_MS, (range.until - range.from) * BREAK_FROM_SHARE);
  const breaks: { from: UnixMs; until: UnixMs }[] = [];
  let busyUntil = range.from;
  for (const { startAt, endAt } of sorted) {
    if (startAt - busyUntil >= least) breaks.push({ from: busyUntil, until: startAt });
    busyUntil = Math.max(busyUntil, endAt);
  }
  return breaks;
}

function ticksOf(
  axis: { from: UnixMs; until: UnixMs; runningMs: number; breaks: readonly { from: UnixMs; until: UnixMs }[] },
  placeOf: (at: UnixMs) => number,
): { at: UnixMs; place: number }[] {
  const step = roundStep(axis.runningMs / TICKS_WANTED);
  const ticks: { at: UnixMs; place: number }[] = [];
  const pieces = [axis.from, ...axis.breaks.map(({ until }) => until)].map((from, index) => ({
    from,
    until: axis.breaks[index]?.from ?? axis.until,
  }));
  for (const piece of pieces) {
    const first = axis.from + Math.ceil((piece.from - axis.from) / step) * step;
    for (let at = first; at <= piece.until && ticks.length < TICKS_MAX; at += step) {
      const place = placeOf(at);
      // Labels that would touch say less than one of them.
      if (place - (ticks.at(-1)?.place ?? -1) >= TICK_APART && place <= LAST_TICK) ticks.push({ at, place });
    }
  }
  return ticks;
}

const TICK_APART = 0.09;
/** A label stands to the right of its tick, and has to end within the frame. */
const LAST_TICK = 0.88;

/** 1, 2 or 5 times a power of ten. */
function roundStep(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, ms)));
  const factor = [1, 2, 5, 10].find((each) => each * power >= ms) ?? 10;
  return Math.max(1, factor * power);
}
