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

/** In place of a location: whoever asks is served where they came, as a table without this row says. */
export const HERE = "!here";

/**
 * A route table as lines, contingencies included.
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
export const routeEntries = (table: RouteTable): readonly MapEntry[] => [...headEntries(table), ...rowLines(table)];

/**
 * The lines that all tables of a while have in common, in a map that is seldom written: what has changed since stands in another one, which is
 * looked up first (`changeEntries`). Like a printed timetable and the sheet of changes beside it.
 */
export const baseEntries = (table: RouteTable): readonly MapEntry[] => [
  [VERSION_KEY, String(table.version)],
  ...rowLines(table),
];

/** Rows by what their lines' keys begin with: `table/public/us-east/`, `lost/us-east-1/public/us-east/`. */
export type Rows = ReadonlyMap<string, readonly Run[]>;

export function rowsOf(table: RouteTable): Rows {
  const rows = new Map<string, readonly Run[]>();
  // In no order: lines are looked up, and sorting thousands of names would be most of the work.
  const add = (first: string, assignment: Assignment): void => {
    for (const [className, zones] of Object.entries(assignment)) {
      const prefix = `${first}/${className}/`;
      for (const zone in zones) rows.set(`${prefix}${zone}/`, zones[zone]!);
    }
  };
  eachAssignment(table, add);
  return rows;
}

/**
 * The lines that make a table of a base: one swap of them changes all of it at once. A row that differs is there as a whole, so that no line of
 * the base shows through; one that is gone is there as what its users get without it. `base`: its rows, or null for a row that nobody knows.
 */
export function changeEntries(
  table: RouteTable,
  base: ReadonlyMap<string, readonly Run[] | null>,
): { readonly entries: readonly MapEntry[]; readonly changedShare: number } {
  const rows = rowsOf(table);
  const entries = [...headEntries(table)];
  let changed = 0;
  for (const [prefix, runs] of rows) {
    const before = base.get(prefix);
    if (before !== undefined && before !== null && isSameRuns(before, runs)) continue;
    changed += 1;
    entries.push(...rowEntries(prefix, runs, table.locations));
  }
  for (const prefix of base.keys()) {
    if (rows.has(prefix)) continue;
    changed += 1;
    const instead = prefix.startsWith("table/") ? undefined : rows.get(`table/${prefix.split("/").slice(2).join("/")}`);
    if (instead === undefined) entries.push([prefix, HERE]);
    else entries.push(...rowEntries(prefix, instead, table.locations));
  }
  return { entries, changedShare: rows.size === 0 ? 1 : changed / rows.size };
}

/** What the keys of a map's rows begin with. */
export const prefixesIn = (keys: Iterable<string>): readonly string[] => [
  ...new Set([...keys].filter((key) => key.includes("/")).map((key) => key.slice(0, key.lastIndexOf("/") + 1))),
];

const headEntries = (table: RouteTable): readonly MapEntry[] => [
  [VERSION_KEY, String(table.version)],
  ...table.apart.map((each): MapEntry => [`apart/${each.class}/${hex(each.bucket)}`, each.location ?? SHED]),
];

function rowLines(table: RouteTable): readonly MapEntry[] {
  const entries: MapEntry[] = [];
  eachAssignment(table, (first, assignment) =>
    eachRow(assignment, (className, zone, runs) => {
      entries.push(...rowEntries(`${first}/${className}/${zone}/`, runs, table.locations));
    }),
  );
  return entries;
}

function eachAssignment(table: RouteTable, visit: (first: string, assignment: Assignment) => void): void {
  visit("table", table.assignment);
  for (const lost of table.locations) visit(lossOf(lost), table.contingency[lost] ?? {});
  for (const [provider, { rows }] of Object.entries(table.providerContingency ?? {}))
    visit(lossOfProvider(provider), rows);
}

const isSameRuns = (one: readonly Run[], other: readonly Run[]): boolean =>
  one === other ||
  (one.length === other.length &&
    one.every(([location, count], at) => location === other[at]![0] && count === other[at]![1]));

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
