import { CallerError } from "../errors.ts";
import { barOf, hasRules } from "../may-serve.ts";
import type { ClassName, LocationName } from "../estate.ts";
import { byName } from "../route/by-name.ts";
import { cheapestFlow, type Served } from "./cheapest-flow.ts";
import { currentOf, keptUnits, leftRps, type Current } from "./current.ts";
import type { Network } from "./network.ts";
import { finiteNumber, millisecondsNumber, rpsNumber } from "./numbers.ts";
import { placesOf, placesOfClass, type Place } from "./places.ts";
import { smallestPrices } from "./prices.ts";
import { costAside, type Flow, type Plan, type Problem } from "./problem.ts";

/**
 * The exact transportation planner: who serves whom, within capacity. First the least unserved requests by
 * priority, then the least total cost (DESIGN section 11, `houston plan --problem`).
 *
 * Unserved demand sits in one more place with endless room, so expensive that no saving elsewhere is worth it,
 * and the more so the higher the priority. One unit in that place is always exchanged against one other, so ranks
 * of that expense give the priorities their order.
 *
 * Numbers are made whole first: rps in units of a power of two (some 2^-52 of all demand), cost likewise (some 2^-44 of the
 * widest difference). Then sums are exact, ties are ties and the search ends; what the rounding is worth is below 1e-12 of
 * the total. Rows and locations are sorted by name, so the order of the input never matters.
 */
export function solve(problem: Problem): Plan {
  const places = placesOf(problem);
  const classes = classesOf(problem, places);
  const rows = rowsOf(problem, classes);
  const scaled = scale({ problem, places, classes, rows });
  const served = cheapestFlow(scaled.network);
  return describe({ problem, places, rows, scaled, served });
}

/** Unserved rps of this many units and fewer are rounding, when the row is served elsewhere. */
const ROUNDING_UNITS = 4;
/** Of 2^53: leaves room for sums over all rows. */
const RPS_UNITS_MAX = 2 ** 52;
const COST_UNITS_MAX = 2 ** 52;
/** Smaller differences are none; the reciprocal of a unit must stay finite. */
const UNIT_LEAST = 2 ** -500;

type Zone = Problem["zones"][number];

type PlannedClass = {
  readonly name: ClassName;
  /** Among the classes, by name. */
  readonly index: number;
  readonly priority: number;
  readonly latencyWeight: number;
  /** By location: which of the places takes it. */
  readonly placeAt: ReadonlyMap<LocationName, number>;
  /** The same places. */
  readonly places: readonly number[];
};

type Row = { readonly zone: Zone; readonly class: PlannedClass; readonly rps: number };

type Scaled = {
  readonly network: Network;
  readonly current: Current | null;
  readonly rpsUnit: number;
  readonly costUnit: number;
  /** Of each row: 1 is the lowest priority. */
  readonly rank: Int32Array;
  readonly ranks: number;
};

/** By name. */
function classesOf({ classes }: Problem, places: readonly Place[]): readonly PlannedClass[] {
  return Object.keys(classes)
    .sort(byName)
    .map((name, index) => {
      const { priority, latencyWeight } = classes[name]!;
      finiteNumber(priority, () => `priority of ${name}`);
      finiteNumber(latencyWeight, () => `latencyWeight of ${name}`);
      const placeAt = placesOfClass(places, name);
      return { name, index, priority, latencyWeight, placeAt, places: [...placeAt.values()] };
    });
}

/** Those with demand, by zone and class: the rows of a zone follow one another. */
function rowsOf(problem: Problem, classes: readonly PlannedClass[]): readonly Row[] {
  const rows: Row[] = [];
  const zones = [...problem.zones].sort((a, b) => byName(a.name, b.name));
  for (const zone of zones) {
    for (const name in zone.demandRps) {
      if (problem.classes[name] === undefined) {
        throw new CallerError({
          code: "unknown-class",
          message: `zone ${zone.name} has demand of class ${name}, which is not among the classes`,
          hint: `add ${name} to classes, or remove its demand`,
        });
      }
    }
    for (const one of classes) {
      const rps = zone.demandRps[one.name];
      if (rps === undefined || rpsNumber(rps, () => `demandRps.${one.name} of ${zone.name}`) === 0) continue;
      rows.push({ zone, class: one, rps });
    }
  }
  return rows;
}

function scale({
  problem,
  places,
  classes,
  rows,
}: {
  problem: Problem;
  places: readonly Place[];
  classes: readonly PlannedClass[];
  rows: readonly Row[];
}): Scaled {
  const width = places.length + 1;
  const unserved = places.length;
  const { cost, least, most } = costsOf({ places, rows, width });
  const churnWeight = finiteNumber(problem.churnWeight ?? 0, () => "churnWeight");
  const mayStay = churnWeight !== 0 && (problem.current ?? []).length > 0;
  const current = mayStay ? currentOf(problem, { cellOf: cellsOf(rows, width), cellCount: cost.length }) : null;
  const saving = current === null ? 0 : churnWeight;

  const asking = classes.filter((one) => rows.some((row) => row.class === one));
  const priorities = [...new Set(asking.map(({ priority }) => priority))].sort((a, b) => a - b);
  const rankOf = classes.map(({ priority }) => priorities.indexOf(priority) + 1);
  const rank = new Int32Array(rows.length);
  for (let row = 0; row < rows.length; row++) rank[row] = rankOf[rows[row]!.class.index]!;
  // A path passes each place once, so it saves at most (places + 1) times the widest difference of costs.
  const unitsMost = COST_UNITS_MAX / ((priorities.length + 1) * (places.length + 3));
  const costUnit = unitFor(most - least + saving, unitsMost);
  // Exact, since the unit is a power of two.
  const unitsPerCost = 1 / costUnit;
  const expense = (places.length + 3) * unitsMost;
  for (let cell = 0; cell < cost.length; cell++) cost[cell] = Math.floor((cost[cell]! - least) * unitsPerCost + 0.5);
  for (let row = 0; row < rows.length; row++) cost[row * width + unserved] = Math.floor(expense) * rank[row]!;

  let totalRps = 0;
  for (const { rps } of rows) totalRps += rps;
  const rpsUnit = unitFor(totalRps, RPS_UNITS_MAX);
  // A row with less than a unit still counts as one: it must not vanish.
  const demand = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) demand[row] = Math.max(1, Math.round(rows[row]!.rps / rpsUnit));
  const capacity = new Float64Array(width);
  places.forEach(
    ({ capacityRps }, place) => (capacity[place] = Math.min(2 * RPS_UNITS_MAX, Math.round(capacityRps / rpsUnit))),
  );
  capacity[unserved] = Infinity;
  const network = {
    rows: rows.length,
    places: width,
    cost,
    demand,
    capacity,
    kept: current === null ? null : keptUnits(current, rpsUnit),
    keepSaving: Math.round(saving / costUnit),
  };
  return { network, current, rpsUnit, costUnit, rank, ranks: priorities.length };
}

/**
 * Row after row, a column a place; Infinity where a row may not go, and still in the last column, the unserved. With the least and the most of
 * the others and of 0.
 */
function costsOf({ places, rows, width }: { places: readonly Place[]; rows: readonly Row[]; width: number }): {
  readonly cost: Float64Array;
  readonly least: number;
  readonly most: number;
} {
  const cost = new Float64Array(rows.length * width).fill(Infinity);
  let least = 0;
  let most = 0;
  const latencyMs: (number | undefined)[] = places.map(() => undefined);
  let zoneRead: Zone | null = null;
  for (let index = 0; index < rows.length; index++) {
    const { zone, class: planned } = rows[index]!;
    const { name: className, latencyWeight } = planned;
    if (zone !== zoneRead) {
      for (let place = 0; place < places.length; place++) latencyMs[place] = zone.latencyMs[places[place]!.name];
      zoneRead = zone;
    }
    const first = index * width;
    const isRuled = hasRules(zone, className);
    const isPlain = (zone.preferred ?? zone.avoided) === undefined;
    for (const place of planned.places) {
      const { name, costPerRps } = places[place]!;
      const away = latencyMs[place];
      if (away === undefined || (isRuled && barOf(zone, className, name) !== null)) continue;
      millisecondsNumber(away, () => `latencyMs.${name} of ${zone.name}`);
      const aside = isPlain ? 0 : costAside(zone, className, name);
      const here = latencyWeight * away + costPerRps + aside;
      cost[first + place] = here;
      if (here < least) least = here;
      if (here > most) most = here;
    }
  }
  return { cost, least, most };
}

/** The power of two in which `most` is at most `unitsMost` units, and not much less. */
function unitFor(most: number, unitsMost: number): number {
  let unit = 1;
  if (most === 0) return unit;
  while (most / unit > unitsMost) unit *= 2;
  while (most / (unit / 2) <= unitsMost && unit > UNIT_LEAST) unit /= 2;
  return unit;
}

/** The cell of a flow in a matrix of rows and places; null: it is in none of them. */
function cellsOf(rows: readonly Row[], width: number): (flow: Flow) => number | null {
  const lastRowOf = new Map<string, number>();
  rows.forEach(({ zone }, row) => {
    if (rows[row + 1]?.zone !== zone) lastRowOf.set(zone.name, row);
  });
  return (flow) => {
    for (let row = lastRowOf.get(flow.zone) ?? -1; row >= 0 && rows[row]!.zone.name === flow.zone; row--) {
      const { name, placeAt } = rows[row]!.class;
      if (name !== flow.class) continue;
      const place = placeAt.get(flow.location);
      return place === undefined ? null : row * width + place;
    }
    return null;
  };
}

function describe(result: {
  problem: Problem;
  places: readonly Place[];
  rows: readonly Row[];
  scaled: Scaled;
  served: Served;
}): Plan {
  const { problem, places, rows, scaled, served } = result;
  const { flow } = served;
  const { current } = scaled;
  const width = places.length + 1;
  const assignment: Flow[] = [];
  const stayingRps = new Float64Array(current?.rps.length ?? 0);
  const unserved: { zone: string; class: string; rps: number }[] = [];
  let latency = 0;
  let cost = 0;
  let preference = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const first = index * width;
    const rowUnits = scaled.network.demand[index]!;
    let missing = flow[first + places.length]!;
    if (missing <= ROUNDING_UNITS && missing < rowUnits / 2) missing = 0;
    let last = places.length - 1;
    while (last >= 0 && flow[first + last] === 0) last -= 1;
    let left = row.rps;
    for (let place = 0; place <= last; place++) {
      if (flow[first + place] === 0) continue;
      // The last part, or what goes unserved, takes what is left, so that a row's parts sum to its demand.
      const rps = place === last && missing === 0 ? left : Math.min(left, flow[first + place]! * scaled.rpsUnit);
      left -= rps;
      if (!(rps > 0)) continue;
      const { name, costPerRps } = places[place]!;
      assignment.push({ zone: row.zone.name, class: row.class.name, location: name, rps });
      const index = current === null ? 0 : current.indexAt[first + place]!;
      if (index > 0) stayingRps[index - 1] = rps;
      latency += rps * row.class.latencyWeight * row.zone.latencyMs[name]!;
      cost += rps * costPerRps;
      preference += rps * costAside(row.zone, row.class.name, name);
    }
    if (missing > 0 && left > 0) unserved.push({ zone: row.zone.name, class: row.class.name, rps: left });
  }
  const churn = current === null ? 0 : (problem.churnWeight ?? 0) * leftRps(current, stayingRps);
  const priceOf = smallestPrices({ network: scaled.network, served, rank: scaled.rank, ranks: scaled.ranks });
  const hasPreference = problem.zones.some(({ preferred, avoided }) => (preferred ?? avoided) !== undefined);
  return {
    assignment,
    unserved,
    objective: {
      latency,
      cost,
      churn,
      ...(hasPreference && { preference }),
      total: latency + cost + churn + preference,
    },
    ...pricesOf(problem, places, (place) => priceOf[place]! * scaled.costUnit),
  };
}

/** A location that is left out has no price; a pool's is told apart from what the others share. */
function pricesOf(
  problem: Problem,
  places: readonly Place[],
  priceOf: (place: number) => number,
): Pick<Plan, "prices" | "poolPrices"> {
  const prices: Record<string, number> = {};
  const poolPrices: Record<string, Record<string, number>> = {};
  for (const { name } of [...problem.locations].sort((a, b) => byName(a.name, b.name))) prices[name] = 0;
  places.forEach(({ name, pool }, place) => {
    if (pool === null) prices[name] = priceOf(place);
    else (poolPrices[name] ??= {})[pool] = priceOf(place);
  });
  return Object.keys(poolPrices).length === 0 ? { prices } : { prices, poolPrices };
}
