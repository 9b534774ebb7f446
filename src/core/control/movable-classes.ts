import { mayMove, type ClassName } from "../estate.ts";
import { estateOf, type Turn } from "./turn.ts";

/** Classes that may leave without a person; a class whose data is not everywhere stays with it. */
export function movableClasses(turn: Turn): readonly ClassName[] {
  const { classes, guards } = estateOf(turn);
  return classes.filter((each) => !guards.peopleOnly.includes(each.name) && mayMove(each)).map(({ name }) => name);
}
