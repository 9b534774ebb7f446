import { expect, test } from "vitest";
import { scaleOf, weighOn } from "./scale.ts";

test("an empty bucket adds nothing, however far out it lies", () => {
  const weighed = weighOn(scaleOf([1, 1e308], 100), [5, 0, 0]);
  expect(weighed).toEqual(weighOn(scaleOf([1, 4], 100), [5, 0, 0]));
  expect(Number.isFinite(weighed.sum)).toBe(true);
});
