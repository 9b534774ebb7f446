import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import { locationIndex, rowOf } from "../shift/traffic.ts";
import { estateOf, type Turn } from "./turn.ts";

/** Whether anybody is there by this: of rows that have somebody there, of any that counts. */
export function isAnybodyAt(
  turn: Turn,
  assignment: Assignment,
  name: LocationName,
  counts: (className: ClassName, zone: ZoneName) => boolean = () => true,
): boolean {
  const { classes, zones } = estateOf(turn);
  const here = locationIndex(estateOf(turn), name);
  return classes.some(({ name: className }) =>
    zones.some(
      ({ name: zone }) =>
        rowOf(assignment, className, zone).some(([index]) => index === here) && counts(className, zone),
    ),
  );
}
