import { expect, test } from "vitest";
import { delayOf } from "./rows.ts";

test("who was not decided is later than all, and a median of them is none", () => {
  expect(delayOf([5, null, 1, 3])).toEqual({ median: 3, p95: null, missedPercent: 25 });
  expect(delayOf([null, null, null, 3])).toEqual({ median: null, p95: null, missedPercent: 75 });
  expect(delayOf([4])).toEqual({ median: 4, p95: 4, missedPercent: 0 });
  expect(delayOf([])).toEqual({ median: null, p95: null, missedPercent: 0 });
});
