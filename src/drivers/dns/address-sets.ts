import type { Estate } from "../../core/estate.ts";
import type { RouteState } from "../../core/route/route.ts";
import type { LocationAddresses, SteeringContext } from "../steering-context.ts";
import { shortAddress } from "./ask-server.ts";
import { evenly, lossOf, type Loss, roundToSet } from "./grain.ts";
import { rowsOf, sharesOfRows } from "./host-rows.ts";
import { type RecordSet, refused } from "./record-server.ts";
import type { Rendered } from "./record-steering.ts";

type Told = Pick<SteeringContext, "estate" | "hosts" | "addresses" | "demandRps"> & {
  /** Answers are kept for at least so long, for the server takes no less; absent: a second. */
  readonly leastTtlSeconds?: number;
};

/**
 * A plain set of addresses for each host, the same for all users, who spread evenly over it: the locations that are planned the most,
 * as many as put the fewest requests elsewhere. Each gives the same number of addresses, for a resolver counts addresses, not places.
 */
export function addressSets(
  route: RouteState,
  { estate, hosts, addresses, demandRps, leastTtlSeconds = 1 }: Told,
): Rendered {
  const demand = demandRps();
  const losses = new Map<string, Loss>();
  const sets: RecordSet[] = [];
  for (const host of hosts) {
    const rows = rowsOf(route, host.class);
    if (rows.length === 0) return refused("table-malformed", `no rows for the class ${host.class} of ${host.name}`);
    const shares = sharesOfRows(rows, { class: host.class, demand, locationCount: route.locations.length });
    const held = roundToSet(shares);
    losses.set(host.name, lossOf(shares, evenly(held, shares.length)));
    const names = held.map((index) => route.locations[index]!);
    const ttlSeconds = Math.max(leastTtlSeconds, ttlOf(names, { estate, route }));
    for (const [type, family] of FAMILIES) {
      const own = names.map((name) => addresses[name]?.[family] ?? []);
      const each = Math.min(...own.map((list) => list.length));
      const values = own.flatMap((list) => list.slice(0, each)).map(shortAddress);
      if (values.length > 0) sets.push({ name: host.name, type, ttlSeconds, values: [...new Set(values)].toSorted() });
    }
  }
  return { kind: "sets", sets, says: lossWords(losses, route) };
}

export const FAMILIES = [
  ["A", "v4"],
  ["AAAA", "v6"],
] as const;

/** How long an answer that may name these locations is kept: the shortest of their times. */
export function ttlOf(
  names: readonly string[],
  { estate, route }: { readonly estate: Pick<Estate, "ttlSeconds">; readonly route: RouteState },
): number {
  const own = names.map((name) => route.table?.ttlSeconds?.[name] ?? estate.ttlSeconds);
  return Math.min(estate.ttlSeconds, ...own);
}

/** `www.example.com: 7.4 % of requests go elsewhere than planned (us-east-1 +7.4 %, eu-west-1 -7.4 %)`; hosts that lose the same are told once. */
export function lossWords(losses: ReadonlyMap<string, Loss>, route: RouteState): string {
  const byWords = new Map<string, string[]>();
  for (const [host, loss] of losses) {
    if (loss.elsewhere < TOLD_FROM) continue;
    const moved = route.locations.flatMap((name, index) => {
      const more = (loss.held[index] ?? 0) - (loss.planned[index] ?? 0);
      return Math.abs(more) < TOLD_FROM ? [] : [`${name} ${more > 0 ? "+" : "-"}${percent(Math.abs(more))}`];
    });
    const words = `${percent(loss.elsewhere)} of requests go elsewhere than planned (${moved.join(", ")})`;
    byWords.set(words, [...(byWords.get(words) ?? []), host]);
  }
  if (byWords.size === 0) return "answers split users as planned";
  return [...byWords].map(([words, of]) => `${of.join(", ")}: ${words}`).join("; ");
}

const TOLD_FROM = 0.001;

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What users of one name are told by plain sets, which are the same for all who ask. */
export function toldOf(sets: readonly RecordSet[], host: string): LocationAddresses {
  const of = (type: "A" | "AAAA"): readonly string[] =>
    sets.find((set) => set.name === host && set.type === type)?.values ?? [];
  return { v4: of("A"), v6: of("AAAA") };
}
