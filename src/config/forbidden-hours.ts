import { z } from "zod";
import type { ForbiddenHours } from "../core/estate.ts";
import { nameShape } from "./name-shape.ts";

/** Hours in which nothing moves by itself. The core knows no time zones, so it is told how far each clock is ahead of UTC, and from when on. */

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export const forbiddenHoursShape = z.strictObject({
  /** `22:00-06:00`: an end that is not after its begin is of the next day. */
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "from and to are needed, like 22:00-06:00"),
  /** On which they begin; absent: each day. */
  days: z.array(z.enum(DAYS)).min(1).exactOptional(),
  /** By which those clocks go, as IANA names it. */
  timezone: z.string().default("UTC"),
  /** Absent: all. */
  classes: z.array(nameShape).min(1).exactOptional(),
  /** Whether the users of a location that is lost move all the same. */
  losses: z.enum(["move", "stay"]).default("move"),
});

export function forbiddenHoursOf({
  hours,
  days,
  timezone,
  classes,
  losses,
}: z.output<typeof forbiddenHoursShape>): ForbiddenHours {
  const [from, to] = hours.split("-").map(minutesOf) as [number, number];
  return {
    says: [hours, ...(days === undefined ? [] : [days.join(", ")]), `(${timezone})`].join(" "),
    days: (days ?? DAYS).map((day) => DAYS.indexOf(day)),
    fromMinute: from,
    untilMinute: to,
    clocks: clocksOf(timezone),
    ...(classes !== undefined && { classes }),
    losses,
  };
}

function minutesOf(time: string): number {
  const [hour, minute] = time.split(":").map(Number) as [number, number];
  return 60 * hour + minute;
}

/** For what is replayed, and for as long as anybody knows when clocks change. The same file is always the same estate. */
const SINCE = "2024-01-01T00:00Z";
const UNTIL = "2041-01-01T00:00Z";

function clocksOf(timezone: string): ForbiddenHours["clocks"] {
  const until = Temporal.Instant.from(UNTIL).epochMilliseconds;
  let at = Temporal.Instant.from(SINCE).toZonedDateTimeISO(timezone);
  const clocks = [clockAt(at)];
  for (;;) {
    const next = at.getTimeZoneTransition("next");
    if (next === null || next.epochMilliseconds > until) return clocks;
    clocks.push(clockAt(next));
    at = next;
  }
}

const clockAt = (at: Temporal.ZonedDateTime): ForbiddenHours["clocks"][number] => ({
  from: at.epochMilliseconds,
  aheadMinutes: Math.round(at.offsetNanoseconds / 60e9),
});
