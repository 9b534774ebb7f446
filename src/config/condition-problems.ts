import type { CallerError } from "../core/errors.ts";
import { safeAddress } from "../drivers/safe-address.ts";
import { list, record, type Reference, unknown } from "./references.ts";

/** What the shape of `conditions:` alone can't hold: names that point nowhere or are there twice, and parts that don't go together. */
export function conditionProblems(
  root: Readonly<Record<string, unknown>>,
  { locations, classes }: { readonly locations: readonly string[]; readonly classes: readonly string[] },
): Reference[] {
  const conditions = list(root["conditions"]).map(record);
  const all = conditions.map(({ name }) => name);
  return conditions.flatMap((condition, index) => {
    const at = ["conditions", index];
    const { kind, name } = condition;
    const isTwice = typeof name === "string" && all.indexOf(name) < index;
    return [
      ...(isTwice ? [twice(name, [...at, "name"])] : []),
      ...list(condition["classes"]).flatMap((each, place) =>
        unknown(each, classes, [...at, "classes", place], "class"),
      ),
      ...list(condition["locations"]).flatMap((each, place) =>
        unknown(each, locations, [...at, "locations", place], "location"),
      ),
      ...unknown(condition["tenantClass"], classes, [...at, "tenantClass"], "class"),
      ...["addresses", "proxies"].flatMap((key) =>
        Object.keys(record(condition[key])).flatMap((each) => unknown(each, locations, [...at, key, each], "location")),
      ),
      ...tokenProblems(condition, at),
      ...timeProblems(condition, at),
      ...(kind === "tls" ? tlsProblems(condition, at, locations) : []),
      ...(kind === "replica-lag" ? sourceProblems(condition, at) : []),
      ...(kind === "promql" ? boundProblems(condition, at) : []),
      ...(kind === "parity" ? placeholderProblems(condition, at) : []),
      ...(kind === "quota" ? scalerProblems(condition, at, { root, locations }) : []),
      ...(kind === "third-party" ? proxyProblems(condition, at, locations) : []),
    ];
  });
}

function twice(name: string, at: readonly PropertyKey[]): Reference {
  return { at, code: "name-twice", says: `${name} is there twice`, fix: "give each its own name" };
}

/** A token goes over TLS, or not off this machine. */
function tokenProblems(
  { tokenFile, prometheus }: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
): Reference[] {
  if (tokenFile === undefined || typeof prometheus !== "string" || !URL.canParse(prometheus)) return [];
  try {
    safeAddress("prometheus", prometheus);
    return [];
  } catch (error) {
    const { code, message, hint } = error as CallerError;
    return [{ at: [...at, "prometheus"], code, says: message, fix: hint }];
  }
}

/** One answer that comes late, and one that does not come, are no doubt yet. */
const ANSWERS_BEFORE_DOUBT = 3;

function timeProblems(condition: Readonly<Record<string, unknown>>, at: readonly PropertyKey[]): Reference[] {
  const { everySeconds: every, doubtAfterSeconds: doubtAfter = condition["kind"] === "quota" ? 300 : 60 } = condition;
  if (typeof every !== "number" || typeof doubtAfter !== "number" || every * ANSWERS_BEFORE_DOUBT <= doubtAfter)
    return [];
  return [
    {
      at: [...at, "everySeconds"],
      code: "always-in-doubt",
      says: `asked every ${every} s, it is in doubt after ${doubtAfter} s`,
      fix: `at most ${Math.floor(doubtAfter / ANSWERS_BEFORE_DOUBT)}, or a longer doubtAfterSeconds`,
    },
  ];
}

/** Where it is asked: what is given, or everywhere. */
const askedAt = (condition: Readonly<Record<string, unknown>>, locations: readonly string[]): readonly string[] =>
  condition["locations"] === undefined
    ? locations
    : list(condition["locations"]).filter(
        (each): each is string => typeof each === "string" && locations.includes(each),
      );

function tlsProblems(
  condition: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
  locations: readonly string[],
): Reference[] {
  const addresses = record(condition["addresses"]);
  const missing = askedAt(condition, locations).filter((name) => addresses[name] === undefined);
  const bad = Object.entries(addresses).filter(
    ([, text]) => typeof text === "string" && (!URL.canParse(`https://${text}`) || /[/?#@]/.test(text)),
  );
  const isEmpty = list(condition["hosts"]).length === 0 && list(condition["tenants"]).length === 0;
  return [
    ...missing.map((name) => ({
      at: [...at, "addresses"],
      code: "no-address",
      says: `${name} has no address to shake hands with`,
      fix: `add ${name}: HOST or HOST:PORT, or name the locations where it is asked`,
    })),
    ...bad.map(([name, text]) => ({
      at: [...at, "addresses", name],
      code: "bad-address",
      says: `${String(text)} is no host with or without a port`,
      fix: "for example 203.0.113.7 or edge.example.com:8443",
    })),
    ...(isEmpty
      ? [
          {
            at,
            code: "no-hosts",
            says: "there is no host name to shake hands for",
            fix: "add hosts: [shop.example.com], or tenants: [...]",
          },
        ]
      : []),
  ];
}

function sourceProblems(
  { prometheus, query, url, field }: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
): Reference[] {
  const isQuery = prometheus !== undefined && query !== undefined && url === undefined && field === undefined;
  const isPage = url !== undefined && field !== undefined && prometheus === undefined && query === undefined;
  if (isQuery || isPage) return [];
  const says = "where the lag is read from is not clear";
  return [{ at, code: "one-source", says, fix: "either prometheus and query, or url and field" }];
}

function boundProblems(
  { atLeast, atMost }: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
): Reference[] {
  if (atLeast === undefined && atMost === undefined)
    return [{ at, code: "no-bound", says: "nothing says when it holds", fix: "add atLeast or atMost" }];
  if (typeof atLeast !== "number" || typeof atMost !== "number" || atLeast <= atMost) return [];
  return [
    {
      at: [...at, "atLeast"],
      code: "never-holds",
      says: `at least ${atLeast} and at most ${atMost} never holds`,
      fix: `at most ${atMost}`,
    },
  ];
}

/** What is the same page for all says the same of all. */
function placeholderProblems({ url }: Readonly<Record<string, unknown>>, at: readonly PropertyKey[]): Reference[] {
  if (typeof url !== "string" || url.includes("{location}")) return [];
  return [
    {
      at: [...at, "url"],
      code: "same-everywhere",
      says: "the address is the same for every location",
      fix: "write {location} where the location's name belongs",
    },
  ];
}

function scalerProblems(
  condition: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
  { root, locations }: { readonly root: Readonly<Record<string, unknown>>; readonly locations: readonly string[] },
): Reference[] {
  const scaled = record(record(root["scale"])["locations"]);
  return askedAt(condition, locations)
    .filter((name) => scaled[name] === undefined)
    .map((name) => ({
      at,
      code: "no-scaler",
      says: `nobody scales ${name}, so nobody can tell what is left there`,
      fix: `add ${name} to scale.locations, or name the locations where it is asked`,
    }));
}

/** Either all have a proxy, or their own nodes ask. */
function proxyProblems(
  condition: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
  locations: readonly string[],
): Reference[] {
  const proxies = record(condition["proxies"]);
  if (Object.keys(proxies).length === 0) return [];
  return askedAt(condition, locations)
    .filter((name) => proxies[name] === undefined)
    .map((name) => ({
      at: [...at, "proxies"],
      code: "no-proxy",
      says: `${name} has no proxy, and others have`,
      fix: `add ${name}, or no proxies at all: then each location's own node asks`,
    }));
}
