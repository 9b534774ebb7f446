import ipaddr from "ipaddr.js";
import type { ClassName, LocationName, ZoneName } from "../../core/estate.ts";
import { networkBits } from "../../core/route/host.ts";
import { initialRoute, routeStep, type RouteState } from "../../core/route/route.ts";
import { sameRow } from "../../core/route/rows.ts";
import type { RouteTable, Run } from "../../core/route/table.ts";
import { placesFor } from "../../drivers/dns/told-places.ts";
import type { ZoneLookup } from "../../drivers/dns/zone-lookup.ts";
import type { Asker, LocationAddresses, SteeredHost, SteeringContext } from "../../drivers/steering-context.ts";

/**
 * Whom to ask for, so that a change is seen if it is there: users whose answer it changes. Like somebody who has moved house and posts
 * himself a few letters, one to each name that was on the door.
 */
export type Sampled = Pick<SteeringContext, "hosts" | "subnets" | "otherwise"> & {
  /** Of `subnets`: made once, for there may be a hundred thousand. */
  readonly lookup: ZoneLookup;
  /** A zone's place for whoever the table says nothing of. */
  readonly homeOf: (zone: ZoneName) => LocationName;
};

/** Of all names and zones: as many as a name server is asked at once without being a burden. */
const ASKERS_MAX = 24;
const HOSTS_MAX = 6;
const ZONES_MAX = 6;
/** Networks, or names below `*.`, that are tried to find one that moves: of a canary of 5 % one in 64 is missed 4 times in 100. */
const TRIES_MAX = 64;

/** Users by zone whose answer differs between two states; before null: some of each. */
export function changedAskers(before: RouteState | null, after: RouteState, sampled: Sampled): readonly Asker[] {
  const { hosts, subnets, otherwise, homeOf } = sampled;
  const zones = [...new Set([...Object.keys(subnets).filter((zone) => subnets[zone]!.length > 0), otherwise])];
  const found: Asker[] = [];
  const isSame = before === null ? () => false : sameAnswers(before, after);
  for (const host of spread(hosts, HOSTS_MAX)) {
    let told = 0;
    for (const zone of zones) {
      if (told === ZONES_MAX || found.length === ASKERS_MAX) break;
      if (isSame(host.class, zone)) continue;
      const moved = asking(host, zone, sampled).find((asker) => differs(before, after, asker, homeOf));
      if (moved === undefined) continue;
      found.push(moved);
      told += 1;
    }
  }
  return found;
}

/**
 * The same for one who asks from a single address, such as a resolver: as whose user it is answered, or null where that is not known. Then
 * only what nobody is led to any more is a change.
 */
export function changedNames(
  before: RouteState | null,
  after: RouteState,
  from: Asker["from"],
  { hosts, homeOf }: Sampled,
): readonly Asker[] {
  return spread(hosts, HOSTS_MAX).flatMap((host) => {
    const asker = namesOf(host)
      .map((name): Asker => ({ host, name, from }))
      .find((each) => differs(before, after, each, homeOf));
    return asker === undefined ? [] : [asker];
  });
}

/** As whose user the name servers see one who asks from this address. */
export function askerFrom(
  address: string,
  { otherwise, lookup }: Pick<Sampled, "otherwise" | "lookup">,
): NonNullable<Asker["from"]> {
  const network = Uint8Array.from(ipaddr.parse(address).toByteArray());
  return { network, zone: lookup.find(network, network.length * 8).zone ?? otherwise };
}

function differs(before: RouteState | null, after: RouteState, asker: Asker, homeOf: Sampled["homeOf"]): boolean {
  const now = placesFor(after, asker, homeOf);
  if (before === null) return now.length > 0;
  // Whoever could be led to a place before, and can't be now, shows it.
  return placesFor(before, asker, homeOf).some((place) => !now.includes(place));
}

/**
 * Whether all of a zone are answered as before, told without trying any of them: most tables change nothing for most zones, and who
 * decides this answers DNS too.
 */
function sameAnswers(before: RouteState, after: RouteState): (className: ClassName, zone: ZoneName) => boolean {
  if (ofAllZones(before) !== ofAllZones(after)) return () => false;
  return (className, zone) => {
    const [was, is] = [rowOf(before, className, zone), rowOf(after, className, zone)];
    return was === undefined || is === undefined ? was === is : sameRow(was, is);
  };
}

const ofAllZones = ({ locations, table }: RouteState): string => JSON.stringify([locations, table?.apart ?? []]);

const rowOf = ({ table }: RouteState, className: ClassName, zone: ZoneName): readonly Run[] | undefined =>
  table?.assignment[className]?.[zone];

function asking(host: SteeredHost, zone: ZoneName, sampled: Sampled): readonly Asker[] {
  const networks = networksOf(zone, sampled, host.bucketBy === "host" ? 1 : TRIES_MAX);
  return networks.flatMap((network) => namesOf(host).map((name): Asker => ({ host, name, from: { zone, network } })));
}

/** The first of a zone's networks, as many as are wanted. */
function networksOf(zone: ZoneName, { subnets, otherwise, lookup }: Sampled, most: number): readonly Uint8Array[] {
  const own = (subnets[zone] ?? []).length > 0 ? subnets[zone]! : zone === otherwise ? STRANGERS : [];
  const found: Uint8Array[] = [];
  for (const subnet of own)
    for (const network of networksIn(subnet)) {
      // Told as far as a network goes: of a zone that is smaller nobody can be asked for.
      if ((lookup.find(network, networkBits(network)).zone ?? otherwise) === zone) found.push(network);
      if (found.length === most) return found;
    }
  return found;
}

/** Below `*.` every name has users; ours are told by their first label. */
function namesOf({ name }: SteeredHost): readonly string[] {
  if (!name.startsWith("*.")) return [name];
  return Array.from({ length: TRIES_MAX }, (_, index) => `houston-proof-${index}.${name.slice(2)}`);
}

/** Networks that are told apart (a /24, a /48), from the first on. */
function networksIn(subnet: string): readonly Uint8Array[] {
  const [address, bits] = ipaddr.parseCIDR(subnet);
  const first = Uint8Array.from(address.toByteArray());
  const at = first.length === 4 ? 2 : 5;
  const free = Math.max(0, 8 * (at + 1) - bits);
  return Array.from({ length: Math.min(TRIES_MAX, 2 ** Math.min(free, 8)) }, (_, index) => {
    const network = Uint8Array.from(first);
    network[at] = first[at]! | index;
    return network;
  });
}

/** The benchmarks' own networks (RFC 2544): nobody's users are there. */
const STRANGERS: readonly string[] = ["198.18.0.0/16", "192.0.2.0/24"];

/** As many of them, evenly apart: of ten thousand names the first six would all be one customer's. */
function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!);
}

/** Where the table's users are led before anything else is known. */
export function routeOf(table: RouteTable): RouteState {
  return routeStep(initialRoute(table.locations), { event: "table", at: table.at, table }).state;
}

/** Which addresses users are told at all: those that any location has. */
export function familiesOf(
  addresses: Readonly<Record<LocationName, LocationAddresses>>,
): readonly { readonly type: "A" | "AAAA"; readonly family: keyof LocationAddresses }[] {
  const all = Object.values(addresses);
  return [
    ...(all.some(({ v4 }) => v4.length > 0) ? [{ type: "A", family: "v4" } as const] : []),
    ...(all.some(({ v6 }) => v6.length > 0) ? [{ type: "AAAA", family: "v6" } as const] : []),
  ];
}
