import { LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import type { Cell } from "../core/cell-borders.ts";
import type { Estate, Guards, Limit, Location } from "../core/estate.ts";
import { conditionOf, type ConditionSettings } from "../drivers/condition/settings.ts";
import type { ScaleSettings } from "../drivers/scale/settings.ts";
import { cellProblems, cellsAcrossBorders } from "./cell-problems.ts";
import { conditionProblems } from "./condition-problems.ts";
import { configShape, type Config } from "./config-shape.ts";
import { distanceLatencyMs } from "./distance.ts";
import { badTimezone, eventProblems, timezonesOf } from "./event-problems.ts";
import { forbiddenHoursOf } from "./forbidden-hours.ts";
import { guardProblems, modeProblems } from "./guard-problems.ts";
import { spansOf } from "./local-time.ts";
import { modeOf } from "./mode-shape.ts";
import { list, names, record, suggestion, unknown, type Found, type Reference } from "./references.ts";
import { limitProblems, poolProblems, unservableZones, zoneRuleProblems } from "./rule-problems.ts";
import { peopleProblems } from "./people-problems.ts";
import type { People } from "./people-shape.ts";
import { probesProblems } from "./probes-problems.ts";
import type { ProbesSettings } from "./probes-shape.ts";
import { scaleProblems } from "./scale-problems.ts";
import { unanswered } from "./unanswered.ts";
import { steeringProblems } from "./steering-problems.ts";
import { steeringOf, type SteeringConfig } from "./steering-config.ts";
import { watchProblems } from "./watch-problems.ts";
import type { WatchSettings } from "./watch-shape.ts";
import { zoneRules } from "./zone-rules.ts";

/** A mistake in houston.yaml: where it is, what is wrong, and what to write instead. */
export type ConfigProblem = {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** `locations[2].capacityRps`; empty: the file as a whole. */
  readonly path: string;
  readonly code: string;
  readonly says: string;
  readonly fix: string;
};

/**
 * `scale` is null when the file has none: nobody is asked to grow. `watch` is null when nobody says where the numbers come from, and
 * `steering` when nobody makes users go anywhere; `probes` when nobody looks from outside.
 */
export type ConfigRead =
  | {
      /** Of the whole; null where the file has none, and nobody has a key to sign orders with. */
      readonly name: string | null;
      readonly estate: Estate;
      readonly scale: ScaleSettings | null;
      readonly watch: WatchSettings | null;
      readonly steering: SteeringConfig | null;
      readonly probes: ProbesSettings | null;
      readonly conditions: readonly ConditionSettings[];
      readonly cells: readonly Cell[];
      readonly people: People;
    }
  | { readonly problems: readonly ConfigProblem[] };

/** Larger than any estate: 50 locations, 250 zones with latencies, 500 services. */
const FILE_CHARS_MAX = 2_000_000;
/** After so many the rest are seldom problems of their own. */
const PROBLEMS_MAX = 100;

/** Reads houston.yaml: the estate, or every problem at once. Changes nothing, calls nobody. */
export function readConfig(text: string): ConfigRead {
  if (text.length > FILE_CHARS_MAX) {
    return { problems: [whole("too-large", `the file has ${text.length} characters`, `at most ${FILE_CHARS_MAX}`)] };
  }
  const lines = new LineCounter();
  // A key that is a list or a map of its own is a slip, and would only be warned of by the way.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return {
      problems: document.errors.slice(0, PROBLEMS_MAX).map((error) => ({
        ...at(error.pos[0]),
        path: "",
        code: "bad-yaml",
        says: error.message.split("\n")[0] ?? error.message,
        fix: "YAML: two spaces for each level, `key: value`, lists with `- `",
      })),
    };
  }
  const place = (path: readonly PropertyKey[]) => at(offsetOf(document, path));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return {
      problems: [whole("bad-yaml", error instanceof Error ? error.message : String(error), "use fewer aliases")],
    };
  }
  const parsed = configShape.safeParse(value, { reportInput: true });
  const asked = unanswered(value);
  const unsaid = new Set(asked.map((each) => dotted(each.at)));
  const shape: Reference[] = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) =>
        shapeProblems(issue, value).map((each) => ({ ...each, code: "bad-value" })),
      );
  // What refers to something else is checked as far as the shape can be read, so that all mistakes show at once. Of a '?' nothing else is said.
  const wrong = [...shape, ...referenceProblems(value)].filter(({ at }) => !unsaid.has(dotted(at)));
  const problems: ConfigProblem[] = [...asked, ...wrong].map((each) => ({
    ...place(each.at),
    path: dotted(each.at),
    code: each.code,
    says: each.says,
    fix: each.fix,
  }));
  if (problems.length > 0 || !parsed.success) {
    return {
      problems: problems
        .sort((a, b) => a.line - b.line || a.column - b.column || (a.says < b.says ? -1 : 1))
        .slice(0, PROBLEMS_MAX),
    };
  }
  const {
    name = null,
    scale = null,
    watch = null,
    steering: steered,
    probes = null,
    conditions,
    cells,
    people,
    ...rest
  } = parsed.data;
  const estate = { ...estateOf(rest), ...(conditions.length > 0 && { conditions: conditions.map(conditionOf) }) };
  const lawless = [...unservableZones(estate), ...cellsAcrossBorders(cells, estate)].slice(0, PROBLEMS_MAX);
  const steering = steered === undefined ? null : steeringOf(steered, estate.zones);
  if (lawless.length === 0) return { name, estate, scale, watch, steering, probes, conditions, cells, people };
  return {
    problems: lawless.map(({ at: path, code, says, fix }) => ({
      ...place(path),
      path: dotted(path),
      code,
      says,
      fix,
    })),
  };
}

/** One line for each problem, as a compiler prints them. */
export function problemLines(file: string, problems: readonly ConfigProblem[]): string[] {
  return problems.flatMap(({ line, column, path, says, fix, code }) => [
    `${file}:${line}:${column}  ${path === "" ? "" : `${path}: `}${says}  (${code})`,
    `    fix: ${fix}`,
  ]);
}

function estateOf(
  config: Omit<Config, "name" | "scale" | "watch" | "steering" | "probes" | "conditions" | "cells" | "people">,
): Estate {
  const { locations, zones, classes, services, journeys, objective, guards, events, mode, ...rest } = config;
  const places = locations.map(locationOf);
  return {
    ...rest,
    locations: places,
    zones: zones.map((zone) => ({
      name: zone.name,
      country: zone.country,
      ...(zone.latitude === undefined ? {} : { latitude: zone.latitude }),
      ...(zone.longitude === undefined ? {} : { longitude: zone.longitude }),
      latencyMs: "latencyMs" in zone && zone.latencyMs ? zone.latencyMs : distanceLatencyMs(zone, places),
      ...zoneRules(zone, classes),
    })),
    classes: classes.map(({ name, priority, latencyWeight, data }) => ({
      name,
      priority,
      latencyWeight,
      data: typeof data === "string" ? { kind: data } : { kind: "one-writer", location: data.oneWriter },
    })),
    services: mapValues(services, ({ layer, dependsOn, provider }) => ({
      layer,
      dependsOn,
      ...(provider === undefined ? {} : { provider }),
    })),
    journeys,
    objective,
    guards: guardsOf(guards),
    ...modeOf(mode),
    events: events.flatMap(({ name, factor, demandFactor, was, ...times }) =>
      spansOf(times, timezonesOf(locations)).map((span) => ({
        name,
        ...(was === undefined ? { factor: typeof factor === "number" ? factor : WIDE_FACTOR } : { factor: 1, was }),
        ...(demandFactor === undefined ? {} : { demandFactor }),
        ...span,
      })),
    ),
    // Only a planet in a box may act on a baseline that no day of past has certified.
    actWithoutPromise: false,
  };
}

function guardsOf({ forbidden, ...guards }: Config["guards"]): Guards {
  return forbidden.length === 0 ? guards : { ...guards, forbidden: forbidden.map(forbiddenHoursOf) };
}

/** Known events were told in its time zone; nothing else asks for it. */
function locationOf(location: Config["locations"][number]): Location {
  const { timezone, limits, ...rest } = location;
  void timezone;
  return limits.length === 0 ? rest : { ...rest, limits: limits.map(limitOf) };
}

/** That one of the two is there was checked before. */
function limitOf({ name, rps, units = 0, rpsPerUnit = 0 }: Config["locations"][number]["limits"][number]): Limit {
  return { name, rps: rps ?? units * rpsPerUnit };
}

/** Ten times as many failures as otherwise: what hurts users more than this is a fault on any day. */
const WIDE_FACTOR = 10;

function shapeProblems(issue: z.core.$ZodIssue, root: unknown): Found[] {
  const { path: at } = issue;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        at: [...at, key],
        says: `${key} is not a setting here`,
        fix: suggestion(key, knownKeys(at, root)) ?? `remove it; known here: ${knownKeys(at, root).join(", ")}`,
      }));
    case "invalid_type":
      return issue.input === undefined
        ? [{ at, says: `${String(at.at(-1))} is missing`, fix: `add it: ${issue.expected}` }]
        : [{ at, says: issue.message, fix: `write a ${issue.expected}` }];
    case "too_small":
      return [
        {
          at,
          says: issue.message,
          fix: `${issue.inclusive === false ? "more than" : "at least"} ${String(issue.minimum)}`,
        },
      ];
    case "too_big":
      return [
        {
          at,
          says: issue.message,
          fix: `${issue.inclusive === false ? "less than" : "at most"} ${String(issue.maximum)}`,
        },
      ];
    case "invalid_value":
      return [
        {
          at,
          says: issue.message,
          fix:
            suggestion(String(issue.input), issue.values.map(String)) ??
            `one of ${issue.values.map(String).join(", ")}`,
        },
      ];
    case "invalid_format":
      return [
        {
          at,
          says: issue.message,
          fix:
            issue.format === "datetime"
              ? "write it like 2026-11-27T00:00:00Z, or with +01:00 in place of the Z, or without either and a timezone"
              : "see examples/houston.yaml",
        },
      ];
    case "invalid_union": {
      const meant = meantOf(issue);
      if (meant !== null) return meant.flatMap((each) => shapeProblems({ ...each, path: [...at, ...each.path] }, root));
      const kinds = kindsOf(shapeAt(at.slice(0, -1), root));
      if (kinds.length === 0) return [{ at, says: issue.message, fix: "see examples/houston.yaml" }];
      const given = valueAt(root, at);
      const name = typeof given === "string" ? given : "";
      return [
        {
          at,
          says:
            given === undefined ? `${String(at.at(-1))} is missing` : `there is no such kind: ${JSON.stringify(given)}`,
          fix: suggestion(name, kinds) ?? `one of ${kinds.join(", ")}`,
        },
      ];
    }
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return [{ at, says: issue.message, fix: "see examples/houston.yaml" }];
  }
}

/** Of a word or a map, what is wrong with the one that was written; null: it says itself what it wants. */
function meantOf({ input, message, errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | null {
  if (message !== "Invalid input" || input === undefined) return null;
  const isMap = typeof input === "object";
  const isAtAll = ({ code, path }: z.core.$ZodIssue): boolean =>
    path.length > 0 || (isMap ? code === "unrecognized_keys" : code === "invalid_value");
  return errors.find((each) => each.length > 0 && each.every(isAtAll)) ?? null;
}

function knownKeys(path: readonly PropertyKey[], root: unknown): string[] {
  const fields = chosen(shapeAt(path, root), valueAt(root, path));
  return fields instanceof z.ZodObject ? Object.keys(fields.shape) : [];
}

/** The shape that a path leads to; where it is one of several kinds, the kind is the one that the file names. */
function shapeAt(path: readonly PropertyKey[], root: unknown): unknown {
  let shape: unknown = configShape;
  for (const [index, key] of path.entries()) shape = inner(chosen(shape, valueAt(root, path.slice(0, index))), key);
  return unwrapped(shape);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], root);
}

function chosen(shape: unknown, value: unknown): unknown {
  const plain = unwrapped(shape);
  if (plain instanceof z.ZodUnion && !(plain instanceof z.ZodDiscriminatedUnion))
    return plain.options.find((option) => option instanceof z.ZodObject && typeof value === "object") ?? plain;
  if (!(plain instanceof z.ZodDiscriminatedUnion)) return plain;
  const kind = record(value)[plain.def.discriminator];
  return plain.options.find((option) => kindIn(option, plain.def.discriminator) === kind);
}

/** The names of the kinds that there are; none: it is of one kind only. */
function kindsOf(shape: unknown): string[] {
  if (!(shape instanceof z.ZodDiscriminatedUnion)) return [];
  return shape.options.map((option) => String(kindIn(option, shape.def.discriminator)));
}

function kindIn(option: unknown, discriminator: string): unknown {
  const literal = option instanceof z.ZodObject ? (option.shape as Record<string, unknown>)[discriminator] : undefined;
  return literal instanceof z.ZodLiteral ? literal.value : undefined;
}

function inner(plain: unknown, key: PropertyKey): unknown {
  if (plain instanceof z.ZodObject) return (plain.shape as Record<PropertyKey, unknown>)[key];
  if (plain instanceof z.ZodArray) return plain.element;
  if (plain instanceof z.ZodRecord) return plain.valueType;
  return undefined;
}

function unwrapped(shape: unknown): unknown {
  if (shape instanceof z.ZodDefault || shape instanceof z.ZodOptional || shape instanceof z.ZodPrefault)
    return unwrapped(shape.unwrap());
  return shape;
}

/** Names that point nowhere, names that are there twice, guards that can't hold. Reads whatever shape there is. */
function referenceProblems(value: unknown): Reference[] {
  const root = record(value);
  const locations = names(root["locations"]);
  const services = Object.keys(record(root["services"]));
  const providers = new Set(
    list(root["locations"]).flatMap((each) => {
      const { provider } = record(each);
      return typeof provider === "string" ? [provider] : [];
    }),
  );
  const classes = names(root["classes"]);
  return [
    ...twice("locations", locations),
    ...twice("zones", names(root["zones"])),
    ...twice("classes", classes),
    ...twice("cells", names(root["cells"])),
    ...cellProblems(root, locations),
    ...zoneRuleProblems(root),
    ...poolProblems(root),
    ...limitProblems(root),
    ...list(root["classes"]).flatMap((each, index) => {
      const writer = record(record(each)["data"])["oneWriter"];
      return unknown(writer, locations, ["classes", index, "data", "oneWriter"], "location");
    }),
    ...list(root["zones"]).flatMap((each, index) =>
      Object.keys(record(record(each)["latencyMs"])).flatMap((name) =>
        unknown(name, locations, ["zones", index, "latencyMs", name], "location"),
      ),
    ),
    ...Object.entries(record(root["services"])).flatMap(([name, each]) => [
      ...list(record(each)["dependsOn"]).flatMap((other, index) =>
        unknown(other, services, ["services", name, "dependsOn", index], "service"),
      ),
      ...unknown(record(each)["provider"], [...providers], ["services", name, "provider"], "provider"),
    ]),
    ...Object.entries(record(root["journeys"])).flatMap(([name, each]) =>
      list(record(each)["needs"]).flatMap((other, index) =>
        unknown(other, services, ["journeys", name, "needs", index], "service"),
      ),
    ),
    ...guardProblems(record(root["guards"]), { classes: classOr(classes), locations: locations.length }),
    ...modeProblems(record(root["mode"]), classOr(classes)),
    ...list(root["locations"]).flatMap((each, index) =>
      badTimezone(record(each)["timezone"], ["locations", index, "timezone"]),
    ),
    ...eventProblems(list(root["events"]), timezonesOf(list(root["locations"]))),
    ...conditionProblems(root, { locations, classes: classOr(classes) }),
    ...scaleProblems(record(root["scale"]), locations),
    ...steeringProblems(record(root["steering"]), {
      locations,
      zones: names(root["zones"]),
      classes: classOr(classes),
    }),
    ...probesProblems(root, locations),
    ...peopleProblems(root),
    ...watchProblems(record(root["watch"]), services),
    ...dependencyCircles(record(root["services"])),
  ];
}

function twice(key: string, all: readonly string[]): Reference[] {
  return all.flatMap((name, index) =>
    all.indexOf(name) < index
      ? [
          {
            at: [key, index, "name"],
            code: "name-twice",
            says: `${name} is there twice`,
            fix: "give each its own name",
          },
        ]
      : [],
  );
}

/** Where none is named there is the one that there is by default. */
const classOr = (classes: readonly string[]): readonly string[] => (classes.length > 0 ? classes : ["public"]);

function dependencyCircles(services: Readonly<Record<string, unknown>>): Reference[] {
  const done = new Set<string>();
  const found: Reference[] = [];
  const visit = (name: string, way: readonly string[]): void => {
    if (done.has(name)) return;
    const dependsOn = list(record(services[name])["dependsOn"]);
    for (const [index, other] of dependsOn.entries()) {
      if (typeof other !== "string") continue;
      const circle = [...way, name];
      if (circle.includes(other)) {
        const says = `${[...circle.slice(circle.indexOf(other)), other].join(" -> ")} is a circle`;
        found.push({
          at: ["services", name, "dependsOn", index],
          code: "dependency-circle",
          says,
          fix: "leave out the direction that users need less",
        });
      } else visit(other, circle);
    }
    done.add(name);
  };
  for (const name of Object.keys(services)) visit(name, []);
  return found;
}

/** Where a path begins in the text; the nearest thing above it when it is missing. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const key = path[length - 1];
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const items = (parent as { readonly items?: readonly unknown[] } | undefined)?.items ?? [];
    for (const [index, item] of items.entries()) {
      const pair = item as {
        readonly key?: { readonly value?: unknown; readonly range?: readonly number[] };
        readonly range?: readonly number[];
      };
      const start =
        pair.key?.value === key ? pair.key?.range?.[0] : index === key && !pair.key ? pair.range?.[0] : undefined;
      if (start !== undefined) return start;
    }
  }
  return document.contents?.range?.[0] ?? 0;
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}

function whole(code: string, says: string, fix: string): ConfigProblem {
  return { line: 1, column: 1, path: "", code, says, fix };
}

function mapValues<From, To>(from: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, to(value)]));
}
