import type { LocationName, ServiceName } from "../estate.ts";
import type { LatencyReading, RequestsReading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import { exponentialMoments, exponentialSlowerThan } from "./exponential.ts";
import { FAIR, forget, SIDES } from "./evidence.ts";
import { NUMBERS_A_SIZE, newFairness, type Fairness } from "./fair.ts";
import type { Burst } from "./bursts.ts";
import { boundLogMs } from "./log-ms.ts";
import { forgetMinute, MINUTE_NUMBERS, newMinute, turnMinute, type Minute } from "./minute.ts";
import { CELL, forgetRecent, newRecent, openRow, RECENT_NUMBERS, rowAgo, timeOf, type Recent } from "./recent.ts";
import { scaleOf, weighOn, type Weighed } from "./scale.ts";
import type { Rhythm } from "./silence.ts";
import { newUnrest, newUsual, type ServiceBaseline, type Unrest, type Usual } from "./usual.ts";

/** All that one judge keeps of one service as seen by one kind of vantage: its counters, or its users. */
export type Stream = {
  readonly key: string;
  readonly service: ServiceName;
  /** What came since the last tick. */
  pending: Look;
  /** How it tells; null before the first tick. */
  rhythm: Rhythm | null;
  /** When something last came, for the readings that don't say what time they cover. */
  lastAt: UnixMs;
  /** Which form of latencies counts, and when it last came. */
  fineness: number;
  finestAt: UnixMs;
  /** The looks of the last seconds, and of how many nothing has been learnt yet. */
  readonly recent: Recent;
  readonly minute: Minute;
  readonly usual: Usual;
  /** Null while nobody told of it: most services are told of by nobody. */
  contrast: Contrast | null;
  readonly failures: Evidence;
  readonly latency: Evidence;
  /** The worst of the standing fault, which being well again is proved against; null when there is none. */
  ill: { failing: number; shift: number } | null;
  healthyNats: number;
  /** Its bursts of the last minutes, the oldest first; null while it had none. */
  bursts: Burst[] | null;
  /** Looks that were weighed and not suspected, since anything is known of what is usual. */
  weighed: number;
  /** When learning stopped because of evidence. */
  frozenSince: UnixMs | null;
};

/**
 * How much slower this place usually is than each other one. The difference does not feel what slows all of them, so
 * it is learnt on while everybody is slow.
 */
export type Contrast = {
  readonly usual: Differences;
  readonly unrest: Unrest;
  /** This tick: how much slower than usual against the middle one of the others; null when too few tell. */
  shift: number | null;
};

/** To each other location, in columns: objects of their own would take four times as much. */
export type Differences = { readonly from: LocationName[]; readonly logMs: number[]; readonly looks: number[] };

/**
 * Against the others' present and its own past, and against its own past alone. Its numbers are the odds of both sides, this tick's increments,
 * for the joint statistics (evidence.ts), and what makes them fair: an array of its own for each would cost as much as what is in it.
 */
export type Evidence = Fairness & {
  /** Whether this tick had a look, and so increments. */
  hasLook: boolean;
  relativeNats: number;
  aloneNats: number;
};

export type Look = {
  at: UnixMs;
  overMs: number;
  bad: number;
  total: number;
  /** Of latency: how many, sums of log milliseconds and of squares, how many slower than the objective. */
  count: number;
  sum: number;
  squares: number;
  slow: number;
};

export function newStream(key: string, service: ServiceName, baseline: ServiceBaseline | undefined): Stream {
  // One piece of memory for all: of its own each part would cost as much again.
  const memory = new ArrayBuffer(2 * EVIDENCE_BYTES + 4 * (MINUTE_NUMBERS + RECENT_NUMBERS));
  const minute = 2 * EVIDENCE_BYTES;
  return {
    key,
    service,
    pending: emptyLook(0),
    rhythm: null,
    lastAt: 0,
    fineness: 0,
    finestAt: 0,
    recent: newRecent(new Float32Array(memory, minute + 4 * MINUTE_NUMBERS, RECENT_NUMBERS)),
    minute: newMinute(new Float32Array(memory, minute, MINUTE_NUMBERS)),
    usual: newUsual(baseline),
    contrast: null,
    failures: newEvidence(memory, 0),
    latency: newEvidence(memory, EVIDENCE_BYTES),
    ill: null,
    healthyNats: 0,
    bursts: null,
    weighed: 0,
    frozenSince: null,
  };
}

/** In a part of somebody's larger memory, if given. */
export function newEvidence(memory = new ArrayBuffer(EVIDENCE_BYTES), from = 0): Evidence {
  const fairness = newFairness(new Float32Array(memory, from, EVIDENCE_NUMBERS));
  return { ...fairness, hasLook: false, relativeNats: 0, aloneNats: 0 };
}

export const newContrast = (): Contrast => ({
  usual: { from: [], logMs: [], looks: [] },
  unrest: newUnrest(),
  shift: null,
});

export function forgetEvidence(evidence: Evidence): void {
  forget(evidence.numbers);
  evidence.relativeNats = 0;
  evidence.aloneNats = 0;
}

/** Where a location stands among the differences, or -1; mostly the others tell in the same order. */
export const placeIn = ({ from }: Differences, name: LocationName, guess: number): number =>
  from[guess] === name ? guess : from.indexOf(name);

/** Its case is over: neither evidence nor proof of being well is left of it. */
export function letGo(stream: Stream): void {
  forgetEvidence(stream.failures);
  forgetEvidence(stream.latency);
  stream.ill = null;
  stream.healthyNats = 0;
  stream.frozenSince = null;
}

/** Adds a well-formed reading to what is pending. */
export function takeIn(stream: Stream, reading: RequestsReading | LatencyReading, slowMs: number): void {
  switch (reading.signal) {
    case "requests":
      takeRequests(stream, reading);
      break;
    case "latency_hist":
    case "latency_exp":
    case "latency_log":
    case "latency_ms": {
      const latencies = latenciesOf(stream, reading, slowMs);
      if (latencies === null || !takeLatencies(stream, latencies, reading)) return;
      break;
    }
  }
  covers(stream, reading.at, reading.overMs);
}

type Latencies = Pick<Weighed, "count" | "sum" | "squares" | "slow">;

function latenciesOf(stream: Stream, reading: LatencyReading, slowMs: number): Latencies | null {
  switch (reading.signal) {
    case "latency_hist":
      return weighOn(scaleOf(reading.bounds, slowMs), reading.counts);
    case "latency_exp":
      return { ...exponentialMoments(reading), slow: exponentialSlowerThan(reading, slowMs) };
    case "latency_log":
      return reading;
    case "latency_ms": {
      // Only where nothing better exists: the middle stands for all, a tail quantile says little of a shift.
      if (reading.value <= 0 || Math.abs(reading.quantile - 0.5) > 0.01) return null;
      const count = reading.total ?? 1;
      const logMs = boundLogMs(Math.log(reading.value));
      const squares = count * (logMs * logMs + stream.usual.spread);
      return { count, sum: count * logMs, squares, slow: reading.value > slowMs ? count : 0 };
    }
  }
}

export function takeRequests(
  { pending }: Stream,
  { good, total }: { readonly good: number; readonly total: number },
): void {
  pending.bad += total - good;
  pending.total += total;
}

/** False where the same is told in a finer form: then nothing was taken. */
export function takeLatencies(
  stream: Stream,
  latencies: Latencies,
  form: Pick<LatencyReading, "signal" | "at">,
): boolean {
  if (!isFinest(stream, form, latencies.count)) return false;
  const { pending } = stream;
  pending.count += latencies.count;
  pending.sum += latencies.sum;
  pending.squares += latencies.squares;
  pending.slow += latencies.slow;
  return true;
}

/** Notes what time was covered by what was just taken in: what two say of the same time counts once. */
export function covers(stream: Stream, at: UnixMs, overMs: number | undefined): void {
  const { pending, lastAt } = stream;
  if (at <= lastAt) return;
  const covered = overMs ?? (lastAt === 0 ? 0 : at - lastAt);
  pending.overMs += Math.max(0, Math.min(covered, OVER_MOST_MS));
  stream.lastAt = at;
}

/**
 * Whether nothing tells the same latencies better: a program that is on its way from one form to another shows both, and what is counted twice
 * looks twice as sure. Who falls silent, or shows its form empty, is believed no longer after FINER_FOR_MS.
 */
function isFinest(stream: Stream, { signal, at }: Pick<LatencyReading, "signal" | "at">, count: number): boolean {
  const fineness = FINENESS[signal];
  if (fineness < stream.fineness && at - stream.finestAt < FINER_FOR_MS) return false;
  if (count > 0) {
    stream.fineness = fineness;
    stream.finestAt = at;
  }
  return true;
}

/** From a lone quantile to the sums themselves. */
const FINENESS = { latency_ms: 0, latency_hist: 1, latency_exp: 2, latency_log: 3 } as const;
const FINER_FOR_MS = 5 * 60_000;

/** Closes the pending look, if anything came. What is given back is written over when the next one is closed. */
export function closeLook(stream: Stream, at: UnixMs): Look | null {
  const look = stream.pending;
  turnMinute(stream.minute, at, look);
  if (look.total === 0 && look.count === 0) return null;
  look.at = at;
  stream.pending = empty(spare, at);
  spare = look;
  const { recent } = stream;
  const row = openRow(recent, at, LONGEST_MS);
  const { rows } = recent;
  rows[row + CELL.overMs] = look.overMs;
  rows[row + CELL.bad] = look.bad;
  rows[row + CELL.total] = look.total;
  rows[row + CELL.count] = look.count;
  rows[row + CELL.sum] = look.sum;
  rows[row + CELL.squares] = look.squares;
  rows[row + CELL.slow] = look.slow;
  return look;
}

/** Streams take turns with one look more than there are streams. */
let spare = emptyLook(0);

/** Whether a look was ever closed. */
export const hasLooked = ({ recent }: Stream): boolean => recent.count > 0;

/** When the newest look was closed; before any: 0. */
export const lookedAt = ({ recent }: Stream): UnixMs => (recent.count > 0 ? timeOf(recent, rowAgo(recent, 0)) : 0);

/** The newest look, as it is kept; before any: one of nothing. Written into `look`, if given. */
export const lastLook = ({ recent }: Stream, look = emptyLook(0)): Look =>
  recent.count > 0 ? lookIn(recent, rowAgo(recent, 0), look) : empty(look, 0);

/** No look was ever closed, as far as anybody remembers. */
export function forgetLooks(stream: Stream): void {
  forgetRecent(stream.recent);
  forgetMinute(stream.minute);
  stream.bursts = null;
}

/**
 * All looks of the last so many milliseconds in one, LONGEST_MS at most; a look longer than that counts whole. Written
 * into `sum`, if given: who asks of every stream at each tick makes no garbage.
 */
export function over(stream: Stream, at: UnixMs, ms: number, sum = emptyLook(at)): Look {
  empty(sum, at);
  const { recent } = stream;
  const { rows } = recent;
  // Asked of every stream at each tick: times are compared as they are kept.
  const from = at - ms - recent.epoch;
  for (let ago = 0; ago < recent.count; ago++) {
    const row = rowAgo(recent, ago);
    if (rows[row + CELL.sinceEpochMs]! <= from) break;
    addRow(sum, rows, row);
  }
  return sum;
}

/** A look as it is kept; written into `look`, if given. */
export function lookIn(recent: Recent, row: number, look = emptyLook(0)): Look {
  empty(look, timeOf(recent, row));
  addRow(look, recent.rows, row);
  return look;
}

function addRow(sum: Look, rows: Float32Array, row: number): void {
  sum.overMs += rows[row + CELL.overMs]!;
  sum.bad += rows[row + CELL.bad]!;
  sum.total += rows[row + CELL.total]!;
  sum.count += rows[row + CELL.count]!;
  sum.sum += rows[row + CELL.sum]!;
  sum.squares += rows[row + CELL.squares]!;
  sum.slow += rows[row + CELL.slow]!;
}

export const meanLogMs = (look: Look): number => look.sum / look.count;

export function emptyLook(at: UnixMs): Look {
  return { at, overMs: 0, bad: 0, total: 0, count: 0, sum: 0, squares: 0, slow: 0 };
}

function empty(look: Look, at: UnixMs): Look {
  look.at = at;
  look.overMs = 0;
  look.bad = 0;
  look.total = 0;
  look.count = 0;
  look.sum = 0;
  look.squares = 0;
  look.slow = 0;
  return look;
}

const EVIDENCE_NUMBERS = FAIR + NUMBERS_A_SIZE * SIDES;
export const EVIDENCE_BYTES = EVIDENCE_NUMBERS * Float32Array.BYTES_PER_ELEMENT;
/** The longest time that is looked back over look by look. */
export const LONGEST_MS = 10_000;
/** A gap longer than this is silence, not a long look. */
const OVER_MOST_MS = 120_000;
