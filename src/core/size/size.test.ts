import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { sizeFloor, loadSizeOracle, type SizeOracle } from "../../../bench/size/highs-floor.ts";
import { chanceFrom, madeEstate } from "../../../bench/plan/made-estate.ts";
import { lossesOf, type SizeQuestion } from "./question.ts";
import { size } from "./size.ts";

let oracle: SizeOracle;
beforeAll(async () => {
  oracle = await loadSizeOracle();
});

const alike = (count: number): SizeQuestion => {
  const locations = Array.from({ length: count }, (_, index) => ({
    name: `l${index}`,
    provider: `p${index % 3}`,
    costPerRps: 1,
    mostRps: null,
  }));
  return {
    locations,
    zones: locations.map(({ name }, index) => ({
      name: `z${index}`,
      latencyMs: Object.fromEntries(locations.map((each) => [each.name, each.name === name ? 5 : 40])),
    })),
    moments: [
      { name: "peak", demandRps: { public: Object.fromEntries(locations.map((_, index) => [`z${index}`, 100])) } },
    ],
    losses: lossesOf(locations, "location"),
    furtherMs: null,
    calmFurtherMs: null,
  };
};

test("users who may be anywhere need one location more than all: a fourteenth of the peak for fifteen", () => {
  const sized = size(alike(15));
  expect(sized.peakRps).toBe(1500);
  expect(sized.carriesRps).toBeCloseTo((1500 * 15) / 14, 6);
  for (const { carriesRps } of sized.locations) expect(carriesRps).toBeCloseTo(1500 / 14, 6);
});

test("a provider of five among fifteen needs half as much again", () => {
  const question = alike(15);
  const sized = size({ ...question, losses: lossesOf(question.locations, "provider") });
  expect(sized.carriesRps).toBeCloseTo((1500 * 15) / 10, 6);
});

test("when nothing may be further, each location must carry its own, and a neighbour the neighbour's", () => {
  const question = alike(3);
  const sized = size({
    ...question,
    zones: [
      { name: "z0", latencyMs: { ...near("l0"), l1: 10 } },
      { name: "z1", latencyMs: { ...near("l1"), l0: 10 } },
      { name: "z2", latencyMs: { ...near("l2"), l1: 20 } },
    ],
    furtherMs: 15,
    calmFurtherMs: 0,
  });
  // l0 and l1 stand in for each other; l1 for l2 as well, and not at the same time.
  expect(sized.locations.map(({ carriesRps }) => Math.round(carriesRps))).toEqual([200, 200, 100]);
  expect(sized.locations[1]!.decidedBy).toMatchObject({ places: ["l1"], rps: 200 });
  expect(sized.tooFar).toEqual([]);
});

test("what the nearest that is left is too far for is sized for that one, and named; what has no place left is named", () => {
  const question = alike(3);
  const sized = size({
    ...question,
    zones: [
      { name: "z0", latencyMs: { l0: 5, l1: 90, l2: 200 } },
      { name: "z1", latencyMs: { l0: 90, l1: 5 } },
      { name: "z2", latencyMs: { l2: 5 } },
    ],
    furtherMs: 20,
    calmFurtherMs: 20,
  });
  expect(sized.tooFar.map(({ lost, zone, furtherMs }) => ({ lost, zone, furtherMs }))).toEqual([
    { lost: "l0", zone: "z0", furtherMs: 85 },
    { lost: "l1", zone: "z1", furtherMs: 85 },
  ]);
  expect(sized.nowhere).toEqual([{ lost: "l2", class: "public", zone: "z2", rps: 100, furtherMs: null }]);
  expect(sized.locations.map(({ carriesRps }) => Math.round(carriesRps))).toEqual([200, 200, 100]);
});

test("law and the farthest that users are sent hold whatever is lost", () => {
  const question = alike(3);
  const zones = question.zones.map((zone) => ({ ...zone, forbidden: { public: ["l2"] } }));
  const sized = size({ ...question, zones });
  expect(sized.locations.map(({ carriesRps }) => Math.round(carriesRps))).toEqual([300, 300, 0]);
  const bound = size({ ...question, zones: question.zones.map((zone) => ({ ...zone, farthestMs: { public: 10 } })) });
  expect(bound.nowhere.map(({ lost, zone }) => [lost, zone])).toEqual([
    ["l0", "z0"],
    ["l1", "z1"],
    ["l2", "z2"],
  ]);
});

test("peaks of two continents at two times need less than both at once", () => {
  const question = alike(4);
  const moments = [
    { name: "morning", demandRps: day(["z0", "z1"]) },
    { name: "evening", demandRps: day(["z2", "z3"]) },
  ];
  const sized = size({ ...question, moments });
  expect(sized.peakRps).toBe(240);
  expect(sized.carriesRps).toBeCloseTo((240 * 4) / 3, 6);
});

test("limits that are too low say which loss is short, and of how much, and where", () => {
  const question = alike(4);
  const sized = size({ ...question, locations: question.locations.map((each) => ({ ...each, mostRps: 120 })) });
  expect(sized.short[0]).toMatchObject({ lost: "l0", moment: "peak", places: ["l1", "l2", "l3"], shortRps: 40 });
  const enough = size({ ...question, locations: question.locations.map((each) => ({ ...each, mostRps: 140 })) });
  expect(enough.short).toEqual([]);
  expect(enough.carriesRps).toBeCloseTo((400 * 4) / 3, 6);
});

test("a negative cost or demand is the caller's error, by name", () => {
  const question = alike(3);
  expect(() =>
    size({ ...question, locations: question.locations.map((each) => ({ ...each, costPerRps: -1 })) }),
  ).toThrow(/costPerRps of l0 is -1/);
  expect(() => size({ ...question, moments: [{ name: "now", demandRps: { public: { z1: Number.NaN } } }] })).toThrow(
    /demand of public in z1 at now is NaN/,
  );
});

test("the order of what is asked never matters", () => {
  const question = madeQuestion({ seed: 7, locations: 6, zones: 20 }, { furtherMs: 30, kind: "location", moments: 2 });
  const turned = {
    ...question,
    locations: [...question.locations].reverse(),
    zones: [...question.zones].reverse(),
  };
  expect(JSON.stringify(size(turned).locations)).toBe(JSON.stringify(size(question).locations));
});

test("the cost is HiGHS's for the whole linear program, to six digits, on random estates, losses, limits and moments", () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer({ min: 1, max: 1e6 }),
        locations: fc.integer({ min: 3, max: 7 }),
        zones: fc.integer({ min: 1, max: 14 }),
        kind: fc.constantFrom("location" as const, "pair" as const, "provider" as const),
        furtherMs: fc.constantFrom(null, 0, 10, 40, 120),
        calmFurtherMs: fc.constantFrom(null, 0, 20),
        moments: fc.integer({ min: 1, max: 3 }),
        limit: fc.constantFrom(null, 0.3, 0.6, 1),
      }),
      ({ seed, locations, zones, ...how }) => {
        const question = madeQuestion({ seed, locations, zones }, how);
        const sized = size(question);
        const floor = sizeFloor(oracle, question);
        if (floor === null) return sized.short.length > 0;
        expect(sized.short).toEqual([]);
        expect(Math.abs(sized.floorCost - floor) / Math.max(1, floor)).toBeLessThan(1e-6);
        return true;
      },
    ),
    { numRuns: 60 },
  );
}, 240_000);

/** Everything is 60 ms away but for one. */
const near = (name: string) => ({ l0: 60, l1: 60, l2: 60, [name]: 5 });

const day = (busy: readonly string[]) => ({
  public: Object.fromEntries(["z0", "z1", "z2", "z3"].map((zone) => [zone, busy.includes(zone) ? 100 : 20])),
});

function madeQuestion(
  made: { seed: number; locations: number; zones: number },
  how: {
    kind: "location" | "pair" | "provider";
    furtherMs: number | null;
    calmFurtherMs?: number | null;
    moments: number;
    limit?: number | null;
  },
): SizeQuestion {
  const { estate, demand, totalRps } = madeEstate({ ...made, oneWriter: made.seed % 3 === 0 });
  const chance = chanceFrom(made.seed);
  const locations = estate.locations.map(({ name, provider, costPerRps }) => ({
    name,
    provider,
    costPerRps,
    mostRps: how.limit === null || how.limit === undefined ? null : how.limit * totalRps,
  }));
  return {
    locations,
    zones: estate.zones.map(({ name, latencyMs }) => ({
      name,
      latencyMs: Object.fromEntries(Object.entries(latencyMs).filter(() => chance() > 0.15)),
      ...(made.seed % 3 === 0 ? { allowed: { editor: ["location-0"] } } : {}),
    })),
    moments: Array.from({ length: how.moments }, (_, moment) => ({
      name: `moment ${moment}`,
      demandRps: Object.fromEntries(
        Object.entries(demand).map(([name, zones]) => [
          name,
          Object.fromEntries(Object.entries(zones).map(([zone, rps]) => [zone, moment === 0 ? rps : rps * chance()])),
        ]),
      ),
    })),
    losses: lossesOf(locations, how.kind),
    furtherMs: how.furtherMs,
    calmFurtherMs: how.calmFurtherMs ?? how.furtherMs,
  };
}
