import { distance } from "fastest-levenshtein";
import { CallerError } from "../../core/errors.ts";

/** Further away than this is another word, not a slip of the finger. */
const SLIP_MAX = 4;

/** The thing with this name, or an error that suggests the nearest. `what`: as in "there is no drill hard-dawn". */
export function named<Thing extends { readonly name: string }>(
  things: readonly Thing[],
  what: string,
  name: string,
): Thing {
  const found = things.find((thing) => thing.name === name);
  if (found) return found;
  const nearest = things
    .map((thing) => ({ name: thing.name, slips: distance(thing.name, name) }))
    .sort((one, other) => one.slips - other.slips || (one.name < other.name ? -1 : 1))[0];
  throw new CallerError({
    code: `unknown-${what}`,
    message: `there is no ${what} ${name}`,
    hint:
      nearest && nearest.slips <= SLIP_MAX
        ? `did you mean ${nearest.name}?`
        : `one of ${things.map((thing) => thing.name).join(", ")}`,
  });
}
