import type { Pin, PinView } from "../control-contract.ts";
import { ALL_BUCKETS, mayMove, type ClassName, type LocationName } from "../estate.ts";
import { barOf, mayServe } from "../may-serve.ts";
import type { Order, Pinned } from "../order.ts";
import { pinnedWords } from "../order-words.ts";
import { carriesRps } from "../plan/room.ts";
import { bucketOfHost, hostToChunk, type HostChunk } from "../route/host.ts";
import { bucketsToRow, rowToBuckets, sameRow } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { loadOf, locationIndex, rowOf, rpsOf, withRows, type NewRow, type Traffic } from "../shift/traffic.ts";
import { isForced } from "./forced.ts";
import {
  accepted,
  badTime,
  forWords,
  howToMove,
  isBadTime,
  refused,
  unknownLocation,
  whyWords,
} from "./order-answer.ts";
import { isOfSome } from "./rest.ts";
import { replannedRows } from "./settle-homes.ts";
import type { Leave } from "./state.ts";
import { estateOf, once, placesOf, say, type Turn } from "./turn.ts";
import { rps } from "./words.ts";

/**
 * Who is pinned belongs where a person says, as a guest with a reserved table: a pin changes homes, and homes are what all else follows.
 * Users come there as others get theirs back: by steps that are looked at, into room that is ready, where law and conditions let them. They
 * leave a place that fails or dies like all who are at home there, and come back like them.
 */

/** More are rules, and belong into houston.yaml. */
const PINS_MAX = 100;

export function takePin(turn: Turn, traffic: Traffic, by: string, order: Extract<Order, { kind: "pin" }>): void {
  const { now } = turn;
  const { location, forSeconds, why } = order;
  const who = pinnedWords(order);
  const place = now.places[location];
  if (place === undefined) return unknownLocation(turn, by, location);
  if (now.mode === "observe")
    return refused(turn, "mode-observe", `${by}: mode is observe, nothing moves`, howToMove(turn));
  if (isBadTime(order)) return badTime(turn, by);
  if (!isKnown(turn, order)) return refusedUnknown(turn, by, order);
  if (isForced(place, "down"))
    return refused(
      turn,
      "forced-down",
      `${by}: ${location} is forced down`,
      `\`houston force ${location} auto\` first`,
    );
  const others = pinsOf(turn).filter((pin) => !isSame(pin, order));
  if (others.length >= PINS_MAX)
    return refused(turn, "too-many-pins", `${by}: there are ${PINS_MAX} pins already`, "`houston unpin` some of them");
  const home = now.home!;
  const pin: Pin = {
    ...pinnedOf(order),
    location,
    by,
    at: now.at,
    ...(forSeconds !== undefined && { until: now.at + 1000 * forSeconds }),
    ...(why !== undefined && { why }),
  };
  const rows = pinnedRows(turn, home, pin);
  if (rows.length === 0)
    return refused(
      turn,
      "pin-forbidden",
      `${by}: ${who} may not be served in ${location}: ${barWords(turn, pin)}`,
      "pin them elsewhere, or change what houston.yaml says of them",
    );
  const { maxUtilisation } = estateOf(turn).guards;
  const wouldRps = loadOf(estateOf(turn), withRows(home, rows), traffic)[location]!;
  const carries = carriesRps(place.capacity?.capacityRps ?? 0, maxUtilisation);
  if (wouldRps > carries) {
    const says = `${by}: ${location} would serve ${rps(wouldRps)} rps with ${who}, and ${rps(carries)} is the most that a plan may give it when it has grown`;
    return refused(turn, "no-room", says, "pin a smaller zone, or one tenant");
  }
  now.pins = [...others, pin];
  setHomes(turn, rows, { by, whose: whoseWords(pin) });
  accepted(
    turn,
    "pin",
    `${by}: ${who} is pinned to ${location}${forWords(order)}${whyWords(order)}${shareWords(order)}`,
    location,
  );
}

export function takeUnpin(turn: Turn, traffic: Traffic, by: string, order: Extract<Order, { kind: "unpin" }>): void {
  const pin = pinsOf(turn).find((each) => isSame(each, order));
  const who = pinnedWords(order);
  if (pin === undefined) {
    const names = pinsOf(turn).map(pinnedWords);
    return refused(
      turn,
      "not-pinned",
      `${by}: ${who} is not pinned`,
      names.length === 0 ? "nothing to do" : `pinned are ${names.join(", ")}`,
    );
  }
  unpin(turn, traffic, pin, by);
  accepted(
    turn,
    "unpin",
    `${by}: ${who} is pinned to ${pin.location} no more, and goes where it is planned`,
    pin.location,
  );
}

/** What was pinned for a while, or to what is no more, ends; who leaves a place although they are pinned to it is told of. */
export function keepPins(turn: Turn, traffic: Traffic): void {
  const { now } = turn;
  for (const pin of pinsOf(turn)) {
    const who = pinnedWords(pin);
    const place = now.places[pin.location];
    if (place === undefined || !isKnown(turn, pin)) {
      now.pins = pinsOf(turn).filter((each) => each !== pin);
      accepted(
        turn,
        "time-over",
        `${who} is pinned no more: ${place === undefined ? pin.location : who} is not configured any more`,
      );
    } else if (chunksOf(turn, pin).length === 0) {
      now.pins = pinsOf(turn).filter((each) => each !== pin);
      const says = `${who} is pinned to ${pin.location} no more: by the rules of now they may not be served there (${barWords(turn, pin)})`;
      accepted(turn, "pin-outlawed", says, pin.location);
    } else if (pin.until !== undefined && now.at >= pin.until) {
      unpin(turn, traffic, pin, pin.by);
      accepted(
        turn,
        "time-over",
        `${who} is pinned to ${pin.location} no more: the time that ${pin.by} gave is over`,
        pin.location,
      );
    } else if (
      place.leave !== null &&
      place.leave.share >= 1 &&
      isMovedBy(place.leave, pin) &&
      once(turn, `pin-left ${who} ${place.leave.since}`, PIN_LEFT_SAID_MS)
    ) {
      const what = `${who} is pinned to ${pin.location} by ${pin.by}, and is moved all the same: ${place.lostAt === null ? "it is being left" : "it is lost"}`;
      say(turn, {
        level: "change",
        location: pin.location,
        ...(place.incident !== null && { incident: place.incident }),
        what,
      });
    }
  }
}

const PIN_LEFT_SAID_MS = 86_400_000;

/** Of a leave of some, only whose zone it is about. */
const isMovedBy = (leave: Leave, pin: Pin): boolean =>
  isOfSome(leave) ? pin.what === "zone" && leave.zones?.includes(pin.name) === true : true;

export function pinViews(turn: Turn, assignment: Assignment | null, traffic: Traffic): readonly PinView[] {
  return pinsOf(turn).map((pin) => {
    if (assignment === null || turn.now.places[pin.location] === undefined) return { ...pin, share: 0 };
    const index = locationIndex(estateOf(turn), pin.location);
    let [allRps, thereRps] = [0, 0];
    for (const { className, zone, buckets } of chunksOf(turn, pin)) {
      const row = rowOf(assignment, className, zone);
      if (row.length === 0) continue;
      const now = rowToBuckets(row);
      for (const bucket of buckets) {
        const each = rpsOf(traffic, className, zone, bucket, bucket + 1);
        allRps += each;
        if (now[bucket] === index) thereRps += each;
      }
    }
    return { ...pin, share: allRps > 0 ? thereRps / allRps : 0 };
  });
}

const pinsOf = (turn: Turn): readonly Pin[] => turn.now.pins ?? [];

/** The first pin of who is named: a tenant by any host of its bucket. */
function isSame(one: Pinned, other: Pinned): boolean {
  if (one.what === "zone" || other.what === "zone") return one.what === other.what && one.name === other.name;
  const [a, b] = [chunkOf(one), chunkOf(other)];
  return a?.class === b?.class && a?.bucket === b?.bucket;
}

const pinnedOf = ({ what, name, class: className }: Pinned): Pinned => ({
  what,
  name,
  ...(className !== undefined && { class: className }),
});

/** Of a tenant. */
function chunkOf({ name, class: className }: Pinned): HostChunk | null {
  return className === undefined ? hostToChunk(name) : { class: className, bucket: bucketOfHost(name) };
}

function isKnown(turn: Turn, pinned: Pinned): boolean {
  const { zones, classes } = estateOf(turn);
  if (pinned.what === "zone") return zones.some(({ name }) => name === pinned.name);
  const chunk = chunkOf(pinned);
  return chunk !== null && classes.some(({ name }) => name === chunk.class);
}

function refusedUnknown(turn: Turn, by: string, pinned: Pinned): void {
  const { zones, classes } = estateOf(turn);
  if (pinned.what === "zone")
    return refused(
      turn,
      "unknown-zone",
      `${by}: there is no zone ${pinned.name}`,
      `zones: ${zones
        .slice(0, 10)
        .map(({ name }) => name)
        .join(", ")}`,
    );
  refused(
    turn,
    "unknown-tenant",
    `${by}: ${pinned.name} is no host of a class`,
    `give a host of theirs, and --class: ${classes.map(({ name }) => name).join(", ")}`,
  );
}

/** A host's bucket has other tenants too, and a person is to know. */
function shareWords(pinned: Pinned): string {
  const chunk = pinned.what === "tenant" ? chunkOf(pinned) : null;
  return chunk === null ? "" : `, with all of ${chunk.class.toUpperCase()} bucket ${chunk.bucket}`;
}

type Chunks = { readonly className: ClassName; readonly zone: string; readonly buckets: readonly number[] };

/** Those of who is pinned that may be moved, and may be where they are pinned to. */
function chunksOf(turn: Turn, pin: Pin): readonly Chunks[] {
  const { zones, classes } = estateOf(turn);
  const chunk = pin.what === "tenant" ? chunkOf(pin) : null;
  return classes
    .filter((each) => mayMove(each) && (chunk === null || chunk.class === each.name))
    .flatMap((each) =>
      zones
        .filter((zone) => (pin.what === "tenant" || zone.name === pin.name) && mayServe(each, zone, pin.location))
        .map(({ name: zone }) => ({
          className: each.name,
          zone,
          buckets: chunk === null ? ALL_BUCKETS : [chunk.bucket],
        })),
    );
}

function barWords(turn: Turn, pin: Pin): string {
  const { zones, classes } = estateOf(turn);
  const bars = new Set(
    zones
      .filter(({ name }) => pin.what === "tenant" || name === pin.name)
      .flatMap((zone) => classes.filter(mayMove).map(({ name }) => barOf(zone, name, pin.location)))
      .filter((bar) => bar !== null),
  );
  return bars.size === 0 ? "their data stays where it is" : [...bars].join(", ");
}

/** Homes with this pin, where they differ. */
function pinnedRows(turn: Turn, home: Assignment, pin: Pin): readonly NewRow[] {
  const index = locationIndex(estateOf(turn), pin.location);
  return chunksOf(turn, pin).flatMap(({ className, zone, buckets: pinned }): readonly NewRow[] => {
    const row = rowOf(home, className, zone);
    if (row.length === 0) return [];
    const buckets = rowToBuckets(row);
    for (const bucket of pinned) buckets[bucket] = index;
    return [{ class: className, zone, runs: bucketsToRow(buckets) }];
  });
}

/** Their homes are planned as if they had none; a tenant belongs with most of its zone. */
function unpin(turn: Turn, traffic: Traffic, pin: Pin, by: string): void {
  const { now } = turn;
  now.pins = pinsOf(turn).filter((each) => each !== pin);
  if (now.home === null) return;
  const chunks = chunksOf(turn, pin);
  const rows =
    pin.what === "zone"
      ? replannedRows(
          turn,
          chunks.map(({ className, zone }) => ({ class: className, zone })),
          traffic,
        )
      : chunks.flatMap(({ className, zone, buckets }) => withMost(now.home!, className, zone, buckets));
  const home = withPins(turn, withRows(now.home, rows));
  const changed = chunks.map(({ className, zone }) => ({ class: className, zone, runs: rowOf(home, className, zone) }));
  setHomes(turn, changed, { by, whose: `the users of ${pinnedWords(pin)}, who are pinned elsewhere no more` });
}

/** Whoever is pinned belongs there, however homes are planned; of two pins of the same users the later one holds. */
export function withPins(turn: Turn, home: Assignment): Assignment {
  return pinsOf(turn).reduce((known, pin) => withRows(known, pinnedRows(turn, known, pin)), home);
}

/** Who is pinned to this place. */
export function pinnedTo(
  turn: Turn,
  location: LocationName,
): (className: ClassName, zone: string, bucket: number) => boolean {
  const there = pinsOf(turn)
    .filter((pin) => pin.location === location)
    .flatMap((pin) => chunksOf(turn, pin));
  return (className, zone, bucket) =>
    there.some((each) => each.className === className && each.zone === zone && each.buckets.includes(bucket));
}

/** After homes were planned once more: whom that gave another home than their pin does is brought where they are pinned to. */
export function keepPinned(turn: Turn): void {
  const { home } = turn.now;
  if (home === null) return;
  const pinned = withPins(turn, home);
  for (const pin of pinsOf(turn)) {
    const rows = chunksOf(turn, pin)
      .map(({ className, zone }) => ({ class: className, zone, runs: rowOf(pinned, className, zone) }))
      .filter((row) => !sameRow(row.runs, rowOf(turn.now.home!, row.class, row.zone)));
    if (rows.length > 0) setHomes(turn, rows, { by: pin.by, whose: whoseWords(pin) });
  }
}

const whoseWords = (pin: Pin): string => `the users of ${pinnedWords(pin)}, who are pinned to it`;

function withMost(home: Assignment, className: ClassName, zone: string, alone: readonly number[]): readonly NewRow[] {
  const row = rowOf(home, className, zone);
  if (row.length === 0) return [];
  const buckets = rowToBuckets(row);
  const widths = new Map<number, number>();
  for (const [bucket, location] of buckets.entries())
    if (!alone.includes(bucket)) widths.set(location, (widths.get(location) ?? 0) + 1);
  const [most] = [...widths].toSorted((one, other) => other[1] - one[1] || one[0] - other[0]);
  for (const bucket of alone) if (most !== undefined) buckets[bucket] = most[0];
  return [{ class: className, zone, runs: bucketsToRow(buckets) }];
}

/** These rows are homes from now on; whoever gets some by that is brought them. */
function setHomes(turn: Turn, rows: readonly NewRow[], comers: { readonly by: string; readonly whose: string }): void {
  const { now } = turn;
  const before = now.home!;
  now.home = withRows(before, rows);
  const gains = new Set<LocationName>();
  const { locations } = estateOf(turn);
  for (const { class: className, zone, runs } of rows) {
    const old = rowToBuckets(rowOf(before, className, zone));
    for (const [bucket, index] of rowToBuckets(runs).entries())
      if (old[bucket] !== index) gains.add(locations[index]!.name);
  }
  for (const place of placesOf(turn)) if (gains.has(place.name)) place.comers = comers;
}
