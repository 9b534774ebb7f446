import type { ConditionBar, ConditionName } from "../conditions.ts";
import { BUCKETS, type ClassName, type LocationName, type ZoneName } from "../estate.ts";
import { byName } from "../route/by-name.ts";

/**
 * Which chunks a place may not be given because a condition does not hold there. A plan thinks in zones and classes, and a bar may be about
 * one bucket; so buckets that are barred from the same places are planned together, as a group, and each group of a zone is to the planner
 * like a zone of its own.
 *
 * C1 Every bucket of a class is in exactly one group; without bars there is one group.
 * C2 A place that bars a bucket bars its whole group: where there are more kinds than `GROUPS_MAX`, the smallest share their bars.
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
const EVERY_BUCKET: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
const ONE_GROUP: readonly BucketGroup[] = [{ buckets: EVERY_BUCKET, closed: {} }];
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
  for (const bucket of EVERY_BUCKET) {
    const closed = closedPlaces([...all, ...single.filter((bar) => bar.bucket === bucket)]);
    const key = JSON.stringify(closed);
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { buckets: [bucket], closed });
    else kind.buckets.push(bucket);
  }
  const groups = [...kinds.values()].sort(
    (a, b) => b.buckets.length - a.buckets.length || a.buckets[0]! - b.buckets[0]!,
  );
  if (groups.length <= GROUPS_MAX) return groups;
  const rest = groups.slice(GROUPS_MAX - 1);
  return [
    ...groups.slice(0, GROUPS_MAX - 1),
    {
      buckets: rest.flatMap(({ buckets }) => buckets).sort((a, b) => a - b),
      closed: closedPlaces(
        rest.flatMap(({ closed }) =>
          Object.keys(closed).flatMap((location) => closed[location]!.map((condition) => ({ location, condition }))),
        ),
      ),
    },
  ];
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
