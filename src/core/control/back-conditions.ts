import type { Traffic } from "../shift/traffic.ts";
import { shareOut } from "../shift/move.ts";
import { keptAway } from "./back-paths.ts";
import type { Draft } from "./publish.ts";
import type { Leave } from "./state.ts";
import { estateOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * Whom a condition keeps out of a place stays where they are served when all others are back: the place is whole for those, and these
 * come when nothing bars them any more.
 */

/** The leave of those whom conditions keep from their own place, or null: nobody. */
export function staysClosed(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): Leave | null {
  const { leave } = place;
  const { home, bars } = turn.now;
  if (leave === null || home === null) return null;
  const estate = estateOf(turn);
  const barred = new Set(bars.filter(({ location }) => location === place.name).map((bar) => bar.class));
  const classes = estate.classes.map(({ name }) => name).filter((name) => barred.has(name));
  const away = shareOut(estate, { traffic, base: home, now: draft.assignment, location: place.name, classes });
  return away === 0 ? null : keptAway(turn, leave, { why: "condition", classes, zones: null, from: home });
}

/** Whether conditions keep none of those who are away out any more. */
export function isOpenAgain(turn: Turn, { name }: DraftPlace, { classes }: Leave): boolean {
  return !turn.now.bars.some((bar) => bar.location === name && classes.includes(bar.class));
}
