import type { ZoneName } from "../estate.ts";
import { locationIndex, rpsAt, type Traffic } from "../shift/traffic.ts";
import { classesFreeNow, movableClasses } from "./movable-classes.ts";
import { notLeaving, promiseMissing, start, whyOf } from "./start-leave.ts";
import { WATCH_MS } from "./luggage.ts";
import { partOf } from "./part-of.ts";
import { pathWords, zoneUsersWords } from "./paths.ts";
import { forbiddenNow, mayAct } from "./permission.ts";
import type { Draft } from "./publish.ts";
import { CANARY_SHARE } from "./receivers.ts";
import { decision, estateOf, placesOf, reason, type DraftPlace, type Turn } from "./turn.ts";
import { certainWords, listWords } from "./words.ts";
import { staysPut } from "./forced.ts";

/** Users who are hurt on their way to a place leave it, and nobody else does: the place goes on for all others. */
export function beginPath(turn: Turn, draft: Draft, place: DraftPlace, traffic: Traffic): void {
  const { verdict } = place;
  // One for a condition gives way: whom that keeps away is looked at again when these are back.
  const leave = place.leave?.why === "path" ? place.leave : null;
  if (verdict === null) return;
  if (place.badPaths.length === 0) {
    return notLeaving(
      turn,
      place,
      "no-zone",
      `${verdict.causes[0]?.name} is no zone and no country of zones that I know`,
    );
  }
  const classes = classesFreeNow(turn, false);
  const isHere = (zone: ZoneName): boolean =>
    rpsAt(partOf(estateOf(turn), { zones: [zone] }), {
      assignment: draft.assignment,
      traffic,
      location: locationIndex(estateOf(turn), place.name),
      classes: movableClasses(turn),
    }) > 0;
  const bad = place.badPaths.filter(({ zone }) => leave?.zones?.includes(zone) !== true);
  const here = bad.filter(({ zone }) => !isLookedAfter(turn, place, zone) && isHere(zone));
  const paths = here.filter(({ leftUntil }) => leftUntil <= turn.now.at);
  if (paths.length === 0) return;
  const zones = paths.map(({ zone }) => zone);
  const stopped = staysPut(turn, place.name);
  if (stopped !== null) return reason(turn, stopped.code, stopped.says, place.name);
  const missing = promiseMissing(turn, verdict);
  if (missing !== null) return notLeaving(turn, place, "no-promise", missing);
  const hours = classes.length === 0 ? forbiddenNow(turn, movableClasses(turn), false) : null;
  if (hours !== null) return notLeaving(turn, place, "forbidden-hours", hours);
  if (classes.length === 0)
    return notLeaving(turn, place, "nothing-may-move", "none of its classes may be moved without a person");
  const says = `${zoneUsersWords(zones)} out of ${place.name}: ${listWords(paths.map(pathWords))}`;
  const request = {
    purpose: `path:${place.name}:${place.incident}:${zones.join()}`,
    location: place.name,
    ...(place.incident !== null && { incident: place.incident }),
    doing: `move ${says}`,
    why: whyOf(place),
  };
  const move = { locations: [place.name], fault: "path", classes, zones, share: 1, from: draft.assignment } as const;
  if (!mayAct(turn, request, move)) return;
  if (leave === null) {
    start(turn, place, { why: "path", classes, zones, share: 1, from: draft.assignment, by: null, expires: null });
  } else {
    // Those who left before have left; the new ones begin with a canary of their own.
    place.leave = { ...leave, zones: [...leave.zones!, ...zones], rung: CANARY_SHARE, doneAt: null, plan: [] };
    place.step = null;
  }
  decision(turn, "move-zones", `${says}, ${certainWords(verdict)}: they are moved, canary first`, place.name);
}

/** They were sent here a moment ago, away from another bad way: who sent them looks how they fare, and takes them back. */
function isLookedAfter(turn: Turn, place: DraftPlace, zone: ZoneName): boolean {
  return placesOf(turn).some(
    ({ name, leave, step }) =>
      name !== place.name &&
      leave?.why === "path" &&
      leave.zones!.includes(zone) &&
      step !== null &&
      turn.now.at - step.at <= WATCH_MS &&
      step.receivers.some((receiver) => receiver.name === place.name),
  );
}
