import { expect, test } from "vitest";
import { makeEstate, makeWorld, type MadeLocation } from "../../../test/stories/control-world.ts";
import { sharedRps } from "../plan/pools.ts";

const LOCATIONS: readonly MadeLocation[] = [
  { name: "a", position: 0, demandRps: 900, readyRps: 1200, capacityRps: 2000 },
  { name: "b", position: 11, demandRps: 700, readyRps: 900, capacityRps: 1600 },
  { name: "c", position: 14, demandRps: 300, readyRps: 500, capacityRps: 1500 },
];

test("who refused what nobody needs yet is asked again after half an hour, not twice a minute", () => {
  const made = makeWorld(LOCATIONS, { headroom: "location" });
  for (const { name } of LOCATIONS) made.noGrowth.add(name);
  made.run(20 * 60);
  const codes = made.heard().flatMap(({ reasons }) => reasons.map(({ code }) => code));
  expect(codes).toContain("headroom-short");
  expect(codes.filter((code) => code === "growth-refused").length).toBeGreaterThan(0);
  expect(codes.filter((code) => code === "growth-refused").length).toBeLessThanOrEqual(LOCATIONS.length);
});

test("what was asked for so that a loss fits is let go when nobody was short for as long as the estate says", () => {
  const made = makeWorld(LOCATIONS, { headroom: "location", headroomKeptSeconds: 120 });
  made.ill.factor = 0.9;
  made.run(180);
  const grown = made.ready.get("b")!;
  expect(grown).toBeGreaterThan(900);
  made.ill.factor = 0.5;
  made.run(420);
  expect(made.ready.get("b")).toBe(900);
  expect(made.state().headroom.floors).toEqual({});
});

test("what a class's own servers serve is not taken for load of the shared ones", () => {
  const [first] = makeEstate(LOCATIONS).locations;
  expect(sharedRps(first!, 800, { a: 300 })).toBe(800);
  expect(sharedRps({ ...first!, pools: { internal: 600 } }, 800, { a: 300, "a/internal": 500 })).toBe(300);
});
