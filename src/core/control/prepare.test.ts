import { expect, test } from "vitest";
import { makeWorld, WELL, type MadeLocation } from "../../../test/stories/control-world.ts";
import type { Estate } from "../estate.ts";

const LOCATIONS: readonly MadeLocation[] = [
  { name: "east", position: 0, demandRps: 900, readyRps: 1200, capacityRps: 2000 },
  { name: "near", position: 10, demandRps: 500, readyRps: 700, capacityRps: 1900 },
  { name: "west", position: 60, demandRps: 500, readyRps: 900, capacityRps: 1500 },
];

/** East is half as suspect as it takes to leave it. */
function prepared(settings: Partial<Estate>, nats = 11) {
  const made = makeWorld(LOCATIONS, settings);
  made.run(5);
  made.heard();
  made.health.set("east", { ...WELL, verdict: "shaky", nats, aloneNats: nats });
  made.run(5);
  return made;
}

const scalesOf = (made: ReturnType<typeof makeWorld>) =>
  made.heard().flatMap(({ effects }) => effects.flatMap((each) => (each.kind === "scale" ? [each.location] : [])));
const dear = (share: number): Partial<Estate> => {
  const { estate } = makeWorld(LOCATIONS);
  return {
    locations: estate.locations.map((each) => ({ ...each, costPerRps: 2 })),
    prepare: { maxAddedCostShare: share, ttlSeconds: 2 },
  };
};

/** What all others are to have ready more than they have. */
const addedOf = (share: number): number => {
  const { prepared: all } = prepared(dear(share)).state().places["east"]!;
  return Object.entries(all!.floors).reduce(
    (sum, [name, rps]) => sum + rps - LOCATIONS.find((each) => each.name === name)!.readyRps,
    0,
  );
};

test("what preparations add is within a budget of their own (P2)", () => {
  const [all, some] = [addedOf(1), addedOf(0.05)];
  expect(all).toBeGreaterThan(500);
  expect(some).toBeLessThanOrEqual(0.05 * 2800);
  expect(some).toBeGreaterThan(0.05 * 2800 - 3);
  expect(addedOf(0)).toBe(0);
});

test("whoever moves nothing prepares nothing, and less than half the bar is no reason (P1, P3)", () => {
  expect(scalesOf(prepared({ ...dear(1), mode: "observe" }))).toEqual([]);
  expect(scalesOf(prepared(dear(1), 9.9))).toEqual([]);
  expect(scalesOf(prepared({}))).toEqual([]);
  expect(scalesOf(prepared(dear(1)))).toContain("near");
});

test("where answers are kept for less long already nothing is published for it", () => {
  const made = prepared({ ...dear(0), prepare: { maxAddedCostShare: 0, ttlSeconds: 5 } });
  expect(made.state().places["east"]!.prepared).not.toBeNull();
  expect(made.state().table!.ttlSeconds).toBeUndefined();
  const said = made
    .heard()
    .flatMap(({ effects }) => effects.flatMap((each) => (each.kind === "say" ? [each.words.what] : [])));
  expect(said.join()).not.toContain("may have to be left");
  expect(prepared(dear(1)).state().table!.ttlSeconds).toEqual({ east: 2 });
});

test("what a place in doubt would need elsewhere is planned past a way that is bad", () => {
  const places: readonly MadeLocation[] = [
    { name: "old", position: 0, demandRps: 300, readyRps: 700, capacityRps: 3000 },
    { name: "now", position: 20, demandRps: 300, readyRps: 1600, capacityRps: 1600 },
    { name: "next", position: 40, demandRps: 300, readyRps: 400, capacityRps: 3000 },
    { name: "far", position: 90, demandRps: 300, readyRps: 400, capacityRps: 400 },
  ];
  const settings: Partial<Estate> = { prepare: { maxAddedCostShare: 1, ttlSeconds: 2 } };
  const made = makeWorld(places, settings, [{ name: "lyon", position: 6, demandRps: 600 }]);
  made.path("lyon", "old", 0.6);
  made.run(15);
  expect(Math.round(made.servedOf("lyon").get("now")!)).toBeGreaterThan(580);
  made.health.set("now", { ...WELL, verdict: "shaky", nats: 11, aloneNats: 11 });
  made.run(5);
  expect(Object.keys(made.state().places["now"]!.prepared!.floors)).toEqual(["next"]);
});
