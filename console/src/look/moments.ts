/** Times for people: in their own zone or in UTC, and how long ago. */
export type TimeZone = "local" | "utc";

/** No calendar reaches further, and formatting what lies beyond throws. */
export function isMoment(at: number): boolean {
  return Math.abs(at) <= 8.64e15;
}

/** `07:41:20` today; with the day before it when it was another one. */
export function clockText(at: number, zone: TimeZone, now: number): string {
  const time = FORMATS[zone].time.format(at);
  return dayOf(at, zone) === dayOf(now, zone) ? time : `${dayOf(at, zone)} ${time}`;
}

/** `2026-11-25 07:41:20 (Europe/Vienna); 2026-11-25 06:41:20 UTC`: both, for whoever points at it. */
export function bothTexts(at: number): string {
  const whole = (zone: TimeZone): string => `${dayOf(at, zone)} ${clockText(at, zone, at)}`;
  return `${whole("local")} (${localZone()}); ${whole("utc")} UTC`;
}

export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** As a browser's own field for a moment wants it: `2026-11-25T07:41:20`, without a zone. */
export function fieldText(at: number, zone: TimeZone): string {
  const aheadMs = zone === "utc" ? 0 : new Date(at).getTimezoneOffset() * -60_000;
  return new Date(at + aheadMs).toISOString().slice(0, 19);
}

/** Null: no moment, or not yet. */
export function momentOfField(text: string, zone: TimeZone): number | null {
  const at = new Date(zone === "utc" ? `${text}Z` : text).getTime();
  return Number.isFinite(at) ? at : null;
}

/** `4 s`, `12 min`, `3 h`, `2 days`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** `4:07`: what is left until a deadline. */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function dayOf(at: number, zone: TimeZone): string {
  return FORMATS[zone].day.format(at);
}

/** Making one is slow, and a timeline has hundreds of times. Sweden writes dates as the standard does. */
const FORMATS = { local: formatsOf({}), utc: formatsOf({ timeZone: "UTC" }) };

function formatsOf(zone: { readonly timeZone?: string }) {
  return {
    time: new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", ...zone }),
    day: new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", ...zone }),
  };
}
