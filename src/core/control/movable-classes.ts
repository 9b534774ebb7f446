import { mayMove, type ClassName } from "../estate.ts";
import { forbiddenBy } from "../forbidden-hours.ts";
import { estateOf, type Turn } from "./turn.ts";

/** Classes that may leave without a person; a class whose data is not everywhere stays with it. */
export function movableClasses(turn: Turn): readonly ClassName[] {
  const { classes, guards } = estateOf(turn);
  return classes.filter((each) => !guards.peopleOnly.includes(each.name) && mayMove(each)).map(({ name }) => name);
}

/** Those of them that no hours forbid to move now. */
export function classesFreeNow(turn: Turn, isLoss: boolean): readonly ClassName[] {
  const { guards } = estateOf(turn);
  return movableClasses(turn).filter(
    (name) => forbiddenBy(guards, { at: turn.now.at, class: name, isLoss }) === undefined,
  );
}
