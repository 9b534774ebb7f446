import { ALL_BUCKETS, type ClassName, type LocationName, type ZoneName } from "../estate.ts";
import { poolOf } from "../plan/pools.ts";
import { carriesRps, needsRps } from "../plan/room.ts";
import { rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { moveOut, type Moved } from "../shift/move.ts";
import { loadOf, locationIndex, rowOf, rpsAt, totalRps, type Traffic } from "../shift/traffic.ts";
import { withoutPaths } from "../plan/bad-paths.ts";
import { withSuspects } from "../plan/suspect-providers.ts";
import { barredPaths } from "./barred-paths.ts";
import { closedNow } from "./conditions.ts";
import { isAskedFirst, noteStep } from "./leave.ts";
import { staysForNow } from "./leave-suspects.ts";
import { classesFreeNow } from "./movable-classes.ts";
import { stoppedBy } from "./permission.ts";
import { movedLastMinute, propose, shareSpent } from "./propose.ts";
import { isClear, isHeard, readyRps, type Draft } from "./publish.ts";
import { CANARY_SHARE, receiversFor, takenBy } from "./receivers.ts";
import { askGrowth } from "./scale.ts";
import { suspectProviders } from "./suspect-providers.ts";
import { decision, estateOf, placesOf, reason, say, type DraftPlace, type Turn } from "./turn.ts";
import { rps } from "./words.ts";

/**
 * A receiver that took others' users and is full, since demand surged after, its growth is late or refused, or what it said to be ready was not:
 * guests move on to whoever has room now, as an inn that is overbooked finds its last guests beds next door, before anybody sleeps on the floor.
 * Its own users stay. Where nobody has room it sheds, lowest class first.
 */

/** From here on a receiver is full: what is believed of a surge is some seconds behind it, and scatter comes on top. */
const FULL = 0.93;
/** Where a person allowed more, it is full beyond that. */
const BEYOND_ALLOWED = 0.02;
/** A few per cent on top, so that the last bucket fits too. */
const GROWN_SLACK = 1.03;
/** A crumb below the guard's limit: whole buckets round up. */
const BELOW_LIMIT = 0.98;
/** Less of what a receiver can take, or of what is too much where that is more, is not worth a table. */
const CRUMB_SHARE = 0.02;

export function relieve(turn: Turn, draft: Draft, traffic: Traffic): void {
  if (!isClear(turn) || turn.now.mode === "observe") return;
  const load = loadOf(estateOf(turn), draft.assignment, traffic);
  const ready = readyRps(turn);
  const allowed = placesOf(turn).map(({ leave }) => (leave?.utilisation ?? 0) + BEYOND_ALLOWED);
  const full = Math.max(FULL, ...allowed);
  for (const receiver of placesOf(turn)) {
    const isReceiver = receiver.state === "serving" && receiver.lostAt === null && isHeard(turn, receiver.heardAt);
    if (!isReceiver || load[receiver.name]! <= full * ready[receiver.name]!) continue;
    for (const place of placesOf(turn)) {
      if (place.name !== receiver.name && place.leave !== null) moveOn(turn, draft, { place, receiver, traffic });
    }
  }
}

/** Some of what the receiver took of this place goes on, down to what it may be filled with. */
function moveOn(
  turn: Turn,
  draft: Draft,
  of: { readonly place: DraftPlace; readonly receiver: DraftPlace; readonly traffic: Traffic },
): void {
  const { place, receiver, traffic } = of;
  const estate = estateOf(turn);
  const { leave } = place;
  if (leave === null) return;
  // A step that is being looked at is left alone; the looks at a way back are at the place itself.
  const isGoingBack = place.back !== null;
  if (!isGoingBack && place.step !== null && place.step.lookedAt === null) return;
  // Who is served from an own pool there takes none of what is full.
  const location = estate.locations[locationIndex(estate, receiver.name)]!;
  const free = classesFreeNow(turn, receiver.lostAt !== null);
  const classes = leave.classes.filter((name) => free.includes(name) && poolOf(location, name) === receiver.name);
  const taken = takenBy(turn, { base: leave.from, now: draft.assignment, traffic, location: place.name, classes });
  const guestRps = taken[receiver.name]!;
  const loadRps = loadOf(estate, draft.assignment, traffic)[receiver.name]!;
  const tooMuchRps = loadRps - carriesRps(readyRps(turn)[receiver.name]!, estate.guards.maxUtilisation);
  if (guestRps <= 0 || tooMuchRps <= 0) return;
  const stopped = stoppedBy(turn, place.name) ?? stoppedBy(turn, receiver.name);
  if (stopped !== null)
    return reason(turn, stopped.code, `${receiver.name} is full, and nothing moves: ${stopped.says}`, receiver.name);
  const isGuest = guestsOf(turn, draft, { place, receiver });
  const stays = staysForNow(turn, leave);
  const places = receiversFor(turn, {
    place: receiver,
    leave: { ...leave, pace: "at-once" },
    assignment: draft.assignment,
    traffic,
    canaryRps: CANARY_SHARE * guestRps,
  });
  // Who left for a bad way does not go back over it, though the place is open to all others.
  const receivers = places.filter(({ name }) => name !== place.name);
  // As in any step of this leave: nobody gets more than it has carried well of it, or a canary's share.
  const allRps = Object.values(taken).reduce((sum, one) => sum + one, 0);
  const trustedRps = (name: LocationName): number =>
    leave.pace === "at-once" ? Infinity : Math.max(CANARY_SHARE * allRps, taken[name]!);
  const wantedShare = Math.min(1, tooMuchRps / guestRps);
  const moveWith = (isGrown: boolean, share: number): Moved =>
    moveOut({
      estate: withoutPaths(withSuspects(estate, suspectProviders(turn)), barredPaths(turn)),
      traffic,
      assignment: draft.assignment,
      base: draft.assignment,
      closed: closedNow(turn),
      location: receiver.name,
      classes,
      share,
      receivers: receivers.map((one) => ({
        ...one,
        ...(!isGrown && { roomGrownRps: one.roomNowRps }),
        stepRps: trustedRps(one.name),
      })),
      stays: (className, bucket, zone) => stays(className, bucket) || !isGuest(className, zone, bucket),
      single: false,
    });
  // Of a receiver that has nothing ready any more, every crumb would be.
  const crumbRps = CRUMB_SHARE * Math.max(readyRps(turn)[receiver.name]!, tooMuchRps);
  const wanted = moveWith(false, wantedShare);
  if (wanted.movedRps < crumbRps) {
    const { planned } = moveWith(true, wantedShare);
    const load = loadOf(estate, draft.assignment, traffic);
    for (const { name } of receivers) {
      const loadThen = load[name]! + wantedShare * (planned[name] ?? 0);
      if (loadThen > load[name]!) askGrowth(turn, name, GROWN_SLACK * needsRps(loadThen, estate.guards.maxUtilisation));
    }
    const says = `${receiver.name} has ${rps(loadRps)} rps, more than it is ready for, and nobody has room for its guests yet`;
    return reason(turn, "guests-stay", says, receiver.name);
  }
  const allowedShare = Math.max(0, estate.guards.maxShareMovedPerMinute - movedLastMinute(turn));
  const allowedRps = BELOW_LIMIT * allowedShare * totalRps(estate, traffic);
  const guests = { assignment: draft.assignment, traffic, receiver: receiver.name, classes, isGuest };
  const moved =
    wanted.movedRps <= allowedRps
      ? wanted
      : moveWith(false, Math.min(wantedShare, allowedRps / rowsOfGuests(turn, guests)));
  if (moved.movedRps < crumbRps)
    return reason(turn, "guard-share-per-minute", shareSpent(turn, receiver.name), receiver.name);
  if (leave.pace !== "at-once" && !isAskedFirst(turn, receiver, moved)) return;
  const before = draft.assignment;
  const { assignment } = moved;
  const proposal = { assignment, traffic, location: receiver.name, orderedClasses: null, takesOut: false };
  if (!propose(turn, draft, { ...proposal, utilisation: leave.utilisation })) return;
  if (!isGoingBack)
    noteStep(turn, place, {
      before,
      took: moved.took,
      reached: place.step?.reached ?? 1,
      suspect: null,
    });
  const says = `${receiver.name} is full: ${rps(moved.movedRps)} rps that it took of ${place.name} go on to whoever has room`;
  decision(turn, "guests-go-on", says, receiver.name);
  say(turn, {
    level: "change",
    incident: leave.incident,
    location: receiver.name,
    what: says,
    youNeedTo: "do nothing",
  });
}

/** What the receiver has of each class and zone that has guests there: the share of a move is one of all that, its own users with them. */
function rowsOfGuests(
  turn: Turn,
  of: {
    readonly assignment: Assignment;
    readonly traffic: Traffic;
    readonly receiver: LocationName;
    readonly classes: readonly ClassName[];
    readonly isGuest: IsGuest;
  },
): number {
  const estate = estateOf(turn);
  const location = locationIndex(estate, of.receiver);
  let sum = 0;
  for (const className of of.classes) {
    const zones = estate.zones.filter(({ name }) => ALL_BUCKETS.some((bucket) => of.isGuest(className, name, bucket)));
    sum += rpsAt({ ...estate, zones }, { ...of, location, classes: [className] });
  }
  return sum;
}

type IsGuest = (className: ClassName, zone: ZoneName, bucket: number) => boolean;

/** Whether a chunk is at the receiver and was at the place when that began to be left. */
function guestsOf(
  turn: Turn,
  draft: Draft,
  of: { readonly place: DraftPlace; readonly receiver: DraftPlace },
): IsGuest {
  const estate = estateOf(turn);
  const [from, to] = [locationIndex(estate, of.place.name), locationIndex(estate, of.receiver.name)];
  const rows = new Map<string, { readonly base: Uint8Array; readonly now: Uint8Array }>();
  return (className, zone, bucket) => {
    const key = `${className} ${zone}`;
    let row = rows.get(key);
    if (row === undefined) {
      const base = rowToBuckets(rowOf(of.place.leave!.from, className, zone));
      rows.set(key, (row = { base, now: rowToBuckets(rowOf(draft.assignment, className, zone)) }));
    }
    return row.base[bucket] === from && row.now[bucket] === to;
  };
}
