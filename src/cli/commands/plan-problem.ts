import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { CallerError } from "../../core/errors.ts";
import type { Problem } from "../../core/plan/problem.ts";

/**
 * Reads a planning problem (`houston plan --problem FILE`, `-` is standard input) and finds everything that is wrong with it at
 * once, each with its JSON path and the fix. What is merely odd is a warning: a latency or a current flow may name a location that is
 * no longer among the locations, and whoever made the file may have written down more than is asked for.
 */
export async function readProblem(
  file: string,
): Promise<{ readonly problem: Problem; readonly warnings: readonly string[] }> {
  const name = file === "-" ? "standard input" : file;
  const given = parse(await read(file), name);
  const checked = shape.safeParse(given);
  if (!checked.success)
    throw badProblem(
      name,
      checked.error.issues.map((issue) => describe(issue, given)),
    );
  const problem = checked.data as Problem;
  const wrong = [
    ...repeatedNames(problem),
    ...unknownClasses(problem),
    ...unknownInRules(problem),
    ...unknownWithout(problem),
  ];
  if (wrong.length > 0) throw badProblem(name, wrong);
  return { problem, warnings: firstOf([...oddFields(given, shape, []), ...oddNames(problem)]) };
}

/** More lines than this help nobody. */
const PROBLEMS_SHOWN_MAX = 50;

const rps = z.number().nonnegative();
const placesByClass = z.record(z.string(), z.array(z.string()));
const shape = z.object({
  locations: z.array(
    z.object({
      name: z.string().min(1),
      provider: z.string().min(1).optional(),
      capacityRps: rps,
      costPerRps: z.number(),
      pools: z.record(z.string(), rps).optional(),
    }),
  ),
  zones: z.array(
    z.object({
      name: z.string().min(1),
      demandRps: z.record(z.string(), rps),
      latencyMs: z.record(z.string(), z.number().nonnegative()),
      allowed: placesByClass.optional(),
      forbidden: placesByClass.optional(),
      preferred: placesByClass.optional(),
      farthestMs: z.record(z.string(), z.number().nonnegative()).optional(),
    }),
  ),
  classes: z.record(z.string(), z.object({ priority: z.number(), latencyWeight: z.number().nonnegative() })),
  current: z.array(z.object({ zone: z.string(), class: z.string(), location: z.string(), rps })).optional(),
  churnWeight: z.number().nonnegative().optional(),
  without: z.array(z.string()).optional(),
});

async function read(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new CallerError({
      code: "no-such-file",
      message: `cannot read ${file}`,
      hint: "name a readable JSON file, or - for standard input",
      cause,
    });
  }
}

function parse(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    // Some writers put NaN and Infinity, which are not JSON; as words they are found again with their path.
    const words = json.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    try {
      return JSON.parse(words);
    } catch {
      throw new CallerError({
        code: "bad-json",
        message: `${name} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint: "see houston plan --help for the shape of a problem",
        cause,
      });
    }
  }
}

function badProblem(name: string, problems: readonly string[]): CallerError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new CallerError({
    code: "bad-problem",
    message: `${name} has ${count}`,
    lines: firstOf(problems),
    hint: "correct the values at these paths",
  });
}

function firstOf(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, PROBLEMS_SHOWN_MAX);
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, `... and ${more} more`] : shown;
}

function describe(issue: z.core.$ZodIssue, given: unknown): string {
  return `${jsonPath(issue.path)}: ${whatIsWrong(issue, given)}; fix: ${fixFor(issue)}`;
}

function whatIsWrong(issue: z.core.$ZodIssue, given: unknown): string {
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], given);
  if (value === undefined) return "is missing";
  if (issue.code === "too_small" && typeof value === "number") return `${value} is negative`;
  if (issue.code === "invalid_type" && issue.expected === "number")
    return `${typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value)} is not a finite number`;
  return issue.message;
}

function fixFor(issue: z.core.$ZodIssue): string {
  const field = issue.path.findLast((part) => typeof part === "string" && part in FIXES);
  return FIXES[String(field)] ?? "give it the shape that houston plan --help shows";
}

const FIXES: Readonly<Record<string, string>> = {
  capacityRps: "a finite number of requests a second, 0 or more",
  demandRps: "for each class a finite number of requests a second, 0 or more",
  rps: "a finite number of requests a second, 0 or more",
  costPerRps: "a finite number",
  latencyMs: "for each allowed location a finite number of milliseconds, 0 or more; leave out what is forbidden",
  latencyWeight: "a finite number, 0 or more",
  churnWeight: "a finite number, 0 or more; leave it out for none",
  priority: "a finite number; higher is served first",
  name: "a name",
  locations: "a list of {name, capacityRps, costPerRps}",
  zones: "a list of {name, demandRps, latencyMs}",
  classes: "for each class {priority, latencyWeight}",
  current: "a list of {zone, class, location, rps}",
  without: "a list of names of locations",
  allowed: "for each class a list of names of locations",
  forbidden: "for each class a list of names of locations",
  preferred: "for each class a list of names of locations",
  farthestMs: "for each class a finite number of milliseconds, 0 or more; leave it out for no limit",
  pools: "for each class that has a pool of its own a finite number of requests a second, 0 or more",
};

function jsonPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the whole document";
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[\w-]+$/.test(String(part))) return `[${JSON.stringify(String(part))}]`;
      return index === 0 ? String(part) : `.${String(part)}`;
    })
    .join("");
}

function repeatedNames(problem: Problem): readonly string[] {
  return (["locations", "zones"] as const).flatMap((list) => {
    const firstAt = new Map<string, number>();
    return problem[list].flatMap(({ name }, index) => {
      const first = firstAt.get(name);
      if (first === undefined) firstAt.set(name, index);
      return first === undefined
        ? []
        : [
            `${jsonPath([list, index, "name"])}: ${name} is already ${jsonPath([list, first])}; fix: give each its own name`,
          ];
    });
  });
}

function unknownClasses(problem: Problem): readonly string[] {
  const classes = Object.keys(problem.classes);
  return problem.zones.flatMap(({ demandRps }, index) =>
    Object.keys(demandRps)
      .filter((name) => !Object.hasOwn(problem.classes, name))
      .map(
        (name) =>
          `${jsonPath(["zones", index, "demandRps", name])}: no such class; fix: ${nearest(name, classes)}or add it to classes`,
      ),
  );
}

/** A misspelt law would forbid nothing, so here what is unknown is never merely odd. */
function unknownInRules(problem: Problem): readonly string[] {
  const classes = Object.keys(problem.classes);
  const locations = problem.locations.map(({ name }) => name);
  const classProblem = (path: readonly PropertyKey[], name: string): readonly string[] =>
    classes.includes(name)
      ? []
      : [`${jsonPath([...path, name])}: no such class; fix: ${nearest(name, classes)}or leave it out`];
  return [
    ...problem.locations.flatMap(({ pools = {} }, index) =>
      Object.keys(pools).flatMap((name) => classProblem(["locations", index, "pools"], name)),
    ),
    ...problem.zones.flatMap((zone, index) => [
      ...Object.keys(zone.farthestMs ?? {}).flatMap((name) => classProblem(["zones", index, "farthestMs"], name)),
      ...(["forbidden", "preferred"] as const).flatMap((rule) =>
        Object.entries(zone[rule] ?? {}).flatMap(([name, places]) => [
          ...classProblem(["zones", index, rule], name),
          ...places.flatMap((place, at) =>
            locations.includes(place)
              ? []
              : [
                  `${jsonPath(["zones", index, rule, name, at])}: no location ${place}; fix: ${nearest(place, locations)}or leave it out`,
                ],
          ),
        ]),
      ),
    ]),
  ];
}

function unknownWithout(problem: Problem): readonly string[] {
  const names = problem.locations.map(({ name }) => name);
  return (problem.without ?? []).flatMap((name, index) =>
    names.includes(name)
      ? []
      : [`${jsonPath(["without", index])}: no location ${name}; fix: ${nearest(name, names)}or leave it out`],
  );
}

function nearest(name: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `did you mean ${closest(name, [...names])}? `;
}

/** Fields that nothing reads: a law that is spelt `forbiden` would forbid nothing. */
function oddFields(given: unknown, of: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  if (of instanceof z.ZodOptional) return oddFields(given, of.unwrap(), path);
  if (of instanceof z.ZodArray) {
    const { element } = of;
    return Array.isArray(given) ? given.flatMap((each, index) => oddFields(each, element, [...path, index])) : [];
  }
  if (!(of instanceof z.ZodObject) || typeof given !== "object" || given === null) return [];
  const fields = of.shape as Readonly<Record<string, z.core.$ZodType>>;
  return Object.entries(given).flatMap(([name, value]) =>
    Object.hasOwn(fields, name)
      ? oddFields(value, fields[name]!, [...path, name])
      : [`${jsonPath([...path, name])} is no field of a problem; ignored${guess(name, Object.keys(fields))}`],
  );
}

function oddNames(problem: Problem): readonly string[] {
  const locations = problem.locations.map(({ name }) => name);
  const zones = problem.zones.map(({ name }) => name);
  const far = new Map<string, PropertyKey[]>();
  problem.zones.forEach(({ latencyMs }, index) => {
    for (const name of Object.keys(latencyMs))
      if (!locations.includes(name) && !far.has(name)) far.set(name, ["zones", index, "latencyMs", name]);
  });
  const gone = new Map<string, readonly string[]>(
    (problem.current ?? []).flatMap(({ location, zone }) => [
      ...(locations.includes(location) ? [] : [[location, locations] as const]),
      ...(zones.includes(zone) ? [] : [[zone, zones] as const]),
    ]),
  );
  return [
    ...[...far].map(
      ([name, path]) =>
        `${jsonPath(path)}: ${name} is not among the locations; ignored, there and wherever it stands${guess(name, locations)}`,
    ),
    ...[...gone].map(
      ([name, names]) =>
        `current names ${name}, which is not in the problem; what was there counts as moved${guess(name, names)}`,
    ),
  ];
}

/** Only what may well be a slip: a location that is gone is like none that is left. */
function guess(name: string, names: readonly string[]): string {
  const near = closest(name, [...names]);
  return names.length === 0 || distance(name, near) > SLIPS_MAX ? "" : `; did you mean ${near}?`;
}

const SLIPS_MAX = 2;
