import { CallerError } from "../errors.ts";
import { cheapestFlow } from "./cheapest-flow.ts";
import type { Flow, Plan, Problem } from "./problem.ts";
import { smallestPrices } from "./prices.ts";
import { byName } from "../route/by-name.ts";

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
  const places = usablePlaces(problem);
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

type Place = { readonly name: string; readonly capacityRps: number; readonly costPerRps: number };

type Row = {
  readonly zone: string;
  readonly class: string;
  readonly rps: number;
  readonly priority: number;
  readonly latencyWeight: number;
  readonly latencyMs: Readonly<Record<string, number>>;
  readonly allowed: readonly string[] | null;
};

type Scaled = {
  readonly network: Parameters<typeof cheapestFlow>[0];
  readonly rpsUnit: number;
  readonly costUnit: number;
  /** Of each row: 1 is the lowest priority. */
  readonly rank: Int32Array;
  readonly ranks: number;
};

function usablePlaces(problem: Problem): readonly Place[] {
  const without = new Set(problem.without ?? []);
  for (const location of problem.locations) demandNumber(location.capacityRps, `capacityRps of ${location.name}`);
  return problem.locations.filter(({ name }) => !without.has(name)).sort((a, b) => byName(a.name, b.name));
}

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
      if (rps === undefined || demandNumber(rps, `demandRps.${name} of ${zone.name}`) === 0) continue;
      const { priority, latencyWeight } = problem.classes[name]!;
      const allowed = zone.allowed?.[name] ?? null;
      rows.push({ zone: zone.name, class: name, rps, priority, latencyWeight, latencyMs: zone.latencyMs, allowed });
    }
  }
  return rows;
}

function demandNumber(value: number, what: string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new CallerError({
    code: "bad-rps",
    message: `${what} is ${value}`,
    hint: "requests a second are finite and not negative",
  });
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
  const churnWeight = problem.churnWeight ?? 0;
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
  // The classes of a zone share its latencies, which are looked up by name only once.
  let known: Row["latencyMs"] | null = null;
  const latencies = new Float64Array(places.length);
  rows.forEach((row, index) => {
    if (row.latencyMs !== known) {
      known = row.latencyMs;
      places.forEach(({ name }, place) => (latencies[place] = row.latencyMs[name] ?? Infinity));
    }
    for (let place = 0; place < places.length; place++) {
      const latencyMs = latencies[place]!;
      const { name, costPerRps } = places[place]!;
      const forbidden = latencyMs === Infinity || (row.allowed !== null && !row.allowed.includes(name));
      cost[index * width + place] = forbidden ? Infinity : row.latencyWeight * latencyMs + costPerRps;
    }
  });
  return cost;
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
  const placeOf = new Map(places.map(({ name }, index) => [name, index]));
  const rowOf = new Map(rows.map((row, index) => [rowKey(row), index]));
  for (const flow of problem.current) {
    const row = rowOf.get(rowKey(flow));
    const place = placeOf.get(flow.location);
    if (row !== undefined && place !== undefined) kept[row * (places.length + 1) + place]! += flow.rps;
  }
  return kept;
}

function rowKey(row: { readonly zone: string; readonly class: string }): string {
  return JSON.stringify([row.zone, row.class]);
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
      assignment.push({ zone: row.zone, class: row.class, location: name, rps });
      latency += rps * row.latencyWeight * row.latencyMs[name]!;
      cost += rps * costPerRps;
    }
    if (missing > 0 && left > 0) unserved.push({ zone: row.zone, class: row.class, rps: left });
  }
  const churn = churnOf({ problem, assignment });
  const priceOf = smallestPrices({ network: scaled.network, flow, rank: scaled.rank, ranks: scaled.ranks });
  const prices: Record<string, number> = {};
  for (const { name } of [...problem.locations].sort((a, b) => byName(a.name, b.name))) prices[name] = 0;
  places.forEach(({ name }, place) => (prices[name] = priceOf[place]! * scaled.costUnit));
  return { assignment, unserved, objective: { latency, cost, churn, total: latency + cost + churn }, prices };
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
