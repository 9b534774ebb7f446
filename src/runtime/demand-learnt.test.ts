import { expect, test } from "vitest";
import { makeEstate } from "../../test/stories/control-world.ts";
import { forecastOf, HOUR_MS, newForecaster, observe, type Forecaster } from "../core/forecast/forecaster.ts";
import { demandLearntOf, takeUpDemand } from "../core/forecast/learnt.ts";
import { readDemandLearnt } from "./demand-learnt-schema.ts";

const MONDAY = Date.UTC(2026, 5, 1);
const AT = MONDAY + 16 * 24 * HOUR_MS;
const estate = makeEstate([
  { name: "a", position: 0, demandRps: 0, readyRps: 0, capacityRps: 0 },
  { name: "b", position: 10, demandRps: 0, readyRps: 0, capacityRps: 0 },
  { name: "c", position: 20, demandRps: 0, readyRps: 0, capacityRps: 0 },
]);

/** Two zones whose days are twelve hours apart; a look each hundred seconds. */
function watched(days: number): Forecaster {
  const forecaster = newForecaster();
  for (let at = MONDAY; at <= MONDAY + days * 24 * HOUR_MS; at += 100_000)
    observe(forecaster, { at, demand: { public: { "at-a": rpsAt(at, 12), "at-b": rpsAt(at, 0) } }, estate });
  return forecaster;
}

const rpsAt = (at: number, noon: number): number =>
  200 + 150 * Math.cos((2 * Math.PI * (((at / HOUR_MS) % 24) - noon)) / 24);

test("what is kept, taken up and kept again is the same, and forecasts go on as if nothing had been", () => {
  const forecaster = watched(16);
  const kept = JSON.stringify(demandLearntOf(forecaster));
  const read = readDemandLearnt(kept, AT);
  if ("refused" in read) throw new Error(read.refused);
  const again = newForecaster();
  takeUpDemand(again, read.learnt);
  again.at = forecaster.at;
  expect(JSON.stringify(demandLearntOf(again))).toBe(kept);
  const [a, b] = [forecaster, again].map((each) => forecastOf(each, { at: AT, forMs: 6 * HOUR_MS, events: [] }));
  for (const zone of ["at-a", "at-b"]) expect(b!["public"]![zone]! / a!["public"]![zone]!).toBeCloseTo(1, 2);
  // A few kilobytes a row.
  expect(kept.length / 2).toBeLessThan(5_000);
});

test("what is not taken up is refused by name", () => {
  const learnt = demandLearntOf(watched(2));
  expect(refused(learnt)).toBe("taken");
  expect(refused("{")).toContain("it is no JSON");
  expect(refused({ ...learnt, version: 7 })).toContain("it has version 7");
  expect(refused(learnt, AT + 60 * 24 * HOUR_MS)).toContain("days old");
  expect(refused(learnt, MONDAY)).toContain("of a time to come");
  expect(refused({ ...learnt, rows: [{ ...learnt.rows[0], week: [1] }] })).toContain("rows.0.week");
});

function refused(value: unknown, at = AT): string {
  const read = readDemandLearnt(typeof value === "string" ? value : JSON.stringify(value), at);
  return "refused" in read ? read.refused : "taken";
}
