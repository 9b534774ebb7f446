import type { LocationName } from "../core/estate.ts";
import type { UnixMs } from "../core/step.ts";

/**
 * When a known event begins and ends. A holiday is one by the clock on people's walls: at midnight in Berlin it is still the day before in
 * New York. So a time without a zone of its own is local, and is looked up in the zone that is named with it; that knows of daylight
 * saving time, which an offset does not.
 */
export type Span = {
  readonly from: UnixMs;
  readonly until: UnixMs;
  /** Only there; absent: everywhere. */
  readonly locations?: readonly LocationName[];
};

export type TimesOfEvent = {
  readonly from: string;
  readonly to: string;
  /** Of those times that have no zone of their own; absent: that of each location. */
  readonly timezone?: string | undefined;
  readonly locations?: readonly LocationName[] | undefined;
};

/** One span, or one for each timezone of the locations; of a location without one there is none. */
export function spansOf(
  { from, to, timezone, locations: only }: TimesOfEvent,
  timezones: ReadonlyMap<LocationName, string | undefined>,
): readonly Span[] {
  if (timezone !== undefined || (hasOwnZone(from) && hasOwnZone(to)))
    return [{ ...between(from, to, timezone ?? "UTC"), ...(only === undefined ? {} : { locations: only }) }];
  const places = new Map<string, LocationName[]>();
  for (const name of only ?? timezones.keys()) {
    const zone = timezones.get(name);
    if (zone !== undefined) places.set(zone, [...(places.get(zone) ?? []), name]);
  }
  return [...places].map(([zone, locations]) => ({ ...between(from, to, zone), locations }));
}

/** `Z`, or an offset like `+01:00`. */
export const hasOwnZone = (time: string): boolean => /(?:Z|[+-]\d\d:\d\d)$/.test(time);

/** By its IANA name: `Europe/Berlin`. */
export function isTimezone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** An hour that there is twice in autumn belongs to it whole. */
const between = (from: string, to: string, timezone: string): Pick<Span, "from" | "until"> => ({
  from: instantOf(from, timezone, "earlier"),
  until: instantOf(to, timezone, "later"),
});

function instantOf(time: string, timezone: string, disambiguation: "earlier" | "later"): UnixMs {
  if (hasOwnZone(time)) return Date.parse(time);
  return Temporal.PlainDateTime.from(time).toZonedDateTime(timezone, { disambiguation }).epochMilliseconds;
}
