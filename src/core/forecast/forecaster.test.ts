import { expect, test } from "vitest";
import { makeEstate } from "../../../test/stories/control-world.ts";
import { eventFactor, forecastOf, HOUR_MS, newForecaster, observe, weekAhead, type Forecaster } from "./forecaster.ts";
import { demandLearntOf } from "./learnt.ts";
import { size } from "../size/size.ts";

const MONDAY = Date.UTC(2026, 5, 1);
const estate = makeEstate([
  { name: "a", position: 0, demandRps: 0, readyRps: 0, capacityRps: 0 },
  { name: "b", position: 10, demandRps: 0, readyRps: 0, capacityRps: 0 },
  { name: "c", position: 20, demandRps: 0, readyRps: 0, capacityRps: 0 },
]);

/** Two zones whose days are twelve hours apart; a look each ten minutes. */
function demandAt(at: number) {
  const hour = (at / HOUR_MS) % 24;
  const day = (phase: number): number => 200 + 150 * Math.cos((2 * Math.PI * (hour - phase)) / 24);
  return { public: { "at-a": day(12), "at-b": day(0) } };
}

function watched(days: number): Forecaster {
  const forecaster = newForecaster();
  for (let at = MONDAY; at <= MONDAY + days * 24 * HOUR_MS; at += 100_000)
    observe(forecaster, { at, demand: demandAt(at), estate });
  return forecaster;
}

test("what comes in the next hours is told the evening before; what is not known for a day is left out", () => {
  const forecaster = watched(10);
  const at = MONDAY + 10 * 24 * HOUR_MS;
  const night = forecastOf(forecaster, { at, forMs: HOUR_MS, events: [] });
  const morning = forecastOf(forecaster, { at, forMs: 9 * HOUR_MS, events: [] });
  expect(night["public"]!["at-a"]).toBeLessThan(110);
  expect(morning["public"]!["at-a"]).toBeGreaterThan(demandAt(at + 9 * HOUR_MS).public["at-a"] * 0.97);
  expect(Object.keys(forecastOf(watched(0.9), { at, forMs: HOUR_MS, events: [] }))).toEqual([]);
});

test("a told event raises what is expected in its hours alone, wherever users are", () => {
  const sale = { name: "sale", from: MONDAY, until: MONDAY + 24 * HOUR_MS, factor: 1, demandFactor: 3 };
  const hour = MONDAY / HOUR_MS;
  expect(eventFactor([sale], hour + 23)).toBe(3);
  expect(eventFactor([sale], hour + 24)).toBe(1);
  expect(eventFactor([{ ...sale, locations: ["a"] }], hour)).toBe(1);
  expect(eventFactor([{ ...sale, demandFactor: 0.5 }], hour)).toBe(0.5);
});

test("the coming week fits into sizes, and peaks that are hours apart are not added up", () => {
  const forecaster = watched(15);
  const moments = [...weekAhead(forecaster, { at: MONDAY + 15 * 24 * HOUR_MS, events: [] })];
  expect(moments).toHaveLength(168);
  const { peakRps } = size({
    locations: estate.locations.map((each) => ({ ...each, costPerRps: 1, mostRps: null })),
    zones: estate.zones,
    moments,
    losses: [],
    furtherMs: null,
    calmFurtherMs: null,
  });
  expect(peakRps).toBeGreaterThan(390);
  expect(peakRps).toBeLessThan(500);
  expect([...weekAhead(watched(3), { at: MONDAY + 3 * 24 * HOUR_MS, events: [] })]).toEqual([]);
});

test("a piece of an hour is no hour, and rows that the estate no longer has are forgotten", () => {
  const forecaster = newForecaster();
  observe(forecaster, { at: MONDAY, demand: demandAt(MONDAY), estate });
  observe(forecaster, { at: MONDAY + 60_000, demand: demandAt(MONDAY), estate });
  observe(forecaster, { at: MONDAY + HOUR_MS, demand: demandAt(MONDAY), estate });
  expect(demandLearntOf(forecaster).rows).toEqual([]);
  expect(forecaster.rows.size).toBe(2);
  const smaller = { ...estate, zones: estate.zones.filter(({ name }) => name !== "at-b") };
  observe(forecaster, { at: MONDAY + 2 * HOUR_MS, demand: demandAt(MONDAY), estate: smaller });
  expect([...forecaster.rows.keys()]).toEqual(['["public","at-a"]']);
});
