import type { ClassName, ZoneName } from "../../../core/estate.ts";
import type { RouteState } from "../../../core/route/route.ts";
import type { LocationAddresses, SteeredHost, SteeringContext } from "../../steering-context.ts";
import { FAMILIES, lossWords, ttlOf } from "../address-sets.ts";
import { shortAddress } from "../ask-server.ts";
import type { Loss } from "../grain.ts";
import { markerName } from "../marker.ts";
import { type RecordSet, refused } from "../record-server.ts";
import type { Rendered } from "../record-steering.ts";
import { type WeightedShares, weightedShares } from "../weighted-shares.ts";
import { addressesIn, partText } from "./record-text.ts";

export type Route53Sets = Pick<SteeringContext, "estate" | "addresses" | "otherwise" | "demandRps"> & {
  /** The hosts of each DNS zone. */
  readonly hostsOf: ReadonlyMap<string, readonly SteeredHost[]>;
  readonly owner: string | undefined;
  readonly zonesBy: "country" | "none";
};

/** A weight is 0 to 255; a location that is given everybody has them all. */
export const WEIGHT_STEPS = 255;

const EVERYBODY = "all";

/**
 * What Route 53 is to hold, as a tree of aliases, so that a move writes as much for a thousand hosts as for one: each host is an
 * alias of its class, a class (where countries are told apart) has a part for each country, and below it stand the locations with
 * their weights. Only these carry addresses and a time to live; an alias has that of what it leads to.
 *
 *     www.example.com -> public._houston.example.com -> de.public._houston.example.com: east 128, west 127
 */
export function route53Sets(route: RouteState, options: Route53Sets): Rendered {
  const { hostsOf, zonesBy } = options;
  const sets: RecordSet[] = [];
  const losses = new Map<string, Loss>();
  for (const [domain, hosts] of hostsOf) {
    if (hosts.length === 0) continue;
    for (const className of classesOf(hosts)) {
      const groups = groupsOf({ ...options, domain, className });
      const weighing = { class: className, groupOf: groups.of, steps: WEIGHT_STEPS, demand: options.demandRps() };
      const shares = weightedShares(route, weighing);
      for (const { group, loss } of shares) losses.set(zonesBy === "none" ? className : `${className} ${group}`, loss);
      if (!shares.some(({ group }) => group === groups.rest))
        return refused("table-malformed", `no row for the class ${className} in ${options.otherwise}`);
      const tree = treeOf(route, { ...options, shares, groups });
      if ("kind" in tree) return tree;
      const own = hosts.filter((host) => host.class === className);
      sets.push(...tree, ...own.flatMap((host) => hostSets(host.name, tree, groups.root)));
    }
  }
  return { kind: "sets", sets, says: lossWords(losses, route) };
}

/** Names of our own beside the hosts and the marker: those of countries too where they are not told apart now, for they may have been. */
export function ownNames(domain: string, options: Pick<Route53Sets, "estate" | "hostsOf" | "owner">) {
  const countries = [...new Set(options.estate.zones.map(({ country }) => country))].toSorted();
  return classesOf(options.hostsOf.get(domain) ?? []).flatMap((className) => {
    const place = { domain, className, owner: options.owner };
    return [classRoot(place), ...countries.map((country) => groupName(country, place))];
  });
}

/** What any user of a host may be told by what was written: which of its class's locations it is, is drawn for each question. */
export function rightAddresses(
  host: SteeredHost,
  written: readonly RecordSet[],
  { hostsOf, owner }: Pick<Route53Sets, "hostsOf" | "owner">,
): LocationAddresses {
  const domain = [...hostsOf].find(([, hosts]) => hosts.some(({ name }) => name === host.name))?.[0] ?? "";
  const root = classRoot({ domain, className: host.class, owner });
  const own = written.filter(({ name }) => name === root || name.endsWith(`.${root}`));
  const [v4, v6] = FAMILIES.map(([family]) => {
    const parts = own.filter(({ type }) => type === family).flatMap(({ values }) => values);
    return [...new Set(parts.flatMap(addressesIn))];
  });
  return { v4: v4!, v6: v6! };
}

export function classesOf(hosts: readonly SteeredHost[]): readonly ClassName[] {
  return [...new Set(hosts.map((host) => host.class))].toSorted();
}

type Place = { readonly domain: string; readonly className: ClassName; readonly owner: string | undefined };

const classRoot = ({ domain, className, owner }: Place): string =>
  `${className.toLowerCase()}.${markerName(domain, owner)}`;
const groupName = (group: string, place: Place): string => `${group.toLowerCase()}.${classRoot(place)}`;

/** Users that are answered alike, each with a name in DNS that carries their addresses. */
export type Groups = {
  readonly of: (zone: ZoneName) => string;
  readonly name: (group: string) => string;
  /** What the class's hosts are aliases of; one group alone has this name itself. */
  readonly root: string;
  /** The group that answers users of no country that is known. */
  readonly rest: string;
  readonly isOne: boolean;
};

export function groupsOf(place: Place & Pick<Route53Sets, "estate" | "zonesBy" | "otherwise">): Groups {
  const isOne = place.zonesBy === "none";
  const countryOf = new Map(place.estate.zones.map(({ name, country }) => [name, country]));
  const of = (zone: ZoneName): string => (isOne ? EVERYBODY : (countryOf.get(zone) ?? EVERYBODY));
  const root = classRoot(place);
  return { of, name: (group) => (isOne ? root : groupName(group, place)), root, rest: of(place.otherwise), isOne };
}

type Tree = Route53Sets & { readonly shares: readonly WeightedShares[]; readonly groups: Groups };

function treeOf(route: RouteState, tree: Tree): readonly RecordSet[] | ReturnType<typeof refused> {
  const sets: RecordSet[] = [];
  for (const { group, parts } of tree.shares) {
    const used = route.locations.filter((_name, index) => parts[index]! > 0);
    const bare = used.find((name) =>
      FAMILIES.every(([, family]) => (tree.addresses[name]?.[family] ?? []).length === 0),
    );
    if (bare !== undefined) return refused("empty-set", `${bare} has no address, and users are to go there`);
    const ttlSeconds = ttlOf(used, { estate: tree.estate, route });
    const name = tree.groups.name(group);
    for (const [type, family] of FAMILIES) {
      const values = route.locations.flatMap((location, index) => {
        const addresses = (tree.addresses[location]?.[family] ?? []).map(shortAddress).toSorted();
        if (parts[index] === 0 || addresses.length === 0) return [];
        const records = addresses.map((Value) => ({ Value }));
        return [
          partText({ SetIdentifier: location, Weight: parts[index]!, TTL: ttlSeconds, ResourceRecords: records }),
        ];
      });
      if (values.length > 0) sets.push({ name, type, ttlSeconds, values: values.toSorted() });
    }
  }
  return [...sets, ...countrySets(sets, tree)];
}

/** `*`: everybody of no country that another part names. */
const ELSEWHERE = "*";

/** What leads the users of each country to their group, in each family that `sets` have; none where all users are one group. */
export function countrySets(
  sets: readonly RecordSet[],
  { groups, shares }: Pick<Tree, "groups" | "shares">,
): readonly RecordSet[] {
  if (groups.isOne) return [];
  const parts = shares.map(({ group }) => ({
    SetIdentifier: group,
    GeoLocation: { CountryCode: group },
    AliasTarget: aliasOf(groups.name(group)),
  }));
  const rest = {
    SetIdentifier: "elsewhere",
    GeoLocation: { CountryCode: ELSEWHERE },
    AliasTarget: aliasOf(groups.name(groups.rest)),
  };
  const values = [...parts, rest].map((part) => partText(part)).toSorted();
  const types = new Set(sets.map(({ type }) => type));
  return [...types].map((type) => ({ name: groups.root, type, ttlSeconds: 0, values }));
}

export function hostSets(host: string, tree: readonly RecordSet[], root: string): readonly RecordSet[] {
  const types = tree.filter(({ name }) => name === root).map(({ type }) => type);
  const values = [partText({ AliasTarget: aliasOf(root) })];
  return types.map((type) => ({ name: host, type, ttlSeconds: 0, values }));
}

/** Within the same hosted zone, whose ID the server knows. */
export function aliasOf(target: string): { readonly DNSName: string; readonly EvaluateTargetHealth: boolean } {
  return { DNSName: `${target}.`, EvaluateTargetHealth: false };
}
