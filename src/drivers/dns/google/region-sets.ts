import type { RouteState } from "../../../core/route/route.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { FAMILIES, lossWords, ttlOf } from "../address-sets.ts";
import { addLosses, evenly, lossOf, type Loss, roundToSet } from "../grain.ts";
import { rowsOf, shareOfRows, sharesOfRows } from "../host-rows.ts";
import { type RecordSet, refused } from "../record-server.ts";
import type { Rendered } from "../record-steering.ts";
import { weightedFamily } from "../weighted-sets.ts";
import { regionLine } from "./routing-policy.ts";

export type RegionSets = Pick<SteeringContext, "estate" | "hosts" | "addresses" | "demandRps"> & {
  /** By zone of users; each has one. */
  readonly regions: Readonly<Record<string, string>>;
};

/** For each host and Google region a plain set of addresses, since a policy by region has no weights. */
export function regionSets(route: RouteState, options: RegionSets): Rendered {
  const { estate, hosts, addresses, demandRps, regions } = options;
  const demand = demandRps();
  const losses = new Map<string, Loss>();
  const sets: RecordSet[] = [];
  const names = [...new Set(Object.values(regions))].toSorted();
  for (const host of hosts) {
    const rows = rowsOf(route, host.class);
    if (rows.length === 0) return refused("table-malformed", `no rows for the class ${host.class} of ${host.name}`);
    const untold = rows.find(({ zone }) => regions[zone] === undefined);
    if (untold !== undefined) return refused("unsupported", `no region is named for the users of ${untold.zone}`);
    const parts = names.flatMap((region) => {
      const own = rows.filter(({ zone }) => regions[zone] === region);
      if (own.length === 0) return [];
      const shares = sharesOfRows(own, { class: host.class, demand, locationCount: route.locations.length });
      const set = roundToSet(shares);
      const share = shareOfRows(own, { all: rows, class: host.class, demand });
      return [{ region, set, share, loss: lossOf(shares, evenly(set, shares.length)) }];
    });
    losses.set(host.name, addLosses(parts));
    const used = [...new Set(parts.flatMap(({ set }) => set))].map((index) => route.locations[index]!);
    const ttlSeconds = ttlOf(used, { estate, route });
    for (const [type, family] of FAMILIES) {
      const held = used.map((name) => ({ name, weight: 1 }));
      if (weightedFamily(held, { addresses, family }).length === 0) continue;
      const each = Math.min(...used.map((name) => addresses[name]![family].length));
      const values = parts.map(({ region, set }) => {
        const own = set.map((index) => ({ name: route.locations[index]!, weight: 1 }));
        const told = weightedFamily(own, { addresses, family }).flatMap((one) => one.addresses.slice(0, each));
        return regionLine(region, told.toSorted());
      });
      sets.push({ name: host.name, type, ttlSeconds, values: values.toSorted() });
    }
  }
  return { kind: "sets", sets, says: lossWords(losses, route) };
}
