import { expect, test } from "vitest";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { knownBackFrom, stretchOf } from "./stretches.ts";

const said = (...moments: readonly number[]): readonly TimelineEntry[] =>
  moments.map((at) => ({ id: `${at}`, at, level: "info", what: "" }));
const live = { from: 80, until: Infinity, words: said(95, 90, 80) };
const momentsOf = (known: ReturnType<typeof knownBackFrom>) => known?.words.map(({ at }) => at);

test("as many words as were asked for reach back to their oldest; fewer to the beginning", () => {
  expect(stretchOf(said(40, 50), { until: 60, limit: 2 })).toMatchObject({ from: 40, until: 60 });
  expect(stretchOf(said(40, 50), { until: 60, limit: 3 }).from).toBe(-Infinity);
  expect(stretchOf([], { until: 60, limit: 3 }).from).toBe(-Infinity);
});

test("stretches that touch are one; beyond a gap nothing is known", () => {
  const earlier = stretchOf(said(60, 70, 80), { until: 80, limit: 3 });
  const longAgo = stretchOf(said(5, 10), { until: 20, limit: 2 });
  const all = [live, longAgo, earlier];
  expect(momentsOf(knownBackFrom(all, Infinity))).toEqual([95, 90, 80, 70, 60]);
  expect(knownBackFrom(all, Infinity)?.from).toBe(60);
  expect(momentsOf(knownBackFrom(all, 15))).toEqual([10, 5]);
  expect(knownBackFrom(all, 30)).toBeNull();
  // Once what lies between is asked for, it is one again, down to the beginning.
  const between = stretchOf(said(10, 30), { until: 60, limit: 2 });
  const first = stretchOf(said(1), { until: 5, limit: 2 });
  expect(momentsOf(knownBackFrom([...all, between, first], Infinity))).toEqual([95, 90, 80, 70, 60, 30, 10, 5, 1]);
  expect(knownBackFrom([...all, between, first], 30)?.from).toBe(-Infinity);
});
