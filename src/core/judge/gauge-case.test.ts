import { expect, test } from "vitest";
import { madeEstate } from "../../../test/stories/judge-world.ts";
import type { Reading } from "../reading.ts";
import { initialJudge, judge, type JudgeState } from "./judge.ts";

const AT = 1_700_000_000_000;
const MINUTE_MS = 60_000;
const NAMES = ["cart", "catalog", "stock"];

/** Gauges by the minute; the minutes from 120 on are as told. Gives each of those minutes' verdicts. */
function said(cpuOfCart: (minute: number) => number, more: (at: number) => Reading[] = () => []) {
  const state: JudgeState = judge(initialJudge(), {
    event: "config",
    at: AT,
    location: "here",
    estate: madeEstate(["here"]),
    tickMs: MINUTE_MS,
  }).state;
  const views = [];
  for (let minute = 1; minute <= 132; minute++) {
    const at = AT + minute * MINUTE_MS;
    const readings = NAMES.map((service, i): Reading => {
      const usual = 20 + i + Math.sin(minute * 1.3 + i);
      const value = service === "cart" && minute >= 120 ? cpuOfCart(minute) : usual;
      return { at, location: "here", service, signal: "gauge", name: "cpu_percent", value, worse: "up" };
    });
    judge(state, { event: "readings", at, readings: [...readings, ...more(at)] });
    judge(state, { event: "tick", at });
    if (minute >= 120) views.push(state.view);
  }
  return views;
}

test("G1: where nothing counts requests gauges are said, named, and worth no move; then it is well again", () => {
  const views = said((minute) => (minute < 125 ? 95 : 20));
  const failing = views.filter(({ verdict }) => verdict === "failing");
  expect(failing.length).toBeGreaterThan(3);
  for (const view of failing) {
    expect(view.causes[0]?.name).toBe("cart");
    expect(view.worthMoving).toBe(false);
    expect(view.evidenceNats).toBe(0);
  }
  expect(views.at(-1)?.verdict).toBe("healthy");
});

const counted = (at: number): Reading[] => [
  { at, location: "here", service: "cart", signal: "requests", good: 6000, total: 6000, overMs: MINUTE_MS },
];

test("where requests are counted the same gauges say nothing by themselves", () => {
  expect(said(() => 95, counted).map(({ verdict }) => verdict)).not.toContain("failing");
});

test("as usual, nothing is said", () => {
  expect(said(() => 20).map(({ verdict }) => verdict)).not.toContain("failing");
});

test("between two looks nobody is ranked anew: what came since is told of at the next", () => {
  const state = judge(initialJudge(), {
    event: "config",
    at: AT,
    location: "here",
    estate: madeEstate(["here"]),
  }).state;
  const causes: string[][] = [];
  for (let minute = 1; minute <= 126; minute++) {
    for (const second of [0, 20, 40]) {
      const at = AT + minute * MINUTE_MS + second * 1000;
      const readings = NAMES.map((service, i): Reading => {
        const usual = 20 + i + Math.sin(minute * 1.3 + i);
        const ails =
          service === "cart"
            ? minute >= 120
            : service === "stock" && (minute > 123 || (minute === 123 && second === 40));
        return {
          at,
          location: "here",
          service,
          signal: "gauge",
          name: "cpu_percent",
          value: ails ? 95 : usual,
          worse: "up",
        };
      });
      judge(state, { event: "readings", at, readings });
      judge(state, { event: "tick", at });
      if (minute >= 123) causes.push(state.view.causes.map(({ name }) => name));
    }
  }
  const ranked = causes.map((names) => names.join());
  for (let i = 0; i < ranked.length; i++) expect(ranked[i]).toBe(ranked[i - (i % 3)]);
  expect(new Set(ranked)).toEqual(new Set(["cart", "cart,stock"]));
});
