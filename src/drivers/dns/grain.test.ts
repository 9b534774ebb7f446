import * as fc from "fast-check";
import { expect, test } from "vitest";
import { evenly, lossOf, roundToSet, roundToSteps } from "./grain.ts";

const shares = fc
  .array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 6 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => parts.map((part) => part / parts.reduce((a, b) => a + b, 0)));

test("parts sum to the steps, nobody who is planned nothing gets any, and each is off by less than one", () => {
  fc.assert(
    fc.property(shares, fc.integer({ min: 1, max: 300 }), (planned, steps) => {
      const parts = roundToSteps(planned, steps);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(steps);
      planned.forEach((share, index) => {
        if (share === 0) expect(parts[index]).toBe(0);
        expect(Math.abs(parts[index]! - share * steps)).toBeLessThan(1);
      });
    }),
  );
});

test("no other set of addresses puts fewer requests elsewhere, and none has a location that is planned nothing", () => {
  fc.assert(
    fc.property(shares, (planned) => {
      const chosen = roundToSet(planned);
      expect(chosen.every((index) => planned[index]! > 0)).toBe(true);
      const loss = (set: readonly number[]): number => lossOf(planned, evenly(set, planned.length)).elsewhere;
      for (let mask = 1; mask < 1 << planned.length; mask++) {
        const set = planned.map((_, index) => index).filter((index) => mask & (1 << index));
        expect(loss(set)).toBeGreaterThanOrEqual(loss(chosen) - 1e-9);
      }
    }),
  );
});

test("what is left over goes to the largest remainders, the first of equals", () => {
  expect(roundToSteps([0.5, 0.25, 0.25], 10)).toEqual([5, 3, 2]);
  expect(roundToSteps([0, 1 / 3, 2 / 3], 4)).toEqual([0, 1, 3]);
});

test("a location that is given little is left out of a set, and the loss says where its users go", () => {
  const planned = [0.48, 0.48, 0.04];
  expect(roundToSet(planned)).toEqual([0, 1]);
  const { elsewhere, held } = lossOf(planned, evenly([0, 1], 3));
  expect(held).toEqual([0.5, 0.5, 0]);
  expect(elsewhere).toBeCloseTo(0.04);
});
