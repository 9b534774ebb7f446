import { bucketOfHost } from "../../../core/route/host.ts";
import type { RouteState } from "../../../core/route/route.ts";
import type { Assignment } from "../../../core/route/table.ts";
import { rowToBuckets } from "../../../core/route/rows.ts";
import type { SteeredHost, SteeringContext } from "../../steering-context.ts";
import { FAMILIES, ttlOf } from "../address-sets.ts";
import { rowsOf, type ZoneRow } from "../host-rows.ts";
import { digest } from "../marker.ts";
import { type RecordSet, refused } from "../record-server.ts";
import type { Rendered } from "../record-steering.ts";
import { hostContent, type LuaClass, type LuaTable, tableContent } from "./lua.ts";

export type LuaSets = Pick<SteeringContext, "estate" | "addresses" | "subnets" | "otherwise"> & {
  /** The hosts of each DNS zone. */
  readonly hostsOf: ReadonlyMap<string, readonly SteeredHost[]>;
  /** `_houston-table`, of this driver alone. */
  readonly tableLabel: string;
  readonly healthUrl: string | undefined;
};

/** A record's data has two bytes for its length, and each of its strings one more. */
const PROGRAM_BYTES_MAX = 60_000;

/** What PowerDNS is to hold: the program once for each DNS zone, and a short record for each host. */
export function luaSets(route: RouteState, options: LuaSets): Rendered {
  const { estate, addresses, hostsOf, tableLabel } = options;
  const classNames = [...new Set([...hostsOf.values()].flat().map((host) => host.class))].toSorted();
  const zones = estate.zones.map(({ name }) => name);
  const classes: LuaClass[] = [];
  for (const name of classNames) {
    const rows = rowsOf(route, name);
    const missing = zones.find((zone) => !rows.some((row) => row.zone === zone));
    if (missing !== undefined) return refused("table-malformed", `no row for the class ${name} in ${missing}`);
    const inOrder = zones.map((zone) => rows.find((row) => row.zone === zone)!);
    // Who follows no loss by himself needs no room for it.
    const withoutLocation = options.healthUrl === undefined ? NO_LOSSES : lossesOf(route, name, inOrder);
    classes.push({ name, rows: inOrder, withoutLocation });
  }
  const locations = route.locations.map((name) => ({ name, ...(addresses[name] ?? { v4: [], v6: [] }) }));
  const used = new Set(
    classes
      .flatMap(({ rows, withoutLocation }) => [rows, ...withoutLocation.values()])
      .flat()
      .flatMap(({ buckets }) => [...buckets]),
  );
  const bare = [...used].find((index) => locations[index]!.v4.length + locations[index]!.v6.length === 0);
  if (bare !== undefined)
    return refused("empty-set", `${locations[bare]!.name} has no address, and users are to go there`);
  const table: Omit<LuaTable, "digest"> = {
    zones: zones.map((zone) => ({ subnets: options.subnets[zone] ?? [] })),
    otherwise: zones.indexOf(options.otherwise),
    locations,
    classes,
    healthUrl: options.healthUrl ?? null,
  };
  const ttlSeconds = ttlOf(
    [...used].map((index) => route.locations[index]!),
    { estate, route },
  );
  const sets: RecordSet[] = [];
  for (const [domain, hosts] of hostsOf) {
    if (hosts.length === 0) continue;
    const name = `${tableLabel}.${domain}`;
    const own = digest(tableContent(name, { ...table, digest: "" }));
    const content = tableContent(name, { ...table, digest: own });
    if (content.length > PROGRAM_BYTES_MAX) {
      return refused(
        "unsupported",
        `the table takes ${content.length} bytes in ${domain}, ${PROGRAM_BYTES_MAX} is the most: fewer subnets, or fewer classes in one driver`,
      );
    }
    sets.push({ name, type: "LUA", ttlSeconds, values: [content] });
    for (const host of hosts) {
      const lua = { key: name, digest: own, tableLabel, class: host.class, bucket: bucketOf(host) };
      const families = FAMILIES.filter(([, family]) =>
        [...used].every((index) => locations[index]![family].length > 0),
      );
      const values = families.map(([type]) => hostContent(lua, type)).toSorted();
      sets.push({ name: host.name, type: "LUA", ttlSeconds, values });
    }
  }
  return { kind: "sets", sets, says: "PowerDNS answers each zone and bucket as planned" };
}

function bucketOf({ name, bucketBy }: SteeredHost): number | "name" | "network" {
  if (bucketBy === "network") return "network";
  return name.startsWith("*.") ? "name" : bucketOfHost(name);
}

const NO_LOSSES: LuaClass["withoutLocation"] = new Map();

/** The rows that PowerDNS goes by when it finds a location lost. While a loss is followed already, no second one is. */
function lossesOf(
  route: RouteState,
  className: string,
  rows: readonly ZoneRow[],
): ReadonlyMap<number, readonly ZoneRow[]> {
  const { table, notice } = route;
  if (table === null || notice !== null) return new Map();
  const losses = Object.entries(table.contingency).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    losses.flatMap(([lost, assignment]) => {
      const changed = without(assignment, className, rows);
      return changed === null ? [] : [[route.locations.indexOf(lost), changed] as const];
    }),
  );
}

function without(assignment: Assignment, className: string, rows: readonly ZoneRow[]): readonly ZoneRow[] | null {
  const own = assignment[className];
  if (own === undefined) return null;
  return rows.map((row) => {
    const runs = own[row.zone];
    return runs === undefined ? row : { zone: row.zone, buckets: rowToBuckets(runs) };
  });
}
