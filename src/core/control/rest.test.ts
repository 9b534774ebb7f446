import { expect, test } from "vitest";
import { makeEstate, makeWorld, type Made, type MadeLocation } from "../../../test/stories/control-world.ts";
import { control, type ControlState } from "../control.ts";
import type { Estate, LocationName, ZoneName } from "../estate.ts";
import { rowToBuckets } from "../route/rows.ts";

/** A way may stay bad for days: whoever has left for it holds up nothing that waits for rest, and homes are planned round it. */

const LOCATIONS: readonly MadeLocation[] = ["a", "b", "c"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 800,
  capacityRps: 1200,
}));
const X = { name: "x", position: 1, demandRps: 200 };

/** Users of x have left a for a bad way, and all is well otherwise. */
function hasLeft(locations = LOCATIONS, settings: Partial<Estate> = {}, x = X): Made {
  const made = makeWorld(locations, settings, [x]);
  made.run(3);
  made.path("x", "a", 0.6);
  made.run(17);
  expect(made.state().places["a"]).toMatchObject({ state: "serving", leave: { why: "path" }, back: null });
  expect(made.state().places["a"]!.leave!.doneAt).not.toBeNull();
  return made;
}

const servedAt = ({ table }: ControlState, zone: ZoneName): readonly LocationName[] =>
  [...new Set(rowToBuckets(table!.assignment["public"]![zone]!))].map((index) => LOCATIONS[index]!.name).toSorted();

/** The estate in which nobody of these zones may be at their nearest place any more. */
function outlawed(estate: Estate, zones: readonly ZoneName[]): Estate {
  return {
    ...estate,
    zones: estate.zones.map((zone) =>
      zones.includes(zone.name) ? { ...zone, forbidden: { public: [zone.name.replace("at-", "")] } } : zone,
    ),
  };
}

test("losses are tried out while users are away for a bad way, and who would go over it grows nobody at its end", () => {
  const locations = [
    { name: "a", position: 0, demandRps: 400, readyRps: 1250, capacityRps: 3000 },
    { name: "b", position: 10, demandRps: 600, readyRps: 1600, capacityRps: 1600 },
    { name: "c", position: 15, demandRps: 400, readyRps: 500, capacityRps: 5000 },
  ];
  const made = hasLeft(locations, { headroom: "location" }, { ...X, demandRps: 600 });
  made.run(110);
  expect(made.state().headroom.nextAt).toBeGreaterThan(made.at());
  expect(made.state().headroom.short["b"]).toBeDefined();
  // Without b its own users and those of x come to 1200 rps, and c has 400.
  expect(made.state().headroom.floors["c"]!.rps).toBeGreaterThan(1800);
});

test("floors are let go while users are away for a bad way", () => {
  const made = hasLeft();
  made.ill.factor = 3;
  made.run(15);
  made.ill.factor = 1;
  made.heard();
  made.run(100);
  const codes = made.heard().flatMap(({ reasons }) => reasons.map(({ code }) => code));
  expect(codes).toContain("floor-let-go");
  expect(made.state().places["a"]!.leave).not.toBeNull();
});

test("homes are settled while users are away for a bad way, and nobody is sent over it", () => {
  const made = hasLeft();
  made.send({ event: "config", at: made.at(), estate: outlawed(made.estate, ["at-c"]) });
  made.run(8);
  expect(servedAt(made.state(), "at-c")).toEqual(["b"]);
  expect(servedAt(made.state(), "x")).toEqual(["b"]);
  made.path("x", "a", 0);
  made.run(60);
  expect(servedAt(made.state(), "at-c")).toEqual(["b"]);
  expect(servedAt(made.state(), "x")).toEqual(["a"]);
});

/** One tick after a law is new, while users of c are hurt on their way to these places. */
function settledWith(bad: readonly LocationName[]): ControlState {
  const made = makeWorld(LOCATIONS);
  made.run(12);
  const { places, ...rest } = made.state();
  const path = { zone: "at-c", network: "users:at-c", since: 0, hurt: 0.6, wellSince: null, isTried: false };
  const hurt = bad.map((name) => [name, { ...places[name]!, badPaths: [{ ...path, leftUntil: 0 }] }] as const);
  const state = { ...rest, places: { ...places, ...Object.fromEntries(hurt) } };
  const estate = outlawed(makeEstate(LOCATIONS), ["at-a", "at-c"]);
  const told = control(state, { event: "config", at: made.at(), estate }).state;
  return control(told, { event: "tick", at: made.at() }).state;
}

test("who needs another home gets one that no bad way leads to; who has none waits, and holds up nobody else", () => {
  const round = settledWith(["b"]);
  expect(servedAt(round, "at-a")).toEqual(["b"]);
  expect(servedAt(round, "at-c")).toEqual(["a"]);
  const none = settledWith(["a", "b"]);
  expect(servedAt(none, "at-a")).toEqual(["b"]);
  expect(servedAt(none, "at-c")).toEqual(["c"]);
  expect(none.homeIsGuess).toBe(true);
});
