import type { HourMost } from "./state.ts";

/** What the last day asked for at most, hour by hour, so that nobody is brought back at its peak. */

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** This near to the most of the day is its peak. */
const PEAK_SHARE = 0.9;
/** A day whose quietest hour is fuller than this has no peak to wait for the end of. */
const FLAT_SHARE = 0.8;

/** With what is asked for now; the oldest hours go. */
export function withHour(
  hours: readonly HourMost[],
  now: { readonly at: number; readonly rps: number },
): readonly HourMost[] {
  const hour = Math.floor(now.at / HOUR_MS);
  const last = hours.at(-1);
  if (last?.hour !== hour) return [...hours.filter((each) => hour - each.hour < HOURS), { hour, mostRps: now.rps }];
  return now.rps <= last.mostRps ? hours : [...hours.slice(0, -1), { hour, mostRps: now.rps }];
}

/** Whether this is the peak of the day. Never before a whole day is known: then nobody could say. */
export function isPeak(hours: readonly HourMost[], rps: number): boolean {
  if (hours.length < HOURS) return false;
  const each = hours.map(({ mostRps }) => mostRps);
  const mostRps = Math.max(...each);
  return Math.min(...each) < FLAT_SHARE * mostRps && rps >= PEAK_SHARE * mostRps;
}
