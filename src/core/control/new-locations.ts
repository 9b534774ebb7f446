import type { LocationName } from "../estate.ts";
import { isAnybodyAt } from "./anybody-at.ts";
import { decision, placesOf, say, type Turn } from "./turn.ts";

/** Said when it is first read of: nobody else tells that a new machine hall stands empty. */
export function sayNew(turn: Turn, before: readonly LocationName[]): void {
  const { table } = turn.now;
  for (const place of placesOf(turn)) {
    const { name } = place;
    // Whoever was where no location is any more may have come here already.
    if (before.includes(name) || table === null || isAnybodyAt(turn, table.assignment, name)) continue;
    place.isUnopened = true;
    const what = `${name} is new and has no users`;
    decision(turn, "new-location", what, name);
    say(turn, {
      level: "change",
      location: name,
      what,
      notDoing: "I send nobody there before, not even when another location is lost",
      youNeedTo: `order \`houston restore ${name}\` when it has been healthy for a while: it brings those who have it nearest, a few first`,
    });
  }
}
