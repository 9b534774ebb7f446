import * as fc from "fast-check";
import { expect, test } from "vitest";
import { moversOf, type Movers } from "./movers.ts";
import { costIn, costOut, type Network } from "./network.ts";

/** Few figures, so that equals abound. */
const seatings = fc
  .record({ rows: fc.integer({ min: 1, max: 7 }), places: fc.integer({ min: 2, max: 5 }) })
  .chain((size) => {
    const cells = size.rows * size.places;
    const matrix = (figures: readonly number[]) =>
      fc.array(fc.constantFrom(...figures), { minLength: cells, maxLength: cells });
    return fc.record({
      size: fc.constant(size),
      cost: matrix([0, 1, 1, 2, 5, Infinity]),
      flow: matrix([0, 0, 1, 3]),
      kept: fc.option(matrix([0, 0, 1, 2, 4])),
      // Each a path: the places it passes, and which of those who may move does so at each step.
      paths: fc.array(
        fc.record({
          places: fc.shuffledSubarray([...Array(size.places).keys()], { minLength: 2 }),
          who: fc.array(fc.nat(), { minLength: size.places, maxLength: size.places }),
        }),
        { minLength: 1, maxLength: 12 },
      ),
    });
  });

test("after each path the movers are those that a look at all rows finds (invariant 1)", () => {
  fc.assert(
    fc.property(seatings, ({ size, cost, flow: seated, kept, paths }) => {
      const flow = Float64Array.from(seated, (units, at) => (cost[at] === Infinity ? 0 : units));
      const network: Network = {
        ...size,
        cost: Float64Array.from(cost),
        demand: new Float64Array(size.rows),
        capacity: new Float64Array(size.places),
        kept: kept === null ? null : Float64Array.from(kept),
        keepSaving: 3,
      };
      const movers = moversOf(network, flow);
      for (let place = 0; place < size.places; place++) movers.study(place, rowsAt(network, flow, place));
      expectAsFound(movers, network, flow);
      for (const { places, who } of paths) {
        const steps = stepsOf(network, flow, places, who);
        const units = Math.min(...steps.map((step) => movable(network, flow, step)));
        for (const { row, from, to } of steps) {
          flow[row * size.places + from]! -= units;
          flow[row * size.places + to]! += units;
        }
        for (const { row, from, to } of steps) movers.changed(row, { from, to, units });
        expectAsFound(movers, network, flow);
      }
    }),
    { numRuns: 200 },
  );
});

type Step = { readonly row: number; readonly from: number; readonly to: number };

function rowsAt({ rows, places }: Network, flow: Float64Array, place: number): readonly number[] {
  return [...Array(rows).keys()].filter((row) => flow[row * places + place]! > 0);
}

/** As long as somebody is where the path leads on from; nobody goes where they may not. */
function stepsOf(
  network: Network,
  flow: Float64Array,
  places: readonly number[],
  who: readonly number[],
): readonly Step[] {
  const steps: Step[] = [];
  for (let index = 0; index + 1 < places.length; index++) {
    const [from, to] = [places[index]!, places[index + 1]!];
    const may = rowsAt(network, flow, from).filter((row) => network.cost[row * network.places + to]! < Infinity);
    if (may.length === 0) break;
    steps.push({ row: may[who[index]! % may.length]!, from, to });
  }
  return steps;
}

/** As cheapestFlow moves: no step crosses the line up to which a row was there already. */
function movable({ places, kept }: Network, flow: Float64Array, { row, from, to }: Step): number {
  const [here, there] = [flow[row * places + from]!, flow[row * places + to]!];
  const [keptHere, keptThere] = [kept?.[row * places + from] ?? 0, kept?.[row * places + to] ?? 0];
  return Math.min(here > keptHere ? here - keptHere : here, there < keptThere ? keptThere - there : Infinity);
}

function expectAsFound(movers: Movers, network: Network, flow: Float64Array): void {
  const { places } = network;
  for (let from = 0; from < places; from++) {
    for (let to = 0; to < places; to++) {
      if (from === to) continue;
      const costs = rowsAt(network, flow, from).map((row) => ({
        row,
        cost: costIn(network, flow, row * places + to) - costOut(network, flow, row * places + from),
      }));
      const found = costs.reduce((best, one) => (one.cost < best.cost ? one : best), { row: -1, cost: Infinity });
      expect({ row: movers.row[from * places + to], cost: movers.cost[from * places + to] }).toEqual(found);
    }
  }
}
