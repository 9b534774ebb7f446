import type { UnixMs } from "../step.ts";

/**
 * What one stream saw in about the last minute, in twelve parts of five seconds, the one that is going on among them: a
 * look each would take a hundred times the room to say the same.
 */
export type Minute = {
  /** Requests that were counted, by part, a ring; NaN where nobody looked. Then how many of them failed, and how many told how long they took. */
  readonly parts: Float32Array;
  /** Which part of all time the newest is. */
  newest: number;
  /** And where in the ring. */
  place: number;
  /** When a request last failed. */
  failedAt: UnixMs;
};

/** In a part of somebody's larger memory, if given. */
export function newMinute(parts = new Float32Array(MINUTE_NUMBERS)): Minute {
  parts.fill(Number.NaN);
  return { parts, newest: 0, place: 0, failedAt: Number.NEGATIVE_INFINITY };
}

export function forgetMinute(minute: Minute): void {
  minute.parts.fill(Number.NaN);
  minute.failedAt = Number.NEGATIVE_INFINITY;
}

/** At each tick, with what came since the last. */
export function turnMinute(
  minute: Minute,
  at: UnixMs,
  look: { readonly bad: number; readonly total: number; readonly count: number },
): void {
  const { parts } = minute;
  const now = Math.floor(at / PART_MS);
  if (now !== minute.newest) {
    if (now - minute.newest >= PARTS || now < minute.newest) parts.fill(Number.NaN);
    else for (let part = minute.newest + 1; part <= now; part++) parts[part % PARTS] = Number.NaN;
    minute.newest = now;
    minute.place = now % PARTS;
  }
  const { bad, total, count } = look;
  if (total === 0 && count === 0) return;
  const { place } = minute;
  const isFirst = Number.isNaN(parts[place]!);
  parts[place] = (isFirst ? 0 : parts[place]!) + total;
  parts[FAILED + place] = (isFirst ? 0 : parts[FAILED + place]!) + bad;
  parts[TIMED + place] = (isFirst ? 0 : parts[TIMED + place]!) + count;
  if (bad > 0) minute.failedAt = at;
}

/** Whether any request failed within the last minute. */
export const failedWithin = ({ failedAt }: Minute, at: UnixMs): boolean => at - failedAt < MINUTE_MS;

/** Whether looks reach back over nearly a minute. */
export const isWatched = ({ parts, place }: Minute): boolean => !Number.isNaN(parts[(place + 1) % PARTS]);

/**
 * Who tells how long requests took, and not how many came, had them all the same; who tells both may do so at different ticks, and no request
 * counts twice.
 */
export const requestsIn = (minute: Minute): number => Math.max(sumOf(minute, COUNTED), sumOf(minute, TIMED));

/** The share of the requests of about the last minute that failed. */
export function failedShareIn(minute: Minute): number {
  const total = sumOf(minute, COUNTED);
  return total > 0 ? sumOf(minute, FAILED) / total : 0;
}

function sumOf({ parts }: Minute, column: number): number {
  let sum = 0;
  for (let part = 0; part < PARTS; part++) if (!Number.isNaN(parts[part]!)) sum += parts[column + part]!;
  return sum;
}

const MINUTE_MS = 60_000;
const PART_MS = 5000;
const PARTS = 12;
/** Where each column begins. */
const [COUNTED, FAILED, TIMED] = [0, PARTS, 2 * PARTS];
export const MINUTE_NUMBERS = 3 * PARTS;
