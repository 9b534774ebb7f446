import { BUCKETS, type LocationName } from "../../../core/estate.ts";
import { eachRow, rowToBuckets } from "../../../core/route/rows.ts";
import type { Assignment, RouteTable, Run } from "../../../core/route/table.ts";

/** A line of a map: HAProxy answers a key with the value of the longest line that the key begins with. */
export type MapEntry = readonly [key: string, value: string];

export const VERSION_KEY = "version";
/** Its value is the beginning of the keys that are looked up before `table`: whose loss is followed. */
export const FOLLOWED_KEY = "followed";
/** In place of a location: nobody serves this bucket. */
export const SHED = "!shed";

/**
 * A route table as the lines of one map, contingencies included, so that one swap changes all of it at once.
 *
 *     version 12
 *     apart/public/2F eu-west-1                  a bucket set apart, in every zone
 *     table/public/us-east/ us-east-1            a zone's row: most of its buckets,
 *     table/public/us-east/8 us-west-2           the sixteen buckets 80 to 8F,
 *     table/public/us-east/85 eu-west-1          and one of them
 *     lost/us-east-1/public/us-east/ us-west-2   the row instead, once the loss of us-east-1 is followed
 *
 * Buckets are two hexadecimal digits, so a row costs as many lines as it has pieces and not 256.
 */
export function routeEntries(table: RouteTable): readonly MapEntry[] {
  const entries: MapEntry[] = [[VERSION_KEY, String(table.version)]];
  for (const { class: className, bucket, location } of table.apart)
    entries.push([`apart/${className}/${hex(bucket)}`, location ?? SHED]);
  const add = (prefix: string, assignment: Assignment): void =>
    eachRow(assignment, (className, zone, runs) => {
      entries.push(...rowEntries(`${prefix}/${className}/${zone}/`, runs, table.locations));
    });
  add("table", table.assignment);
  for (const lost of table.locations) add(lossOf(lost), table.contingency[lost] ?? {});
  for (const [provider, { rows }] of Object.entries(table.providerContingency ?? {}))
    add(lossOfProvider(provider), rows);
  return entries;
}

/** What `followed` says when the loss of a location is followed, or of a whole provider. */
export const lossOf = (location: LocationName): string => `lost/${location}`;
export const lossOfProvider = (provider: string): string => `lost-provider/${provider}`;

/** A name that would end a line or a command of HAProxy's is none of ours; null: all are good. */
export function unwritableName(table: RouteTable): string | null {
  const rows = [table.assignment, ...Object.values(table.contingency)];
  const losses = Object.entries(table.providerContingency ?? {});
  const names = [
    ...table.locations,
    ...losses.map(([provider]) => provider),
    ...table.apart.map((each) => each.class),
    ...[...rows, ...losses.map(([, loss]) => loss.rows)].flatMap((assignment) =>
      Object.entries(assignment).flatMap(([className, zones]) => [className, ...Object.keys(zones)]),
    ),
  ];
  return names.find((name) => !WRITABLE.test(name)) ?? null;
}

const WRITABLE = /^[\w.-]{1,80}$/;
/** Buckets that share their first hexadecimal digit. */
const SIXTEEN = 16;

function rowEntries(prefix: string, runs: readonly Run[], locations: readonly LocationName[]): MapEntry[] {
  const buckets = rowToBuckets(runs);
  const counts = new Uint16Array(locations.length);
  const most = mostOf(buckets, counts);
  const entries: MapEntry[] = [[prefix, locations[most]!]];
  for (let first = 0; first < BUCKETS; first += SIXTEEN) {
    const sixteen = buckets.subarray(first, first + SIXTEEN);
    const mostHere = mostOf(sixteen, counts);
    // A line for all sixteen has to save more than itself.
    const usual = counts[mostHere]! - 1 > counts[most]! ? mostHere : most;
    if (usual !== most) entries.push([prefix + hex(first)[0]!, locations[usual]!]);
    sixteen.forEach((location, at) => {
      if (location !== usual) entries.push([prefix + hex(first + at), locations[location]!]);
    });
  }
  return entries;
}

/** The location that most of them have; of equals the first by index. Leaves in `counts` how many each has. */
function mostOf(buckets: Uint8Array, counts: Uint16Array): number {
  counts.fill(0);
  for (const location of buckets) counts[location] = counts[location]! + 1;
  return counts.reduce((best, count, location) => (count > counts[best]! ? location : best), 0);
}

/** As HAProxy's `hex` writes it. */
const hex = (bucket: number): string => bucket.toString(16).toUpperCase().padStart(2, "0");
