import type { Estate } from "../core/estate.ts";
import { barOf, mayServe, type Bar } from "../core/may-serve.ts";
import { list, names, record, unknown, type Reference } from "./references.ts";

/** What is wrong with the rules of who may be served where: names that point nowhere, and rules that leave nobody. */

/** Of each zone's `forbidden`, `preferred` and `farthestMs`. */
export function zoneRuleProblems(root: Readonly<Record<string, unknown>>): Reference[] {
  const locations = names(root["locations"]);
  const classes = names(root["classes"]);
  return list(root["zones"]).flatMap((zone, index) => {
    const rules = record(zone);
    const placesOf = (rule: string): Reference[] =>
      Array.isArray(rules[rule])
        ? unknownPlaces(rules[rule], locations, ["zones", index, rule])
        : Object.entries(record(rules[rule])).flatMap(([name, places]) => [
            ...unknown(name, classes, ["zones", index, rule, name], "class"),
            ...unknownPlaces(places, locations, ["zones", index, rule, name]),
          ]);
    return [
      ...placesOf("forbidden"),
      ...placesOf("preferred"),
      ...Object.keys(record(rules["farthestMs"])).flatMap((name) =>
        unknown(name, classes, ["zones", index, "farthestMs", name], "class"),
      ),
    ];
  });
}

/** Of each location's `pools`. */
export function poolProblems(root: Readonly<Record<string, unknown>>): Reference[] {
  const classes = names(root["classes"]);
  return list(root["locations"]).flatMap((location, index) =>
    Object.keys(record(record(location)["pools"])).flatMap((name) =>
      unknown(name, classes, ["locations", index, "pools", name], "class"),
    ),
  );
}

/** Of each location's `limits`: one figure, given in one way. */
export function limitProblems(root: Readonly<Record<string, unknown>>): Reference[] {
  return list(root["locations"]).flatMap((location, index) =>
    list(record(location)["limits"]).flatMap((limit, each): Reference[] => {
      const { rps, units, rpsPerUnit } = record(limit);
      const isPlain = rps !== undefined && units === undefined && rpsPerUnit === undefined;
      const isByUnit = rps === undefined && units !== undefined && rpsPerUnit !== undefined;
      if (isPlain || isByUnit) return [];
      const says = rps === undefined ? "a limit needs a figure" : "a limit has one figure";
      const fix = "write rps: 3000, or units: 60 and rpsPerUnit: 50";
      return [{ at: ["locations", index, "limits", each], code: "limit-figure", says, fix }];
    }),
  );
}

/** Zones with a class that no location at all may serve: its users would have nobody. */
export function unservableZones(estate: Estate): Reference[] {
  return estate.zones.flatMap((zone, index) =>
    estate.classes.flatMap((trafficClass): Reference[] => {
      if (estate.locations.some(({ name }) => mayServe(trafficClass, zone, name))) return [];
      const { data, name } = trafficClass;
      const writer = data.kind === "one-writer" ? data.location : null;
      const bars = new Set(
        estate.locations
          .filter((location) => writer === null || location.name === writer)
          .flatMap((location) => barOf(zone, name, location.name) ?? []),
      );
      const rule = RULES.find((each) => bars.has(each.bar))!;
      return [
        {
          at: ["zones", index, rule.field],
          code: "nobody-may-serve",
          says: `${name} of ${zone.name} may be served by nobody${writer === null ? "" : `: its only writer is in ${writer}`}`,
          fix: rule.fix,
        },
      ];
    }),
  );
}

const RULES: readonly { readonly bar: Bar; readonly field: string; readonly fix: string }[] = [
  { bar: "law", field: "forbidden", fix: "allow one location, or forbid by class: { CLASS: [LOCATION] }" },
  { bar: "too-far", field: "farthestMs", fix: "let it be further, for this class: { CLASS: MILLISECONDS }" },
  { bar: "no-way", field: "latencyMs", fix: "add the distance of a location that may serve it" },
];

function unknownPlaces(places: unknown, known: readonly string[], at: readonly PropertyKey[]): Reference[] {
  return list(places).flatMap((name, index) => unknown(name, known, [...at, index], "location"));
}
