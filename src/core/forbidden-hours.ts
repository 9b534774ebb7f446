import type { ClassName, ForbiddenHours, Guards } from "./estate.ts";
import type { UnixMs } from "./step.ts";

/** The hours by which nobody of a class may be moved by itself at a moment; undefined: none. */
export function forbiddenBy(
  { forbidden = [] }: Pick<Guards, "forbidden">,
  move: { readonly at: UnixMs; readonly class: ClassName; readonly isLoss: boolean },
): ForbiddenHours | undefined {
  return forbidden.find(
    (hours) =>
      (hours.classes === undefined || hours.classes.includes(move.class)) &&
      !(move.isLoss && hours.losses === "move") &&
      areNow(hours, move.at),
  );
}

/** Whether it is one of these hours. */
export function areNow({ days, fromMinute, untilMinute, clocks }: ForbiddenHours, at: UnixMs): boolean {
  const clock = clocks.findLast(({ from }) => from <= at) ?? clocks[0]!;
  const minutes = Math.floor(at / 60_000) + clock.aheadMinutes;
  const minute = modulo(minutes, DAY_MINUTES);
  const day = modulo(Math.floor(minutes / DAY_MINUTES) + FIRST_DAY, 7);
  if (fromMinute < untilMinute) return days.includes(day) && minute >= fromMinute && minute < untilMinute;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(modulo(day - 1, 7)) && minute < untilMinute);
}

const DAY_MINUTES = 1440;
/** 1 January 1970 was a Thursday. */
const FIRST_DAY = 3;
const modulo = (value: number, by: number): number => ((value % by) + by) % by;
