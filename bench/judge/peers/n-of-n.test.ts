import { expect, test } from "vitest";
import { nOfN } from "./n-of-n.ts";
import { PLACES, tickOf } from "./tick.testing.ts";

test("so many failed looks in a row, also over ticks; a good one begins anew", () => {
  const state = nOfN.begin(PLACES, 1);
  const longest = (looks: readonly boolean[], second: number): number =>
    nOfN.pass(state, tickOf(second, {}, { sick: looks }))[0]!.lastIndexOf(true) + 1;
  expect(longest([true, false], 1)).toBe(1);
  expect(longest([false], 2)).toBe(2);
  expect(longest([], 3)).toBe(0);
  expect(longest([false, true], 4)).toBe(3);
  expect(longest([false, true, false], 5)).toBe(1);
});
