import { CallerError } from "../errors.ts";
import { barOf } from "../may-serve.ts";
import { byName } from "../route/by-name.ts";
import { cheapestFlow } from "./cheapest-flow.ts";
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
  const rows = rowsOf(problem);
  const scaled = scale({ problem, places, rows });
  const flow = cheapestFlow(scaled.network);
  return describe({ problem, places, rows, scaled, flow });
}

/** Unserved rps of this many units and fewer are rounding, when the row is served elsewhere. */
const ROUNDING_UNITS = 4;
/** Of 2^53: leaves room for sums over all rows. */
const RPS_UNITS_MAX = 2 ** 52;
const COST_UNITS_MAX = 2 ** 52;
/** Smaller differences are none; the reciprocal of a unit must stay finite. */
const UNIT_LEAST = 2 ** -500;

type Zone = Problem["zones"][number];

type Row = {
  readonly zone: Zone;
  readonly class: string;
  readonly rps: number;
  readonly priority: number;
  readonly latencyWeight: number;
};

type Scaled = {
  readonly network: Parameters<typeof cheapestFlow>[0];
  readonly rpsUnit: number;
  readonly costUnit: number;
  /** Of each row: 1 is the lowest priority. */
  readonly rank: Int32Array;
  readonly ranks: number;
};

function rowsOf(problem: Problem): readonly Row[] {
  const rows: Row[] = [];
  const classNames = Object.keys(problem.classes).sort(byName);
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
    for (const name of classNames) {
      const rps = zone.demandRps[name];
      if (rps === undefined || rpsNumber(rps, () => `demandRps.${name} of ${zone.name}`) === 0) continue;
      const { priority, latencyWeight } = problem.classes[name]!;
      finiteNumber(priority, () => `priority of ${name}`);
      finiteNumber(latencyWeight, () => `latencyWeight of ${name}`);
      rows.push({ zone, class: name, rps, priority, latencyWeight });
    }
  }
  return rows;
}

function scale({
  problem,
  places,
  rows,
}: {
  problem: Problem;
  places: readonly Place[];
  rows: readonly Row[];
}): Scaled {
  const width = places.length + 1;
  const unserved = places.length;
  const cost = costsOf({ places, rows, width });
  let least = 0;
  let most = 0;
  for (let at = 0; at < cost.length; at++) {
    if (cost[at]! < least) least = cost[at]!;
    if (cost[at]! > most && cost[at]! < Infinity) most = cost[at]!;
  }
  const churnWeight = finiteNumber(problem.churnWeight ?? 0, () => "churnWeight");
  const kept = keptRps({ problem, places, rows });
  const saving = kept === null ? 0 : churnWeight;

  const priorities = [...new Set(rows.map(({ priority }) => priority))].sort((a, b) => a - b);
  const rankOf = new Map(priorities.map((priority, index) => [priority, index + 1]));
  const rank = Int32Array.from(rows, ({ priority }) => rankOf.get(priority)!);
  // A path passes each place once, so it saves at most (places + 1) times the widest difference of costs.
  const unitsMost = COST_UNITS_MAX / ((priorities.length + 1) * (places.length + 3));
  const costUnit = unitFor(most - least + saving, unitsMost);
  // Exact, since the unit is a power of two.
  const unitsPerCost = 1 / costUnit;
  const expense = (places.length + 3) * unitsMost;
  for (let row = 0; row < rows.length; row++) {
    for (let place = 0; place < places.length; place++) {
      const at = row * width + place;
      cost[at] = Math.floor((cost[at]! - least) * unitsPerCost + 0.5);
    }
    cost[row * width + unserved] = Math.floor(expense) * rank[row]!;
  }

  const totalRps = rows.reduce((sum, { rps }) => sum + rps, 0);
  const rpsUnit = unitFor(totalRps, RPS_UNITS_MAX);
  // A row with less than a unit still counts as one: it must not vanish.
  const demand = Float64Array.from(rows, ({ rps }) => Math.max(1, Math.round(rps / rpsUnit)));
  const capacity = new Float64Array(width);
  places.forEach(
    ({ capacityRps }, place) => (capacity[place] = Math.min(2 * RPS_UNITS_MAX, Math.round(capacityRps / rpsUnit))),
  );
  capacity[unserved] = Infinity;
  if (kept !== null) for (let at = 0; at < kept.length; at++) kept[at] = Math.round(kept[at]! / rpsUnit);

  const network = {
    rows: rows.length,
    places: width,
    cost,
    demand,
    capacity,
    kept,
    keepSaving: Math.round(saving / costUnit),
  };
  return { network, rpsUnit, costUnit, rank, ranks: priorities.length };
}

/** Row after row, a column a place; Infinity where a row may not go; the last column, the unserved, is still 0. */
function costsOf({
  places,
  rows,
  width,
}: {
  places: readonly Place[];
  rows: readonly Row[];
  width: number;
}): Float64Array {
  const cost = new Float64Array(rows.length * width);
  const placesTaking = takingPlaces(places, rows);
  rows.forEach(({ zone, class: className, latencyWeight }, index) => {
    const first = index * width;
    cost.fill(Infinity, first, first + places.length);
    for (const place of placesTaking.get(className)!.values()) {
      const { name, costPerRps } = places[place]!;
      if (barOf(zone, className, name) !== null) continue;
      const latencyMs = millisecondsNumber(zone.latencyMs[name]!, () => `latencyMs.${name} of ${zone.name}`);
      cost[first + place] = latencyWeight * latencyMs + costPerRps + costAside(zone, className, name);
    }
  });
  return cost;
}

/** By class: which place of each location takes it. */
function takingPlaces(
  places: readonly Place[],
  rows: readonly Row[],
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const taking = new Map<string, ReadonlyMap<string, number>>();
  for (const row of rows) if (!taking.has(row.class)) taking.set(row.class, placesOfClass(places, row.class));
  return taking;
}

/** The power of two in which `most` is at most `unitsMost` units, and not much less. */
function unitFor(most: number, unitsMost: number): number {
  let unit = 1;
  if (most === 0) return unit;
  while (most / unit > unitsMost) unit *= 2;
  while (most / (unit / 2) <= unitsMost && unit > UNIT_LEAST) unit /= 2;
  return unit;
}

/** Null when nothing is to be gained by staying. */
function keptRps({
  problem,
  places,
  rows,
}: {
  problem: Problem;
  places: readonly Place[];
  rows: readonly Row[];
}): Float64Array | null {
  if ((problem.churnWeight ?? 0) === 0 || problem.current === undefined || problem.current.length === 0) return null;
  const kept = new Float64Array(rows.length * (places.length + 1));
  const placesTaking = takingPlaces(places, rows);
  const rowOf = new Map(rows.map((row, index) => [rowKey(row.zone.name, row.class), index]));
  for (const flow of problem.current) {
    rpsNumber(flow.rps, () => `current rps of ${flow.class} of ${flow.zone} at ${flow.location}`);
    const row = rowOf.get(rowKey(flow.zone, flow.class));
    const place = placesTaking.get(flow.class)?.get(flow.location);
    if (row !== undefined && place !== undefined) kept[row * (places.length + 1) + place]! += flow.rps;
  }
  return kept;
}

function rowKey(zone: string, className: string): string {
  return JSON.stringify([zone, className]);
}

function describe(result: {
  problem: Problem;
  places: readonly Place[];
  rows: readonly Row[];
  scaled: Scaled;
  flow: Float64Array;
}): Plan {
  const { problem, places, rows, scaled, flow } = result;
  const width = places.length + 1;
  const assignment: Flow[] = [];
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
    let last = -1;
    for (let place = 0; place < places.length; place++) if (flow[first + place]! > 0) last = place;
    let left = row.rps;
    for (let place = 0; place <= last; place++) {
      if (flow[first + place] === 0) continue;
      // The last part, or what goes unserved, takes what is left, so that a row's parts sum to its demand.
      const rps = place === last && missing === 0 ? left : Math.min(left, flow[first + place]! * scaled.rpsUnit);
      left -= rps;
      if (!(rps > 0)) continue;
      const { name, costPerRps } = places[place]!;
      assignment.push({ zone: row.zone.name, class: row.class, location: name, rps });
      latency += rps * row.latencyWeight * row.zone.latencyMs[name]!;
      cost += rps * costPerRps;
      preference += rps * costAside(row.zone, row.class, name);
    }
    if (missing > 0 && left > 0) unserved.push({ zone: row.zone.name, class: row.class, rps: left });
  }
  const churn = churnOf({ problem, assignment });
  const priceOf = smallestPrices({ network: scaled.network, flow, rank: scaled.rank, ranks: scaled.ranks });
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

/** churnWeight x sum of max(0, current - assigned); what was somewhere that is gone now counts whole. */
function churnOf({ problem, assignment }: { problem: Problem; assignment: readonly Flow[] }): number {
  const churnWeight = problem.churnWeight ?? 0;
  if (churnWeight === 0 || problem.current === undefined) return 0;
  const assigned = new Map(assignment.map((flow) => [flowKey(flow), flow.rps]));
  const current = new Map<string, number>();
  for (const flow of problem.current) current.set(flowKey(flow), (current.get(flowKey(flow)) ?? 0) + flow.rps);
  let gone = 0;
  // In the order of the input's first mention, which is the same for the same input.
  for (const [key, rps] of current) gone += Math.max(0, rps - (assigned.get(key) ?? 0));
  return churnWeight * gone;
}

function flowKey(flow: Flow): string {
  return JSON.stringify([flow.zone, flow.class, flow.location]);
}
