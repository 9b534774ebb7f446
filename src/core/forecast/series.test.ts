import { expect, test } from "vitest";
import { chanceFrom } from "../../../bench/plan/made-estate.ts";
import { ahead, DISTANCES, HOURS_A_WEEK, learn, newSeries, type Series } from "./series.ts";

const MONDAY = Date.UTC(2026, 5, 1) / 3_600_000;

/** A day's and a week's rhythm, with noise of so many parts. */
function madeRps(hour: number, chance: () => number, noise: number): number {
  const weekend = Math.floor(hour / 24) % 7 >= 5;
  const day = 1 + 0.6 * Math.cos((2 * Math.PI * ((hour % 24) - 12)) / 24);
  return 300 * (weekend ? 0.7 : 1) * day * (1 + noise * (2 * chance() - 1));
}

function learnt(hours: number, noise = 0.1, seed = 1): Series {
  const series = newSeries();
  const chance = chanceFrom(seed);
  for (let hour = 0; hour < hours; hour++) learn(series, MONDAY + hour, madeRps(hour, chance, noise));
  return series;
}

test.each(DISTANCES)("bands %i h ahead cover what they claim on weeks that were not seen", (distance) => {
  const series = newSeries();
  const chance = chanceFrom(3);
  const said = new Map<number, NonNullable<ReturnType<typeof ahead>>>();
  const below = { low: 0, median: 0, high: 0, highest: 0 };
  let count = 0;
  for (let hour = 0; hour < 20 * HOURS_A_WEEK; hour++) {
    const rps = madeRps(hour, chance, 0.3);
    const bands = said.get(hour);
    if (bands !== undefined && hour > 4 * HOURS_A_WEEK) {
      count += 1;
      for (const name of ["low", "median", "high", "highest"] as const) if (rps <= bands[name]) below[name] += 1;
    }
    learn(series, MONDAY + hour, rps);
    const next = ahead(series, distance);
    if (next !== null) said.set(hour + distance, next);
  }
  expect(Math.abs(below.low / count - 0.05)).toBeLessThan(0.02);
  expect(Math.abs(below.median / count - 0.5)).toBeLessThan(0.03);
  expect(Math.abs(below.high / count - 0.95)).toBeLessThan(0.02);
  expect(Math.abs(below.highest / count - 0.99)).toBeLessThan(0.01);
});

test("the morning is known the night before, and the weekend on Friday", () => {
  const series = learnt(4 * HOURS_A_WEEK + 4 * 24 + 4);
  const at = 4 * HOURS_A_WEEK + 4 * 24 + 3;
  const now = ahead(series, 1)!;
  const noon = ahead(series, 9)!;
  const saturday = ahead(series, 33)!;
  expect(at % 24).toBe(3);
  expect(noon.median / now.median).toBeGreaterThan(2);
  expect(Math.abs(noon.median / 480 - 1)).toBeLessThan(0.1);
  expect(Math.abs(saturday.median / noon.median / 0.7 - 1)).toBeLessThan(0.1);
});

test("a new series knows nothing, then the last hour, then the day", () => {
  expect(ahead(newSeries(), 1)).toBeNull();
  const first = learnt(1);
  expect(ahead(first, 1)!.median).toBeCloseTo(madeRps(0, chanceFrom(1), 0.1), 3);
  const day = learnt(36);
  expect(Math.abs(ahead(day, 24)!.median / madeRps(11, () => 0.5, 0) - 1)).toBeLessThan(0.3);
});

test("an event that was told of is expected, and leaves no trace in what is usual", () => {
  const told = learnt(3 * HOURS_A_WEEK);
  const untold = learnt(3 * HOURS_A_WEEK);
  const chance = chanceFrom(9);
  for (let hour = 3 * HOURS_A_WEEK; hour < 3 * HOURS_A_WEEK + 24; hour++) {
    const rps = madeRps(hour, chance, 0.1);
    learn(told, MONDAY + hour, 3 * rps, 3);
    learn(untold, MONDAY + hour, rps);
  }
  for (const hours of [1, 12, 24, 168]) {
    const [a, b] = [ahead(told, hours)!, ahead(untold, hours)!];
    expect(Math.abs(a.median / b.median - 1)).toBeLessThan(0.02);
    expect(ahead(told, hours, 3)!.median).toBeCloseTo(3 * a.median, 6);
  }
});

test("hours that nobody measured teach nothing, and a long silence leaves the shape", () => {
  const series = learnt(4 * HOURS_A_WEEK);
  const scored = series.distances[0]!.scored;
  learn(series, MONDAY + 6 * HOURS_A_WEEK, 120);
  expect(series.distances[0]!.scored).toBe(scored);
  expect([...series.past].filter((value) => !Number.isNaN(value))).toHaveLength(1);
  const noon = ahead(series, 12)!;
  const night = ahead(series, 24)!;
  expect(noon.median / night.median).toBeGreaterThan(1.5);
  // The past is over: an hour that comes late changes nothing.
  const before = JSON.stringify(ahead(series, 1));
  learn(series, MONDAY + 6 * HOURS_A_WEEK - 3, 1e6);
  expect(JSON.stringify(ahead(series, 1))).toBe(before);
});
