import { eventTimes } from "./config-shape.ts";
import { hasOwnZone, isTimezone, spansOf, type Span, type TimesOfEvent } from "./local-time.ts";
import { list, record, suggestion, unknown, type Reference } from "./references.ts";

/** What is wrong with known events beyond their shape: places, times and zones. */
export function eventProblems(events: readonly unknown[], timezones: Timezones): Reference[] {
  return events.flatMap((each, index) => {
    const at = ["events", index];
    const { timezone, factor, was, locations: only } = record(each);
    const found = [
      ...list(only).flatMap((name, i) => unknown(name, [...timezones.keys()], [...at, "locations", i], "location")),
      ...(was !== undefined && factor !== undefined
        ? [
            {
              at: [...at, "was"],
              code: "event-both",
              says: "it has a factor too: that is of a time to come, and `was` of one that is over",
              fix: "leave one of them out",
            },
          ]
        : []),
    ];
    const times = eventTimes.safeParse(each);
    const nowhere = badTimezone(timezone, [...at, "timezone"]);
    if (nowhere.length === 0 && times.success) nowhere.push(...localNowhere(times.data, timezones, at));
    if (nowhere.length > 0 || !times.success) return [...found, ...nowhere];
    return [...found, ...badLength(spansOf(times.data, timezones), [...at, "to"])];
  });
}

type Timezones = Parameters<typeof spansOf>[1];

/** Those that are no timezones count as none: they are told of by themselves. */
export function timezonesOf(locations: readonly unknown[]): Timezones {
  return new Map(
    locations.map(record).map(({ name, timezone }) => {
      const isKnown = typeof timezone === "string" && isTimezone(timezone);
      return [String(name), isKnown ? timezone : undefined];
    }),
  );
}

export function badTimezone(given: unknown, at: readonly PropertyKey[]): Reference[] {
  if (typeof given !== "string" || isTimezone(given)) return [];
  const fix = suggestion(given, Intl.supportedValuesOf("timeZone")) ?? "a name of the IANA list, like Europe/Berlin";
  return [{ at, code: "unknown-timezone", says: `there is no timezone ${given}`, fix }];
}

function localNowhere(times: TimesOfEvent, timezones: Timezones, at: readonly PropertyKey[]): Reference[] {
  const local = [times.from, times.to].findIndex((time) => !hasOwnZone(time));
  if (local === -1 || times.timezone !== undefined) return [];
  const without = (times.locations ?? [...timezones.keys()]).filter((name) => timezones.get(name) === undefined);
  if (without.length === 0) return [];
  return [
    {
      at: [...at, local === 0 ? "from" : "to"],
      code: "no-timezone",
      says: `it is local time, and of ${without.slice(0, 3).join(", ")} no timezone is known`,
      fix: "a `timezone:` for the event or the location, like Europe/Berlin, or a time with Z or +01:00",
    },
  ];
}

function badLength(spans: readonly Span[], at: readonly PropertyKey[]): Reference[] {
  const days = Math.max(...spans.map(({ from, until }) => (until - from) / DAY_MS));
  if (days <= 0) return [{ at, code: "event-backwards", says: "it ends before it begins", fix: "a time after `from`" }];
  if (days <= EVENT_DAYS_MOST) return [];
  return [
    {
      at,
      code: "event-too-long",
      says: `it lasts ${Math.round(days)} days: so much of the year would be judged leniently`,
      fix: `at most ${EVENT_DAYS_MOST} days; what lasts longer is learnt as usual by itself`,
    },
  ];
}

const DAY_MS = 86_400_000;
const EVENT_DAYS_MOST = 31;
