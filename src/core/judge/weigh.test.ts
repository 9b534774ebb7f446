import { expect, test } from "vitest";
import { madeEstate } from "../../../test/stories/judge-world.ts";
import type { Reading } from "../reading.ts";
import { initialJudge, judge, type JudgeState } from "./judge.ts";
import { newRecent } from "./recent.ts";

const AT = 1_700_000_000_000;

/** Quiet seconds of a cart that tells its latencies, or does not, and at the end some in which one request of a hundred fails. */
function passSeconds(quiet: number, faulty: number, { tellsLatency }: { tellsLatency: boolean }): JudgeState {
  const estate = madeEstate(["here"]);
  const state = judge(initialJudge(), { event: "config", at: AT, location: "here", estate }).state;
  for (let second = 1; second <= quiet + faulty; second++) {
    const at = AT + second * 1000;
    const of = { at, location: "here", service: "cart" };
    const good = second > quiet ? 99 : 100;
    const readings: Reading[] = [{ ...of, signal: "requests", good, total: 100 }];
    if (tellsLatency) readings.push({ ...of, signal: "latency_hist", bounds: [5, 10], counts: [20, 60, 20] });
    judge(state, { event: "readings", at, readings });
    judge(state, { event: "tick", at });
  }
  return state;
}

const learntBad = (state: JudgeState): number => state.streams.get("cart")!.usual.dayBad;

test.each([true, false])(
  "a fault's first seconds teach nothing for fifteen seconds, whether latencies are told or not (%s)",
  (tellsLatency) => {
    expect(learntBad(passSeconds(200, 5, { tellsLatency }))).toBe(0);
    // In the first minute all is learnt at once: there is nothing to compare with.
    expect(learntBad(passSeconds(20, 5, { tellsLatency }))).toBeGreaterThan(0);
  },
);

test("looks of a second that come early or late need no larger ring, and a fault's beginning still teaches nothing", () => {
  const estate = madeEstate(["here"]);
  const state = judge(initialJudge(), { event: "config", at: AT, location: "here", estate }).state;
  for (let second = 1; second <= 200; second++) {
    const at = AT + second * 1000 + ((second * 370) % 610) - 300;
    const good = second > 190 ? 99 : 100;
    const reading = { at, location: "here", service: "cart", signal: "requests", good, total: 100 } as const;
    judge(state, { event: "readings", at, readings: [reading] });
    judge(state, { event: "tick", at });
    // A look of no time.
    if (second === 100) {
      judge(state, { event: "readings", at, readings: [reading] });
      judge(state, { event: "tick", at });
    }
  }
  expect([state.streams.get("cart")!.recent.most, learntBad(state)]).toEqual([newRecent().most, 0]);
});

test("a service that tells latencies alone is not idle: its case is kept while it is slow", () => {
  const state = judge(initialJudge(), {
    event: "config",
    at: AT,
    location: "here",
    estate: madeEstate(["here"]),
  }).state;
  for (let second = 1; second <= 120; second++) {
    const at = AT + second * 1000;
    const counts = second > 100 ? [0, 10, 80, 10] : [10, 80, 10, 0];
    const reading = {
      at,
      location: "here",
      service: "cart",
      signal: "latency_hist",
      bounds: [5, 10, 20],
      counts,
    } as const;
    judge(state, { event: "readings", at, readings: [reading] });
    judge(state, { event: "tick", at });
  }
  expect(state.streams.get("cart")?.latency.aloneNats).toBeGreaterThan(20);
});
