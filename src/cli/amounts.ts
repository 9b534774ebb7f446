import { secondsOf, shareOf } from "../config/amount.ts";
import { FOR_SECONDS_MAX } from "../core/order.ts";
import { badUsage } from "./ask.ts";

/** `5%`, `5 %` or `0.05` as a share over 0 and at most 1. */
export function readShare(text: string): number {
  const share = shareOf(text);
  if (share === null) throw badUsage(`${text} is not a share over 0 % and at most 100 %, for example 5%`);
  return share;
}

/** `90s`, `10m`, `2h`, `1d` as seconds. */
export function readDuration(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === null) throw badUsage(`${text} is no time of a second or more, for example 10m (s, m, h, d)`);
  return seconds;
}

/** A moment: Unix milliseconds, ISO 8601, `14:03[:05]` (the last one, local time), or `5m` (so long ago). */
export function readMoment(text: string, now: number): number {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  if (/^\d+(?:\.\d+)?[smhd]$/.test(text)) return now - readDuration(text) * 1000;
  const [, hours, minutes, seconds = "0"] = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? [];
  if (hours !== undefined) {
    const day = new Date(now);
    const at = new Date(
      day.getFullYear(),
      day.getMonth(),
      day.getDate(),
      Number(hours),
      Number(minutes),
      Number(seconds),
    );
    return at.getTime() <= now ? at.getTime() : at.getTime() - 86_400_000;
  }
  const at = Date.parse(text);
  if (Number.isNaN(at)) {
    throw badUsage(`${text} is not a moment, for example 14:03, 5m (ago), 2026-11-23T14:03:00Z or Unix milliseconds`);
  }
  return at;
}

export function percent(share: number): string {
  const value = share * 100;
  const digits = value === 0 || value >= 99.95 || (value >= 10 && value < 99) ? 0 : value < 1 ? 2 : 1;
  return `${value.toFixed(digits)} %`;
}

export function rps(value: number): string {
  return value >= 10 || value === 0 ? String(Math.round(value)) : value.toFixed(1);
}

/** Local time of day: what a person compares with the clock on the wall. */
export function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/** `2026-11-12 at 19:40`, local too: of a moment that may be weeks ago. */
export function dayAndTime(at: number): string {
  const when = new Date(at);
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} at ${clockTime(at).slice(0, 5)}`;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** `40 s`, `12 min`, `3 h 20 min`, `2 d`: how long something lasts or lasted. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}

/** `4:12`: what is left until a deadline. Rounded up, so that 0:00 is over. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Columns, the first one to the left, the others to the left as well but for numbers. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        /^[\d.,]+(?: (?:rps|%))?$/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** How long an order lasts, in seconds. */
export function readExpiry(text: string): number {
  const seconds = readDuration(text);
  if (seconds <= FOR_SECONDS_MAX) return seconds;
  throw badUsage(
    `--for ${text} is longer than ${FOR_SECONDS_MAX / 86_400} days; without --for it stays until a person takes it back`,
  );
}
