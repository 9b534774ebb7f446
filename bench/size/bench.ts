import { parseArgs } from "node:util";
import { lossesOf, type LossKind, type SizeQuestion } from "../../src/core/size/question.ts";
import { size } from "../../src/core/size/size.ts";
import { chanceFrom, madeEstate } from "../plan/made-estate.ts";
import { loadSizeOracle, sizeFloor } from "./highs-floor.ts";

/**
 * How near sizes come to their floor, and how long both take: ours beside HiGHS (WebAssembly) with a whole seating plan for each loss, in the same run.
 *
 *     node --conditions=reactive-production:source bench/size/bench.ts [--json] [--size 15x250x3 ...] [--further 50 ...] [--loss location ...] [--moments 1] [--without-floor]
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    size: { type: "string", multiple: true, default: ["15x250x3"] },
    further: { type: "string", multiple: true, default: ["0", "25", "50", "any"] },
    loss: { type: "string", multiple: true, default: ["location"] },
    moments: { type: "string", default: "1" },
    "without-floor": { type: "boolean" },
  },
});
const oracle = values["without-floor"] === true ? null : await loadSizeOracle();
const moments = Number(values.moments);

for (const sizeName of values.size) {
  const [locations, zones, classes] = sizeName.split("x").map(Number) as [number, number, number];
  const made = madeEstate({ seed: 1, locations, zones, classes });
  for (const kind of values.loss as LossKind[]) {
    for (const further of values.further) {
      const furtherMs = further === "any" ? null : Number(further);
      const places = made.estate.locations.map((each) => ({
        ...each,
        costPerRps: 1 + each.costPerRps / 40,
        mostRps: null,
      }));
      const chance = chanceFrom(2);
      const phase = Object.fromEntries(made.estate.zones.map(({ name }) => [name, chance()]));
      const question: SizeQuestion = {
        locations: places,
        zones: made.estate.zones,
        moments: Array.from({ length: moments }, (_, moment) => ({
          name: `hour ${moment}`,
          demandRps: Object.fromEntries(
            Object.entries(made.demand).map(([name, byZone]) => [
              name,
              Object.fromEntries(
                Object.entries(byZone).map(([zone, rps]) => [
                  zone,
                  moment === 0 ? rps : rps * dayShape(moment, phase[zone]!),
                ]),
              ),
            ]),
          ),
        })),
        losses: lossesOf(places, kind),
        furtherMs,
        calmFurtherMs: furtherMs,
      };
      const begun = performance.now();
      const sized = size(question);
      const ourMs = performance.now() - begun;
      const highsBegun = performance.now();
      const floor = oracle === null ? null : sizeFloor(oracle, question);
      const highsMs = oracle === null ? null : performance.now() - highsBegun;
      const wholeRps = sized.locations.reduce((sum, { carriesRps }) => sum + Math.ceil(carriesRps - 1e-6), 0);
      const wholeCost = sized.locations.reduce(
        (sum, { carriesRps }, at) => sum + Math.ceil(carriesRps - 1e-6) * costOf(places, sized.locations[at]!.name),
        0,
      );
      const result = {
        size: sizeName,
        loss: kind,
        furtherMs,
        moments,
        peakRps: round(sized.peakRps),
        bufferShare: round(wholeRps / sized.peakRps - 1),
        costInWholeRps: wholeCost,
        floorCost: floor === null ? null : round(floor),
        overFloorShare: floor === null ? null : round(wholeCost / floor - 1),
        differsFromFloorShare: floor === null ? null : round(Math.abs(sized.floorCost - floor) / floor),
        ourMs: round(ourMs),
        highsMs: highsMs === null ? null : round(highsMs),
      };
      console.log(
        values.json
          ? JSON.stringify(result)
          : Object.entries(result)
              .map(([key, value]) => `${key} ${value}`)
              .join("  "),
      );
    }
  }
}

function costOf(all: readonly { readonly name: string; readonly costPerRps: number }[], name: string): number {
  return all.find((each) => each.name === name)!.costPerRps;
}

/** Quiet at night, somewhere else on the globe at another hour. */
function dayShape(hour: number, phase: number): number {
  return 0.6 + 0.4 * Math.cos(2 * Math.PI * (hour / 24 - phase));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
