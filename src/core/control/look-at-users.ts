import type { ZoneName } from "../estate.ts";
import type { Assignment } from "../route/table.ts";
import { rollBack } from "../shift/move.ts";
import type { Traffic } from "../shift/traffic.ts";
import { isIllItself } from "../verdict.ts";
import { partOf } from "./part-of.ts";
import { howIs, zoneUsersWords } from "./paths.ts";
import { stoppedBy } from "./permission.ts";
import { propose } from "./propose.ts";
import type { Draft } from "./publish.ts";
import { CANARY_SHARE, outOf, takenBy } from "./receivers.ts";
import type { BadPath, Leave } from "./state.ts";
import { decision, estateOf, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { secondsWords } from "./words.ts";

/**
 * Who left for a bad way is asked how it is where they went, by their own beacons: no counter of the receiver sees a request that never
 * arrives. Hurt at two other places and well at none, they carry the trouble themselves: it is their own network, and they stay.
 */

/** Their names' lifetime, some beacons, and then their silence is no word against the receiver. */
export const USERS_LOOK_MS = 15_000;
/** Enough to send twice as many, who tell twice as much: what is wrong is found at the next look. */
const WELL_SO_FAR_NATS = 2;
/** Hurt at so many other places, and well at none, nobody is better off elsewhere. */
const PLACES_TRIED_MAX = 2;
/** After so long it is tried anew, if they are still hurt. */
const LEFT_MS = 900_000;

type Users = {
  readonly place: DraftPlace;
  readonly leave: Leave;
  readonly receiver: DraftPlace;
  readonly traffic: Traffic;
};

/** Of the zones that a receiver took: which are hurt there too, and whether of any it is not known yet. */
export function howUsersFare(
  turn: Turn,
  users: Users & { readonly assignment: Assignment },
): { readonly ill: readonly ZoneName[]; readonly isUnknown: boolean } {
  const { place, receiver } = users;
  const there = place.badPaths.filter(({ zone }) => tookOf(turn, users, zone) > 0);
  const ill = there.filter(
    (path) => receiver.badPaths.some(({ zone }) => zone === path.zone) || howIs(turn, receiver, path) === "ill",
  );
  return {
    ill: ill.map(({ zone }) => zone),
    isUnknown: there.some((path) => howIs(turn, receiver, path, WELL_SO_FAR_NATS) === "unknown"),
  };
}

function tookOf(
  turn: Turn,
  { place, leave, receiver, assignment, traffic }: Users & { readonly assignment: Assignment },
  zone: ZoneName,
): number {
  const taken = takenBy(turn, { base: leave.from, now: assignment, traffic, location: place.name, zones: [zone] });
  return leave.zones!.includes(zone) ? taken[receiver.name]! : 0;
}

/** They go back where they were, and that way is bad for them too. */
export function hurtThereToo(turn: Turn, draft: Draft, users: Users & { readonly zones: readonly ZoneName[] }): void {
  const { place, leave, receiver, zones, traffic } = users;
  const { now } = turn;
  const stopped = stoppedBy(turn, place.name);
  const whose = zoneUsersWords(zones);
  if (stopped !== null) {
    const says = `${whose} are hurt at ${receiver.name} too, and I do nothing: ${stopped.says}`;
    return reason(turn, "users-hurt-held", says, receiver.name);
  }
  const known = place.badPaths.filter(({ zone }) => zones.includes(zone));
  receiver.badPaths = [
    ...receiver.badPaths,
    ...known
      .filter(({ zone }) => !receiver.badPaths.some((path) => path.zone === zone))
      .map((path): BadPath => ({ ...path, since: now.at, wellSince: null, isTried: false, leftUntil: 0 })),
  ];
  const assignment = rollBack(partOf(estateOf(turn), { zones }), {
    assignment: draft.assignment,
    before: leave.from,
    to: place.name,
    receiver: receiver.name,
  });
  place.step = null;
  place.leave = { ...leave, rung: CANARY_SHARE, doneAt: null };
  // A place that is itself ill is nowhere to go back to.
  const isIll = place.lostAt !== null || isIllItself(place.verdict);
  const goBack = (): boolean =>
    propose(turn, draft, {
      assignment,
      traffic,
      location: place.name,
      orderedClasses: null,
      takesOut: false,
      isRollBack: (from, to) => from === receiver.name && to === place.name,
    });
  if (isIll || !goBack()) {
    return reason(
      turn,
      "users-hurt-stay",
      `${whose} are hurt at ${receiver.name} too, and can't go back`,
      receiver.name,
    );
  }
  draft.urgent = true;
  const own = zones.filter((zone) => isOwnTrouble(turn, draft, place, zone, traffic));
  const next = own.length === zones.length ? "they stay" : "others are tried";
  const says = `${whose} of ${place.name} are hurt at ${receiver.name} too: they go back, and ${next}`;
  decision(turn, "users-hurt-there-too", says, receiver.name);
  say(turn, { level: "change", incident: leave.incident, location: place.name, what: says });
  if (own.length > 0) leaveThem(turn, place, own);
}

function isOwnTrouble(turn: Turn, draft: Draft, place: DraftPlace, zone: ZoneName, traffic: Traffic): boolean {
  const leave: Leave = { ...place.leave!, zones: [zone] };
  const tried = placesOf(turn).filter(
    ({ name, badPaths }) => name !== place.name && badPaths.some((path) => path.zone === zone),
  );
  return tried.length >= PLACES_TRIED_MAX && outOf(turn, { place, leave, assignment: draft.assignment, traffic }) === 0;
}

function leaveThem(turn: Turn, place: DraftPlace, zones: readonly ZoneName[]): void {
  const { now } = turn;
  const leave = place.leave!;
  const rest = leave.zones!.filter((zone) => !zones.includes(zone));
  place.leave = rest.length === 0 ? null : { ...leave, zones: rest };
  place.badPaths = place.badPaths.map((path) =>
    zones.includes(path.zone) ? { ...path, leftUntil: now.at + LEFT_MS } : path,
  );
  const says = `${zoneUsersWords(zones)} are hurt wherever they are sent: the trouble is their own network's`;
  place.stays = says;
  decision(turn, "own-network", says, place.name);
  say(turn, {
    level: "change",
    incident: leave.incident,
    location: place.name,
    what: `${says}; they stay with ${place.name}`,
    notDoing: `I don't move them again before ${secondsWords(LEFT_MS)} are over`,
    youNeedTo: "tell their network's provider",
  });
}
