import type { Draft } from "./publish.ts";
import { shareOut } from "../shift/move.ts";
import type { Traffic } from "../shift/traffic.ts";
import type { ZoneName } from "../estate.ts";
import { movableClasses } from "./movable-classes.ts";
import { partOf } from "./part-of.ts";
import { howIs, isProven } from "./paths.ts";
import type { BadPath, Leave } from "./state.ts";
import { estateOf, type DraftPlace, type Turn } from "./turn.ts";

/**
 * Who left for a bad way comes back when those of them who are still on it are well. Where nobody is left on it, nobody can say, and a
 * few are sent to see, seldom and seldomer: they are hurt if it is still bad.
 */

/** So long after the last of them left, a few are sent back to see. */
const TRIAL_AFTER_MS = 300_000;

/** The ways over which users may be brought back now; none: not yet. */
export function waysToTry(turn: Turn, place: DraftPlace, leave: Leave): readonly BadPath[] {
  const left = place.badPaths.filter(({ zone }) => leave.zones!.includes(zone));
  const proven = left.filter((path) => isProven(turn, path));
  if (proven.length > 0) return proven;
  if (leave.doneAt === null || turn.now.at - leave.doneAt < TRIAL_AFTER_MS) return [];
  return left.filter((path) => howIs(turn, place, path) === "unknown");
}

/** From now on nobody is kept off them. */
export function tryWays(place: DraftPlace, ways: readonly BadPath[]): void {
  place.badPaths = place.badPaths.map((path) => (ways.includes(path) ? { ...path, isTried: true } : path));
}

/** Whose way back to their place is open: of a leave for a bad way those who are brought back, else all but those whose way is bad. */
export function zonesBack(turn: Turn, place: DraftPlace): readonly ZoneName[] {
  const zones = place.leave?.zones ?? estateOf(turn).zones.map(({ name }) => name);
  return zones.filter((zone) => !place.badPaths.some((path) => path.zone === zone && !path.isTried));
}

/** The network whose users are hurt on their way to a place while others', for a bad way too, are brought back to it; or null. */
export function wayOfOthers({ verdict, leave, badPaths }: DraftPlace): string | null {
  if (leave?.why !== "path" || verdict?.action !== "move-zones") return null;
  const network = verdict.causes[0]?.name;
  return network === undefined || badPaths.some((path) => path.isTried && path.network === network) ? null : network;
}

/** When all others are back: the leave of those whose way is still bad, or null. */
export function staysLeft(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): Leave | null {
  const { leave } = place;
  if (leave === null) return null;
  const mine = leave.zones ?? estateOf(turn).zones.map(({ name }) => name);
  const zones = mine.filter((zone) => place.badPaths.some((path) => path.zone === zone));
  // An order for some classes ended the leave of those who were away for the way already.
  const movable = movableClasses(turn);
  const classes = estateOf(turn)
    .classes.map(({ name }) => name)
    .filter((name) => leave.classes.includes(name) || movable.includes(name));
  const away = shareOut(partOf(estateOf(turn), { zones }), {
    traffic,
    base: leave.from,
    now: draft.assignment,
    location: place.name,
    classes,
  });
  return away === 0 ? null : keptAway(turn, leave, { why: "path", classes, zones, from: leave.from });
}

/** What is left of a leave when all but these are back. */
export function keptAway(turn: Turn, leave: Leave, some: Pick<Leave, "why" | "classes" | "zones" | "from">): Leave {
  const done = { share: 1, rung: 1, pace: "canary", doneAt: turn.now.at } as const;
  return { ...leave, ...some, ...done, by: null, expires: null };
}
