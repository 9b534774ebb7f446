import type { ClassName, LocationName, ZoneName } from "../estate.ts";

/**
 * From a plan in requests a second to whole buckets. A plan may cut a zone anywhere; a bucket cannot be cut. Like loading
 * vans: what fits each van's quota goes in whole, and the few parcels left over go where there is still room.
 *
 * 1. No location is filled past its room: a bucket that fits nowhere stays where it is and is reported.
 * 2. A bucket stays where it is while its location has quota left: nothing moves without need.
 * 3. A row that is cut over k places leaves at most k - 1 buckets to the second round, each smaller than what is missing.
 */
export function placeBuckets(input: {
  readonly locations: readonly LocationName[];
  readonly rows: readonly RowToPlace[];
  /** What each pool may take; a row's `poolAt` says which one a location is for it. */
  readonly roomRps: readonly number[];
}): Placement {
  const room = Float64Array.from(input.roomRps, (rps) => rps + SLACK_SHARE * Math.max(1, rps));
  const placed = input.rows.map((row) => placeByQuota(row, room));
  const unplaced: UnplacedChunk[] = [];
  input.rows.forEach((row, index) => {
    const at = placed[index]!;
    // The plan's places before any other, cheapest first.
    const places = [
      ...row.allowed.filter((place) => row.quotaRps.has(place)),
      ...row.allowed.filter((place) => !row.quotaRps.has(place)),
    ];
    for (const bucket of row.buckets) {
      if (at[bucket] !== NOWHERE) continue;
      const rps = row.rps[bucket]!;
      const to = placeWithRoom({ places, own: row.stays[bucket]!, rps, room, poolAt: row.poolAt });
      if (to === null)
        unplaced.push({
          class: row.class,
          zone: row.zone,
          bucket,
          rps,
          location: input.locations[row.stays[bucket]!]!,
        });
      else room[row.poolAt[to]!]! -= rps;
      at[bucket] = to ?? row.stays[bucket]!;
    }
  });
  return { buckets: placed, unplaced };
}

/** Sums of floats differ in their last digits; a bucket must not be refused for that. */
const SLACK_SHARE = 1e-9;
const NOWHERE = -1;

export type RowToPlace = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  /** The buckets to place, ascending. */
  readonly buckets: readonly number[];
  /** Of all 256 buckets. */
  readonly rps: readonly number[];
  /** Where each of all 256 buckets is now, or stays when it fits nowhere: location indices. */
  readonly stays: ArrayLike<number>;
  /** How much of these buckets the plan sends where, by location index. */
  readonly quotaRps: ReadonlyMap<number, number>;
  /** Location indices that may serve the row and are open, cheapest first. */
  readonly allowed: readonly number[];
  /** By location index: the index in `roomRps` of the pool that serves the row's class there. */
  readonly poolAt: readonly number[];
};

export type UnplacedChunk = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly bucket: number;
  readonly rps: number;
  /** Where it stays. */
  readonly location: LocationName;
};

export type Placement = {
  /** For each row a location index for each of the 256 buckets; buckets that were not to be placed have -1. */
  readonly buckets: readonly Int16Array[];
  readonly unplaced: readonly UnplacedChunk[];
};

function placeByQuota(row: RowToPlace, room: Float64Array): Int16Array {
  const at = new Int16Array(row.stays.length).fill(NOWHERE);
  const { poolAt } = row;
  const places = row.allowed.filter((place) => row.quotaRps.has(place));
  const left = places.map((place) => row.quotaRps.get(place)! * (1 + SLACK_SHARE));
  if (takeAll()) return at;
  for (const bucket of row.buckets) take(bucket, places.indexOf(row.stays[bucket]!));
  for (const bucket of row.buckets) {
    for (let index = 0; at[bucket] === NOWHERE && index < places.length; index++) take(bucket, index);
  }
  return at;

  /** Nearly every row goes to one place, whole. */
  function takeAll(): boolean {
    const sum = row.buckets.reduce((total, bucket) => total + row.rps[bucket]!, 0);
    if (places.length !== 1 || sum > left[0]! || sum > room[poolAt[places[0]!]!]!) return false;
    for (const bucket of row.buckets) at[bucket] = places[0]!;
    room[poolAt[places[0]!]!]! -= sum;
    return true;
  }
  function take(bucket: number, index: number): void {
    const rps = row.rps[bucket]!;
    if (index < 0 || rps > left[index]! || rps > room[poolAt[places[index]!]!]!) return;
    left[index]! -= rps;
    room[poolAt[places[index]!]!]! -= rps;
    at[bucket] = places[index]!;
  }
}

function placeWithRoom(one: {
  places: readonly number[];
  own: number;
  rps: number;
  room: Float64Array;
  poolAt: readonly number[];
}): number | null {
  const { places, own, rps, poolAt } = one;
  const roomAt = (place: number): number => one.room[poolAt[place]!]!;
  const mayStay = places.includes(own);
  // Nobody asks for it now, so it takes no room; who asks next is better off in a full place than in a lost one.
  if (rps === 0) return mayStay ? own : (places[0] ?? null);
  if (mayStay && roomAt(own) >= rps) return own;
  return places.find((place) => roomAt(place) >= rps) ?? null;
}
