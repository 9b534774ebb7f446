import { CallerError } from "../../core/errors.ts";
import { leastLimit } from "../../core/control/usable.ts";
import type { ClassName, Estate, LocationName, Zone } from "../../core/estate.ts";
import { mayServe } from "../../core/may-serve.ts";
import { carriesRps, needsRps } from "../../core/plan/room.ts";
import { byName } from "../../core/route/by-name.ts";
import { busyHours } from "../../core/size/busy-hours.ts";
import type { Moment, SizeQuestion } from "../../core/size/question.ts";
import { readConfig } from "../../config/config-file.ts";
import { openRecording } from "../../runtime/recording/reader.ts";
import { badConfig } from "../bad-config.ts";
import { configText } from "../config-text.ts";
import { connect, type ConnectOptions } from "../client.ts";
import { tell } from "../output.ts";
import { readProblem } from "./plan-problem.ts";

/** Where the sizes' question comes from: places, users, and what they want at busy times. */
export type SizeSource = Pick<SizeQuestion, "locations" | "zones" | "moments"> & {
  /** What must be ready to carry so much; for a problem, whose capacities are what may be filled, the same. */
  readonly needsRps: (carriesRps: number) => number;
  /** What so much ready carries: the inverse. */
  readonly carriesRps: (readyRps: number) => number;
};

export async function sourceFromProblem(file: string): Promise<SizeSource> {
  const { problem, warnings } = await readProblem(file);
  for (const warning of warnings) tell(`houston: ${warning}`);
  const demandRps: Record<string, Record<string, number>> = {};
  for (const name of Object.keys(problem.classes)) {
    demandRps[name] = Object.fromEntries(problem.zones.map((zone) => [zone.name, zone.demandRps[name] ?? 0]));
  }
  const locations = problem.locations.filter(({ name }) => !(problem.without ?? []).includes(name));
  return {
    locations: locations.map(({ name, provider, costPerRps, capacityRps }) => ({
      name,
      // Nothing is told of it: then each is a provider of its own.
      provider: provider ?? name,
      costPerRps,
      mostRps: capacityRps,
    })),
    zones: problem.zones,
    moments: [{ name: "the problem's demand", demandRps }],
    needsRps: (carries) => carries,
    carriesRps: (ready) => ready,
  };
}

export async function sourceFromRecording(files: {
  readonly config: string;
  readonly recording: string;
}): Promise<SizeSource> {
  const estate = estateFrom(files.config);
  const hours = busyHours();
  const zones = new Set(estate.zones.map(({ name }) => name));
  const classes = new Set(estate.classes.map(({ name }) => name));
  const strangers = new Set<string>();
  const { lines } = await openRecording(files.recording);
  for await (const line of lines) {
    if (line.kind !== "reading" || line.reading.signal !== "demand") continue;
    const { zone, class: className } = line.reading;
    if (!zones.has(zone)) strangers.add(`zone ${zone}`);
    else if (!classes.has(className)) strangers.add(`class ${className}`);
    else hours.add(line.reading);
  }
  for (const stranger of [...strangers].slice(0, STRANGERS_TOLD))
    tell(`houston: the recording's ${stranger} is not in ${files.config}; its demand is left out`);
  const moments = hours.moments();
  if (moments.length === 0) {
    throw new CallerError({
      code: "no-demand",
      message: `${files.recording} has no demand of the zones in ${files.config}`,
      hint: '`houston record` has none: write lines such as {"at":1638890400000,"zone":"us-east","class":"public","signal":"demand","rps":1200}',
    });
  }
  return sourceOf(estate, moments);
}

export async function sourceFromHouston(options: ConnectOptions): Promise<SizeSource> {
  const houston = connect(options);
  const [{ estate }, { demandRps }, { hours }] = await Promise.all([
    houston.world(),
    houston.demand(),
    houston.weekDemand(),
  ]);
  return sourceOf(estate, [{ name: "now", demandRps }, ...hours]);
}

/** More names than this nobody reads. */
const STRANGERS_TOLD = 5;

function sourceOf(estate: Estate, moments: readonly Moment[]): SizeSource {
  const allowed: Record<string, readonly string[]> = {};
  for (const { name, data } of estate.classes) if (data.kind === "one-writer") allowed[name] = [data.location];
  return {
    locations: estate.locations.map(({ name, provider, costPerRps, capacityRps, ...rest }) => ({
      name,
      provider,
      costPerRps,
      mostRps: Math.min(capacityRps, leastLimit(rest)?.rps ?? Infinity),
    })),
    zones: estate.zones.map((zone) => ({ ...zone, allowed: { ...allowed, ...boundPlaces(estate, zone) } })),
    moments,
    needsRps: (carries) => needsRps(carries, estate.guards.maxUtilisation),
    carriesRps: (ready) => carriesRps(ready, estate.guards.maxUtilisation),
  };
}

/** A class that never moves is where it is nearest, and needs room nowhere else. */
function boundPlaces(estate: Estate, zone: Zone): Readonly<Record<ClassName, readonly LocationName[]>> {
  const nearest = Object.keys(zone.latencyMs).sort((a, b) => zone.latencyMs[a]! - zone.latencyMs[b]! || byName(a, b));
  return Object.fromEntries(
    estate.classes
      .filter(({ data }) => data.kind === "stays")
      .map((each) => [each.name, nearest.filter((name) => mayServe(each, zone, name)).slice(0, 1)]),
  );
}

function estateFrom(file: string): Estate {
  const read = readConfig(configText(file));
  if ("problems" in read) throw badConfig(file, read.problems);
  return read.estate;
}
