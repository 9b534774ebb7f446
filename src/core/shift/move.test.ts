import { expect, test } from "vitest";
import { makeEstate } from "../../../test/stories/control-world.ts";
import { ALL_OPEN } from "../plan/closed.ts";
import type { Assignment } from "../route/table.ts";
import { moveOut } from "./move.ts";
import { trafficOf } from "./traffic.ts";

const LOCATIONS = ["a", "b", "c"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 200,
  capacityRps: 300,
}));

/** `a` is left by zones at a, b and c alike, so that the plan sends some to b and some to c. */
function canaryOf(poolRoomRps: number): Readonly<Record<string, number>> {
  const made = makeEstate(LOCATIONS);
  const estate = { ...made, locations: made.locations.map((each) => ({ ...each, pools: { public: 200 } })) };
  const row = Object.fromEntries(estate.zones.map(({ name }) => [name, [[0, 256]] as const]));
  const assignment: Assignment = { public: row, editor: row, internal: row };
  const zones = Object.fromEntries(estate.zones.map(({ name }) => [name, 60]));
  const demand = { public: zones, internal: {} };
  return moveOut({
    estate,
    traffic: trafficOf({ estate, demand, bucketShares: {} }),
    assignment,
    location: "a",
    classes: ["public"],
    base: assignment,
    share: 0.05,
    receivers: ["b", "c"].map((name) => ({
      name,
      roomNowRps: 0,
      roomGrownRps: 0,
      stepRps: 100,
      poolRoomRps: { public: poolRoomRps },
    })),
    stays: () => false,
    closed: ALL_OPEN,
    single: true,
  }).took;
}

test("a canary of a class with pools of its own goes to one receiver", () => {
  expect(Object.keys(canaryOf(150))).toHaveLength(1);
  expect(canaryOf(0)).toEqual({});
});
