import { BUCKETS, type ClassName, type LocationName, type ProviderName, type ZoneName } from "../estate.ts";
import { assert } from "../errors.ts";
import type { Reason, Step, Stepped, UnixMs } from "../step.ts";
import { byName } from "./by-name.ts";
import { LOCATIONS_MAX, tableProblems } from "./check-table.ts";
import { noticeProblem, strongestNotice } from "./notice.ts";
import { eachRow } from "./rows.ts";
import type { Assignment, Chunk, LossNotice, RouteTable } from "./table.ts";

/**
 * Which location answers this user now: the one function that DNS servers and edges share.
 *
 * Like a railway's timetable on the platform: everybody reads the newest copy; when the office burns down the
 * last copy stays true; and on its back it says what to do when a line is closed, for which it takes the word
 * of most stations, not of one.
 *
 * 1. An older table never replaces a newer one; a malformed one replaces nothing.
 * 2. A loss notice counts only for the table that is current, unexpired, seen by a majority of all configured locations.
 * 3. At most one notice is followed for each table version, and it is never taken back alone: only a newer table ends it. It may
 *    only grow: when each location of its provider has a notice, the loss of the provider is followed. The loss of a location
 *    that has no contingency moves nobody, so it is never the one that is followed.
 * 4. Every chunk has an answer always: what the table does not say, the location that was asked answers.
 */
export type RouteState = {
  readonly locations: readonly LocationName[];
  readonly table: RouteTable | null;
  /** The notice that is followed, until a newer table comes. */
  readonly notice: LossNotice | null;
  /** The newest notice of each location that was valid for this table, followed or not; by name. */
  readonly heard: readonly LossNotice[];
  /** The provider whose loss is followed, with the notice's location among its own. */
  readonly provider: ProviderName | null;
  readonly compiled: Compiled;
};

export type RouteEvent =
  | { readonly event: "table"; readonly at: UnixMs; readonly table: RouteTable }
  /** Those that arrive together are weighed against each other. */
  | { readonly event: "notices"; readonly at: UnixMs; readonly notices: readonly LossNotice[] }
  | { readonly event: "tick"; readonly at: UnixMs };

export function initialRoute(locations: readonly LocationName[]): RouteState {
  assert(locations.length > 0 && locations.length <= LOCATIONS_MAX, `1 to ${LOCATIONS_MAX} locations`);
  assert(new Set(locations).size === locations.length, "location names are unique");
  return { locations, table: null, notice: null, heard: [], provider: null, compiled: NOTHING };
}

export const routeStep: Step<RouteState, RouteEvent, never> = (state, event) => {
  switch (event.event) {
    case "table":
      return takeTable(state, event.table);
    case "notices":
      return takeNotices(state, event.notices, event.at);
    case "tick":
      // Nothing here ends with time: a followed notice outlives its own `expires` (rule 3), a table never expires.
      return unchanged(state, []);
  }
};

/** The location for a chunk: of the table, else the one that was asked. Null: this bucket is shed everywhere. */
export function answer(state: RouteState, chunk: Chunk, asked: LocationName): LocationName | null {
  const { classIndex, zoneIndex, zoneCount, cells } = state.compiled;
  const classAt = classIndex.get(chunk.class);
  if (classAt === undefined) return asked;
  const apart = state.compiled.apart[classAt * BUCKETS + chunk.bucket]!;
  if (apart !== ASKED) return apart === SHED ? null : state.locations[apart]!;
  const zoneAt = zoneIndex.get(chunk.zone);
  if (zoneAt === undefined) return asked;
  const cell = cells[(classAt * zoneCount + zoneAt) * BUCKETS + chunk.bucket]!;
  return cell === ASKED ? asked : state.locations[cell]!;
}

/** Whether users of one class and zone are told apart by their buckets, or all go to one place. */
export function isSpread(state: RouteState, className: ClassName, zone: ZoneName): boolean {
  const { classIndex, zoneIndex, zoneCount, spread } = state.compiled;
  const classAt = classIndex.get(className);
  if (classAt === undefined) return false;
  // Where there is no row only what is set apart tells buckets apart.
  const zoneAt = zoneIndex.get(zone) ?? zoneCount;
  return spread[classAt * (zoneCount + 1) + zoneAt] === 1;
}

/** Whose loss is followed: their chunks are answered by the contingency. */
export function followedAsLost({ table, notice, provider }: RouteState): readonly LocationName[] {
  if (provider !== null) return table?.providerContingency?.[provider]?.locations ?? [];
  return notice === null ? [] : [notice.location];
}

/** One byte for each (class, zone, bucket); made anew for each table or notice, never changed after. */
export type Compiled = {
  readonly classIndex: ReadonlyMap<ClassName, number>;
  readonly zoneIndex: ReadonlyMap<ZoneName, number>;
  readonly zoneCount: number;
  readonly cells: Uint8Array;
  /** One byte for each (class, bucket): buckets set apart hold in every zone, known or not. */
  readonly apart: Uint8Array;
  /** For each (class, zone), and at the end of each class for zones without a row: 1 where not all buckets have one answer. */
  readonly spread: Uint8Array;
};

const ASKED = 255;
const SHED = 254;
const NOTHING: Compiled = {
  classIndex: new Map(),
  zoneIndex: new Map(),
  zoneCount: 0,
  cells: new Uint8Array(0),
  apart: new Uint8Array(0),
  spread: new Uint8Array(0),
};

type RouteStepped = Stepped<RouteState, never>;

function takeTable(state: RouteState, table: RouteTable): RouteStepped {
  const problems = tableProblems(table, state.locations);
  if (problems.length > 0) return unchanged(state, [refused("table-malformed", problems.join("; "))]);
  const have = state.table?.version ?? 0;
  if (table.version <= have) {
    return unchanged(state, [refused("table-not-newer", `version ${table.version} came, ${have} is in use`)]);
  }
  const reason: Reason = { code: "table-taken", says: `answers from version ${table.version}` };
  return {
    state: {
      locations: state.locations,
      table,
      notice: null,
      heard: [],
      provider: null,
      compiled: compile(table, null),
    },
    effects: [],
    reasons: [reason],
  };
}

function takeNotices(state: RouteState, notices: readonly LossNotice[], at: UnixMs): RouteStepped {
  const { table } = state;
  const reasons: Reason[] = [];
  const valid: LossNotice[] = [];
  for (const notice of notices) {
    const problem = noticeProblem(notice, { locations: state.locations, tableVersion: table?.version ?? null, at });
    if (problem === null) valid.push(notice);
    else reasons.push(problem);
  }
  if (valid.length === 0 || table === null) return unchanged(state, reasons);
  const heard = newestOf([...state.heard, ...valid], at);
  const provider = state.provider ?? lostProvider(table, { heard, followed: state.notice?.location ?? null });
  if (provider !== state.provider) return followProvider({ ...state, heard }, { table, provider: provider!, reasons });
  // Who is dead and emptied already would take the only place of one whose users are still there.
  const moving = valid.filter(({ location }) => movesAnybody(table, location));
  for (const { location } of valid) {
    if (movesAnybody(table, location) || followedAsLost(state).includes(location)) continue;
    reasons.push(refused("notice-moves-nobody", `${location}: version ${table.version} has no contingency for it`));
  }
  const strongest = strongestNotice(moving, state.locations);
  if (strongest === null) return unchanged({ ...state, heard }, reasons);
  if (state.notice !== null) {
    // The same loss seen again is no second notice; another one waits for a newer table.
    const says = `${state.notice.location} is followed for version ${table.version}; ${strongest.location} waits for a newer table`;
    if (!followedAsLost(state).includes(strongest.location)) reasons.push(refused("notice-second", says));
    return unchanged({ ...state, heard }, reasons);
  }
  for (const notice of moving) {
    if (notice.location === strongest.location) continue;
    reasons.push(refused("notice-weaker", `${notice.location}: ${strongest.location} has the stronger notice`));
  }
  const says = `${strongest.location} is lost, seen by ${strongest.seenBy.length}: follows the contingency of version ${table.version}`;
  reasons.push({ code: "notice-followed", says, location: strongest.location });
  return {
    state: {
      ...state,
      heard,
      notice: strongest,
      compiled: compile(table, table.contingency[strongest.location] ?? null),
    },
    effects: [],
    reasons,
  };
}

function movesAnybody(table: RouteTable, location: LocationName): boolean {
  return Object.values(table.contingency[location] ?? {}).some((zones) => Object.keys(zones).length > 0);
}

/** Of each location the notice that lasts longest, by name; those that have expired tell nothing. */
function newestOf(notices: readonly LossNotice[], at: UnixMs): readonly LossNotice[] {
  const newest = new Map<LocationName, LossNotice>();
  for (const notice of notices) {
    if (notice.expires <= at) continue;
    const known = newest.get(notice.location);
    if (known === undefined || notice.expires > known.expires) newest.set(notice.location, notice);
  }
  return [...newest.values()].sort((a, b) => byName(a.location, b.location));
}

/** The provider whose every location has a notice; of several the first by name. One that is followed already decides. */
function lostProvider(
  table: RouteTable,
  { heard, followed }: { readonly heard: readonly LossNotice[]; readonly followed: LocationName | null },
): ProviderName | null {
  const gone = new Set(heard.map(({ location }) => location));
  const providers = Object.keys(table.providerContingency ?? {}).sort(byName);
  const isLost = (provider: ProviderName): boolean => {
    const { locations } = table.providerContingency![provider]!;
    return locations.every((name) => gone.has(name)) && (followed === null || locations.includes(followed));
  };
  return providers.find(isLost) ?? null;
}

function followProvider(
  state: RouteState,
  of: { readonly table: RouteTable; readonly provider: ProviderName; readonly reasons: Reason[] },
): RouteStepped {
  const { table, provider, reasons } = of;
  const loss = table.providerContingency![provider]!;
  const notice =
    state.notice ??
    strongestNotice(
      state.heard.filter(({ location }) => loss.locations.includes(location)),
      state.locations,
    );
  const says = `all ${loss.locations.length} locations of ${provider} are lost: follows its contingency of version ${table.version}`;
  reasons.push({ code: "provider-followed", says });
  return {
    state: { ...state, notice, provider, compiled: compile(table, loss.rows) },
    effects: [],
    reasons,
  };
}

function compile(table: RouteTable, contingency: Assignment | null): Compiled {
  const classIndex = new Map<ClassName, number>();
  const zoneIndex = new Map<ZoneName, number>();
  const layers = contingency === null ? [table.assignment] : [table.assignment, contingency];
  for (const layer of layers) {
    eachRow(layer, (className, zone) => {
      if (!classIndex.has(className)) classIndex.set(className, classIndex.size);
      if (!zoneIndex.has(zone)) zoneIndex.set(zone, zoneIndex.size);
    });
  }
  for (const { class: className } of table.apart) {
    if (!classIndex.has(className)) classIndex.set(className, classIndex.size);
  }
  const zoneCount = zoneIndex.size;
  const cells = new Uint8Array(classIndex.size * zoneCount * BUCKETS).fill(ASKED);
  for (const layer of layers) {
    eachRow(layer, (className, zone, runs) => {
      let next = (classIndex.get(className)! * zoneCount + zoneIndex.get(zone)!) * BUCKETS;
      for (const [location, buckets] of runs) {
        cells.fill(location, next, next + buckets);
        next += buckets;
      }
    });
  }
  const apart = new Uint8Array(classIndex.size * BUCKETS).fill(ASKED);
  for (const item of table.apart) {
    apart[classIndex.get(item.class)! * BUCKETS + item.bucket] =
      item.location === null ? SHED : table.locations.indexOf(item.location);
  }
  return { classIndex, zoneIndex, zoneCount, cells, apart, spread: spreadOf({ cells, apart, zoneCount }) };
}

function spreadOf({ cells, apart, zoneCount }: Pick<Compiled, "cells" | "apart" | "zoneCount">): Uint8Array {
  const classes = apart.length / BUCKETS;
  const spread = new Uint8Array(classes * (zoneCount + 1));
  for (let classAt = 0; classAt < classes; classAt++) {
    const isApart = apart.subarray(classAt * BUCKETS, (classAt + 1) * BUCKETS).some((to) => to !== ASKED);
    for (let zoneAt = 0; zoneAt <= zoneCount; zoneAt++) {
      const from = (classAt * zoneCount + zoneAt) * BUCKETS;
      const row = zoneAt === zoneCount ? cells.subarray(0, 0) : cells.subarray(from, from + BUCKETS);
      if (isApart || row.some((to) => to !== row[0])) spread[classAt * (zoneCount + 1) + zoneAt] = 1;
    }
  }
  return spread;
}

function unchanged(state: RouteState, reasons: readonly Reason[]): RouteStepped {
  return { state, effects: [], reasons };
}

function refused(code: string, says: string): Reason {
  return { code, says };
}
