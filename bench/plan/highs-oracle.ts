import highs, { type Highs } from "highs";
import { PREFERENCE_COST, type Problem } from "../../src/core/plan/problem.ts";

/**
 * The same planning problem as a general linear program for HiGHS: the slow second opinion that tests compare with and the bench
 * measures against. Priorities are solved one after the other, each fixing how much goes unserved, then cost.
 */
export type Oracle = {
  solve(problem: Problem): OracleAnswer;
  /** For problems with room for everybody: one linear program, no priorities. The total cost. */
  leastCost(problem: Problem): number;
  /** Sum of the smallest prices, by a linear program over the duals of the answer. */
  priceSum(problem: Problem, answer: OracleAnswer): number;
};

export type OracleAnswer = {
  /** By priority, highest first. */
  readonly unservedRps: readonly { readonly priority: number; readonly rps: number }[];
  readonly total: number;
  /** By row, then location; rows with demand only, in the order of `rowsOf`. */
  readonly served: readonly (readonly number[])[];
  readonly unserved: readonly number[];
};

export async function loadOracle(): Promise<Oracle> {
  // The package's types describe its CommonJS face, where the loader is at `.default`; its ES module exports the loader itself.
  const load = highs as unknown as typeof highs.default;
  const solver = await load();
  return {
    solve: (problem) => solveWith(solver, problem),
    leastCost: (problem) => leastCostWith(solver, problem),
    priceSum: (problem, answer) => priceSumWith(solver, problem, answer),
  };
}

type Row = {
  readonly zone: string;
  readonly class: string;
  readonly rps: number;
  readonly priority: number;
  readonly costs: readonly number[];
};

/** The places and rows of a problem, straight from its definition; it shares nothing with the planner. */
function read(problem: Problem) {
  const places = problem.locations
    .filter(({ name }) => !(problem.without ?? []).includes(name))
    .flatMap(({ pools = {}, ...shared }) => [
      { ...shared, takes: (className: string) => pools[className] === undefined },
      ...Object.entries(pools).map(([own, capacityRps]) => ({
        ...shared,
        capacityRps,
        takes: (className: string) => className === own,
      })),
    ]);
  const rows: Row[] = problem.zones.flatMap((zone) =>
    Object.entries(zone.demandRps)
      .filter(([, rps]) => rps > 0)
      .map(([name, rps]) => {
        const { priority, latencyWeight } = problem.classes[name]!;
        const costs = places.map((place) => {
          const latencyMs = zone.latencyMs[place.name];
          const isOpen =
            place.takes(name) &&
            zone.allowed?.[name]?.includes(place.name) !== false &&
            !zone.forbidden?.[name]?.includes(place.name) &&
            !(latencyMs !== undefined && latencyMs > (zone.farthestMs?.[name] ?? Infinity));
          if (!isOpen || latencyMs === undefined) return Infinity;
          const aside = (zone.preferred?.[name] ?? [place.name]).includes(place.name) ? 0 : PREFERENCE_COST;
          return latencyWeight * latencyMs + place.costPerRps + aside;
        });
        return { zone: zone.name, class: name, rps, priority, costs };
      }),
  );
  const churnWeight = problem.churnWeight ?? 0;
  const current = new Map<string, number>();
  for (const flow of problem.current ?? []) {
    const key = JSON.stringify([flow.zone, flow.class, flow.location]);
    current.set(key, (current.get(key) ?? 0) + flow.rps);
  }
  const currentAt = (row: Row, place: number): number =>
    places[place]!.takes(row.class)
      ? (current.get(JSON.stringify([row.zone, row.class, places[place]!.name])) ?? 0)
      : 0;
  return { places, rows, churnWeight, current, currentAt };
}

/** A linear program put together column by column: minimise cost x, rows within bounds, x >= 0. */
type Program = {
  readonly cost: number[];
  readonly lower: number[];
  readonly columns: { readonly row: number; readonly value: number }[][];
  readonly rowLower: number[];
  readonly rowUpper: number[];
};

function run(highs: Highs, program: Program): { readonly value: number; readonly x: Float64Array } {
  const starts = [0];
  for (const column of program.columns) starts.push(starts.at(-1)! + column.length);
  const entries = program.columns.flat();
  const numCols = program.columns.length;
  const numRows = program.rowLower.length;
  if (numCols === 0) return { value: 0, x: new Float64Array() };
  const model = highs.createModel();
  try {
    model.options.set({ output_flag: false });
    model.passModel({
      numCols,
      numRows,
      colCost: Float64Array.from(program.cost),
      colLower: Float64Array.from(program.lower),
      colUpper: new Float64Array(numCols).fill(highs.infinity),
      rowLower: Float64Array.from(program.rowLower, (bound) => (bound === -Infinity ? -highs.infinity : bound)),
      rowUpper: Float64Array.from(program.rowUpper, (bound) => (bound === Infinity ? highs.infinity : bound)),
      matrix: {
        format: "csc",
        numCols,
        numRows,
        starts: Int32Array.from(starts),
        indices: Int32Array.from(entries, ({ row }) => row),
        values: Float64Array.from(entries, ({ value }) => value),
      },
    });
    const { modelStatus } = model.run();
    if (modelStatus !== highs.constants.modelStatus.optimal) throw new Error(`oracle: model status ${modelStatus}`);
    return { value: model.getObjectiveValue(), x: model.getSolution().colValue };
  } finally {
    model.dispose();
  }
}

function solveWith(highs: Highs, problem: Problem): OracleAnswer {
  const { places, rows, churnWeight, current, currentAt } = read(problem);
  const program: Program = { cost: [], lower: [], columns: [], rowLower: [], rowUpper: [] };
  const addRow = (lower: number, upper: number): number => {
    program.rowUpper.push(upper);
    return program.rowLower.push(lower) - 1;
  };
  const trueCost: number[] = [];
  const addColumn = (cost: number, column: { row: number; value: number }[]): number => {
    program.lower.push(0);
    program.cost.push(0);
    trueCost.push(cost);
    return program.columns.push(column) - 1;
  };
  const room = places.map(({ capacityRps }) => addRow(-Infinity, capacityRps));
  const at: (number | null)[][] = [];
  const unservedAt: number[] = [];
  for (const row of rows) {
    const demand = addRow(row.rps, row.rps);
    unservedAt.push(addColumn(0, [{ row: demand, value: 1 }]));
    at.push(
      row.costs.map((cost, place) => {
        if (cost === Infinity) return null;
        const column = [
          { row: room[place]!, value: 1 },
          { row: demand, value: 1 },
        ];
        const before = currentAt(row, place);
        if (churnWeight > 0 && before > 0) {
          const gone = addRow(before, Infinity);
          column.push({ row: gone, value: 1 });
          addColumn(churnWeight, [{ row: gone, value: 1 }]);
        }
        return addColumn(cost, column);
      }),
    );
  }
  const unservedRps: { priority: number; rps: number }[] = [];
  for (const priority of [...new Set(rows.map((row) => row.priority))].sort((a, b) => b - a)) {
    const columns = unservedAt.filter((_, index) => rows[index]!.priority === priority);
    program.cost.fill(0);
    for (const column of columns) program.cost[column] = 1;
    const rps = Math.max(0, run(highs, program).value);
    unservedRps.push({ priority, rps });
    const limit = addRow(-Infinity, rps);
    for (const column of columns) program.columns[column]!.push({ row: limit, value: 1 });
  }
  trueCost.forEach((cost, column) => (program.cost[column] = cost));
  const { value, x } = run(highs, program);
  // What is now at a place that no column stands for is gone whatever we do.
  const counted = new Set(
    rows.flatMap((row) =>
      places.flatMap((place, index) =>
        row.costs[index]! < Infinity ? [JSON.stringify([row.zone, row.class, place.name])] : [],
      ),
    ),
  );
  let gone = 0;
  for (const [key, rps] of current) if (!counted.has(key)) gone += rps;
  return {
    unservedRps,
    total: value + churnWeight * gone,
    served: at.map((columns) => columns.map((column) => (column === null ? 0 : x[column]!))),
    unserved: unservedAt.map((column) => x[column]!),
  };
}

/** Everybody must be served, so the columns for the unserved and their rounds are left out: the least that a solver has to do. */
function leastCostWith(highs: Highs, problem: Problem): number {
  const { places, rows } = read(problem);
  const program: Program = { cost: [], lower: [], columns: [], rowLower: [], rowUpper: [] };
  for (const { capacityRps } of places) {
    program.rowLower.push(-Infinity);
    program.rowUpper.push(capacityRps);
  }
  for (const row of rows) {
    program.rowUpper.push(row.rps);
    const demand = program.rowLower.push(row.rps) - 1;
    row.costs.forEach((cost, place) => {
      if (cost === Infinity) return;
      program.cost.push(cost);
      program.lower.push(0);
      program.columns.push([
        { row: place, value: 1 },
        { row: demand, value: 1 },
      ]);
    });
  }
  return run(highs, program).value;
}

/** HiGHS works to 1e-7. */
const NOTHING_RPS = 1e-6;

function priceSumWith(highs: Highs, problem: Problem, answer: OracleAnswer): number {
  const { places, rows, churnWeight, currentAt } = read(problem);
  const program: Program = { cost: [], lower: [], columns: [], rowLower: [], rowUpper: [] };
  const variable = (cost: number, lower: number): number => {
    program.cost.push(cost);
    program.lower.push(lower);
    return program.columns.push([]) - 1;
  };
  /** lower <= plus - minus <= upper */
  const difference = (plus: number, minus: number, bounds: { lower?: number; upper?: number }): void => {
    program.rowUpper.push(bounds.upper ?? Infinity);
    const row = program.rowLower.push(bounds.lower ?? -Infinity) - 1;
    program.columns[plus]!.push({ row, value: 1 });
    program.columns[minus]!.push({ row, value: -1 });
  };
  // Free variables are bounded below far away, which HiGHS likes better than infinity.
  const far = -1e7;
  const zero = variable(0, 0);
  program.rowLower.push(0);
  program.rowUpper.push(0);
  program.columns[zero]!.push({ row: program.rowLower.length - 1, value: 1 });
  const price = places.map((place, index) => {
    const own = variable(1, 0);
    const load = answer.served.reduce((sum, row) => sum + row[index]!, 0);
    if (load < place.capacityRps - NOTHING_RPS) difference(own, zero, { upper: 0 });
    return own;
  });
  const short = new Map(
    answer.unservedRps.filter(({ rps }) => rps > NOTHING_RPS).map(({ priority }) => [priority, variable(0, far)]),
  );
  rows.forEach((row, index) => {
    const value = variable(0, far);
    row.costs.forEach((cost, place) => {
      if (cost === Infinity) return;
      const here = answer.served[index]![place]!;
      const kept = currentAt(row, place);
      const more = here < kept - NOTHING_RPS ? cost - churnWeight : cost;
      const less = here > kept + NOTHING_RPS ? cost : kept > 0 ? cost - churnWeight : cost;
      difference(value, price[place]!, { upper: more });
      if (here > NOTHING_RPS) difference(value, price[place]!, { lower: less });
    });
    const rank = short.get(row.priority);
    if (rank === undefined) return;
    const missing = answer.unserved[index]!;
    difference(value, rank, { upper: 0 });
    if (missing > NOTHING_RPS) difference(value, rank, { lower: 0 });
  });
  return run(highs, program).value;
}
