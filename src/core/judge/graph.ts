import { byName } from "../route/by-name.ts";
import type { Estate, Layer, LocationName, Service, ServiceName } from "../estate.ts";

/** The dependency graph as the judge needs it: what users need, and who shares what. */
export type Graph = {
  layerOf(service: ServiceName): Layer;
  /** All that it calls, directly or through others. */
  calleesOf(service: ServiceName): ReadonlySet<ServiceName>;
  /** All that call it, directly or through others, by name. */
  callersOf(service: ServiceName): ServiceName[];
  /** The services by name; each tick asks after callers by their place in it, which needs no look-up of names. */
  readonly services: readonly ServiceName[];
  placeOf(service: ServiceName): number | undefined;
  readonly callers: Callers;
  /** Share of the journeys that can't do without this service, directly or through others, 0..1. */
  neededShare(service: ServiceName): number;
  /** Each shared thing with those who use it directly, by name. */
  readonly sharing: readonly Sharing[];
};

/**
 * The places of all that call each service, directly or through others, rising: one list after the other, of the service at
 * place p from `from[p]` on. As sets they would take a quarter of a signal's memory.
 */
export type Callers = { readonly places: Uint16Array; readonly from: Uint32Array };

export type Sharing = { readonly shared: ServiceName; readonly layer: Layer; readonly users: readonly ServiceName[] };

/** The graph of one location: what its provider does not have is no part of it. A location that the estate does not name has all. */
export function graphAt(
  { locations, services, journeys }: Pick<Estate, "locations" | "services" | "journeys">,
  location: LocationName,
): Graph {
  const provider = locations.find(({ name }) => name === location)?.provider;
  const isHere = (name: ServiceName): boolean => {
    const only = services[name]?.provider;
    return only === undefined || provider === undefined || only === provider;
  };
  // Mostly all is: then nothing is copied.
  if (Object.keys(services).every(isHere)) return graphOf({ services, journeys });
  const here: Record<ServiceName, Service> = {};
  for (const [name, service] of Object.entries(services)) {
    if (isHere(name)) here[name] = { ...service, dependsOn: service.dependsOn.filter(isHere) };
  }
  return graphOf({ services: here, journeys });
}

export function graphOf(estate: Pick<Estate, "services" | "journeys">): Graph {
  const callees = new Map<ServiceName, ReadonlySet<ServiceName>>();
  const calleesOf = (service: ServiceName): ReadonlySet<ServiceName> => {
    const known = callees.get(service);
    if (known !== undefined) return known;
    // Names that nobody has configured are not remembered: there is no end of them.
    if (!Object.hasOwn(estate.services, service)) return NONE;
    const found = new Set<ServiceName>();
    const queue = [...(estate.services[service]?.dependsOn ?? [])];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (found.has(next) || next === service) continue;
      found.add(next);
      queue.push(...(estate.services[next]?.dependsOn ?? []));
    }
    callees.set(service, found);
    return found;
  };
  const services = Object.keys(estate.services).sort(byName);
  const places = new Map(services.map((service, place) => [service, place]));
  const callers = callersByPlace(
    services.map((service) => estate.services[service]?.dependsOn ?? []),
    places,
  );
  const callersAt = (place: number): Uint16Array =>
    callers.places.subarray(callers.from[place], callers.from[place + 1]);
  const journeys = Object.keys(estate.journeys).sort(byName);
  const needs = journeys.map((journey) => {
    const direct = estate.journeys[journey]?.needs ?? [];
    return new Set(direct.flatMap((service) => [service, ...calleesOf(service)]));
  });
  const shareOf = (service: ServiceName): number =>
    needs.filter((need) => need.has(service)).length / Math.max(1, journeys.length);
  // Asked of each service at each tick.
  const shares = Float64Array.from(services, shareOf);
  return {
    layerOf: (service) => estate.services[service]?.layer ?? (service === "edge" ? "edge" : "service"),
    calleesOf,
    callersOf: (service) => {
      const place = places.get(service);
      return place === undefined ? [] : Array.from(callersAt(place), (caller) => services[caller]!);
    },
    services,
    placeOf: (service) => places.get(service),
    callers,
    neededShare: (service) => {
      // Without journeys nobody has said what users need: everything counts.
      if (service === "edge" || journeys.length === 0) return 1;
      const place = places.get(service);
      return place === undefined ? shareOf(service) : shares[place]!;
    },
    sharing: sharingOf(estate, (caller, callee) => callersAt(places.get(callee)!).includes(places.get(caller)!)),
  };
}

const NONE: ReadonlySet<ServiceName> = new Set();

function callersByPlace(
  dependsOn: readonly (readonly ServiceName[])[],
  places: ReadonlyMap<ServiceName, number>,
): Callers {
  const direct: number[][] = dependsOn.map(() => []);
  for (const [caller, callees] of dependsOn.entries())
    for (const callee of callees) {
      const place = places.get(callee);
      if (place !== undefined) direct[place]!.push(caller);
    }
  const all: number[] = [];
  const from = new Uint32Array(direct.length + 1);
  for (let service = 0; service < direct.length; service++) {
    const found = new Set<number>();
    const queue = [...direct[service]!];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (next === service || found.has(next)) continue;
      found.add(next);
      queue.push(...direct[next]!);
    }
    all.push(...[...found].sort((a, b) => a - b));
    from[service + 1] = all.length;
  }
  return { places: Uint16Array.from(all), from };
}

function sharingOf(
  estate: Pick<Estate, "services">,
  calls: (caller: ServiceName, callee: ServiceName) => boolean,
): Sharing[] {
  const users = new Map<ServiceName, ServiceName[]>();
  for (const service of Object.keys(estate.services).sort(byName)) {
    for (const callee of estate.services[service]?.dependsOn ?? [])
      users.set(callee, [...(users.get(callee) ?? []), service]);
  }
  const sharing: Sharing[] = [];
  for (const [shared, direct] of users) {
    // Who calls another of the set counts that one's failures again: only those furthest down are kept.
    const lowest = direct.filter((service) => !direct.some((other) => other !== service && calls(service, other)));
    if (lowest.length >= 2)
      // As long as they are: what filters give has room for more.
      sharing.push({ shared, layer: estate.services[shared]?.layer ?? "resource", users: lowest.slice() });
  }
  return sharing.sort((a, b) => byName(a.shared, b.shared));
}
