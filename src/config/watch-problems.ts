import { type Reference, record, unknown } from "./references.ts";

/** What the shape of `watch:` alone can't hold. Reads whatever there is. */
export function watchProblems(watch: Readonly<Record<string, unknown>>, services: readonly string[]): Reference[] {
  const prometheus = record(watch["prometheus"]);
  const at = ["watch", "prometheus"];
  return [
    ...unknown(watch["entry"], services, ["watch", "entry"], "service"),
    ...["good", "bad", "latencySeconds"].flatMap((key) => rateProblems(prometheus[key], [...at, key])),
    ...passwordProblems(prometheus["url"], [...at, "url"]),
    ...labelProblems(record(prometheus["labels"]), [...at, "labels"]),
  ];
}

/** Of rates no increments can be made: all would seem calm, whatever happens. */
function rateProblems(query: unknown, at: readonly PropertyKey[]): Reference[] {
  const [, of] = typeof query === "string" ? (RATES.exec(query) ?? []) : [];
  if (of === undefined) return [];
  const says = `${of}() makes a rate of a counter, and the counter itself is needed`;
  return [{ at, code: "rate-not-counter", says, fix: `leave ${of}() and its [time] out: sum by (...) (counter)` }];
}

const RATES = /\b(rate|irate|increase|delta|idelta|deriv)\s*\(/;

function passwordProblems(url: unknown, at: readonly PropertyKey[]): Reference[] {
  if (typeof url !== "string" || !URL.canParse(url) || new URL(url).password === "") return [];
  const says = "a password stands in the address";
  return [
    {
      at,
      code: "secret-in-file",
      says,
      fix: "take it out; a token comes from PROMETHEUS_TOKEN or PROMETHEUS_TOKEN_FILE",
    },
  ];
}

function labelProblems(
  { location, service }: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
): Reference[] {
  if (typeof location !== "string" || location !== service) return [];
  const says = `${location} says where, and who as well`;
  return [{ at, code: "one-label-for-two", says, fix: "name two labels: location for where, service for who" }];
}
