import { expect, test } from "vitest";
import { failedShareIn, failedWithin, forgetMinute, isWatched, newMinute, requestsIn, turnMinute } from "./minute.ts";

const AT = 1_700_000_000_000;
const look = (total: number, bad = 0) => ({ bad, total, count: 0 });

test("of a stream that is looked at each second the last 55 to 60 s are told", () => {
  const minute = newMinute();
  for (let second = 0; second < 300; second++) {
    turnMinute(minute, AT + second * 1000, look(2));
    if (second < 60) continue;
    expect(requestsIn(minute)).toBeGreaterThanOrEqual(2 * 55);
    expect(requestsIn(minute)).toBeLessThanOrEqual(2 * 60);
    expect(isWatched(minute)).toBe(true);
  }
  turnMinute(minute, AT + 361_000, look(0));
  expect([requestsIn(minute), isWatched(minute)]).toEqual([0, false]);
});

test("who was first looked at half a minute ago is not watched yet", () => {
  const minute = newMinute();
  for (let second = 0; second < 30; second++) turnMinute(minute, AT + second * 1000, look(2));
  expect([requestsIn(minute), isWatched(minute)]).toEqual([60, false]);
});

test("a failure is known for a minute, and forgotten with all else", () => {
  const minute = newMinute();
  expect(failedWithin(minute, AT)).toBe(false);
  turnMinute(minute, AT, look(10, 1));
  turnMinute(minute, AT + 59_000, look(10));
  expect(failedWithin(minute, AT + 59_999)).toBe(true);
  expect(failedWithin(minute, AT + 60_000)).toBe(false);
  forgetMinute(minute);
  expect([failedWithin(minute, AT + 1000), requestsIn(minute)]).toEqual([false, 0]);
});

test("where only latencies are told they are the requests; where both are, the larger of the two", () => {
  const minute = newMinute();
  turnMinute(minute, AT, { bad: 0, total: 0, count: 7 });
  turnMinute(minute, AT + 1000, { bad: 0, total: 9, count: 9 });
  expect(requestsIn(minute)).toBe(16);
  turnMinute(minute, AT + 2000, look(20));
  expect(requestsIn(minute)).toBe(29);
});

test.each([1000, 6000])(
  "requests whose latencies are told %i ms later count once, and so do their failures",
  (later) => {
    const minute = newMinute();
    for (let second = 0; second < 120; second += 15) {
      turnMinute(minute, AT + second * 1000, look(100, 50));
      turnMinute(minute, AT + second * 1000 + later, { bad: 0, total: 0, count: 100 });
    }
    expect(requestsIn(minute)).toBe(400);
    expect(failedShareIn(minute)).toBe(0.5);
  },
);
