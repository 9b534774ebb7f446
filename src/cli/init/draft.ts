import { ASKS } from "../../config/unanswered.ts";
import type { FoundContext } from "./find-contexts.ts";
import type { FoundMetrics } from "./find-metrics.ts";
import type { FoundName } from "./find-name.ts";
import { regionIn } from "./known-regions.ts";

/** All that was found, of which the first houston.yaml is written. */
export type Findings = {
  /** Null: no Prometheus was named. */
  readonly prometheus: {
    readonly url: string;
    readonly everySeconds: number | null;
    readonly metrics: FoundMetrics | null;
  } | null;
  readonly contexts: readonly FoundContext[];
  readonly name: FoundName | null;
};

/** A first houston.yaml, with a '?' wherever only a person can say; `houston check` finds nothing else in it. */
export function draft(findings: Findings): string {
  const places = placesOf(findings);
  return [
    "# For editors that know it: `npx houston schema > houston.schema.json` beside this file.",
    "# yaml-language-server: $schema=./houston.schema.json",
    "# Written by `houston init` from what it found. A '?' stands where a person must say; `houston check` lists each with what to write.",
    "mode: observe # observe: say what you would do; approve: ask a person first; act: do it",
    "restore: person # who begins to move traffic back",
    "needlessMovesPerYear: 1 # one budget for the whole estate; there are no thresholds to tune",
    ...nameLines(findings.name),
    "",
    "locations:",
    ...places.flatMap((place) => locationLines(place)),
    "",
    "# Where users are. These stand for users around each location; put your own here, with measured round trips (latencyMs) if you have them.",
    "zones:",
    ...zoneLines(places),
    "",
    "# Kinds of traffic. The lowest priority is shed first; data with one writer stays where that is: data: { oneWriter: LOCATION }",
    "classes:",
    "  - { name: public, priority: 10 }",
    "",
    ...serviceLines(findings),
    "",
    "objective:",
    "  errorRatio: 0.001 # 1 in 1,000 requests may fail",
    "  slowMs: 1000 # slower than this counts as hurt",
    "",
    "guards: # nothing gets past these, whoever decides",
    "  maxShareMovedPerMinute: 0.3",
    "  minLocationsServing: 2",
    "  maxUtilisation: 0.85",
    "",
    ...watchLines(findings),
    "",
  ].join("\n");
}

type Place = {
  readonly name: string;
  /** In the words of a comment; null: there is nothing to say. */
  readonly says: string | null;
  readonly peakRps: number | null;
};

/** Where the Prometheus counts, else where there are clusters; three at least, for two others must take what one leaves. */
function placesOf({ prometheus, contexts }: Findings): readonly Place[] {
  const counted = prometheus?.metrics?.locations ?? [];
  const known =
    counted.length > 0
      ? counted.map(({ name, peakRps }) => ({ name, peakRps, says: contextWords(contexts, name) }))
      : [...new Set(contexts.flatMap(({ region }) => region ?? []))].map((name) => ({
          name,
          peakRps: null,
          says: contextWords(contexts, name),
        }));
  const missing = Array.from({ length: Math.max(0, LOCATIONS_LEAST - known.length) }, () => NOT_FOUND);
  return [...known.toSorted((a, b) => (a.name < b.name ? -1 : 1)), ...missing];
}

const LOCATIONS_LEAST = 3;
const NOT_FOUND: Place = { name: ASKS, says: "three locations are the least; it was not found", peakRps: null };

function contextWords(contexts: readonly FoundContext[], location: string): string | null {
  const region = regionIn(location)?.name;
  const names = contexts.filter(({ name, region: of }) => name === location || (of !== null && of === region));
  if (names.length === 0) return null;
  const shown = names.slice(0, CONTEXTS_SHOWN_MAX).map(({ name }) => quoted(name));
  return `Kubernetes ${names.length === 1 ? "context" : "contexts"} ${shown.join(", ")}${names.length > shown.length ? " and more" : ""}`;
}

const CONTEXTS_SHOWN_MAX = 3;

function locationLines({ name, says, peakRps }: Place): string[] {
  const region = regionIn(name);
  const peak =
    peakRps === null || peakRps <= 0 ? "" : ` # the most it served in the last 7 days: ${Math.ceil(peakRps)}`;
  return [
    ...(says === null ? [] : [`  # ${says}`]),
    `  - name: ${name === ASKS ? `"${ASKS}"` : scalar(name)}`,
    `    provider: ${region?.provider ?? `"${ASKS}"`}`,
    `    country: ${region === null ? `"${ASKS}"` : `"${region.country}"`}`,
    `    latitude: ${region?.latitude ?? `"${ASKS}"`}`,
    `    longitude: ${region?.longitude ?? `"${ASKS}"`}`,
    `    capacityRps: "${ASKS}"${peak}`,
  ];
}

/** Of places that are on no map yet nobody can say who is near. */
function zoneLines(places: readonly Place[]): string[] {
  const known = places.flatMap(({ name }) => {
    const region = regionIn(name);
    return region === null ? [] : [{ name, region }];
  });
  if (known.length === 0) {
    return [`  - { name: "${ASKS}", country: "${ASKS}", latitude: "${ASKS}", longitude: "${ASKS}" }`];
  }
  return known.map(
    ({ name, region: { country, latitude, longitude } }) =>
      `  - { name: ${zoneName(name)}, country: "${country}", latitude: ${latitude}, longitude: ${longitude} }`,
  );
}

/** A name has at most 63 characters. */
const zoneName = (location: string): string => `near-${location.slice(0, 58)}`.replace(/-+$/, "");

function serviceLines({ prometheus }: Findings): string[] {
  const metrics = prometheus?.metrics ?? null;
  const services = metrics?.services.map(({ name }) => name) ?? [];
  const entry = entryOf(services);
  const unnameable = metrics?.unnameable ?? [];
  return [
    "# What each location runs, and what of it needs what: `cart: { dependsOn: [dynamodb] }`. Shared resources are named here too.",
    "services:",
    ...(services.length === 0 ? ["  web: { layer: edge }"] : services.map((name) => serviceLine(name, entry))),
    ...(unnameable.length === 0
      ? []
      : [
          `# Left out, for names are small letters, digits and hyphens (relabel them to have them watched): ${unnameable.slice(0, UNNAMEABLE_SHOWN_MAX).map(quoted).join(", ")}`,
        ]),
    "",
    "# What users do, and the services that they can't do without: trouble anywhere else moves nobody.",
    "journeys:",
    `  browse: { needs: [${entry === null ? `"${ASKS}"` : scalar(entry)}] }`,
  ];
}

const UNNAMEABLE_SHOWN_MAX = 20;

function serviceLine(name: string, entry: string | null): string {
  return `  ${scalar(name)}: {${name === entry ? " layer: edge " : ""}}`;
}

/** The service that users meet first: the only one, or one that is called as such are. Null: a person must say. */
function entryOf(services: readonly string[]): string | null {
  if (services.length === 0) return "web";
  if (services.length === 1) return services[0]!;
  return ENTRIES.find((name) => services.includes(name)) ?? null;
}

const ENTRIES: readonly string[] = ["edge", "gateway", "ingress", "ingress-nginx", "frontend", "front", "web", "www"];

function watchLines({ prometheus }: Findings): string[] {
  const metrics = prometheus?.metrics ?? null;
  const everySeconds = prometheus?.everySeconds ?? null;
  const entry = entryOf(metrics?.services.map(({ name }) => name) ?? []);
  return [
    "# What `houston run` judges by: counters, as queries of a Prometheus (docs/how-to/prometheus.md).",
    "watch:",
    `  entry: ${entry === null ? `"${ASKS}"` : scalar(entry)} # the service that users meet first`,
    "  prometheus:",
    `    url: ${prometheus === null ? `"${ASKS}"` : JSON.stringify(prometheus.url)} # a token comes from PROMETHEUS_TOKEN or PROMETHEUS_TOKEN_FILE`,
    everySeconds === null
      ? "    everySeconds: 15 # as often as it scrapes"
      : `    everySeconds: ${everySeconds} # as often as it scrapes most of its targets`,
    ...queryLines(metrics),
  ];
}

function queryLines(metrics: FoundMetrics | null): string[] {
  if (metrics === null) {
    return [
      "    # No counter of requests was found that is known here. Write counters, not rates.",
      `    labels: { location: "${ASKS}", service: service }`,
      `    good: "${ASKS}"`,
      `    bad: "${ASKS}"`,
    ];
  }
  const { convention, locationLabel, serviceLabel, status, hasSeconds, others } = metrics;
  const by = [locationLabel, serviceLabel].filter((each) => each !== null);
  return [
    `    # ${convention.counter}, which is how ${convention.of} counts${others.length === 0 ? "" : `; there are also ${others.join(", ")}`}`,
    ...(locationLabel === null ? ["    # None of its labels is one of those that usually say where."] : []),
    ...(status === null ? ["    # None of its labels says how a request was answered."] : []),
    `    labels: { location: ${locationLabel ?? `"${ASKS}"`}, service: ${serviceLabel ?? "service"} }`,
    ...(status === null || locationLabel === null
      ? [`    good: "${ASKS}"`, `    bad: "${ASKS}"`]
      : [
          `    good: ${sum(by, `${convention.counter}${select(convention.only, `${status.label}!~"${status.failed}"`)}`)}`,
          `    bad: ${sum(by, `${convention.counter}${select(convention.only, `${status.label}=~"${status.failed}"`)}`)}`,
        ]),
    hasSeconds && convention.seconds !== null && locationLabel !== null
      ? `    latencySeconds: ${sum([...by, "le"], `${convention.seconds}${select(convention.only)}`)}`
      : "    # latencySeconds: a histogram in seconds with `le`; without it slowness is not seen",
  ];
}

const sum = (labels: readonly string[], what: string): string => literal(`sum by (${labels.join(", ")}) (${what})`);

function select(...matchers: readonly (string | null)[]): string {
  const given = matchers.filter((each) => each !== null);
  return given.length === 0 ? "" : `{${given.join(",")}}`;
}

function nameLines(name: FoundName | null): string[] {
  if (name === null) return ["ttlSeconds: 60 # of the DNS answers that move"];
  const { addresses, follows } = name;
  const longest = Math.max(...addresses.map(({ ttlSeconds }) => ttlSeconds), 0);
  const families = new Set(addresses.map(({ family }) => family));
  return [
    `# ${name.name}, as ${name.server} answers now:${follows === null ? "" : ` it follows ${quoted(follows)};`} ${addresses.map(({ family, address, ttlSeconds }) => `${family} ${address} (${ttlSeconds} s)`).join(", ") || "no address"}`,
    ...(families.size === 1 ? [`# It has no ${families.has("A") ? "AAAA: users by IPv6 come over IPv4" : "A"}.`] : []),
    `ttlSeconds: ${Math.min(86_400, Math.max(1, longest === 0 ? 60 : longest))} # of the DNS answers that move${longest > TTL_LONG_SECONDS ? `; so long do resolvers go on sending users to a place that is left` : ""}`,
  ];
}

/** Longer than this, and most of an outage is waiting for resolvers. */
const TTL_LONG_SECONDS = 60;

/** A name of letters, digits and hyphens that YAML might take for a number, a date or a truth (`no`, `1e3`). */
function scalar(name: string): string {
  return /^(?:[\d.+-].*|y|n|yes|no|on|off|true|false|null|nan|inf)$/.test(name) ? `"${name}"` : name;
}

/** In a comment: what others named must not break the line. */
const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));

const literal = (query: string): string => `'${query.replaceAll("'", "''")}'`;
