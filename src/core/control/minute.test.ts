import { expect, test } from "vitest";
import { makeWorld } from "../../../test/stories/control-world.ts";

const LOCATIONS = ["a", "b", "c"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 50,
  readyRps: 100,
  capacityRps: 200,
}));

test("what an order is answered is of the order: the minute's line waits for the next tick", () => {
  const made = makeWorld(LOCATIONS);
  made.run(60);
  made.heard();
  const said = () =>
    made.heard().flatMap(({ effects }) => effects.flatMap((each) => (each.kind === "say" ? [each.words.what] : [])));
  made.order("ana", { kind: "hold" });
  expect(said()).toEqual(["ana: hold: nothing moves by itself until release"]);
  made.run(0.25);
  expect(said()).toEqual([expect.stringMatching(/^all 3 locations healthy; .*; held by ana$/)]);
});
