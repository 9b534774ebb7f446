import type { ClassName, LocationName, ZoneName } from "../estate.ts";
import { mayServe } from "../may-serve.ts";
import { byName } from "../route/by-name.ts";
import type { Assignment } from "../route/table.ts";
import { moveOut, type Moved, type MoveOut, type Receiver } from "../shift/move.ts";
import { locationIndex, rowOf } from "../shift/traffic.ts";
import { bucketWords, isSameBucket, isStrong, remembered, type Bucket, type Suspect } from "../suspects.ts";
import { isHeard } from "./publish.ts";
import { isOfSome } from "./rest.ts";
import type { Leave } from "./state.ts";
import { decision, estateOf, placesOf, say, type DraftPlace, type Turn } from "./turn.ts";
import { percent } from "./words.ts";

/**
 * Of the guests that leave a house with a fever, who may carry it goes last. A bucket that the trouble surely points at stays. One that
 * it points at weakly stays while anybody else can go; then it goes alone, to one place, which is looked at before the next one goes.
 * So the innocent are well before anyone knows who is not, and a poison reaches one other place at most.
 */

export type Stays = (className: ClassName, bucket: number) => boolean;

/** Takes what places that are being left say of their buckets by now: what is named late counts for all that left before. */
export function keepSuspects(turn: Turn): void {
  const { now } = turn;
  for (const place of placesOf(turn)) {
    const { leave, heardAt } = place;
    if (leave === null || leave.why === "lost" || isOfSome(leave) || place.back !== null) continue;
    if (heardAt === null || heardAt <= leave.since || !isHeard(turn, heardAt)) continue;
    const before = leave.trouble.suspects;
    const suspects = remembered(before, place.summary?.own.suspects ?? []);
    if (suspects.length === before.length && suspects.every((each, index) => each === before[index])) continue;
    place.leave = { ...leave, trouble: { ...leave.trouble, suspects } };
    now.moved = now.moved.map((move) =>
      move.from === place.name && move.at >= leave.since ? { ...move, suspects } : move,
    );
    // Before it was said where all go, that says it too.
    if (leave.plan.length === 0) continue;
    const known = staying(leave);
    for (const each of staysAt(turn, place.name, place.leave)) {
      if (known.some((other) => isSameBucket(other, each))) continue;
      decision(turn, "suspect-named", `${place.name}: ${staysWords(each)}`, place.name);
      say(turn, {
        level: "change",
        incident: leave.incident,
        location: place.name,
        what: `${place.name}: ${staysWords(each)}`,
        youNeedTo: `look at what the tenants of ${bucketWords(each)} ask for`,
      });
    }
  }
}

/** Chunks that stay: a bucket set apart, and one that this place's trouble surely points at, or that made its receiver sick. */
export function staysWith(turn: Turn, leave: Leave | null): Stays {
  const kept: readonly Bucket[] = [...turn.now.apart, ...(leave === null ? [] : staying(leave))];
  return isAmong(kept);
}

/** These, and who goes last. */
export function staysForNow(turn: Turn, leave: Leave): Stays {
  const stays = staysWith(turn, leave);
  const isLast = isAmong(goingLast(leave));
  return (className, bucket) => stays(className, bucket) || isLast(className, bucket);
}

/** What stays of a leave for as long as nobody orders otherwise. */
function staying(leave: Leave): readonly Suspect[] {
  return suspectsOf(leave).filter((each) => isStrong(each) || leave.tried.some((tried) => isSameBucket(tried, each)));
}

/** Those of them that are there indeed: what left before it was named does not stay. */
export function staysAt(turn: Turn, place: LocationName, leave: Leave): readonly Suspect[] {
  return staying(leave).filter((each) => isStillAt(turn, place, each));
}

/** The least suspect first. */
function goingLast(leave: Leave): readonly Suspect[] {
  const stay = staying(leave);
  return suspectsOf(leave)
    .filter((each) => !stay.includes(each))
    .toReversed();
}

/** Those that go last and are still there. */
export function goesLastAt(turn: Turn, place: LocationName, leave: Leave): readonly Suspect[] {
  return goingLast(leave).filter((each) => isStillAt(turn, place, each));
}

/** The dead name nobody, and a person who orders a move knows what goes along. */
function suspectsOf(leave: Leave): readonly Suspect[] {
  return leave.why === "lost" || leave.why === "person" ? [] : leave.trouble.suspects;
}

/** `public bucket 42 stays: it holds 63 % of the trouble` */
export function staysWords(suspect: Suspect): string {
  return `${bucketWords(suspect)} stays: it holds ${percent(suspect.share)} of the trouble`;
}

export type LastCanary =
  /** Nobody who goes last is left here. */
  | { readonly kind: "none-left" }
  | { readonly kind: "goes"; readonly suspect: Suspect; readonly moved: Moved }
  /** Nobody can take it whole now; the nearest might when grown. */
  | { readonly kind: "waits"; readonly suspect: Suspect; readonly nearest: LocationName | null };

/** The canary of one that goes last: all that is left of it, to the nearest that can take it. */
export function lastCanary(turn: Turn, leave: Leave, ask: Omit<MoveOut, "share" | "stays" | "single">): LastCanary {
  if (leave.why !== "gray") return { kind: "none-left" };
  const stays = staysWith(turn, leave);
  let waits: LastCanary = { kind: "none-left" };
  for (const suspect of goesLastAt(turn, ask.location, leave)) {
    const staysAlone: Stays = (className, bucket) =>
      stays(className, bucket) || !isSameBucket(suspect, { class: className, bucket });
    const to = (receiver: Receiver): Moved =>
      moveOut({ ...ask, share: 1, stays: staysAlone, single: true, receivers: [receiver] });
    // Where a part of it is already, the rest goes too: never to a second place.
    const carriers = carriersOf(turn, { leave, place: ask.location, bucket: suspect, assignment: ask.assignment });
    const allowed = ask.receivers.filter(({ name }) => carriers.length === 0 || carriers.includes(name));
    const nearest = nearestFirst(ask, suspect, allowed);
    for (const receiver of nearest) {
      const moved = to(receiver);
      if (moved.movedRps > 0 && moved.notReadyRps === 0 && moved.noRoomRps === 0)
        return { kind: "goes", suspect, moved };
    }
    if (waits.kind === "none-left") waits = { kind: "waits", suspect, nearest: nearest[0]?.name ?? null };
  }
  return waits;
}

/** By how far those users of the bucket have it who are here. A place that may not serve one of their zones is none of them. */
function nearestFirst(
  { estate, traffic, assignment, location }: Pick<MoveOut, "estate" | "traffic" | "assignment" | "location">,
  bucket: Bucket,
  receivers: readonly Receiver[],
): readonly Receiver[] {
  const here = locationIndex(estate, location);
  const zones = estate.zones.filter(({ name }) => serverOf(assignment, name, bucket) === here);
  const trafficClass = estate.classes.find(({ name }) => name === bucket.class);
  const distance = ({ name }: Receiver): number =>
    zones.reduce((sum, zone) => {
      const open = trafficClass !== undefined && mayServe(trafficClass, zone, name);
      return sum + traffic.rowRps(bucket.class, zone.name) * (open ? zone.latencyMs[name]! : Infinity);
    }, 0);
  return receivers
    .map((receiver) => ({ receiver, ms: distance(receiver) }))
    .filter(({ ms }) => ms < Infinity)
    .sort((a, b) => a.ms - b.ms || byName(a.receiver.name, b.receiver.name))
    .map(({ receiver }) => receiver);
}

/** Who has, of what this place had when it began to be left, something of this bucket. */
export function carriersOf(
  turn: Turn,
  options: {
    readonly leave: Leave;
    readonly place: LocationName;
    readonly bucket: Bucket;
    readonly assignment: Assignment;
  },
): readonly LocationName[] {
  const { leave, place, bucket, assignment } = options;
  const estate = estateOf(turn);
  const here = locationIndex(estate, place);
  const found = new Set<number>();
  for (const { name: zone } of estate.zones) {
    const to = serverOf(assignment, zone, bucket);
    if (to !== null && to !== here && serverOf(leave.from, zone, bucket) === here) found.add(to);
  }
  return estate.locations.filter((_, index) => found.has(index)).map(({ name }) => name);
}

/** Whether any of a bucket is at this place by the table in use. */
function isStillAt(turn: Turn, place: LocationName, bucket: Bucket): boolean {
  const { table } = turn.now;
  const estate = estateOf(turn);
  const here = locationIndex(estate, place);
  return table !== null && estate.zones.some(({ name: zone }) => serverOf(table.assignment, zone, bucket) === here);
}

/** Null: nobody, for there is no such class. */
function serverOf(assignment: Assignment, zone: ZoneName, { class: className, bucket }: Bucket): number | null {
  let next = 0;
  for (const [location, count] of rowOf(assignment, className, zone)) {
    next += count;
    if (bucket < next) return location;
  }
  return null;
}

/** Suspects of a receiver that came from this place in this leave. */
export function broughtTo(
  turn: Turn,
  options: {
    readonly leave: Leave;
    readonly place: LocationName;
    readonly receiver: DraftPlace;
    readonly assignment: Assignment;
  },
): readonly Suspect[] {
  const { receiver } = options;
  return (receiver.summary?.own.suspects ?? []).filter((bucket) =>
    carriersOf(turn, { ...options, bucket }).includes(receiver.name),
  );
}

function isAmong(buckets: readonly Bucket[]): Stays {
  return (className, bucket) => buckets.some((each) => isSameBucket(each, { class: className, bucket }));
}
