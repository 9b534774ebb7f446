import { ALL_BUCKETS, BUCKETS, type ClassName, type TrafficClass, type Zone } from "../estate.ts";
import { forbiddenBy } from "../forbidden-hours.ts";
import { barOf, mayServe } from "../may-serve.ts";
import type { RpsByPool } from "../plan/estate-problem.ts";
import { locationOfPool } from "../plan/pools.ts";
import { carriedBy } from "../plan/room.ts";
import { bucketsToRow, rowToBuckets, sameRow } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { loadOf, rowOf, rpsOf, totalRps, withRows, type NewRow, type Traffic } from "../shift/traffic.ts";
import { closedNow } from "./conditions.ts";
import { isForced } from "./forced.ts";
import type { Move } from "./mode-rules.ts";
import { classesThatMayGo, withdraw } from "./permission.ts";
import { movedLastMinute, propose } from "./propose.ts";
import { barredPlaces, expectedReadyRps, hasDemand, homeAssignment, pathKeys, type Draft } from "./publish.ts";
import { isAtRest } from "./rest.ts";
import { decision, estateOf, once, placesOf, reason, say, type Turn } from "./turn.ts";
import { classWords, listWords, percent } from "./words.ts";

/**
 * Homes were planned before any demand was known, or for other rules: what does not fit, or may not be there, is put right, and only that. It is a
 * move like any other, for no fault: the mode and its rules hold, and people are asked where those say so. Law goes before the mode: a person has
 * written that these users may not be where they are, and nobody is asked a second time. It goes before no hold, no forbidden hours and no class
 * that only people move, and who observes moves nobody for it: then people are told.
 */

/** Real demand is awaited this long. */
const SETTLE_MS = 5_000;
/** What was refused, or is left, is tried again after the minute that the guard on shares counts. */
const SETTLE_AGAIN_MS = 61_000;
/** Who can't leave by law is told again only now and then. */
const STAYS_SAID_EVERY_MS = 600_000;

/** All at rest; through the guards like everything that moves by itself. What a guard lets move in a minute comes first, by law before all others. */
export function settleHomes(turn: Turn, draft: Draft, traffic: Traffic): void {
  const { now } = turn;
  const { home } = now;
  const isFree = now.flight === null && placesOf(turn).every((place) => isAtRest(place) && place.lostAt === null);
  if (!isFree || home === null || now.mode === "observe" || now.hold !== null || now.stopped !== null) return;
  if (!now.homeIsGuess || now.at - (now.configuredAt ?? now.at) < SETTLE_MS) return;
  if (now.at < now.homeAgainAt || !hasDemand(turn)) return;
  now.homeAgainAt = now.at + SETTLE_AGAIN_MS;
  const settled = homeAssignment(turn, roomForHomes(turn, { home, assignment: draft.assignment, traffic }), home);
  const changed = changedRows(turn, home, settled, traffic);
  if (changed.length === 0) return settledNow(turn);
  sayWhoStays(turn, changed);
  const free = changed.filter(({ staysFor }) => staysFor === null);
  const mayGo = withPermission(turn, home, free, traffic);
  const { maxShareMovedPerMinute } = estateOf(turn).guards;
  let leftRps = (maxShareMovedPerMinute - movedLastMinute(turn)) * totalRps(estateOf(turn), traffic);
  const going = mayGo.flatMap((row) => {
    const part = row.movesRps <= leftRps ? row : partWithin(row, { home, traffic, leftRps });
    leftRps -= part?.movesRps ?? 0;
    return part ?? [];
  });
  if (going.length === 0) return;
  const assignment = withMoved(draft.assignment, home, going);
  const location = placesOf(turn)[0]!.name;
  if (!propose(turn, draft, { assignment, traffic, location, orderedClasses: null, takesOut: false })) return;
  now.home = withRows(home, going);
  // Nobody of these is away; what a place that some have left for a bad way had, it has now by the new homes.
  for (const place of placesOf(turn))
    if (place.leave !== null) place.leave = { ...place.leave, from: withRows(place.leave.from, going) };
  const says = "homes are planned once more: what did not fit its home, or may not be there, has another";
  decision(turn, "home-settled", says);
  if (changed.every((row) => going.includes(row))) settledNow(turn);
}

/** Who keeps a home and is not there stays where they are: those come, or come back, by steps that are looked at. */
function withMoved(assignment: Assignment, home: Assignment, rows: readonly NewRow[]): Assignment {
  const moved = rows.map((row): NewRow => {
    const before = rowOf(home, row.class, row.zone);
    const is = rowOf(assignment, row.class, row.zone);
    if (before.length === 0 || is.length === 0) return row;
    const from = rowToBuckets(before);
    const to = rowToBuckets(row.runs);
    const buckets = rowToBuckets(is).map((index, bucket) => (from[bucket] === to[bucket] ? index : to[bucket]!));
    return { ...row, runs: bucketsToRow(buckets) };
  });
  return withRows(assignment, moved);
}

/** What was asked for it is answered by then, and asked afresh another time. */
function settledNow(turn: Turn): void {
  turn.now.homeIsGuess = false;
  withdraw(turn, (purpose) => purpose.startsWith(PURPOSE));
}

const PURPOSE = "homes:";

/** Who is there may stay, up to what is ready; who comes finds what a plan may fill beside its guests, and nothing where nobody may be sent. */
function roomForHomes(
  turn: Turn,
  of: { readonly home: Assignment; readonly assignment: Assignment; readonly traffic: Traffic },
): RpsByPool {
  const estate = estateOf(turn);
  const ready = expectedReadyRps(turn);
  const carried = carriedBy(ready, estate.guards.maxUtilisation);
  const load = loadOf(estate, of.home, of.traffic);
  const loadNow = loadOf(estate, of.assignment, of.traffic);
  const barred = new Set(barredPlaces(turn));
  return Object.fromEntries(
    Object.entries(ready).map(([pool, rps]) => {
      const stays = Math.min(rps, load[pool] ?? 0);
      const guests = Math.max(0, (loadNow[pool] ?? 0) - (load[pool] ?? 0));
      return [pool, barred.has(locationOfPool(pool)) ? stays : Math.max(carried[pool]! - guests, stays)];
    }),
  );
}

/** Rows as they are to be, and how much they move. */
type MovedRow = NewRow & { readonly movesRps: number };

/** Whose row is more than may move in a minute goes by parts; null: not one bucket fits. */
function partWithin(
  row: MovedRow,
  { home, traffic, leftRps }: { readonly home: Assignment; readonly traffic: Traffic; readonly leftRps: number },
): MovedRow | null {
  const to = rowToBuckets(row.runs);
  const buckets = rowToBuckets(rowOf(home, row.class, row.zone));
  let movesRps = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (buckets[bucket] === to[bucket]) continue;
    const rps = rpsOf(traffic, row.class, row.zone, bucket, bucket + 1);
    if (movesRps + rps > leftRps) break;
    movesRps += rps;
    buckets[bucket] = to[bucket]!;
  }
  return movesRps === 0 ? null : { class: row.class, zone: row.zone, runs: bucketsToRow(buckets), movesRps };
}

type ChangedRow = MovedRow & {
  /** Why it may not move by itself now, whatever the mode. */
  readonly staysFor: "people" | "hours" | "other" | null;
  /** The same with those alone elsewhere whom law forbids to be where they are; null: there are none. */
  readonly byLaw: MovedRow | null;
};

/** Those by law first. */
function changedRows(turn: Turn, home: Assignment, settled: Assignment, traffic: Traffic): readonly ChangedRow[] {
  const { now } = turn;
  const estate = estateOf(turn);
  const closed = closedNow(turn);
  const bad = new Set(pathKeys(turn));
  const away = new Set(placesOf(turn).flatMap(({ leave }) => leave?.zones ?? []));
  const nameOf = (index: number): string => estate.locations[index]!.name;
  const changed = estate.classes.flatMap((trafficClass) =>
    estate.zones.flatMap((zone): readonly ChangedRow[] => {
      const { name: className } = trafficClass;
      const row = { class: className, zone: zone.name };
      const before = rowOf(home, className, zone.name);
      const runs = rowOf(settled, className, zone.name);
      if (runs.length === 0 || (before.length > 0 && sameRow(before, runs))) return [];
      // A row that is new has nobody who could be moved.
      if (before.length === 0) return [{ ...row, runs, movesRps: 0, staysFor: null, byLaw: null }];
      const from = rowToBuckets(before);
      const to = rowToBuckets(runs);
      const isOutlawed = (bucket: number): boolean => barOf(zone, className, nameOf(from[bucket]!)) === "law";
      const moved = ALL_BUCKETS.filter((bucket) => from[bucket] !== to[bucket]);
      const outlawed = moved.filter(isOutlawed);
      const rpsOfThese = (buckets: readonly number[]): number =>
        buckets.reduce((sum, bucket) => sum + rpsOf(traffic, className, zone.name, bucket, bucket + 1), 0);
      const isOpen = (bucket: number): boolean => {
        const place = nameOf(to[bucket]!);
        return closed.by(className, bucket, place).length === 0 && !bad.has(`${zone.name} ${place}`);
      };
      const onlyOutlawed = from.map((index, bucket) => (isOutlawed(bucket) ? to[bucket]! : index));
      return [
        {
          ...row,
          runs,
          movesRps: rpsOfThese(moved),
          staysFor: estate.guards.peopleOnly.includes(className)
            ? "people"
            : forbiddenBy(estate.guards, { at: now.at, class: className, isLoss: false }) !== undefined
              ? "hours"
              : staysForced(
                    turn,
                    trafficClass,
                    zone,
                    moved.map((bucket) => from[bucket]!),
                  ) ||
                  trafficClass.data.kind === "stays" ||
                  away.has(zone.name) ||
                  !moved.every(isOpen)
                ? "other"
                : null,
          byLaw:
            outlawed.length === 0 ? null : { ...row, runs: bucketsToRow(onlyOutlawed), movesRps: rpsOfThese(outlawed) },
        },
      ];
    }),
  );
  return changed.toSorted((one, other) => Number(other.byLaw !== null) - Number(one.byLaw !== null));
}

/** Of these what the mode lets go now, asking where it says so; whom law forbids to stay goes unasked. */
function withPermission(
  turn: Turn,
  home: Assignment,
  rows: readonly ChangedRow[],
  traffic: Traffic,
): readonly MovedRow[] {
  const isMove = ({ runs, movesRps, byLaw }: ChangedRow): boolean =>
    movesRps > 0 && (byLaw === null || !sameRow(runs, byLaw.runs));
  const rps: Record<ClassName, number> = {};
  for (const row of rows.filter(isMove)) rps[row.class] = (rps[row.class] ?? 0) + row.movesRps;
  const classes = estateOf(turn)
    .classes.map(({ name }) => name)
    .filter((name) => rps[name] !== undefined);
  const move: Move = { locations: [], fault: null, classes, zones: null, share: 1, from: home, rps };
  const all = totalRps(estateOf(turn), traffic);
  const going = classesThatMayGo(turn, move, (some) => ({
    // No trouble's number: it ends when homes are settled.
    purpose: `${PURPOSE}all:none:${some.join()}`,
    doing: `give other homes to ${percent(some.reduce((sum, name) => sum + rps[name]!, 0) / all)} of all traffic (${classWords(some)})`,
    why: "they don't fit where they are by what is wanted now, or may not be there by the rules of now",
  }));
  const outlaws = rows.filter(({ byLaw }) => byLaw !== null);
  if (outlaws.length > 0) sayLaw(turn, outlaws);
  return rows.flatMap((row) => (!isMove(row) || going.includes(row.class) ? [row] : (row.byLaw ?? [])));
}

function sayLaw(turn: Turn, rows: readonly ChangedRow[]): void {
  if (!once(turn, "homes by law", STAYS_SAID_EVERY_MS)) return;
  say(turn, {
    level: "change",
    what: `${whose(rows)} may not be where they are by law, and get another home`,
    why: "law in houston.yaml (`forbidden` of a zone) goes before the mode and its rules: nobody is asked",
  });
}

/** Law is broken, and nobody but a person can end it. */
function sayWhoStays(turn: Turn, rows: readonly ChangedRow[]): void {
  const held = rows.filter(({ byLaw, staysFor }) => byLaw !== null && (staysFor === "people" || staysFor === "hours"));
  if (held.length === 0) return;
  const people = held.some(({ staysFor }) => staysFor === "people");
  const says = `${whose(held)} may not be where they are by law, and stay: ${people ? "only people may move them (guards.peopleOnly)" : "nothing moves by itself in these hours (guards.forbidden)"}`;
  reason(turn, "outlawed-stay", says);
  if (!once(turn, "outlawed stay", STAYS_SAID_EVERY_MS)) return;
  say(turn, {
    level: "urgent",
    what: says,
    youNeedTo: people
      ? "`houston evacuate LOCATION --class CLASS`, or take the class out of guards.peopleOnly"
      : "wait: they leave when the hours are over; or `houston evacuate LOCATION --class CLASS`",
  });
}

const whose = (rows: readonly NewRow[]): string =>
  `${classWords([...new Set(rows.map((row) => row.class))])} of ${listWords([...new Set(rows.map(({ zone }) => zone))])}`;

/** Who is forced up keeps those who may be there by law. */
function staysForced(turn: Turn, trafficClass: TrafficClass, zone: Zone, from: readonly number[]): boolean {
  const { locations } = estateOf(turn);
  return from.some((index) => {
    const { name } = locations[index]!;
    return isForced(turn.now.places[name]!, "up") && mayServe(trafficClass, zone, name);
  });
}

/** Homes of these rows, planned as if they had none; all others stay as they are. */
export function replannedRows(
  turn: Turn,
  of: readonly Pick<NewRow, "class" | "zone">[],
  traffic: Traffic,
): readonly NewRow[] {
  const { home, table } = turn.now;
  if (home === null || table === null) return [];
  const previous = Object.fromEntries(
    Object.entries(home).map(([className, rows]) => [
      className,
      Object.fromEntries(
        Object.entries(rows).filter(([zone]) => !of.some((row) => row.class === className && row.zone === zone)),
      ),
    ]),
  );
  const planned = homeAssignment(turn, roomForHomes(turn, { home, assignment: table.assignment, traffic }), previous);
  return of.flatMap((row) => {
    const runs = rowOf(planned, row.class, row.zone);
    return runs.length === 0 ? [] : [{ ...row, runs }];
  });
}
