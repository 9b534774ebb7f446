import { expect, test } from "vitest";
import { makeEstate, makeWorld, type MadeLocation } from "../../../test/stories/control-world.ts";
import { furtherMs, howIs, zonesOfNetwork } from "./paths.ts";
import { trafficNow } from "./demand.ts";
import { openTurn, placeOf, type Turn } from "./turn.ts";

const LOCATIONS: readonly MadeLocation[] = ["a", "b", "c"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 200,
  capacityRps: 300,
}));

test("a network means the zone of its name, else all of the country of its name, else none", () => {
  const made = makeEstate(LOCATIONS);
  const countries = ["DE", "DE", "FR"];
  const estate = { ...made, zones: made.zones.map((zone, index) => ({ ...zone, country: countries[index]! })) };
  expect(zonesOfNetwork(estate, "users:at-b")).toEqual(["at-b"]);
  expect(zonesOfNetwork(estate, "users:de")).toEqual(["at-a", "at-b"]);
  expect(zonesOfNetwork(estate, "users:mars")).toEqual([]);
});

/** A turn in which so many of so many users of one network fail at a. */
function turnOf(bad: number, total: number): Turn {
  const made = makeWorld(LOCATIONS);
  made.run(3);
  const turn = openTurn(made.state(), made.at());
  const place = placeOf(turn, "a");
  const networks = [{ name: "users:at-a", bad, total, ill: true }];
  place.summary = { ...place.summary!, own: { ...place.summary!.own, networks } };
  return turn;
}

function how(bad: number, total: number): string {
  const turn = turnOf(bad, total);
  return howIs(turn, placeOf(turn, "a"), { network: "users:at-a", hurt: 0.6 });
}

test("users fare well, ill, or nobody can say, by their own counts", () => {
  expect(how(30, 50)).toBe("ill");
  expect(how(2, 3)).toBe("ill");
  expect(how(0, 50)).toBe("well");
  expect(how(0, 3)).toBe("unknown");
  expect(how(0, 0)).toBe("unknown");
  // What is far below the bad way's rate, and above a well one's, is still bad when enough tell it.
  expect(how(300, 1000)).toBe("ill");
});

test("further is by the zones that left, and by who got them", () => {
  const turn = turnOf(0, 0);
  const leave = {
    zones: ["at-a"],
    classes: ["public"],
    plan: [
      { to: "b", share: 0.5 },
      { to: "c", share: 0.5 },
    ],
  };
  expect(furtherMs(turn, "a", leave, trafficNow(turn))).toBeCloseTo(15, 6);
});
