import { expect, test } from "vitest";
import { habitSince, noteBurst } from "./bursts.ts";
import { closeLook, newStream, type Stream } from "./stream.ts";
import { weigh } from "./weigh.ts";

/** What came in one second: of `total` requests `bad` failed, and all took `slower` times as long as usual. */
type Second = { readonly total: number; readonly bad?: number; readonly slower?: number };

const WEIGHING = { barNats: 20, ceilingNats: 30, elsewhere: undefined, othersSlower: 0 };
const CALM: Second = { total: 10 };
const BURST: Second = { total: 10, bad: 2, slower: 5 };
const PAUSE_SECONDS = 20;

/** A service of ten requests a second, watched for so long. */
function watched(...stretches: readonly (readonly [second: Second, times: number])[]): Stream {
  const stream = newStream("cart", "cart", { errorRatio: 0.001, logMs: null, logSd: null });
  let second = 0;
  for (const [{ total, bad = 0, slower = 1 }, times] of [[CALM, 120] as const, ...stretches])
    for (let i = 0; i < times; i++) {
      second += 1;
      // As a service's own times scatter.
      const logMs = 2 + Math.log(slower) + (second % 2 === 0 ? 0.05 : -0.05);
      const squares = total * (logMs * logMs + 0.25);
      Object.assign(stream.pending, { overMs: 1000, bad, total, count: total, sum: total * logMs, squares });
      const look = closeLook(stream, second * 1000)!;
      weigh(stream, look, { ...WEIGHING, at: second * 1000 });
      noteBurst(stream, look, second * 1000);
    }
  return stream;
}

const PAUSE = [CALM, PAUSE_SECONDS] as const;
const TWO_BEFORE = [[BURST, 2], PAUSE, [BURST, 2], PAUSE] as const;
const SINCE = (120 + 2 + PAUSE_SECONDS + 2) * 1000;

test("a calm service has no habit, and one burst before is none", () => {
  expect(habitSince(watched(PAUSE))).toBeNull();
  expect(habitSince(watched([BURST, 2], PAUSE))).toBeNull();
  expect(habitSince(watched([BURST, 2], PAUSE, [BURST, 2]))).toBeNull();
});

test("what it had twice is a habit from then on, and of four times as many requests as well", () => {
  expect(habitSince(watched(...TWO_BEFORE, [BURST, 2]))).toBe(SINCE);
  expect(habitSince(watched(...TWO_BEFORE, [{ total: 40, bad: 8, slower: 5 }, 2]))).toBe(SINCE);
  // Fewer of them fail, and all are as slow.
  expect(habitSince(watched(...TWO_BEFORE, [{ total: 40, slower: 5 }, 2]))).toBe(SINCE);
});

test.each([
  { says: "more of them fail", now: { total: 40, bad: 24, slower: 5 }, seconds: 2 },
  { says: "it is slower", now: { total: 40, bad: 8, slower: 15 }, seconds: 2 },
  { says: "it lasts", now: BURST, seconds: 15 },
])("what is worse than its habit is none: $says", ({ now, seconds }) => {
  expect(habitSince(watched(...TWO_BEFORE, [now, seconds]))).toBeNull();
});

test("two faults that lasted make no habit", () => {
  expect(habitSince(watched([BURST, 15], [CALM, 60], [BURST, 15], [CALM, 60], [BURST, 2]))).toBeNull();
});

test("ten minutes later it is forgotten", () => {
  expect(habitSince(watched(...TWO_BEFORE, [CALM, 600], [BURST, 2]))).toBeNull();
});
