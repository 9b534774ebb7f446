import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Reading } from "../../core/reading.ts";
import { metricsReader, type MetricsReader } from "./reader.ts";

const count = (good: number | string, bad: number | string, labels = ""): string =>
  `rp_requests_total{service="cart",outcome="good"${labels}} ${good}\nrp_requests_total{service="cart",outcome="bad"${labels}} ${bad}\n`;

const twoPods = (a: number, b: number, bad: number): string => count(a, 30, ',pod="a"') + count(b, bad, ',pod="b"');

const stamped = (good: number, stamp: number): string =>
  `rp_requests_total{service="cart",outcome="good"} ${good} ${stamp}\n`;

/** What each page says of cart: `40/41` good of all, then what was set aside. */
function follow(pages: readonly string[], reader: MetricsReader = metricsReader("here")): string[] {
  return pages.map((text, second) => told(reader.take({ at: 1_000_000 + second * 1000, text }).readings));
}

function told(readings: readonly Reading[]): string {
  return readings
    .flatMap((each) => {
      if (each.signal === "requests") return [`${each.good}/${each.total}`];
      return each.signal === "set-aside" ? [`${each.service} ${each.kind} ${each.count}`] : [];
    })
    .join(", ");
}

test("one of two processes restarts: its past is not counted again", () => {
  expect(follow([twoPods(1000, 5000, 40), twoPods(1010, 5010, 40), twoPods(1020, 6, 1), twoPods(1030, 16, 1)])).toEqual(
    ["", "20/20", "16/17, cart reset 1", "20/20"],
  );
});

test("what is no number or below zero stands still, and what it missed comes with its next good value", () => {
  expect(follow([count(100, 5), count(110, "NaN"), count(120, "-3"), count(130, 9), count(140, 9)])).toEqual([
    "",
    "10/10, cart not-a-number 1",
    "10/10, cart negative 1",
    "10/14",
    "10/10",
  ]);
});

test("two processes behind one name, or one part that goes backwards alone, count nothing until they are steady", () => {
  const two = [1_000_000, 1_000_010, 400_000, 1_000_030, 400_020, 1_000_050];
  expect(follow(two.map((good) => count(good, good / 10)))).toEqual([
    "",
    "10/11",
    "0/0, cart back-and-forth 1",
    "0/0",
    "0/0, cart back-and-forth 1",
    "0/0",
  ]);
  expect(
    follow([
      count(100, 900),
      count(110, 900),
      count(120, 5),
      count(130, 900),
      count(140, 901),
      count(150, 902),
      count(160, 903),
    ]),
  ).toEqual(["", "10/10", "0/0, cart back-and-forth 1", "0/0", "0/0", "0/0", "10/11"]);
});

test("a process that joins brings no past along; a first failure is news", () => {
  const good = 'rp_requests_total{service="cart",outcome="good"} ';
  expect(
    follow([
      `${good}10`,
      `${good}20`,
      count(30, 1),
      count(40, 1) + count(9000, 70, ',pod="b"'),
      count(50, 1) + count(9005, 71, ',pod="b"'),
    ]),
  ).toEqual(["", "10/10", "10/11", "10/10", "15/16"]);
});

test("what is stamped an hour ago, or ahead, is not of now; lines that can't be read are told", () => {
  expect(
    follow([
      stamped(10, 1_000_000),
      stamped(20, 1_001_000),
      stamped(30, 1_002_000 - 3_600_000),
      `${stamped(40, 1_003_000)}what\n`,
    ]),
  ).toEqual(["", "10/10", "0/0, cart behind 1", "20/20, edge unreadable 1"]);
});

test("whatever a counter does, nothing is counted that it did not say, and nothing below zero", () => {
  const value = fc.oneof(fc.nat(200), fc.constantFrom("NaN", "-5", "+Inf", "1e300"));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 12 }), (pages) => {
      const reader = metricsReader("here");
      for (const [second, [good, bad]] of pages.entries()) {
        for (const reading of reader.take({ at: 1_000_000 + second * 1000, text: count(good, bad) }).readings) {
          if (reading.signal !== "requests") continue;
          expect(reading.good).toBeGreaterThanOrEqual(0);
          expect(reading.total).toBeGreaterThanOrEqual(reading.good);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("a page of nonsense is a few notes; labels that change with each page are forgotten", () => {
  const reader = metricsReader("here");
  for (let second = 0; second < 5; second++) {
    const lines = Array.from(
      { length: 2000 },
      (_, i) => `rp_requests_total{service="s${second}-${i}",outcome="good"} NaN`,
    );
    const { readings } = reader.take({ at: 1_000_000 + second * 400_000, text: lines.join("\n") });
    const notes = readings.filter(({ signal }) => signal === "set-aside");
    expect(notes.length).toBeLessThanOrEqual(17);
    expect(notes.reduce((sum, note) => sum + (note.signal === "set-aside" ? note.count : 0), 0)).toBe(2000);
  }
});
