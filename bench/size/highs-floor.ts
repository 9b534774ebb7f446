import highs, { type Highs } from "highs";
import type { SizeQuestion } from "../../src/core/size/question.ts";

/**
 * The least cost of sizes as one general linear program for HiGHS, straight from the question: a capacity for each location, and
 * for each loss at each moment a whole seating plan. It shares nothing with what it is the floor of.
 */
export type SizeOracle = Highs;

export async function loadSizeOracle(): Promise<SizeOracle> {
  // The package's types describe its CommonJS face, where the loader is at `.default`; its ES module exports the loader itself.
  return (highs as unknown as typeof highs.default)();
}

/** Null: no sizes within the limits do. */
export function sizeFloor(solver: SizeOracle, question: SizeQuestion): number | null {
  const { locations } = question;
  const index = new Map(locations.map(({ name }, place) => [name, place]));
  const cost = locations.map(({ costPerRps }) => costPerRps);
  const upper = locations.map(({ mostRps }) => mostRps ?? solver.infinity);
  const columns: { row: number; value: number }[][] = locations.map(() => []);
  const rowLower: number[] = [];
  const rowUpper: number[] = [];
  const addRow = (lower: number, most: number): number => {
    rowUpper.push(most);
    return rowLower.push(lower) - 1;
  };
  for (const lost of [[], ...question.losses.map((loss) => loss.locations)]) {
    const further = (lost.length === 0 ? question.calmFurtherMs : question.furtherMs) ?? Infinity;
    for (const { demandRps } of question.moments) {
      const room = locations.map((_, place) => {
        const row = addRow(-solver.infinity, 0);
        columns[place]!.push({ row, value: -1 });
        return row;
      });
      for (const zone of question.zones) {
        for (const [name, zones] of Object.entries(demandRps)) {
          const rps = zones[zone.name] ?? 0;
          if (rps === 0) continue;
          const open = Object.entries(zone.latencyMs).filter(
            ([to]) => index.has(to) && (zone.allowed?.[name] === undefined || zone.allowed[name].includes(to)),
          );
          const left = open.filter(([to]) => !lost.includes(to));
          if (left.length === 0) continue;
          const nearest = Math.min(...open.map(([, ms]) => ms));
          const nearestLeft = Math.min(...left.map(([, ms]) => ms));
          const limit = nearestLeft - nearest > further ? nearestLeft + further : nearest + further;
          const row = addRow(rps, rps);
          for (const [to, ms] of left) {
            if (ms > limit) continue;
            columns.push([
              { row: room[index.get(to)!]!, value: 1 },
              { row, value: 1 },
            ]);
            cost.push(0);
            upper.push(solver.infinity);
          }
        }
      }
    }
  }
  const starts = [0];
  for (const column of columns) starts.push(starts.at(-1)! + column.length);
  const entries = columns.flat();
  const model = solver.createModel();
  try {
    model.options.set({ output_flag: false });
    model.passModel({
      numCols: columns.length,
      numRows: rowLower.length,
      colCost: Float64Array.from(cost),
      colLower: new Float64Array(columns.length),
      colUpper: Float64Array.from(upper),
      rowLower: Float64Array.from(rowLower),
      rowUpper: Float64Array.from(rowUpper),
      matrix: {
        format: "csc",
        numCols: columns.length,
        numRows: rowLower.length,
        starts: Int32Array.from(starts),
        indices: Int32Array.from(entries, ({ row }) => row),
        values: Float64Array.from(entries, ({ value }) => value),
      },
    });
    const { modelStatus } = model.run();
    if (modelStatus === solver.constants.modelStatus.infeasible) return null;
    if (modelStatus !== solver.constants.modelStatus.optimal) throw new Error(`floor: model status ${modelStatus}`);
    return model.getObjectiveValue();
  } finally {
    model.dispose();
  }
}
