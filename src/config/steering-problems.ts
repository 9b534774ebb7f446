import { addressBytes } from "../drivers/dns/zone-lookup.ts";
import { list, record, type Reference, unknown } from "./references.ts";

/** What the shape of `steering:` alone can't hold: names that point nowhere, and what can't be answered alike. Reads whatever there is. */
export function steeringProblems(
  steering: Readonly<Record<string, unknown>>,
  known: {
    readonly locations: readonly string[];
    readonly zones: readonly string[];
    readonly classes: readonly string[];
  },
): Reference[] {
  if (Object.keys(steering).length === 0) return [];
  const { hosts, addresses, subnets } = steering;
  return [
    ...Object.keys(record(hosts)).flatMap((name) => unknown(name, known.classes, at("hosts", name), "class")),
    ...hostProblems(record(hosts)),
    ...Object.keys(record(addresses)).flatMap((name) =>
      unknown(name, known.locations, at("addresses", name), "location"),
    ),
    ...addressProblems(record(addresses), known.locations),
    ...Object.keys(record(subnets)).flatMap((name) => unknown(name, known.zones, at("subnets", name), "zone")),
    ...subnetProblems(record(subnets)),
    ...unknown(steering["otherwise"], known.zones, at("otherwise"), "zone"),
    ...driverProblems(list(steering["drivers"]), record(hosts)),
    ...otherNameProblems(list(steering["otherNames"]), record(hosts)),
    ...list(steering["drivers"]).flatMap((driver, index) =>
      unknown(record(driver)["apiAt"], known.locations, at("drivers", index, "apiAt"), "location"),
    ),
    ...list(steering["drivers"]).flatMap((driver, index) => [
      ...list(record(driver)["standsAt"]).flatMap((name, place) =>
        unknown(name, known.locations, at("drivers", index, "standsAt", place), "location"),
      ),
      ...list(record(record(driver)["staged"])["switches"]).flatMap((each, place) =>
        unknown(
          record(each)["at"],
          known.locations,
          at("drivers", index, "staged", "switches", place, "at"),
          "location",
        ),
      ),
      ...Object.keys(record(record(driver)["feeds"])).flatMap((name) =>
        unknown(name, known.locations, at("drivers", index, "feeds", name), "location"),
      ),
      ...Object.keys(record(record(driver)["regions"])).flatMap((name) =>
        unknown(name, known.zones, at("drivers", index, "regions", name), "zone"),
      ),
    ]),
  ];
}

const at = (key: string, ...rest: readonly PropertyKey[]): readonly PropertyKey[] => ["steering", key, ...rest];

function hostProblems(hosts: Readonly<Record<string, unknown>>): Reference[] {
  if (Object.keys(hosts).length === 0)
    return [
      { at: at("hosts"), code: "no-host", says: "no name is said that users come by", fix: "add public: [HOST]" },
    ];
  const of = new Map<string, string>();
  return Object.entries(hosts).flatMap(([className, names]) =>
    list(names).flatMap((given, index): Reference[] => {
      if (typeof given !== "string") return [];
      const host = given.toLowerCase();
      const other = of.get(host);
      of.set(host, className);
      if (other === undefined) return [];
      return [
        {
          at: at("hosts", className, index),
          code: "host-twice",
          says: `${host} is there twice`,
          fix: other === className ? "remove one" : `leave it with ${other} or with ${className}`,
        },
      ];
    }),
  );
}

/** Whoever is moved must find the same families there: a browser that has chosen IPv6 would stay behind. */
function addressProblems(addresses: Readonly<Record<string, unknown>>, locations: readonly string[]): Reference[] {
  const of = new Map<string, string>();
  const found: Reference[] = [];
  const families = new Map<string, { readonly v4: boolean; readonly v6: boolean }>();
  for (const [location, given] of Object.entries(addresses)) {
    const bytes = list(given).map((each) => (typeof each === "string" ? addressBytes(each) : null));
    for (const [index, each] of bytes.entries()) {
      if (each === null) continue;
      const other = of.get(each.join());
      of.set(each.join(), location);
      if (other === undefined) continue;
      found.push({
        at: at("addresses", location, index),
        code: "address-twice",
        says: `${String(list(given)[index])} is an address of ${other} already`,
        fix: "an address that stands for several places moves nobody: name the location's own",
      });
    }
    if (bytes.includes(null) || !locations.includes(location)) continue;
    families.set(location, {
      v4: bytes.some((each) => each?.length === 4),
      v6: bytes.some((each) => each?.length === 16),
    });
  }
  for (const family of ["v4", "v6"] as const) {
    const having = [...families].filter(([, each]) => each[family]).map(([location]) => location);
    if (having.length === 0) continue;
    for (const [location, each] of families) {
      if (each[family]) continue;
      const words = family === "v4" ? "IPv4" : "IPv6";
      found.push({
        at: at("addresses", location),
        code: "family-missing",
        says: `${location} has no ${words} address, and ${having[0]} has one`,
        fix: `give it one, or leave ${words} out everywhere: who is moved must find the family that it asks for`,
      });
    }
  }
  const missing = locations.filter((name) => addresses[name] === undefined);
  if (missing.length > 0) {
    found.push({
      at: at("addresses"),
      code: "no-address",
      says: `where ${missing.join(", ")} is reached is not said`,
      fix: `add ${missing[0]}: [ADDRESS]`,
    });
  }
  return found;
}

function subnetProblems(subnets: Readonly<Record<string, unknown>>): Reference[] {
  const of = new Map<string, string>();
  return Object.entries(subnets).flatMap(([zone, given]) =>
    list(given).flatMap((each, index): Reference[] => {
      const subnet = typeof each === "string" ? subnetKey(each) : null;
      if (subnet === null) return [];
      const other = of.get(subnet);
      of.set(subnet, zone);
      if (other === undefined) return [];
      return [
        {
          at: at("subnets", zone, index),
          code: "subnet-twice",
          says: `${String(each)} is of ${other} already`,
          fix: "leave it with one zone; a smaller subnet within it may be another's",
        },
      ];
    }),
  );
}

/** Alike for subnets that are the same whatever stands after the prefix; null: the shape says what is wrong with it. */
function subnetKey(subnet: string): string | null {
  const [address = "", length = ""] = subnet.split("/");
  const bytes = addressBytes(address);
  const bits = Number(length);
  if (bytes === null || !/^\d{1,3}$/.test(length) || bits > bytes.length * 8) return null;
  const kept = bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * index))));
  return `${kept.join(".")}/${bits}`;
}

function driverProblems(drivers: readonly unknown[], hosts: Readonly<Record<string, unknown>>): Reference[] {
  const names = drivers.map((each) => record(each)["name"] ?? record(each)["kind"]);
  return drivers.flatMap((each, index) => [
    ...(names.indexOf(names[index]) < index && typeof names[index] === "string"
      ? [
          {
            at: at("drivers", index),
            code: "name-twice",
            says: `${names[index]} is there twice`,
            fix: "give each its own name: name: second",
          },
        ]
      : []),
    ...(record(each)["kind"] === "embedded"
      ? [...ownNameServers(record(each), { index, hosts }), ...aliasProblems(record(each), { index, hosts })]
      : []),
    ...(record(each)["kind"] === "nginx" || record(each)["kind"] === "envoy" ? sharedFolders(record(each), index) : []),
  ]);
}

/** Routes are written for one location: of two that share their file, one would relay by the other's. */
function sharedFolders(driver: Readonly<Record<string, unknown>>, index: number): Reference[] {
  const of = new Map<unknown, string>();
  return list(driver["edges"]).flatMap((edge, place): Reference[] => {
    const { location, folder = driver["folder"] } = record(edge);
    if (typeof location !== "string") return [];
    const other = of.get(folder) ?? location;
    of.set(folder, other);
    if (other === location) return [];
    return [
      {
        at: at("drivers", index, "edges", place),
        code: "folder-twice",
        says: `${location} would write its routes into the folder of ${other}`,
        fix: `give it its own: folder: /srv/${location}`,
      },
    ];
  });
}

/** A name that is not answered here can say nothing, and one that leads elsewhere would lead users away from all steering. */
function aliasProblems(
  driver: Readonly<Record<string, unknown>>,
  { index, hosts }: { readonly index: number; readonly hosts: Readonly<Record<string, unknown>> },
): Reference[] {
  return Object.entries(record(record(driver["https"])["aliases"])).flatMap(([name, target]): Reference[] => {
    const both = [name, ...(typeof target === "string" ? [target] : [])];
    const strange = both.find((each) => !isSteered(each.toLowerCase(), hosts));
    if (strange === undefined) return [];
    return [
      {
        at: at("drivers", index, "https", "aliases", name),
        code: "alias-not-steered",
        says: `${strange} is not steered`,
        fix: "both names of an alias are among `hosts`",
      },
    ];
  });
}

/** Whether it is one of `hosts`, or below one of `*.`. */
function isSteered(name: string, hosts: Readonly<Record<string, unknown>>): boolean {
  const all = Object.values(hosts)
    .flatMap(list)
    .flatMap((each) => (typeof each === "string" ? [each.toLowerCase()] : []));
  return all.includes(name) || all.includes(`*.${name.slice(name.indexOf(".") + 1)}`);
}

/** Who copies addresses of a name that nobody steers moves nobody. */
function otherNameProblems(otherNames: readonly unknown[], hosts: Readonly<Record<string, unknown>>): Reference[] {
  return otherNames.flatMap((each, index): Reference[] => {
    const { flattens } = record(each);
    if (typeof flattens !== "string" || isSteered(flattens.toLowerCase(), hosts)) return [];
    return [
      {
        at: at("otherNames", index, "flattens"),
        code: "alias-not-steered",
        says: `${flattens} is not steered`,
        fix: "name one of `hosts`, or leave `flattens` out: it is a fixed name then",
      },
    ];
  });
}

/** Nobody could find a name server whose address only it can tell. */
function ownNameServers(
  driver: Readonly<Record<string, unknown>>,
  { index, hosts }: { readonly index: number; readonly hosts: Readonly<Record<string, unknown>> },
): Reference[] {
  const tops = Object.values(hosts)
    .flatMap(list)
    .flatMap((each) => (typeof each === "string" ? [each.toLowerCase().replace(/^\*\./, "")] : []));
  return list(driver["nameServers"]).flatMap((server, place): Reference[] => {
    if (typeof server !== "string") return [];
    const top = tops.find((each) => server.toLowerCase() === each || server.toLowerCase().endsWith(`.${each}`));
    if (top === undefined) return [];
    return [
      {
        at: at("drivers", index, "nameServers", place),
        code: "name-server-inside",
        says: `${server} lies in ${top}, which it answers for itself`,
        fix: "name it in the zone that delegates, such as ns1.example.com, where its address is told",
      },
    ];
  });
}
