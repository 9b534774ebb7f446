import { expect, test } from "vitest";
import { estatePromise, estatePromiseWords } from "./estate-promise.ts";
import { promiseWords, type Promised } from "./verdict.ts";

const borneOut = (holdsPerYear: number): Promised => ({
  promise: "certified",
  proof: { days: 9, raised: 0, leftOut: 0, askedPerYear: 0.5, holdsPerYear, raisedNats: 0, holds: true },
});
const refuted: Promised = {
  promise: "none",
  proof: { days: 9, raised: 4, leftOut: 0, askedPerYear: 0.5, holdsPerYear: 3, raisedNats: 6, holds: false },
};
const young: Promised = { promise: "none", watchedHours: 6 };

const said = (...places: readonly Promised[]): string => estatePromiseWords(estatePromise(1, places));

test("what all bars hold together stands against what was asked", () => {
  expect(estatePromise(1, [borneOut(0.2), borneOut(0.4)])).toMatchObject({ holdsPerYear: 0.6, certified: 2 });
  expect(said(borneOut(0.2), borneOut(0.4))).toBe("asked 1 a year for all 2 locations, holds 0.6");
});

test("a place that bears nothing out is said, and no sum is made without it", () => {
  expect(said(borneOut(0.2), refuted)).toBe(
    "asked 1 a year for all 2 locations, holds 3.2; no promise at 1 of them: their past does not bear it out",
  );
  expect(said(borneOut(0.2), young, { ...young, watchedHours: 20 })).toBe(
    "no promise yet at 2 of 3 locations: watched 6 h of a day",
  );
  expect(said({ promise: "none" })).toBe("no promise at 1 of 1 locations: without a day of their own past");
});

test("a place most of whose past is left out as faults says so, and not that it has no day yet", () => {
  const faulty: Promised = { promise: "none", watchedHours: 30 };
  expect(promiseWords(faulty)).toBe("no promise yet: too much of the 30 h it watched is left out as faults");
  expect(said(borneOut(0.2), faulty)).toBe(
    "no promise yet at 1 of 2 locations: too much of their past is left out as faults",
  );
  expect(said(faulty, young)).toBe("no promise yet at 2 of 2 locations: watched 6 h of a day");
});

test("before its first day a place says how much of it was watched", () => {
  expect(promiseWords(young)).toBe("no promise yet: watched 6 h of a day");
});
