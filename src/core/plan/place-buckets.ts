import { BUCKETS, type ClassName, type LocationName, type ZoneName } from "../estate.ts";

/**
 * From a plan in requests a second to whole buckets. A plan may cut a zone anywhere; a bucket cannot be cut. Like loading
 * vans: what fits each van's quota goes in whole, and the few parcels left over go where there is still room.
 *
 * 1. No location is filled past its room: a bucket that fits nowhere stays where it is and is reported.
 * 2. A bucket stays where it is while its location has quota left: nothing moves without need.
 * 3. A row that is cut over k places leaves at most k - 1 buckets to the second round, each smaller than what is missing.
 * 4. Where a plan left one chunk of every pool free (`withChunkFree`), all of those find room: cut rows and their places make a forest, so
 *    that each leftover has a place that is asked by no other (Shmoys and Tardos, *Generalized assignment*, rounding by matching).
 */
export function placeBuckets(input: {
  readonly locations: readonly LocationName[];
  readonly rows: readonly RowToPlace[];
  /** What each pool may take; a row's `poolAt` says which one a location is for it. */
  readonly roomRps: readonly number[];
}): Placement {
  const room = Float64Array.from(input.roomRps, (rps) => rps + SLACK_SHARE * Math.max(1, rps));
  const crumbRps = CRUMB_SHARE * plannedRps(input.rows);
  // One piece of memory for all rows: there are hundreds, and each is small.
  const all = new Int16Array(input.rows.length * BUCKETS).fill(NOWHERE);
  const placed = input.rows.map((row, index) => {
    const at = all.subarray(index * BUCKETS, (index + 1) * BUCKETS);
    return { at, left: placeByQuota(row, at, { room, crumbRps }) };
  });
  placeLeftovers(input.rows, { placed, room });
  const unplaced: UnplacedChunk[] = [];
  input.rows.forEach((row, index) => {
    const { at, left } = placed[index]!;
    if (left.length === 0) return;
    // The plan's places before any other, cheapest first.
    const places = [
      ...row.allowed.filter((place) => row.quotaRps.has(place)),
      ...row.allowed.filter((place) => !row.quotaRps.has(place)),
    ];
    // When nobody has room for a bucket, as when many go unserved, the places need not be asked one by one.
    let roomiest = roomiestOf(places, row.poolAt, room);
    for (const bucket of left) {
      if (at[bucket] !== NOWHERE) continue;
      const rps = row.rps[bucket]!;
      const own = row.stays[bucket]!;
      const to = rps > roomiest ? null : placeWithRoom(places, { own, rps, room, poolAt: row.poolAt });
      at[bucket] = to ?? own;
      if (to === null) {
        unplaced.push({ class: row.class, zone: row.zone, bucket, rps, location: input.locations[own]! });
      } else if (rps > 0) {
        room[row.poolAt[to]!]! -= rps;
        roomiest = roomiestOf(places, row.poolAt, room);
      }
    }
  });
  return { buckets: placed.map(({ at }) => at), unplaced };
}

/** Sums of floats differ in their last digits; a bucket must not be refused for that. */
const SLACK_SHARE = 1e-9;
/** Of all that is planned: a plan counts in whole units of some 2^-52 of it, and is off by a few. */
const CRUMB_SHARE = 1e-12;
const NOWHERE = -1;

export type RowToPlace = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  /** The buckets to place, ascending. */
  readonly buckets: readonly number[];
  /** Of all 256 buckets. */
  readonly rps: Float64Array;
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

function plannedRps(rows: readonly RowToPlace[]): number {
  let sum = 0;
  for (const { quotaRps } of rows) for (const rps of quotaRps.values()) sum += rps;
  return sum;
}

type PlacedRow = {
  readonly at: Int16Array;
  /** The buckets that no quota had room for, ascending. */
  readonly left: readonly number[];
};

/** Writes where buckets go into `at`, and returns those that no quota had room for, ascending. */
function placeByQuota(
  row: RowToPlace,
  at: Int16Array,
  { room, crumbRps }: { readonly room: Float64Array; readonly crumbRps: number },
): readonly number[] {
  const { poolAt } = row;
  const places = row.allowed.filter((place) => row.quotaRps.has(place));
  const quota = places.map((place) => row.quotaRps.get(place)! * (1 + SLACK_SHARE) + crumbRps);
  if (places.length === 0) return row.buckets;
  if (takeAll()) return [];
  const moving: number[] = [];
  for (const bucket of row.buckets) if (!take(bucket, places.indexOf(row.stays[bucket]!))) moving.push(bucket);
  return moving.filter((bucket) => !places.some((_, index) => take(bucket, index)));

  /** Nearly every row goes to one place, whole. */
  function takeAll(): boolean {
    if (places.length !== 1) return false;
    const pool = poolAt[places[0]!]!;
    let sum = 0;
    for (const bucket of row.buckets) sum += row.rps[bucket]!;
    if (sum > quota[0]! || sum > room[pool]!) return false;
    for (const bucket of row.buckets) at[bucket] = places[0]!;
    room[pool]! -= sum;
    return true;
  }
  function take(bucket: number, index: number): boolean {
    const rps = row.rps[bucket]!;
    if (index < 0 || rps > quota[index]!) return false;
    const pool = poolAt[places[index]!]!;
    if (rps > room[pool]!) return false;
    quota[index]! -= rps;
    room[pool]! -= rps;
    at[bucket] = places[index]!;
    return true;
  }
}

type Leftover = { readonly row: RowToPlace; readonly at: Int16Array; readonly bucket: number };

/** What cutting left over goes into the room that was kept free: one leftover a pool, matched by augmenting paths. */
function placeLeftovers(
  rows: readonly RowToPlace[],
  { placed, room }: { readonly placed: readonly PlacedRow[]; readonly room: Float64Array },
): void {
  const takenBy = new Map<number, { readonly leftover: Leftover; readonly place: number }>();
  rows.forEach((row, index) => {
    const { at, left } = placed[index]!;
    // More than that are no rounding: the plan has no place for them.
    let most = row.quotaRps.size;
    for (const bucket of left) {
      if (most === 0) break;
      if (row.rps[bucket] === 0) continue;
      most -= 1;
      findPool({ row, at, bucket }, new Set());
    }
  });
  for (const [pool, { leftover, place }] of takenBy) {
    leftover.at[leftover.bucket] = place;
    room[pool]! -= leftover.row.rps[leftover.bucket]!;
  }

  function findPool(leftover: Leftover, asked: Set<number>): boolean {
    const { row, bucket } = leftover;
    const own = row.stays[bucket]!;
    const places = row.allowed
      .filter((place) => row.quotaRps.has(place))
      .sort((a, b) => Number(b === own) - Number(a === own));
    for (const place of places) {
      const pool = row.poolAt[place]!;
      if (asked.has(pool) || row.rps[bucket]! > room[pool]!) continue;
      asked.add(pool);
      const other = takenBy.get(pool);
      if (other !== undefined && !findPool(other.leftover, asked)) continue;
      takenBy.set(pool, { leftover, place });
      return true;
    }
    return false;
  }
}

function roomiestOf(places: readonly number[], poolAt: readonly number[], room: Float64Array): number {
  let roomiest = 0;
  for (const place of places) roomiest = Math.max(roomiest, room[poolAt[place]!]!);
  return roomiest;
}

function placeWithRoom(
  places: readonly number[],
  one: { readonly own: number; readonly rps: number; readonly room: Float64Array; readonly poolAt: readonly number[] },
): number | null {
  const { own, rps, room, poolAt } = one;
  const mayStay = places.includes(own);
  // Nobody asks for it now, so it takes no room; who asks next is better off in a full place than in a lost one.
  if (rps === 0) return mayStay ? own : (places[0] ?? null);
  if (mayStay && room[poolAt[own]!]! >= rps) return own;
  return places.find((place) => room[poolAt[place]!]! >= rps) ?? null;
}
