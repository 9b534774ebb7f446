import type { ZoneName } from "../../../core/estate.ts";
import type { RouteState } from "../../../core/route/route.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { FAMILIES, lossWords, ttlOf } from "../address-sets.ts";
import { addLosses, type Loss } from "../grain.ts";
import { rowsOf, shareOfRows } from "../host-rows.ts";
import { type RecordSet, refused } from "../record-server.ts";
import type { Rendered } from "../record-steering.ts";
import { heldOf, weightedFamily } from "../weighted-sets.ts";
import { weightedShares } from "../weighted-shares.ts";
import { answerLine, chainLine } from "./record.ts";

export type SubnetSets = Pick<SteeringContext, "estate" | "hosts" | "addresses" | "demandRps" | "otherwise"> & {
  /** Zones that are answered by themselves, with their subnets; all others are answered as `otherwise`. */
  readonly fenced: Readonly<Record<ZoneName, readonly string[]>>;
  /** All are answered alike, zones added up. */
  readonly isOne: boolean;
  readonly feeds: Readonly<Record<string, string>>;
  readonly steps: number;
};

/** Each host's answers with their weights, for each zone that NS1 tells apart by its subnets. */
export function subnetSets(route: RouteState, options: SubnetSets): Rendered {
  const { estate, hosts, addresses, demandRps, otherwise, fenced, isOne, feeds, steps } = options;
  const demand = demandRps();
  const isWatched = Object.keys(feeds).length > 0;
  const isFenced = !isOne && Object.keys(fenced).length > 0;
  const groupOf = (zone: ZoneName): string => {
    if (isOne) return otherwise;
    // Who can't be told apart is answered as `otherwise`, and so has no say in it.
    return zone === otherwise || fenced[zone] !== undefined ? zone : UNTOLD;
  };
  const losses = new Map<string, Loss>();
  const sets: RecordSet[] = [];
  for (const host of hosts) {
    const rows = rowsOf(route, host.class);
    const groups = weightedShares(route, { class: host.class, groupOf, steps, demand }).filter(
      ({ group }) => group !== UNTOLD,
    );
    const missing = [otherwise, ...(isOne ? [] : Object.keys(fenced))].find((zone) =>
      groups.every(({ group }) => group !== zone),
    );
    if (missing !== undefined)
      return refused("table-malformed", `no row for the class ${host.class} of ${host.name} in ${missing}`);
    const told = rows.filter(({ zone }) => groupOf(zone) !== UNTOLD);
    losses.set(
      host.name,
      addLosses(
        groups.map(({ group, loss }) => {
          const own = told.filter(({ zone }) => groupOf(zone) === group);
          return { share: shareOfRows(own, { all: told, class: host.class, demand }), loss };
        }),
      ),
    );
    const held = groups.map(({ group, parts }) => ({ group, held: heldOf(route, parts) }));
    const used = [...new Set(held.flatMap((each) => each.held.map(({ name }) => name)))];
    const ttlSeconds = ttlOf(used, { estate, route });
    for (const [type, family] of FAMILIES) {
      if (used.some((name) => (addresses[name]?.[family] ?? []).length === 0)) continue;
      // An answer is one address, so who has more of them would be answered more often.
      const each = Math.min(...used.map((name) => addresses[name]![family].length));
      const answers = held.flatMap(({ group, held: own }) =>
        own.flatMap(({ name, weight }) =>
          weightedFamily([{ name, weight }], { addresses, family })[0]!
            .addresses.slice(0, each)
            .map((address) =>
              answerLine(
                { address, weight, feed: feeds[name], prefixes: isOne ? [] : (fenced[group] ?? []) },
                isWatched,
              ),
            ),
        ),
      );
      const values = [...answers, chainLine({ isWatched, isFenced })].toSorted();
      sets.push({ name: host.name, type, ttlSeconds, values });
    }
  }
  return { kind: "sets", sets, says: lossWords(losses, route) };
}

const UNTOLD = "";
