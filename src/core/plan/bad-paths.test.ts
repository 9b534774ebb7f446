import { expect, test } from "vitest";
import { makeEstate } from "../../../test/stories/control-world.ts";
import { avoidingPaths, withoutPaths } from "./bad-paths.ts";
import { problemOf } from "./estate-problem.ts";
import { solve } from "./solve.ts";
import type { Estate } from "../estate.ts";

const estate = makeEstate(
  [0, 10, 200].map((position, index) => ({
    name: "abc"[index]!,
    position,
    demandRps: 100,
    readyRps: 200,
    capacityRps: 300,
  })),
);
const PATHS = [{ zone: "at-a", location: "a" }];

/** Who serves 100 rps of a's users when each place has so much room. */
const served = (planned: Estate, capacityRps: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    solve(problemOf({ estate: planned, demand: { public: { "at-a": 100 } }, capacityRps })).assignment.map(
      ({ location, rps }) => [location, rps],
    ),
  );

test("a bad path is taken only when no other place has room, however far that is", () => {
  const planned = avoidingPaths(estate, PATHS);
  expect(served(planned, { a: 300, b: 300, c: 300 })).toEqual({ b: 100 });
  expect(served(planned, { a: 300, b: 0, c: 300 })).toEqual({ c: 100 });
  expect(served(planned, { a: 300, b: 30, c: 0 })).toEqual({ b: 30, a: 70 });
});

test("a plan without bad paths would rather leave users without a place", () => {
  const planned = withoutPaths(estate, PATHS);
  expect(served(planned, { a: 300, b: 30, c: 0 })).toEqual({ b: 30 });
});

test("other zones' users see no difference", () => {
  const planned = withoutPaths(estate, PATHS);
  expect(planned.zones.filter((zone, index) => zone !== estate.zones[index]).map(({ name }) => name)).toEqual(["at-a"]);
  expect(withoutPaths(estate, [])).toBe(estate);
});
