import { type Reference, record, list } from "./references.ts";

/**
 * `houston init` writes '?' where only a person can say what belongs there. Each is a problem of its own until somebody has: with
 * its place, and what to write.
 */
export const ASKS = "?";

export function unanswered(root: unknown): Reference[] {
  return asksIn(root, []).map((at) => ({
    at,
    code: "unanswered",
    says: "a '?' stands here, and a person must say",
    fix: `write ${WANTED[kindOf(at)] ?? "what belongs here; examples/houston.yaml shows it"}`,
  }));
}

function asksIn(value: unknown, at: readonly PropertyKey[]): (readonly PropertyKey[])[] {
  if (value === ASKS) return [at];
  if (at.length === DEPTH_MAX) return [];
  if (Array.isArray(value)) return list(value).flatMap((each, index) => asksIn(each, [...at, index]));
  return Object.entries(record(value)).flatMap(([key, each]) =>
    key === ASKS ? [[...at, key]] : asksIn(each, [...at, key]),
  );
}

/** Nothing that houston.yaml knows stands deeper, however deep somebody's file is. */
const DEPTH_MAX = 12;

/** `locations[].country` */
function kindOf(at: readonly PropertyKey[]): string {
  return at.map((key, index) => (typeof key === "number" ? "[]" : `${index === 0 ? "" : "."}${String(key)}`)).join("");
}

const WANTED: Readonly<Record<string, string>> = {
  "locations[].name": "what the label that says where is for this location, such as us-east-1",
  "locations[].provider": "aws, google, azure, or your own name for who runs it",
  "locations[].country": "its country by two letters, such as US",
  "locations[].latitude": "degrees north, -90 to 90; a city's will do",
  "locations[].longitude": "degrees east, -180 to 180; a city's will do",
  "locations[].capacityRps": "the most requests a second that it can grow to, by quota, machines and databases",
  "zones[].name": "a name for users who are near each other, such as us-east",
  "zones[].country": "their country by two letters, such as US",
  "zones[].latitude": "degrees north of where most of them are, -90 to 90",
  "zones[].longitude": "degrees east of where most of them are, -180 to 180",
  "journeys.browse.needs[]": "the services without which users can do nothing, such as the one they meet first",
  "watch.entry": "the service that users meet first: one of those under services",
  "watch.prometheus.url": "where your Prometheus answers, such as https://prometheus.example.com",
  "watch.prometheus.good": "a query of a counter of good answers, by location and service (docs/how-to/prometheus.md)",
  "watch.prometheus.bad": "a query of a counter of failed answers, by location and service (docs/how-to/prometheus.md)",
  "watch.prometheus.labels.location": "the label that says where, such as region",
};
