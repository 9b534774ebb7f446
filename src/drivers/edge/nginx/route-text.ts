import type { LocationName } from "../../../core/estate.ts";
import { BUCKETS } from "../../../core/estate.ts";
import { followedAsLost, type RouteState } from "../../../core/route/route.ts";
import { eachRow, rowToBuckets } from "../../../core/route/rows.ts";
import type { Assignment, RouteTable } from "../../../core/route/table.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { digest } from "../../dns/marker.ts";
import { zoneEntries } from "../haproxy/maps.ts";
import { lossOf, routeEntries } from "../haproxy/route-entries.ts";
import type { Mark } from "../route-mark.ts";
import { rowsNow } from "../rows-now.ts";

/**
 * What is answered now as one file of nginx's: a map can find only whole keys, so a row, its sixteens and its single buckets have a map each,
 * and whose loss is followed is in them already (a change is a reload anyway).
 *
 * 1. Bucket by the user's network: exactly as the core says.
 * 2. Bucket by the host: nginx can't work it out. A row that has one place is followed; where it is divided, whoever came to one of its places
 *    stays (DNS knew), and others go to the one that has most. Nobody is sent back and forth.
 * 3. Beside it stands where each chunk would go if this location were lost (`$rp_second`), but for places whose loss is followed already:
 *    what is safe to repeat may be asked there a second time (ask-again.ts).
 */
export type RouteText = {
  readonly text: string;
  readonly mark: Mark;
  /** Rows that are divided and can't be, as `class/zone`. */
  readonly divided: readonly string[];
};

export type RouteTextContext = Pick<SteeringContext, "hosts" | "subnets" | "otherwise"> & {
  readonly here: LocationName;
};

/** `route` null: no table yet, and everybody is served where they came. */
export function routeText(route: RouteState | null, context: RouteTextContext): RouteText {
  const { hosts, subnets, otherwise, here } = context;
  const table = route?.table ?? null;
  const rows = table === null || route === null ? {} : rowsNow(table, route);
  const places =
    table === null
      ? []
      : routeEntries({
          ...table,
          assignment: rows,
          contingency: { [here]: table.contingency[here] ?? {} },
          providerContingency: {},
        });
  const byHost = new Set(hosts.filter(({ bucketBy }) => bucketBy === "host").map((host) => host.class));
  const divided = table === null ? [] : dividedRows(rows, { table, here, classes: byHost });
  const apart = entriesUnder(places, "apart");
  const inTable = entriesUnder(places, "table");
  const lost = route === null ? [] : followedAsLost(route);
  const ifHereIsLost = entriesUnder(places, lossOf(here)).map(([key, place]): Line => [
    key,
    lost.includes(place) ? '""' : place,
  ]);
  const body = [
    map("$host", "$rp_class", [["default", '""'], ...hosts.map((host): Line => [hostKey(host.name), host.class])]),
    map("$host", "$rp_bucket", [
      ["default", '""'],
      ...hosts.map(({ name, bucketBy }): Line => [hostKey(name), bucketBy === "network" ? "$rp_network" : BY_HOST]),
    ]),
    `geo $rp_zone {\n${linesOf(zoneEntries(subnets, otherwise))}}`,
    map('"$rp_class/$rp_bucket"', "$rp_apart", [["default", '""'], ...apart]),
    map('"$rp_class/$rp_zone"', "$rp_row", [["default", '""'], ...rowLines(inTable)]),
    map('"$rp_class/$rp_zone/$rp_sixteen"', "$rp_of_sixteen", [["default", "$rp_row"], ...bucketLines(inTable, 1)]),
    map('"$rp_class/$rp_zone/$rp_bucket"', "$rp_of_bucket", [
      ["default", "$rp_of_sixteen"],
      ...bucketLines(inTable, 2),
      ...divided.map(({ key, place }): Line => [`${key}/${BY_HOST}`, place]),
    ]),
    map('"$rp_class/$rp_zone"', "$rp_second_row", [["default", '""'], ...rowLines(ifHereIsLost)]),
    map('"$rp_class/$rp_zone/$rp_sixteen"', "$rp_second_sixteen", [
      ["default", "$rp_second_row"],
      ...bucketLines(ifHereIsLost, 1),
    ]),
    map('"$rp_class/$rp_zone/$rp_bucket"', "$rp_second", [
      ["default", "$rp_second_sixteen"],
      ...bucketLines(ifHereIsLost, 2),
    ]),
  ].join("\n");
  const mark = {
    version: table?.version ?? 0,
    lost,
    of: digest(body),
  };
  const told = JSON.stringify(mark);
  return {
    text: `# ${told}\nmap $pid $rp_table { default '${told}'; }\n${body}\n`,
    mark,
    divided: divided.map(({ key }) => key),
  };
}

/** In place of a bucket that can't be told. */
const BY_HOST = "host";

type Line = readonly [key: string, value: string];

function dividedRows(
  rows: Assignment,
  {
    table,
    here,
    classes,
  }: { readonly table: RouteTable; readonly here: LocationName; readonly classes: ReadonlySet<string> },
): readonly { readonly key: string; readonly place: LocationName }[] {
  const found: { key: string; place: LocationName }[] = [];
  eachRow(rows, (className, zone, runs) => {
    if (!classes.has(className)) return;
    const counts = new Map<number, number>();
    for (const location of rowToBuckets(runs)) counts.set(location, (counts.get(location) ?? 0) + 1);
    if (counts.get(runs[0]![0]) === BUCKETS) return;
    const places = [...counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).map(([index]) => table.locations[index]!);
    found.push({ key: `${className}/${zone}`, place: places.includes(here) ? here : places[0]! });
  });
  return found;
}

const entriesUnder = (entries: readonly Line[], first: string): readonly Line[] =>
  entries.flatMap(([key, value]): Line[] =>
    key.startsWith(`${first}/`) ? [[key.slice(first.length + 1), value]] : [],
  );

const rowLines = (entries: readonly Line[]): readonly Line[] =>
  entries.flatMap(([key, place]): Line[] => (key.endsWith("/") ? [[key.slice(0, -1), place]] : []));

/** Of sixteens with one digit, of single buckets with two. */
const bucketLines = (entries: readonly Line[], digits: number): readonly Line[] =>
  entries.filter(([key]) => /[^/]*$/.exec(key)![0].length === digits);

/** nginx's own `*.` has names of any depth, ours have one label in its place. */
const hostKey = (name: string): string =>
  name.startsWith("*.") ? `"~^[^.]+\\.${name.slice(2).replaceAll(".", "\\.")}$"` : `"${name}"`;

const map = (source: string, name: string, lines: readonly Line[]): string =>
  `map ${source} ${name} {\n${linesOf(lines)}}`;

const linesOf = (lines: readonly Line[]): string => lines.map(([key, value]) => `  ${key} ${value};\n`).join("");
