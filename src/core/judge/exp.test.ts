import * as fc from "fast-check";
import { expect, test } from "vitest";
import { exp } from "./exp.ts";

test("it is what Math.exp says, to three units of the last digit", () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThanOrEqual(3 * Number.EPSILON);
    }),
    { numRuns: 10_000 },
  );
  expect([exp(0), exp(-0)]).toEqual([1, 1]);
});
