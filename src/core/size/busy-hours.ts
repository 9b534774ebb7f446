import type { ClassName, ZoneName } from "../estate.ts";
import type { UnixMs } from "../step.ts";
import type { Moment } from "./question.ts";

/**
 * What was wanted at each hour of the week when that hour was busiest. The peaks of two continents are hours apart, and a size
 * for the sum of all zones' own peaks would pay for an hour that never comes. Bounded: 168 hours for each row, however long the past is.
 */
export type BusyHours = {
  add(reading: { readonly at: UnixMs; readonly zone: ZoneName; readonly class: ClassName; readonly rps: number }): void;
  /** Hours of which anything is known, from Monday 00:00 UTC on. */
  moments(): readonly Moment[];
};

const HOUR_MS = 3_600_000;
const HOURS = 168;
/** The first hour of 1970 was a Thursday's. */
const FIRST_HOUR = 72;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

type Row = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly most: Float64Array;
  hour: number;
  sum: number;
  count: number;
};

export function busyHours(): BusyHours {
  const rows = new Map<string, Row>();
  const known = new Uint8Array(HOURS);
  return {
    add({ at, zone, class: className, rps }) {
      const key = JSON.stringify([className, zone]);
      let row = rows.get(key);
      if (row === undefined) {
        row = { class: className, zone, most: new Float64Array(HOURS), hour: -1, sum: 0, count: 0 };
        rows.set(key, row);
      }
      const hour = Math.floor(at / HOUR_MS);
      if (hour !== row.hour) {
        close(row);
        Object.assign(row, { hour, sum: 0, count: 0 });
      }
      row.sum += rps;
      row.count += 1;
      known[hourOfWeek(hour)] = 1;
    },
    moments() {
      for (const row of rows.values()) close(row);
      const sorted = [...rows.keys()].sort((a, b) => (a < b ? -1 : 1)).map((key) => rows.get(key)!);
      return Array.from(known.keys())
        .filter((hour) => known[hour] === 1)
        .map((hour) => {
          const demandRps: Record<ClassName, Record<ZoneName, number>> = {};
          for (const row of sorted) (demandRps[row.class] ??= {})[row.zone] = row.most[hour]!;
          return { name: hourName(hour), demandRps };
        });
    },
  };
}

/** The mean of an hour's readings, when it is more than that hour of any other week. */
function close({ most, hour, sum, count }: Row): void {
  if (count === 0) return;
  const slot = hourOfWeek(hour);
  most[slot] = Math.max(most[slot]!, sum / count);
}

function hourOfWeek(hour: number): number {
  return (hour + FIRST_HOUR) % HOURS;
}

/** `Friday 18:00 UTC` */
export function hourName(hour: number): string {
  return `${DAYS[Math.floor(hour / 24)]} ${String(hour % 24).padStart(2, "0")}:00 UTC`;
}
