import { array, assert, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { madeTrace } from "../../made-data/trace.ts";
import { readJournal } from "./journal.ts";
import { timeAxis } from "./time-axis.ts";
import { silentSentence, traceSentence } from "./trace-words.ts";
import { waterfallOf } from "./waterfall.ts";

const journal = readJournal(madeTrace.journal);
const waterfall = waterfallOf({ journal, hops: madeTrace.hops });

describe("a checkout whose location died", () => {
  test("has a lane for each location, in the order in which they came in", () => {
    expect(waterfall.lanes.map(({ location, bars }) => [location, bars.map(({ name }) => name)])).toEqual([
      ["us-east-1", ["edge", "begins", "reserve", "charge"]],
      ["ca-central-1", ["edge"]],
      ["us-east-2", ["edge", "resumed", "confirm"]],
    ]);
  });

  test("is marked where it went on, and why", () => {
    expect(waterfall.resumed).toMatchObject([{ from: "us-east-1", to: "us-east-2", says: "who ran it was gone" }]);
    expect(traceSentence(journal, waterfall)).toBe(
      "checkout begun in us-east-1, and went on elsewhere: us-east-1 → us-east-2; answered HTTP 201 after 2,431 ms.",
    );
  });

  test("says that the charge was learnt by asking, and that the first answer failed", () => {
    const [first] = waterfall.lanes;
    expect(first!.bars.at(-1)).toMatchObject({
      how: "well",
      says: "done, learnt by asking, not by doing it again, 2,296 ms",
    });
    expect(first!.bars[0]).toMatchObject({ how: "ill", says: "served here, HTTP 503, 121 ms" });
  });

  test("names who did not answer", () => {
    expect(silentSentence(madeTrace)).toBe("us-east-1 did not answer: what it knows is missing here.");
    expect(silentSentence({ silent: ["a", "b"] })).toBe("a and b did not answer: what they know is missing here.");
    expect(silentSentence({ silent: [] })).toBeNull();
  });
});

test("a request without a journal is told by its hops", () => {
  const hops = [{ at: 1000, location: "east", kind: "shed", ms: 2, status: 503 }];
  const seen = waterfallOf({ journal: null, hops });
  expect(seen.lanes[0]!.bars[0]!.says).toBe("turned away: no room, HTTP 503, 2 ms");
  expect(traceSentence(null, seen)).toBe("Seen in east over 2 ms; 1 hop failed.");
  const inner = waterfallOf({
    journal: null,
    hops: [{ at: 1, location: "east", kind: "payment", ms: 523, status: 201 }],
  });
  const strange = waterfallOf({ journal: null, hops: [{ at: 1, location: "__proto__", kind: "constructor" }] });
  expect(strange.lanes[0]).toMatchObject({ location: "__proto__", bars: [{ name: "constructor", says: "" }] });
  expect(inner.lanes[0]!.bars[0]).toMatchObject({ name: "payment", says: "HTTP 201, 523 ms" });
});

test("a step without a result is open, and one in doubt is parked for a person", () => {
  const parked = readJournal({
    workflow: "checkout",
    begunAt: 1000,
    state: "parked",
    home: "east",
    runs: [{ location: "east", at: 1000, why: "begun" }],
    steps: [{ name: "charge", attempt: 2, location: "east", intentAt: 1005, resultAt: null }],
    parked: { code: "in-doubt", says: "the bank does not say" },
  });
  const seen = waterfallOf({ journal: parked, hops: [] });
  expect(seen.lanes[0]!.bars[1]).toMatchObject({ name: "charge, attempt 2", how: "open", endAt: null });
  expect(traceSentence(parked, seen)).toBe(
    "checkout begun in east, all in east; parked for a person (in-doubt: the bank does not say).",
  );
});

test("a journal that is not one is read as far as it makes sense, never believed beyond", () => {
  // The last is a number and no moment: no calendar has it.
  for (const strange of [null, 7, "x", [], {}, { begunAt: "now" }, { begunAt: 1e300 }])
    expect(readJournal(strange)).toBeNull();
  const half = readJournal({
    begunAt: 5,
    steps: [null, { name: "" }, { name: "a" }, { name: "b", resultAt: 9 }],
    runs: 3,
  });
  expect(half?.steps.map(({ name, attempt }) => [name, attempt])).toEqual([["b", 1]]);
  expect(half?.runs).toEqual([]);
});

describe("the time axis", () => {
  test("cuts out a long silence, so that milliseconds can still be read", () => {
    const axis = timeAxis([
      { startAt: 0, endAt: 20 },
      { startAt: 120_000, endAt: 120_030 },
    ]);
    expect(axis.breaks).toEqual([{ from: 20, until: 120_000 }]);
    expect(axis.placeOf(20)).toBeGreaterThan(0.3);
    expect(axis.placeOf(120_000) - axis.placeOf(20)).toBeLessThan(0.1);
  });

  test("what was busy all the time has no break", () => {
    expect(timeAxis([{ startAt: 0, endAt: 90_000 }]).breaks).toEqual([]);
  });

  test("never goes backwards and never leaves its frame", () => {
    const span = tuple(integer({ min: 0, max: 600_000 }), integer({ min: 0, max: 60_000 })).map(([startAt, ms]) => ({
      startAt,
      endAt: startAt + ms,
    }));
    assert(
      property(array(span, { maxLength: 12 }), array(integer({ min: -10, max: 700_000 })), (spans, times) => {
        const axis = timeAxis(spans);
        const places = times.toSorted((one, other) => one - other).map((at) => axis.placeOf(at));
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(places[index - 1] ?? 0);
          expect(place).toBeLessThanOrEqual(1);
        }
        const apart = axis.ticks.map(({ place }, index) => place - (axis.ticks[index - 1]?.place ?? -1));
        for (const distance of apart) expect(distance).toBeGreaterThan(0.08);
        expect(axis.ticks.at(-1)?.place ?? 0).toBeLessThan(0.9);
      }),
    );
  });
});
