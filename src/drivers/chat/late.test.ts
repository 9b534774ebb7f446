import { expect, test } from "vitest";
import { lateness } from "./late.ts";

test("a line from before the newest is late, one of the same second is not, and a late one makes nothing else late", () => {
  const isLate = lateness();
  expect([10_000, 9_500, 12_000, 10_500, 11_500, 12_000].map(isLate)).toEqual([
    false,
    false,
    false,
    true,
    false,
    false,
  ]);
});
