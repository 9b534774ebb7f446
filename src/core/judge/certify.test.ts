import { expect, test } from "vitest";
import { binomial, madeEstate, seeded } from "../../../test/stories/judge-world.ts";
import { judgeEstate } from "./scope.ts";
import { initialJudge, judge, type JudgeState } from "./judge.ts";
import type { Baseline } from "./usual.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 6, 6);
const ESTATE = { ...madeEstate(["here", "there", "yonder"]), services: {}, journeys: {} };

/** A quiet location, a look a minute, 3000 requests in each. */
function quietHours(hours: number, baseline?: Baseline): JudgeState {
  const random = seeded(3);
  const config = { event: "config", at: START, location: "here", estate: ESTATE, tickMs: MINUTE } as const;
  const state = judge(initialJudge(), baseline === undefined ? config : { ...config, baseline }).state;
  for (let at = START + MINUTE; at <= START + hours * 60 * MINUTE; at += MINUTE) {
    const bad = binomial(random, 3000, 0.001);
    const counted = { at, location: "here", service: "edge", good: 3000 - bad, total: 3000, overMs: MINUTE } as const;
    judge(state, { event: "readings", at, readings: [{ ...counted, signal: "requests" }] });
    judge(state, { event: "tick", at });
  }
  return state;
}

function saidOf(state: JudgeState) {
  const at = state.at + 1;
  const told = judge(state, { event: "tick", at }).effects[0]?.summary;
  const verdicts = judgeEstate({ at, estate: ESTATE, summaries: told === undefined ? [] : [told], moved: [] });
  return verdicts.find(({ location }) => location === "here");
}

test("in its first day a location has no promise", () => {
  const verdict = saidOf(quietHours(23));
  expect(verdict).toMatchObject({ promise: "none" });
  expect(verdict).not.toHaveProperty("proof");
});

test("after a day its own past certifies the bar", () => {
  const state = quietHours(30);
  const verdict = saidOf(state);
  expect(verdict).toMatchObject({
    promise: "certified",
    proof: { days: 1, raised: 0, askedPerYear: 0.33, holds: true },
  });
  expect(verdict?.proof?.holdsPerYear).toBeLessThanOrEqual(1 / 3);
  expect(state.barNats).toBeGreaterThanOrEqual(quietHours(1).barNats);
});

test("a made baseline keeps its own word, however long it is watched", () => {
  const state = quietHours(30, { promise: "none", services: {} });
  expect(saidOf(state)).toMatchObject({ promise: "none" });
  expect(state.barNats).toBe(quietHours(1).barNats);
});

test("silence certifies nothing", () => {
  const state = quietHours(1);
  for (let minute = 1; minute <= 30 * 60; minute++) judge(state, { event: "tick", at: START + (60 + minute) * MINUTE });
  expect(saidOf(state)).toMatchObject({ promise: "none" });
  expect(state.past.peaks.length).toBeLessThanOrEqual(6);
});

test("a fault of one service of many is one, although the case as a whole stays below the ceiling by its weights", () => {
  const estate = madeEstate(["here", "there", "yonder"]);
  const config = { event: "config", at: START, location: "here", estate, tickMs: MINUTE } as const;
  const state = judge(initialJudge(), config).state;
  const random = seeded(3);
  for (let minute = 1; minute <= 120; minute++) {
    const at = START + minute * MINUTE;
    const readings = Object.keys(estate.services).map((service) => {
      const bad = binomial(random, 3000, service === "cart" && minute >= 70 && minute < 100 ? 0.1 : 0.001);
      return {
        at,
        location: "here",
        service,
        signal: "requests",
        good: 3000 - bad,
        total: 3000,
        overMs: MINUTE,
      } as const;
    });
    judge(state, { event: "readings", at, readings });
    judge(state, { event: "tick", at });
  }
  const faulty = [7, 8, 9].map((stretch) => Math.floor((START + stretch * 10 * MINUTE) / (10 * MINUTE)));
  expect(state.past.ceilings).toEqual(faulty);
  expect(Math.max(...state.past.peaks)).toBeLessThan(quietHours(1).barNats + 9);
});

test("what people say of a time that is over counts at once", () => {
  const state = quietHours(30);
  const before = state.past.proof;
  state.past.peaks[50] = 25;
  const marked = { name: "needless", from: START + 49 * 10 * MINUTE, until: START + 53 * 10 * MINUTE, factor: 1 };
  const events = [{ ...marked, was: "chance" as const }];
  judge(state, { event: "config", at: state.at, location: "here", estate: { ...ESTATE, events }, tickMs: MINUTE });
  expect(before?.holds).toBe(true);
  expect(state.past.proof?.holds).toBe(false);
  const elsewhere = [{ ...marked, was: "chance" as const, locations: ["there"] }];
  judge(state, {
    event: "config",
    at: state.at,
    location: "here",
    estate: { ...ESTATE, events: elsewhere },
    tickMs: MINUTE,
  });
  expect(state.past.proof).toMatchObject({ holds: true, leftOut: 1 });
});
