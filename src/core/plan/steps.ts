import { BUCKETS, type ClassName, type LocationName, type ZoneName } from "../estate.ts";
import { assert } from "../errors.ts";
import { bucketsToRow, eachRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment, Run } from "../route/table.ts";
import { bucketRps, type BucketShares } from "./chunks.ts";

/**
 * A step between two assignments: `share` of what the leaving locations must give up has moved to its final place, the rest is
 * still where it was. Steps are nested: a greater share moves all that a smaller one moved, so no user goes to and fro.
 *
 * Each chunk has a turn in (0, 1) and moves when the share passes it. Within a row the turns follow the buckets, from a start that
 * differs by zone and class, so a canary is not always the same tenants; the weight that has moved is the share, to within a chunk a row.
 * Any share above 0 moves at least one chunk.
 */
export function interpolate(
  from: Assignment,
  to: Assignment,
  leaving: readonly LocationName[],
  share: number,
  options: StepOptions,
): Assignment {
  assert(share >= 0 && share <= 1, `plan: a share of ${share}`);
  const turns = turnsOf({ from, to, leaving: new Set(leaving), options });
  const first = turns.reduce((least, { turn }) => Math.min(least, turn), 1);
  const passed = share === 0 ? 0 : Math.max(share, first + Number.EPSILON);
  const after: Record<ClassName, Record<ZoneName, readonly Run[]>> = {};
  eachRow(from, (className, zone, runs) => ((after[className] ??= {})[zone] = runs));
  let row: { class: ClassName; zone: ZoneName; buckets: Uint8Array } | null = null;
  for (const { class: className, zone, bucket, location, turn } of turns) {
    if (row === null || row.class !== className || row.zone !== zone) {
      if (row !== null) after[row.class]![row.zone] = bucketsToRow(row.buckets);
      row = { class: className, zone, buckets: rowToBuckets(from[className]![zone]!) };
    }
    if (turn < passed) row.buckets[bucket] = location;
  }
  if (row !== null) after[row.class]![row.zone] = bucketsToRow(row.buckets);
  return after;
}

export type StepOptions = {
  /** The index space of both assignments. */
  readonly locations: readonly LocationName[];
  /** How heavy each bucket is; even when absent. */
  readonly bucketShares?: BucketShares;
  /** Only these classes move. */
  readonly classes?: readonly ClassName[];
};

type Turn = {
  readonly class: ClassName;
  readonly zone: ZoneName;
  readonly bucket: number;
  readonly location: number;
  /** Moves when the share is greater. */
  readonly turn: number;
};

function turnsOf(input: {
  from: Assignment;
  to: Assignment;
  leaving: ReadonlySet<LocationName>;
  options: StepOptions;
}): readonly Turn[] {
  const { from, to, leaving, options } = input;
  const turns: Turn[] = [];
  eachRow(from, (className, zone, runs) => {
    const target = to[className]?.[zone];
    if (target === undefined || (options.classes !== undefined && !options.classes.includes(className))) return;
    const before = rowToBuckets(runs);
    const after = rowToBuckets(target);
    const weights = bucketRps(1, options.bucketShares?.[className]);
    const start = startOf(className, zone);
    const movers: number[] = [];
    for (let step = 0; step < BUCKETS; step++) {
      const bucket = (start + step) % BUCKETS;
      if (before[bucket] !== after[bucket] && leaving.has(options.locations[before[bucket]!]!)) movers.push(bucket);
    }
    // A bucket without requests still needs a turn of its own, so it weighs a little.
    const weigh = (bucket: number): number => weights[bucket]! + LEAST_WEIGHT;
    const total = movers.reduce((sum, bucket) => sum + weigh(bucket), 0);
    // Where within a chunk's weight its turn comes differs by row: many small rows then still sum to the share.
    const phase = (start + 0.5) / BUCKETS;
    let gone = 0;
    for (const bucket of movers) {
      turns.push({
        class: className,
        zone,
        bucket,
        location: after[bucket]!,
        turn: (gone + phase * weigh(bucket)) / total,
      });
      gone += weigh(bucket);
    }
  });
  return turns;
}

/** Far below an even share, 1/256. */
const LEAST_WEIGHT = 1e-6;

/** FNV-1a, folded to a bucket: alike on every machine, unlike for neighbouring names. */
function startOf(className: ClassName, zone: ZoneName): number {
  let hash = 0x811c9dc5;
  for (const char of `${className}/${zone}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return ((hash >>> 24) ^ (hash >>> 16) ^ (hash >>> 8) ^ hash) & (BUCKETS - 1);
}
