import type { LocationName } from "../estate.ts";
import { decision, placesOf, say, type Turn } from "./turn.ts";

/** Said when it is first read of: nobody else tells that a new machine hall stands empty. */
export function sayNew(turn: Turn, before: readonly LocationName[]): void {
  for (const { name } of placesOf(turn)) {
    if (before.includes(name)) continue;
    const what = `${name} is new and has no users`;
    decision(turn, "new-location", what, name);
    say(turn, {
      level: "change",
      location: name,
      what,
      youNeedTo: `order \`houston restore ${name}\` when it has been healthy for a while: it brings those who have it nearest, a few first`,
    });
  }
}
