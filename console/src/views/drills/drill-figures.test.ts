import { expect, test } from "vitest";
import { madeDrills } from "../../made-data/drills.ts";
import { aDrillReport } from "../../../../src/api/drill-report.testing.ts";
import {
  afterFault,
  drillFaults,
  drillMarks,
  failedWords,
  overloadWords,
  placeOfMark,
  reportFacts,
} from "./drill-figures.ts";

const reportOf = (drill: string) => madeDrills.find(({ report }) => report.drill === drill)!.report;

test("a drill's marks stand in order of time, and what never came is left out", () => {
  expect(drillMarks(reportOf("gray"))).toEqual([
    { name: "fault", afterMs: 0 },
    { name: "certain", afterMs: 5_200 },
    { name: "decided", afterMs: 5_400 },
    { name: "99 % well", afterMs: 16_000 },
    { name: "back", afterMs: 71_000 },
  ]);
  expect(drillMarks(reportOf("calm"))).toEqual([{ name: "fault", afterMs: 0 }]);
});

test("figures read as one would say them", () => {
  const hardDown = reportOf("hard-down");
  expect(afterFault(hardDown, hardDown.certainAt)).toBe("3.3 s");
  expect(afterFault(hardDown, hardDown.decidedAt)).toBe("–");
  expect(failedWords(hardDown)).toBe("255 (6.0 %)");
  expect(failedWords({ ...hardDown, requests: { total: 0, failed: 0, failedAfterMoved99: 0 } })).toBe("no requests");
});

test("what should not have been is said for each drill, and nothing where nothing was", () => {
  expect(drillFaults(reportOf("gray"))).toEqual([]);
  expect(drillFaults(reportOf("two-down"))).toEqual([
    "3 of 935 checkouts lost",
    "1 charged or reserved twice",
    "1 needless move",
    "over capacity: ca-central-1 6.5 s",
  ]);
  expect(overloadWords(reportOf("gray"))).toBeNull();
});

test("early seconds have room on the scale, and its ends are its ends", () => {
  expect(placeOfMark(0, 71_000)).toBe(0);
  expect(placeOfMark(71_000, 71_000)).toBe(1);
  expect(placeOfMark(5_000, 71_000)).toBeGreaterThan(0.3);
  expect(placeOfMark(5_000, 0)).toBe(0);
});

test("for close readers: the cause, the questions, and what became of Houston itself", () => {
  const said = Object.fromEntries(reportFacts(aDrillReport()).map(({ name, says }) => [name, says]));
  expect(said).toMatchObject({
    "Cause named": "edge (98 %)",
    Checkouts: "90 of 90 completed, 2 of them elsewhere",
    "Worst minute": "10 % failed",
    "Stubborn resolvers and connections": "3 of 40 failed (7.5 %)",
    Asked: "May I? [1] approve [2] deny; no answer: 2",
    "Houston itself": "killed after 3 s, back after 5 s, moves on never",
  });
});
