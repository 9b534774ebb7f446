import type { ClassName, LocationName } from "../../../../core/estate.ts";
import type { RouteState } from "../../../../core/route/route.ts";
import { rowToBuckets } from "../../../../core/route/rows.ts";
import { FAMILIES, ttlOf } from "../../address-sets.ts";
import { shortAddress } from "../../ask-server.ts";
import { roundToSteps } from "../../grain.ts";
import { type Demand, rowsOf, type ZoneRow } from "../../host-rows.ts";
import { type RecordSet, refused } from "../../record-server.ts";
import type { Rendered } from "../../record-steering.ts";
import { weightedShares } from "../../weighted-shares.ts";
import { partText } from "../record-text.ts";
import { aliasOf, classesOf, countrySets, groupsOf, hostSets, type Route53Sets, WEIGHT_STEPS } from "../sets.ts";
import type { Step } from "./switch-word.ts";

export type StagedSets = Route53Sets & {
  readonly steps: number;
  /** The health check that is healthy while a step is in. */
  readonly checkOf: (step: Step) => string;
};

/**
 * What Route 53 is to hold beforehand, so that a location is left by health checks alone: like an inn whose keeper has written beside each
 * room where its guest goes when there is water in it.
 *
 *     public._houston            weighted: 32 1.east.public._houston, 32 2.east..., 31 1.west... (each location in steps)
 *     1.east.public._houston     failover: east's address while step 1's health check is well, else lost.east.public._houston
 *     lost.east.public._houston  weighted, as the contingency for east's loss has it: 200 west while west is in, 55 north while north is
 *
 * Where all are out Route 53 answers as if all were in; who has nowhere to go stays.
 */
export function stagedSets(route: RouteState, options: StagedSets): Rendered {
  const sets: RecordSet[] = [];
  const demand = options.demandRps();
  for (const [domain, hosts] of options.hostsOf) {
    for (const className of classesOf(hosts)) {
      const groups = groupsOf({ ...options, domain, className });
      const shares = weightedShares(route, { class: className, groupOf: groups.of, steps: WEIGHT_STEPS, demand });
      if (!shares.some(({ group }) => group === groups.rest))
        return refused("table-malformed", `no row for the class ${className} in ${options.otherwise}`);
      const rows = rowsOf(route, className);
      const tree: RecordSet[] = [];
      for (const { group, parts } of shares) {
        const bare = route.locations.find((name, index) => parts[index]! > 0 && hasNoAddress(name, options));
        if (bare !== undefined) return refused("empty-set", `${bare} has no address, and users are to go there`);
        const own = rows.filter(({ zone }) => groups.of(zone) === group);
        const name = groups.name(group);
        tree.push(...groupSets(route, { ...options, demand, className, name, parts, rows: own }));
      }
      const all = [...tree, ...countrySets(tree, { groups, shares })];
      const led = hosts.filter((host) => host.class === className);
      sets.push(...all, ...led.flatMap((host) => hostSets(host.name, all, groups.root)));
    }
  }
  return { kind: "sets", sets, says: "" };
}

/** Every step that has a health check: of who serves, and the last of who may have to take over. */
export function stagedSteps(route: RouteState, options: Omit<StagedSets, "checkOf">): readonly Step[] {
  const named = new Map<string, Step>();
  const checkOf = (step: Step): string => {
    named.set(`${step.class} ${step.location} ${step.step}`, step);
    return "";
  };
  stagedSets(route, { ...options, checkOf });
  return [...named.values()];
}

type Group = StagedSets & {
  readonly demand: Demand;
  readonly className: ClassName;
  /** In DNS: `public._houston.example.com`, `de.public._houston.example.com`. */
  readonly name: string;
  /** Of `WEIGHT_STEPS`, in the order of the locations. */
  readonly parts: readonly number[];
  readonly rows: readonly ZoneRow[];
};

function groupSets(route: RouteState, group: Group): readonly RecordSet[] {
  const { parts, steps, name, className } = group;
  const planned = route.locations.filter((_name, index) => parts[index]! > 0);
  const ttlSeconds = ttlOf(planned, { estate: group.estate, route });
  return FAMILIES.flatMap(([type, family]) => {
    const recordsOf = (location: LocationName) =>
      (group.addresses[location]?.[family] ?? []).map((Value) => ({ Value: shortAddress(Value) }));
    const own = { type, ttlSeconds };
    const sets: RecordSet[] = [];
    const roots: string[] = [];
    for (const location of planned.filter((each) => recordsOf(each).length > 0)) {
      const root = stepRoot(location, name);
      const away = awayFrom(location, route, group).filter(({ to }) => recordsOf(to).length > 0);
      const awayName = `lost.${root}`;
      const awayParts = away.map(({ to, weight }) =>
        partText({
          SetIdentifier: to,
          Weight: weight,
          TTL: ttlSeconds,
          ResourceRecords: recordsOf(to),
          HealthCheckId: group.checkOf({ class: className, location: to, step: steps }),
        }),
      );
      if (away.length > 0) sets.push({ ...own, name: awayName, values: awayParts.toSorted() });
      splitWeight(parts[route.locations.indexOf(location)]!, steps).forEach((weight, index) => {
        if (weight === 0) return;
        const step = index + 1;
        const stepName = `${step}.${root}`;
        const here = partText({
          SetIdentifier: "here",
          Failover: "PRIMARY",
          TTL: ttlSeconds,
          ResourceRecords: recordsOf(location),
          HealthCheckId: group.checkOf({ class: className, location, step }),
        });
        const elsewhere = partText({ SetIdentifier: "away", Failover: "SECONDARY", AliasTarget: aliasOf(awayName) });
        const plain = recordsOf(location).map(({ Value }) => Value);
        sets.push({ ...own, name: stepName, values: (away.length > 0 ? [here, elsewhere] : plain).toSorted() });
        roots.push(partText({ SetIdentifier: `${location}-${step}`, Weight: weight, AliasTarget: aliasOf(stepName) }));
      });
    }
    return roots.length === 0 ? [] : [...sets, { name, type, ttlSeconds: 0, values: roots.toSorted() }];
  });
}

function hasNoAddress(location: LocationName, { addresses }: Pick<StagedSets, "addresses">): boolean {
  return FAMILIES.every(([, family]) => (addresses[location]?.[family] ?? []).length === 0);
}

/** All names that a group may have below its own, whatever was staged before. */
export function stagedNames(group: string, locations: readonly LocationName[]): readonly string[] {
  return locations.flatMap((location) => {
    const root = stepRoot(location, group);
    return [`lost.${root}`, ...Array.from({ length: STEPS_MOST }, (_, index) => `${index + 1}.${root}`)];
  });
}

const STEPS_MOST = 10;

const stepRoot = (location: LocationName, group: string): string => `${location.toLowerCase()}.${group}`;

/** 79 in four: 20, 20, 20, 19. */
function splitWeight(weight: number, steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, index) => Math.floor(weight / steps) + (index < weight % steps ? 1 : 0));
}

/**
 * Where a location's users of one group go when it is lost, in parts of `WEIGHT_STEPS`: by the contingency, and where there is none to the
 * others, as they are.
 */
export function awayFrom(
  location: LocationName,
  route: RouteState,
  { className, rows, parts, demand }: Pick<Group, "className" | "rows" | "parts" | "demand">,
): readonly { readonly to: LocationName; readonly weight: number }[] {
  const own = route.locations.indexOf(location);
  const rps = rows.map(({ zone }) => demand?.[className]?.[zone] ?? 0);
  const isKnown = rps.some((each) => each > 0);
  const sums = route.locations.map(() => 0);
  rows.forEach(({ zone, buckets }, index) => {
    const runs = route.table?.contingency[location]?.[className]?.[zone];
    if (runs === undefined) return;
    const after = rowToBuckets(runs);
    buckets.forEach((at, bucket) => {
      if (at === own) sums[after[bucket]!]! += isKnown ? rps[index]! : 1;
    });
  });
  sums[own] = 0;
  const planned = sums.some((sum) => sum > 0) ? sums : parts.map((part, index) => (index === own ? 0 : part));
  const total = planned.reduce((sum, each) => sum + each, 0);
  if (total === 0) return [];
  const shares = planned.map((each) => each / total);
  return roundToSteps(shares, WEIGHT_STEPS).flatMap((weight, index) =>
    weight > 0 ? [{ to: route.locations[index]!, weight }] : [],
  );
}
