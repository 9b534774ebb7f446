import { expect, test } from "vitest";
import type { Reading } from "../../core/reading.ts";
import { minuteOf } from "./minute.ts";

const of = { location: "here", service: "cart", overMs: 1000 } as const;

test("exponential histograms of a minute are one, at the lowest scale of them; those of another unit are another series", () => {
  const readings: Reading[] = [
    { ...of, at: 1000, signal: "latency_exp", scale: 1, offset: 4, counts: [1, 2], zeroCount: 1 },
    { ...of, at: 2000, signal: "latency_exp", scale: 0, offset: 3, counts: [5] },
    { ...of, at: 3000, signal: "latency_exp", scale: 0, offset: 3, counts: [7], unitMs: 1000 },
  ];
  expect(minuteOf(readings, 60_000)).toMatchObject([
    { at: 60_000, overMs: 60_000, scale: 0, offset: 2, counts: [3, 5], zeroCount: 1 },
    { at: 60_000, scale: 0, offset: 3, counts: [7], unitMs: 1000 },
  ]);
});

test("sums of logarithms of a minute are added", () => {
  const one = { ...of, signal: "latency_log", count: 2, sum: 8, squares: 33, slow: 1 } as const;
  expect(
    minuteOf(
      [
        { ...one, at: 1000 },
        { ...one, at: 2000 },
      ],
      60_000,
    ),
  ).toMatchObject([{ count: 4, sum: 16, squares: 66, slow: 2, overMs: 60_000 }]);
});
