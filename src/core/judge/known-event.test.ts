import { expect, test } from "vitest";
import { binomial, madeEstate, seeded } from "../../../test/stories/judge-world.ts";
import type { KnownEvent } from "../estate.ts";
import { initialJudge, judge } from "./judge.ts";
import { eventAt } from "./known-event.ts";
import { failingUsually } from "./usual.ts";

const START = Date.UTC(2026, 10, 27);
const SECOND = 1000;
const SALE: KnownEvent = { name: "black-friday", from: START + 600 * SECOND, until: START + 900 * SECOND, factor: 5 };

/** The most evidence while, from the sale's first second on, so many times as many requests fail; and what was said. */
function during(events: readonly KnownEvent[], times: number): { nats: number; says: readonly string[] } {
  const estate = { ...madeEstate(["here", "there", "yonder"]), services: {}, journeys: {}, events };
  const state = judge(initialJudge(), { event: "config", at: START, location: "here", estate }).state;
  const random = seeded(11);
  let nats = 0;
  let says: readonly string[] = [];
  for (let at = START + SECOND; at < SALE.until; at += SECOND) {
    const bad = binomial(random, 200, 0.002 * (at >= SALE.from ? times : 1));
    const counted = { at, location: "here", service: "edge", good: 200 - bad, total: 200, overMs: SECOND } as const;
    judge(state, { event: "readings", at, readings: [{ ...counted, signal: "requests" }] });
    judge(state, { event: "tick", at });
    if (at >= SALE.from && state.view.evidenceNats > nats) {
      nats = state.view.evidenceNats;
      says = state.view.because.map((because) => because.says);
    }
  }
  return { nats, says };
}

test("in a known event so many times as much is usual, and what is worse is a fault that names it", () => {
  expect(during([], 5).nats).toBeGreaterThan(12);
  expect(during([SALE], 5).nats).toBeLessThan(12);
  const worse = during([SALE], 30);
  expect(worse.nats).toBeGreaterThan(20);
  expect(worse.says[0]).toMatch(/is usual during black-friday/);
});

test("an event elsewhere, or at another time, changes nothing here", () => {
  const plain = during([], 5);
  expect(during([{ ...SALE, locations: ["there"] }], 5)).toEqual(plain);
  expect(during([{ ...SALE, from: SALE.until, until: SALE.until + SECOND }], 5)).toEqual(plain);
});

test("of two events at once the one that allows more counts; its end is not part of it", () => {
  const wider = { ...SALE, name: "migration", factor: 10, locations: ["here"] };
  const estate = { events: [SALE, wider] };
  expect(eventAt(estate, { location: "here", at: SALE.from })?.name).toBe("migration");
  expect(eventAt(estate, { location: "there", at: SALE.from })?.name).toBe("black-friday");
  expect(eventAt(estate, { location: "here", at: SALE.until })).toBeNull();
});

test("what fails during an event is not learnt: the bound neither grows with it nor stays after it", () => {
  const sale = { ...SALE, until: SALE.from + 3600 * SECOND };
  const estate = { ...madeEstate(["here", "there", "yonder"]), services: {}, journeys: {}, events: [sale] };
  const state = judge(initialJudge(), { event: "config", at: START, location: "here", estate }).state;
  const random = seeded(11);
  const bounds: number[] = [];
  for (let at = START + SECOND; at <= sale.until + 60 * SECOND; at += SECOND) {
    const bad = binomial(random, 200, 0.002 * (at >= sale.from && at < sale.until ? 4 : 1));
    const counted = { at, location: "here", service: "edge", good: 200 - bad, total: 200, overMs: SECOND } as const;
    judge(state, { event: "readings", at, readings: [{ ...counted, signal: "requests" }] });
    judge(state, { event: "tick", at });
    if ([sale.from, sale.until - SECOND, sale.until + 60 * SECOND].includes(at))
      bounds.push(failingUsually(state.streams.get("edge")!.usual));
  }
  const [first, last, after] = bounds;
  expect(last).toBeCloseTo(first!, 3);
  expect(after).toBeLessThan(first! / 4);
});

test("what a time was is no word of what is usual in it", () => {
  const was = { ...SALE, factor: 1, was: "fault" } as const;
  expect(eventAt({ events: [was] }, { location: "here", at: SALE.from })).toBeNull();
});
