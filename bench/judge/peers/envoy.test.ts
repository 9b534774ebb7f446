import { expect, test } from "vitest";
import { seeded } from "../../../test/stories/judge-world.ts";
import { ejectionThreshold, envoyConsecutive, envoySuccessRate, longestRun } from "./envoy.ts";
import { PLACES, tickOf } from "./tick.testing.ts";

test("the threshold is the mean less so many standard deviations of the hosts that had requests enough", () => {
  // Mean 0.96, population deviation 0.08.
  expect(ejectionThreshold([1, 1, 1, 1, null, 0.8], 1.9)).toBeCloseTo(0.96 - 1.9 * 0.08, 12);
});

test("with fewer than five such hosts nobody is an outlier", () => {
  expect(ejectionThreshold([1, 1, 1, 0, null, null], 1.9)).toBeNull();
});

test("a row goes on from one tick into the next, and a good response ends it", () => {
  const random = seeded(1);
  expect(longestRun(random, { total: 4, bad: 4 }, 3)).toEqual({ longest: 7, last: 7 });
  expect(longestRun(random, { total: 4, bad: 0 }, 3)).toEqual({ longest: 3, last: 0 });
  expect(longestRun(random, { total: 0, bad: 0 }, 3)).toEqual({ longest: 3, last: 3 });
});

test("of two failures among three the row is of two as often as chance has it", () => {
  const random = seeded(2);
  const runs = Array.from({ length: 3000 }, () => longestRun(random, { total: 3, bad: 2 }, 0).longest);
  // Good, bad, bad and bad, bad, good, of three orders.
  expect(runs.filter((run) => run === 2).length / 3000).toBeCloseTo(2 / 3, 1);
  expect(Math.max(...runs)).toBe(2);
});

test("five failed responses in a row eject by default", () => {
  const state = envoyConsecutive.begin(PLACES, 1);
  const leaves = envoyConsecutive.pass(state, tickOf(1, { sick: { total: 5, bad: 5, slow: 0 } }));
  expect(leaves[0]![envoyConsecutive.documented]).toBe(true);
  expect(leaves[1]![envoyConsecutive.documented]).toBe(false);
});

test("only each ten seconds, of what came in them, who is far below the others is ejected", () => {
  const state = envoySuccessRate.begin(PLACES, 1);
  const ejected: number[] = [];
  for (let second = 1; second <= 20; second++) {
    const leaves = envoySuccessRate.pass(
      state,
      tickOf(second, { sick: { total: 50, bad: second <= 10 ? 5 : 0, slow: 0 } }),
    );
    if (leaves[0]![envoySuccessRate.documented]) ejected.push(second);
    expect(leaves.slice(1).flat()).not.toContain(true);
  }
  expect(ejected).toEqual([10]);
});
