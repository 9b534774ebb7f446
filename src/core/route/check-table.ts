import { BUCKETS, type Estate, type LocationName } from "../estate.ts";
import { mayServe } from "../may-serve.ts";
import { byName } from "./by-name.ts";
import { eachRow } from "./rows.ts";
import type { RouteTable } from "./table.ts";

/** A table may come from a stranger's wire: a list of problems longer than this helps nobody. */
const PROBLEMS_MAX = 20;
/** Location indexes live in a byte, with two values kept for "asked" and "shed". */
export const LOCATIONS_MAX = 254;
/** Bounds for what one table may cost to compile: 16 classes x 1,024 zones x 256 buckets is 4 MiB. */
const CLASSES_MAX = 16;
const ZONES_MAX = 1024;

/**
 * What is wrong with the shape of a table, each with its path; empty when it can be answered from. Takes
 * `unknown`, since tables arrive over the network.
 */
export function tableProblems(table: unknown, locations: readonly LocationName[]): readonly string[] {
  const problems: string[] = [];
  const say = (problem: string): void => {
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
  };
  if (!isRecord(table)) return ["the table is not an object"];
  if (!isCount(table["version"]) || table["version"] === 0) say("version: not a whole number above 0");
  if (typeof table["at"] !== "number" || !Number.isFinite(table["at"])) say("at: not a time");
  const names = table["locations"];
  if (!Array.isArray(names) || names.length !== locations.length || names.some((name, i) => name !== locations[i])) {
    say("locations: not the configured locations in their order");
  }
  checkAssignment("assignment", table["assignment"], locations.length, say);
  if (isRecord(table["assignment"]) && !hasRow(table["assignment"])) say("assignment: empty");
  const contingency = table["contingency"];
  if (!isRecord(contingency)) say("contingency: not an object");
  else {
    for (const lost of Object.keys(contingency).toSorted(byName)) {
      if (!locations.includes(lost)) say(`contingency.${lost}: no such location`);
      else checkAssignment(`contingency.${lost}`, contingency[lost], locations.length, say);
    }
  }
  checkProviders(table["providerContingency"], locations, say);
  checkTtls(table["ttlSeconds"], locations, say);
  checkApart(table["apart"], locations, say);
  return problems;
}

/**
 * The same and, against the estate: a row for every class and zone, nothing unknown, nobody sent where the
 * class's data or the zone's network does not allow.
 */
export function checkTable(table: RouteTable, estate: Estate): readonly string[] {
  const problems = [
    ...tableProblems(
      table,
      estate.locations.map((location) => location.name),
    ),
  ];
  if (problems.length > 0) return problems;
  const classes = new Map(estate.classes.map((trafficClass) => [trafficClass.name, trafficClass]));
  const zones = new Map(estate.zones.map((zone) => [zone.name, zone]));
  for (const { name: className } of estate.classes) {
    for (const { name: zone } of estate.zones) {
      if (table.assignment[className]?.[zone] === undefined) problems.push(`assignment.${className}.${zone}: no row`);
    }
  }
  eachRow(table.assignment, (className, zoneName, runs) => {
    const path = `assignment.${className}.${zoneName}`;
    const trafficClass = classes.get(className);
    const zone = zones.get(zoneName);
    if (trafficClass === undefined) return void problems.push(`${path}: no such class`);
    if (zone === undefined) return void problems.push(`${path}: no such zone`);
    for (const [index] of runs) {
      const location = table.locations[index]!;
      const { data } = trafficClass;
      if (data.kind === "one-writer" && data.location !== location) {
        problems.push(`${path}: ${className} is only at ${data.location}, not at ${location}`);
      } else if (!mayServe(trafficClass, zone, location)) {
        problems.push(`${path}: ${location} is forbidden for ${zoneName}`);
      }
    }
  });
  return problems.slice(0, PROBLEMS_MAX);
}

type Say = (problem: string) => void;

function checkAssignment(path: string, assignment: unknown, locationCount: number, say: Say): void {
  if (!isRecord(assignment)) return say(`${path}: not an object`);
  const classes = Object.keys(assignment).toSorted(byName);
  if (classes.length > CLASSES_MAX) return say(`${path}: more than ${CLASSES_MAX} classes`);
  for (const className of classes) {
    const zones = assignment[className];
    if (!isRecord(zones)) {
      say(`${path}.${className}: not an object`);
      continue;
    }
    const names = Object.keys(zones).toSorted(byName);
    if (names.length > ZONES_MAX) return say(`${path}.${className}: more than ${ZONES_MAX} zones`);
    for (const zone of names) {
      const problem = rowProblem(zones[zone], locationCount);
      if (problem !== null) say(`${path}.${className}.${zone}: ${problem}`);
    }
  }
}

function checkProviders(providers: unknown, locations: readonly LocationName[], say: Say): void {
  if (providers === undefined) return;
  if (!isRecord(providers)) return say("providerContingency: not an object");
  const names = Object.keys(providers).toSorted(byName);
  if (names.length > locations.length) return say("providerContingency: more providers than locations");
  for (const provider of names) {
    const path = `providerContingency.${provider}`;
    const loss = providers[provider];
    if (!isRecord(loss)) {
      say(`${path}: not an object`);
      continue;
    }
    const lost = loss["locations"];
    if (!Array.isArray(lost) || lost.length === 0 || lost.some((name) => !locations.includes(name as LocationName)))
      say(`${path}.locations: not a list of configured locations`);
    checkAssignment(`${path}.rows`, loss["rows"], locations.length, say);
  }
}

function rowProblem(runs: unknown, locationCount: number): string | null {
  if (!Array.isArray(runs)) return "not a list of runs";
  let sum = 0;
  for (const run of runs) {
    if (!Array.isArray(run) || run.length !== 2) return "a run is not [location, buckets]";
    const [location, buckets] = run as readonly unknown[];
    if (!isCount(location) || location >= locationCount) return "a run's location is not an index of `locations`";
    if (!isCount(buckets) || buckets === 0) return "a run's length is not a whole number above 0";
    sum += buckets;
    if (sum > BUCKETS) return `its runs sum to more than ${BUCKETS}`;
  }
  return sum === BUCKETS ? null : `its runs sum to ${sum}, not ${BUCKETS}`;
}

function checkTtls(ttls: unknown, locations: readonly LocationName[], say: (problem: string) => void): void {
  if (ttls === undefined) return;
  if (!isRecord(ttls)) return say("ttlSeconds: not an object");
  for (const name of Object.keys(ttls).toSorted(byName)) {
    if (!locations.includes(name)) say(`ttlSeconds.${name}: no such location`);
    else if (!isCount(ttls[name]) || ttls[name] === 0) say(`ttlSeconds.${name}: not a whole number above 0`);
  }
}

function checkApart(apart: unknown, locations: readonly LocationName[], say: Say): void {
  if (!Array.isArray(apart)) return say("apart: not a list");
  if (apart.length > CLASSES_MAX * BUCKETS) return say("apart: longer than all buckets");
  apart.forEach((item: unknown, i) => {
    if (!isRecord(item) || typeof item["class"] !== "string") return say(`apart[${i}]: no class`);
    const { bucket, location } = item;
    if (!isCount(bucket) || bucket >= BUCKETS) say(`apart[${i}]: bucket is not 0 to ${BUCKETS - 1}`);
    if (location !== null && (typeof location !== "string" || !locations.includes(location))) {
      say(`apart[${i}]: no such location`);
    }
  });
}

function hasRow(assignment: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(assignment).some((name) => {
    const zones = assignment[name];
    return isRecord(zones) && Object.keys(zones).length > 0;
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
