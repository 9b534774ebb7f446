import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_MS, waitMs } from "./backoff.ts";

test("the first try comes soon, later ones later, none after more than ten seconds", () => {
  expect(waitMs(0, 0)).toBe(250);
  expect(waitMs(0, 1)).toBe(500);
  expect(waitMs(3, 0)).toBe(2000);
  expect(waitMs(4, 1)).toBe(8000);
  expect(waitMs(1000, 1)).toBe(MOST_MS);
});

test("whatever has failed, the wait is never nothing and never past the most", () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const wait = waitMs(failures, chance);
      return wait >= 250 && wait <= MOST_MS;
    }),
  );
});
