import { expect, test } from "vitest";
import type { Incident } from "../../../src/core/control-contract.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { incidentMarks, momentOf, spanFor, SPANS, valueOf, wordMarks } from "./marks.ts";

const NOW = 10_000_000_000;
const MINUTE = 60_000;
const [quarter, hours, day, month] = SPANS as [
  (typeof SPANS)[0],
  (typeof SPANS)[0],
  (typeof SPANS)[0],
  (typeof SPANS)[0],
];
const incident = (number: number, openedAt: number, closedAt: number | null) =>
  ({ number, openedAt, closedAt, level: "change" }) as unknown as Incident;
const entry = (id: string, at: number, level: "info" | "change"): TimelineEntry => ({ id, at, level, what: "" });

test("a permalink to long ago opens the stretch that reaches so far; else the wish counts", () => {
  expect(spanFor(null, null, NOW)).toBe(quarter);
  expect(spanFor("2 h", null, NOW)).toBe(hours);
  expect(spanFor("15 min", NOW - 20 * MINUTE, NOW)).toBe(hours);
  expect(spanFor("2 h", NOW - 5 * MINUTE, NOW)).toBe(hours);
  expect(spanFor(null, NOW - 25 * 60 * MINUTE, NOW)).toBe(month);
  expect(spanFor("no such", NOW - 400 * 86_400_000, NOW)).toBe(month);
});

test("the scrubber's end is now, and every other place is a moment that leads back to the same place", () => {
  expect(momentOf(quarter.ms, quarter, NOW)).toBeNull();
  expect(valueOf(null, quarter, NOW)).toBe(quarter.ms);
  for (const value of [0, 5000, 600_000]) {
    const at = momentOf(value, quarter, NOW);
    expect(valueOf(at, quarter, NOW)).toBe(value);
  }
  expect(valueOf(NOW - day.ms, quarter, NOW)).toBe(0);
});

test("an incident is a stretch, cut where the scrubber begins and open to the end while it lasts", () => {
  expect(
    incidentMarks(
      [
        incident(3, NOW - 5 * MINUTE, null),
        incident(2, NOW - 30 * MINUTE, NOW - 12 * MINUTE),
        incident(1, NOW - 40 * MINUTE, NOW - 30 * MINUTE),
      ],
      quarter,
      NOW,
    ).map(({ key, from, to }) => [key, from.toFixed(2), to.toFixed(2)]),
  ).toEqual([
    ["3", "0.67", "1.00"],
    ["2", "0.00", "0.20"],
  ]);
});

test("a minute's summary is no mark", () => {
  const words = [entry("a", NOW - MINUTE, "change"), entry("b", NOW, "info"), entry("c", NOW - 20 * MINUTE, "change")];
  expect(wordMarks(words, quarter, NOW).map(({ key }) => key)).toEqual(["a"]);
});
