import { byName } from "../route/by-name.ts";
import type { Estate, LocationName, TrafficClass, Zone } from "../estate.ts";
import { mayServe } from "../may-serve.ts";
import { bucketsToRow, rowToBuckets } from "../route/rows.ts";
import type { Assignment } from "../route/table.ts";
import { rowOf, withRows } from "../shift/traffic.ts";
import type { Leave, StepTaken } from "./state.ts";
import { decision, estateOf, placesOf, type DraftPlace, type Turn } from "./turn.ts";
import { listWords } from "./words.ts";

/**
 * The estate has other locations than before, or lists them in another order. Rows mean places by their number in that list, so all that
 * is kept is numbered anew, like letters that are forwarded when a street gets new numbers: everybody stays where they are, and who was
 * where no location is any more goes to the nearest that may serve them. What does not fit there is settled like all homes (publish.ts).
 */
export function numberAnew(turn: Turn, before: readonly LocationName[]): void {
  const { now } = turn;
  const estate = estateOf(turn);
  const isFit = (name: LocationName): boolean => {
    const { state, lostAt, hold } = now.places[name]!;
    return state === "serving" && lostAt === null && hold === null;
  };
  const anew = (assignment: Assignment): Assignment => numbered(estate, { assignment, before, isFit });
  for (const place of placesOf(turn)) {
    if (place.leave !== null) place.leave = knowing(now.places, { ...place.leave, from: anew(place.leave.from) });
    if (place.back !== null) place.back = { ...place.back, from: anew(place.back.from) };
    if (place.homeBefore) place.homeBefore = anew(place.homeBefore);
    if (place.step !== null) place.step = stepAnew(now.places, { ...place.step, before: anew(place.step.before) });
  }
  now.moved = now.moved.filter(({ from, to }) => now.places[from] !== undefined && now.places[to] !== undefined);
  now.apart = now.apart.filter(({ location }) => location === null || now.places[location] !== undefined);
  if (now.table === null) return;
  const { version, at, apart, assignment } = now.table;
  const locations = estate.locations.map(({ name }) => name);
  now.table = { version, at, locations, assignment: anew(assignment), contingency: {}, apart };
  if (now.home !== null) now.home = anew(now.home);
  // What is under way has the old numbers, and the next table replaces it.
  now.flight = null;
  now.basis = null;
  const gone = before.filter((name) => now.places[name] === undefined).toSorted(byName);
  if (gone.length === 0) return;
  now.homeIsGuess = true;
  now.homeAgainAt = 0;
  decision(turn, "locations-gone", `who was served in ${listWords(gone)} goes to the nearest that may serve them`);
}

type Places = Readonly<Record<LocationName, DraftPlace>>;

/** Without the names that nobody has any more. */
function knowing(places: Places, leave: Leave): Leave {
  return {
    ...leave,
    avoid: Object.fromEntries(Object.entries(leave.avoid).filter(([name]) => places[name] !== undefined)),
    carriers: leave.carriers.filter(({ name }) => places[name] !== undefined),
    plan: leave.plan.filter(({ to }) => places[to] !== undefined),
  };
}

/** Whose receiver is gone has nobody to be looked at: the next step is a first one. */
function stepAnew(places: Places, step: StepTaken): StepTaken | null {
  return step.receivers.every(({ name }) => places[name] !== undefined) ? step : null;
}

function numbered(
  estate: Estate,
  of: {
    readonly assignment: Assignment;
    readonly before: readonly LocationName[];
    readonly isFit: (name: LocationName) => boolean;
  },
): Assignment {
  const numberOf = new Map(estate.locations.map(({ name }, index) => [name, index]));
  const now = of.before.map((name) => numberOf.get(name));
  const rows = estate.classes.flatMap((trafficClass) =>
    estate.zones.flatMap((zone) => {
      const runs = rowOf(of.assignment, trafficClass.name, zone.name);
      if (runs.length === 0) return [];
      const nearest = nearestOf(estate, { trafficClass, zone, isFit: of.isFit });
      const buckets = Array.from(rowToBuckets(runs), (number) => now[number] ?? nearest);
      return [{ class: trafficClass.name, zone: zone.name, runs: bucketsToRow(buckets) }];
    }),
  );
  return withRows({}, rows);
}

/** The number of the nearest place that is fit and may serve them; where none is fit, of the nearest that may; else of the first. */
function nearestOf(
  estate: Estate,
  users: {
    readonly trafficClass: TrafficClass;
    readonly zone: Zone;
    readonly isFit: (name: LocationName) => boolean;
  },
): number {
  const may = estate.locations.filter(({ name }) => mayServe(users.trafficClass, users.zone, name));
  const fit = may.filter(({ name }) => users.isFit(name));
  const [first] = (fit.length > 0 ? fit : may).toSorted(
    (a, b) => users.zone.latencyMs[a.name]! - users.zone.latencyMs[b.name]! || byName(a.name, b.name),
  );
  return first === undefined ? 0 : estate.locations.indexOf(first);
}
