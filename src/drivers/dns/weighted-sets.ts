import type { RouteState } from "../../core/route/route.ts";
import type { LocationAddresses, SteeringContext } from "../steering-context.ts";
import { FAMILIES, lossWords, ttlOf } from "./address-sets.ts";
import { shortAddress } from "./ask-server.ts";
import type { Loss } from "./grain.ts";
import { type RecordSet, refused } from "./record-server.ts";
import type { Rendered } from "./record-steering.ts";
import { weightedShares } from "./weighted-shares.ts";

/** What one location gives to a host's answers, and how many of the host's parts it takes. */
export type Weighted = { readonly weight: number; readonly addresses: readonly string[] };

/** As a value of a record set: `128 192.0.2.1,192.0.2.9`. */
export function weightedText({ weight, addresses }: Weighted): string {
  return `${weight} ${addresses.join(",")}`;
}

/** Null: that is no weighted value. */
export function readWeighted(text: string): Weighted | null {
  const [, weight, addresses] = /^(\d+) ([^ ]+)$/.exec(text) ?? [];
  return weight === undefined ? null : { weight: Number(weight), addresses: addresses!.split(",") };
}

/** What any user of a host may be told by what was written; `addressesIn` reads one value of a set. */
export function writtenAddresses(
  sets: readonly RecordSet[],
  host: string,
  addressesIn: (value: string) => readonly string[],
): LocationAddresses {
  const [v4, v6] = FAMILIES.map(([family]) => {
    const values = sets.find(({ name, type }) => name === host && type === family)?.values ?? [];
    return [...new Set(values.flatMap(addressesIn))];
  });
  return { v4: v4!, v6: v6! };
}

/** A host's locations with their weights, which sum to `steps`: all zones are added up, weighed by their demand. */
export function weightedSets(
  route: RouteState,
  context: Pick<SteeringContext, "estate" | "hosts" | "addresses" | "demandRps"> & { readonly steps: number },
): Rendered {
  const { estate, hosts, addresses, demandRps, steps } = context;
  const demand = demandRps();
  const losses = new Map<string, Loss>();
  const sets: RecordSet[] = [];
  for (const host of hosts) {
    const [all] = weightedShares(route, { class: host.class, groupOf: () => "all", steps, demand });
    if (all === undefined) return refused("table-malformed", `no rows for the class ${host.class} of ${host.name}`);
    losses.set(host.name, all.loss);
    const held = heldOf(route, all.parts);
    const ttlSeconds = ttlOf(
      held.map(({ name }) => name),
      { estate, route },
    );
    for (const [type, family] of FAMILIES) {
      const values = weightedFamily(held, { addresses, family }).map(weightedText);
      if (values.length > 0) sets.push({ name: host.name, type, ttlSeconds, values: values.toSorted() });
    }
  }
  return { kind: "sets", sets, says: lossWords(losses, route) };
}

export type Held = { readonly name: string; readonly weight: number };

/** Who takes any part, and how many. */
export function heldOf(route: RouteState, parts: readonly number[]): readonly Held[] {
  return route.locations.flatMap((name, index) => (parts[index]! > 0 ? [{ name, weight: parts[index]! }] : []));
}

/** Empty when one of them has no address of the family: whoever asks for it would all go to the others. */
export function weightedFamily(
  held: readonly Held[],
  { addresses, family }: { readonly addresses: SteeringContext["addresses"]; readonly family: keyof LocationAddresses },
): readonly Weighted[] {
  const own = held.map(({ name, weight }) => ({
    weight,
    addresses: (addresses[name]?.[family] ?? []).map(shortAddress).toSorted(),
  }));
  return own.some((each) => each.addresses.length === 0) ? [] : own;
}
