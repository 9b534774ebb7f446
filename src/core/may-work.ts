import type { ControlState, Leave, Place } from "./control/state.ts";
import type { Estate, LocationName } from "./estate.ts";

/**
 * Whether what is no request may go on in a location: consumers of queues, batches, cron. It stops as soon as the location begins to be left
 * for good, and begins again when its users are back: who is in between would work on data that is leaving.
 */
export type MayWork = {
  readonly mayWork: boolean;
  readonly code: "serving" | "partly-left" | "leaving" | "left" | "restoring" | "lost";
  readonly says: string;
};

/** Null while nobody can tell: nothing was heard yet, or too little is. Whatever was said last stays then. */
export function mayWork(state: ControlState, location: LocationName): MayWork | null {
  const { estate, blind, heardMajority } = state;
  const place = state.places[location];
  if (estate === null || place === undefined || blind || !heardMajority) return null;
  const { leave } = place;
  if (place.state === "serving" && place.lostAt === null)
    return { mayWork: true, code: "serving", says: `${location} serves its users` };
  if (place.lostAt !== null) return { mayWork: false, code: "lost", says: `${location} is lost` };
  if (leave !== null && !isWhole(leave, estate))
    return { mayWork: true, code: "partly-left", says: `only a part of its users leaves ${location}` };
  return { mayWork: false, ...wordsOf(place) };
}

function wordsOf({ name, state, leave }: Place): Pick<MayWork, "code" | "says"> {
  const orderedBy = leave?.by ?? null;
  const by = orderedBy === null ? "" : `, by order of ${orderedBy}`;
  switch (state) {
    case "serving":
    case "draining":
      return { code: "leaving", says: `users are leaving ${name}${by}` };
    case "evacuated":
      return { code: "left", says: `${name} is left${by}` };
    case "restoring":
      return { code: "restoring", says: `the users of ${name} are on their way back, and not all there yet` };
  }
}

/** All users of all that moves without a person. */
function isWhole({ share, zones, classes }: Leave, { classes: all, guards }: Estate): boolean {
  const moves = all.filter(({ name, data }) => data.kind === "everywhere" && !guards.peopleOnly.includes(name));
  return share === 1 && zones === null && moves.every(({ name }) => classes.includes(name));
}
