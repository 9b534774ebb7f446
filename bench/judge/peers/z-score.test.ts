import { array, assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { newWindow, take, zScore } from "./z-score.ts";
import { PLACES, tickOf } from "./tick.testing.ts";

test("the score is that of a mean and a deviation worked out anew from the window", () => {
  assert(
    property(array(integer({ min: 0, max: 100 }), { minLength: 6, maxLength: 60 }), (percents) => {
      const window = newWindow(5);
      percents.forEach((percent, i) => {
        const value = percent / 100;
        const z = take(window, value, 100);
        const before = percents.slice(Math.max(0, i - 5), i).map((each) => each / 100);
        if (before.length < 3) return expect(z).toBe(0);
        const mean = before.reduce((sum, each) => sum + each, 0) / before.length;
        const variance = before.reduce((sum, each) => sum + (each - mean) ** 2, 0) / before.length;
        const chance = (Math.max(mean, 0.01) * (1 - mean)) / 100;
        return expect(z).toBeCloseTo((value - mean) / Math.sqrt(Math.max(variance, chance)), 6);
      });
    }),
  );
});

test("a fifth that fails is an outlier after a quiet half hour, and at the end of ten seconds only", () => {
  const peer = zScore(3600);
  const state = peer.begin(PLACES, 1);
  const said: number[] = [];
  for (let second = 1; second <= 1840; second++) {
    const leaves = peer.pass(state, tickOf(second, { sick: { total: 50, bad: second > 1825 ? 10 : 0, slow: 0 } }));
    if (leaves[0]![peer.documented]) said.push(second);
    expect(leaves[1]).not.toContain(true);
  }
  expect(said).toEqual([1830, 1840]);
});
