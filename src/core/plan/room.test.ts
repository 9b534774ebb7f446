import * as fc from "fast-check";
import { expect, test } from "vitest";
import { carriesRps, needsRps } from "./room.ts";

const rps = fc.double({ min: 0, max: 1e6, noNaN: true });
const share = fc.constantFrom(0.5, 0.7, 0.85, 0.95, 1);

test("what must be ready for a load carries just that load", () => {
  fc.assert(
    fc.property(rps, share, (load, utilisation) => {
      const carried = carriesRps(needsRps(load, utilisation), utilisation);
      expect(Math.abs(carried - load)).toBeLessThanOrEqual(1e-6 * Math.max(1, load));
    }),
  );
});

test("a large place is filled as far as the operator says, a small one leaves room for the scatter of its requests", () => {
  expect(carriesRps(1000, 0.85)).toBe(850);
  expect(carriesRps(20, 0.85)).toBeCloseTo(12.6, 0);
  expect(carriesRps(0, 0.85)).toBe(0);
});
