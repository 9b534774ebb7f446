import type { UnixMs } from "../step.ts";

/**
 * What one stream saw in about the last minute, in twelve parts of five seconds, the one that is going on among them: a
 * look each would take a hundred times the room to say the same.
 */
export type Minute = {
  /** Requests by part, a ring; NaN where nobody looked. Then how many of them failed. */
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
  const before = parts[place]!;
  const isFirst = Number.isNaN(before);
  // Who tells how long requests took, and not how many came, had them all the same.
  parts[place] = (isFirst ? 0 : before) + (total > 0 ? total : count);
  parts[PARTS + place] = isFirst ? bad : parts[PARTS + place]! + bad;
  if (bad > 0) minute.failedAt = at;
}

/** Whether any request failed within the last minute. */
export const failedWithin = ({ failedAt }: Minute, at: UnixMs): boolean => at - failedAt < MINUTE_MS;

/** Whether looks reach back over nearly a minute. */
export const isWatched = ({ parts, place }: Minute): boolean => !Number.isNaN(parts[(place + 1) % PARTS]);

export function requestsIn({ parts }: Minute): number {
  let sum = 0;
  for (let part = 0; part < PARTS; part++) if (!Number.isNaN(parts[part]!)) sum += parts[part]!;
  return sum;
}

/** The share of the requests of about the last minute that failed. */
export function failedShareIn({ parts }: Minute): number {
  let [bad, total] = [0, 0];
  for (let part = 0; part < PARTS; part++) {
    if (Number.isNaN(parts[part]!)) continue;
    bad += parts[PARTS + part]!;
    total += parts[part]!;
  }
  return total > 0 ? bad / total : 0;
}

const MINUTE_MS = 60_000;
const PART_MS = 5000;
const PARTS = 12;
export const MINUTE_NUMBERS = 2 * PARTS;
