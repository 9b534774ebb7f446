import type { UnixMs } from "../step.ts";

/**
 * What one stream saw in about the last minute, in twelve parts of five seconds, the one that is going on among them: a
 * look each would take a hundred times the room to say the same.
 */
export type Minute = {
  /** Requests by part, a ring; NaN where nobody looked. */
  readonly parts: Float32Array;
  /** And how many of them failed. */
  readonly failed: Float32Array;
  /** Which part of all time the newest is. */
  newest: number;
  /** And where in the ring. */
  place: number;
  /** When a request last failed. */
  failedAt: UnixMs;
};

export const newMinute = (): Minute => ({
  parts: new Float32Array(PARTS).fill(Number.NaN),
  failed: new Float32Array(PARTS),
  newest: 0,
  place: 0,
  failedAt: Number.NEGATIVE_INFINITY,
});

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
  if (look.total === 0 && look.count === 0) return;
  const before = parts[minute.place]!;
  parts[minute.place] = (Number.isNaN(before) ? 0 : before) + look.total;
  minute.failed[minute.place] = (Number.isNaN(before) ? 0 : minute.failed[minute.place]!) + look.bad;
  if (look.bad > 0) minute.failedAt = at;
}

/** Whether any request failed within the last minute. */
export const failedWithin = ({ failedAt }: Minute, at: UnixMs): boolean => at - failedAt < MINUTE_MS;

/** Whether looks reach back over nearly a minute. */
export const isWatched = ({ parts, place }: Minute): boolean => !Number.isNaN(parts[(place + 1) % PARTS]);

export function requestsIn({ parts }: Minute): number {
  let sum = 0;
  for (const part of parts) if (!Number.isNaN(part)) sum += part;
  return sum;
}

/** The share of the requests of about the last minute that failed. */
export function failedShareIn({ parts, failed }: Minute): number {
  let [bad, total] = [0, 0];
  for (let part = 0; part < PARTS; part++) {
    if (Number.isNaN(parts[part]!)) continue;
    bad += failed[part]!;
    total += parts[part]!;
  }
  return total > 0 ? bad / total : 0;
}

const MINUTE_MS = 60_000;
const PART_MS = 5000;
const PARTS = 12;
