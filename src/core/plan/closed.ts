import type { ConditionBar, ConditionName } from "../conditions.ts";
import { ALL_BUCKETS, BUCKETS, type ClassName, type LocationName, type ZoneName } from "../estate.ts";
import { byName } from "../route/by-name.ts";

/**
 * Which chunks a place may not be given because a condition does not hold there. A plan thinks in zones and classes, and a bar may be about
 * one bucket; so buckets that are barred from the same places are planned together, as a group, and each group of a zone is to the planner
 * like a zone of its own.
 *
 * C1 Every bucket of a class is in exactly one group; without bars there is one group.
 * C2 A place that bars a bucket bars its whole group: where there are more kinds than `GROUPS_MAX`, the smallest share their bars,
 *    and with six places or fewer that have bars none is kept out of all that way.
 */
export type Closed = {
  /** Names of the conditions that keep this chunk from that place; none: it is open. */
  readonly by: (className: ClassName, bucket: number, location: LocationName) => readonly ConditionName[];
  readonly groupsOf: (className: ClassName) => readonly BucketGroup[];
  /** By bucket: the index of its group. */
  readonly groupAt: (className: ClassName) => Uint8Array;
};

export type BucketGroup = {
  /** Ascending. */
  readonly buckets: readonly number[];
  /** The places that are closed to them, with the conditions' names. */
  readonly closed: Readonly<Record<LocationName, readonly ConditionName[]>>;
};

/** More kinds of buckets than this would make plans slow: each is as many rows as there are zones. */
const GROUPS_MAX = 8;

/** Made once for each list of bars: a list is never written to, and most looks see the same. */
const made = new WeakMap<readonly ConditionBar[], Closed>();

export function closedBy(bars: readonly ConditionBar[]): Closed {
  const known = made.get(bars);
  if (known !== undefined) return known;
  const closed = bars.length === 0 ? ALL_OPEN : indexOf(bars);
  made.set(bars, closed);
  return closed;
}

const NONE: readonly ConditionName[] = [];
const ONE_GROUP: readonly BucketGroup[] = [{ buckets: ALL_BUCKETS, closed: {} }];
const ALL_IN_ONE = new Uint8Array(BUCKETS);

export const ALL_OPEN: Closed = { by: () => NONE, groupsOf: () => ONE_GROUP, groupAt: () => ALL_IN_ONE };

function indexOf(bars: readonly ConditionBar[]): Closed {
  const classes = new Map<ClassName, { readonly groups: readonly BucketGroup[]; readonly groupAt: Uint8Array }>();
  for (const name of [...new Set(bars.map((bar) => bar.class))].sort(byName)) {
    const groups = groupsFor(bars.filter((bar) => bar.class === name));
    const groupAt = new Uint8Array(BUCKETS);
    groups.forEach(({ buckets }, index) => buckets.forEach((bucket) => (groupAt[bucket] = index)));
    classes.set(name, { groups, groupAt });
  }
  return {
    by: (className, bucket, location) => {
      const found = classes.get(className);
      return found?.groups[found.groupAt[bucket]!]!.closed[location] ?? NONE;
    },
    groupsOf: (className) => classes.get(className)?.groups ?? ONE_GROUP,
    groupAt: (className) => classes.get(className)?.groupAt ?? ALL_IN_ONE,
  };
}

/** The largest group first, so that the zone's own name is that of most of its users. */
function groupsFor(bars: readonly ConditionBar[]): readonly BucketGroup[] {
  const all = bars.filter(({ bucket }) => bucket === null);
  const single = bars.filter(({ bucket }) => bucket !== null);
  const kinds = new Map<string, { readonly buckets: number[]; readonly closed: BucketGroup["closed"] }>();
  for (const bucket of ALL_BUCKETS) {
    const closed = closedPlaces([...all, ...single.filter((bar) => bar.bucket === bucket)]);
    const key = JSON.stringify(closed);
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { buckets: [bucket], closed });
    else kind.buckets.push(bucket);
  }
  const groups = [...kinds.values()].sort(largestFirst);
  return groups.length <= GROUPS_MAX ? groups : fewer(groups);
}

const largestFirst = (a: BucketGroup, b: BucketGroup): number =>
  b.buckets.length - a.buckets.length || a.buckets[0]! - b.buckets[0]!;

/** Those that are closed to the same places are one; then the smallest share, as few of them as leaves each an open place that had one. */
function fewer(kinds: readonly BucketGroup[]): readonly BucketGroup[] {
  const alike = Map.groupBy(kinds, ({ closed }) => JSON.stringify(Object.keys(closed)));
  const groups = [...alike.values()].map(joined).sort(largestFirst);
  for (let kept = Math.min(groups.length, GROUPS_MAX); kept > 1; kept--) {
    const few = [...groups.slice(0, kept), ...byOpenPlace(groups.slice(kept))];
    if (few.length <= GROUPS_MAX) return few;
  }
  const few = [groups[0]!, ...byOpenPlace(groups.slice(1))];
  return few.length <= GROUPS_MAX ? few : [...few.slice(0, GROUPS_MAX - 1), joined(few.slice(GROUPS_MAX - 1))];
}

/** Each of these groups has a place that is open to all of it; but for the last, of those that are closed to all of the places. */
function byOpenPlace(kinds: readonly BucketGroup[]): readonly BucketGroup[] {
  const places = [...new Set(kinds.flatMap(({ closed }) => Object.keys(closed)))].sort(byName);
  const openTo = (place: LocationName): readonly BucketGroup[] => kinds.filter(({ closed }) => !(place in closed));
  const widest = places.map(openTo).reduce((best, its) => (its.length > best.length ? its : best), []);
  if (widest.length === 0) return kinds.length === 0 ? [] : [joined(kinds)];
  return [joined(widest), ...byOpenPlace(kinds.filter((kind) => !widest.includes(kind)))];
}

function joined(groups: readonly BucketGroup[]): BucketGroup {
  const bars = groups.flatMap(({ closed }) =>
    Object.entries(closed).flatMap(([location, names]) => names.map((condition) => ({ location, condition }))),
  );
  return { buckets: groups.flatMap(({ buckets }) => buckets).sort((a, b) => a - b), closed: closedPlaces(bars) };
}

function closedPlaces(bars: readonly Pick<ConditionBar, "location" | "condition">[]): BucketGroup["closed"] {
  const names = [...new Set(bars.map(({ location }) => location))].sort(byName);
  return Object.fromEntries(
    names.map((name) => [
      name,
      [...new Set(bars.filter(({ location }) => location === name).map(({ condition }) => condition))].sort(byName),
    ]),
  );
}

/** The places that are closed to one of a problem's rows. */
export function closedPlacesOf(
  closed: Closed,
  row: { readonly class: ClassName; readonly zone: ZoneName },
): readonly LocationName[] {
  const places = closed.groupsOf(row.class)[groupIn(row.zone)]?.closed ?? {};
  return Object.keys(places);
}

/** No zone can be called so: what the planner calls a zone's group, the first one excepted. */
const GROUP_MARK = "\u001F";

export function groupZone(zone: ZoneName, group: number): ZoneName {
  return group === 0 ? zone : `${zone}${GROUP_MARK}${group}`;
}

function groupIn(name: ZoneName): number {
  const end = name.indexOf(GROUP_MARK);
  return end < 0 ? 0 : Number(name.slice(end + GROUP_MARK.length));
}

export function zoneOfGroup(name: ZoneName): ZoneName {
  const end = name.indexOf(GROUP_MARK);
  return end < 0 ? name : name.slice(0, end);
}
