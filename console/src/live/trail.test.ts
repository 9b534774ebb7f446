import { expect, test } from "vitest";
import type { ControlView } from "../../../src/core/control-contract.ts";
import { joined, sampleOf, SAMPLE_EVERY_MS, TRAIL_MS, trailOf, type Sample } from "./trail.ts";

const at = (moment: number, served: Readonly<Record<string, number>>, failedRatio = 0): Sample => ({
  at: moment,
  locations: Object.entries(served).map(([name, servedRps]) => ({ name, servedRps, failedRatio })),
});

test("a sample too soon after the last is left out, and columns have one entry for each that is kept", () => {
  const samples = joined([], [at(0, { east: 10 }), at(500, { east: 11 }), at(SAMPLE_EVERY_MS, { east: 12 }, 0.5)]);
  const trail = trailOf(samples);
  expect(trail.at).toEqual([0, SAMPLE_EVERY_MS]);
  expect(trail.places["east"]).toEqual({ servedRps: [10, 12], failedRps: [0, 6] });
});

test("what was missed while the line was broken takes its place between what was seen before and after", () => {
  const seen = joined([], [at(0, { east: 1 }), at(60_000, { east: 4 })]);
  const trail = trailOf(joined(seen, [at(20_000, { east: 2 }), at(40_000, { east: 3 })]));
  expect(trail.places["east"]?.servedRps).toEqual([1, 2, 3, 4]);
});

test("older than ten minutes is forgotten", () => {
  const seen = joined([], [at(0, { east: 1 }), at(5000, { east: 2 })]);
  const trail = trailOf(joined(seen, [at(TRAIL_MS + 4000, { east: 3 })]));
  expect(trail.at).toEqual([5000, TRAIL_MS + 4000]);
});

test("a location that comes later, or is silent for a while, has gaps and not zeros", () => {
  const trail = trailOf(joined([], [at(0, { east: 1 }), at(5000, { east: 2, west: 5 }), at(10_000, { west: 6 })]));
  expect(trail.places["east"]?.servedRps).toEqual([1, 2, null]);
  expect(trail.places["west"]?.servedRps).toEqual([null, 5, 6]);
});

const heard = (name: string, summaryAt: number) => ({ name, summaryAt, servedRps: 7, failedRatio: 0 });

test("what a silent location said last is not drawn on", () => {
  const view = { at: 60_000, locations: [heard("east", 59_500), heard("west", 30_000)] } as unknown as ControlView;
  expect(Object.keys(trailOf(joined([], [sampleOf(view)])).places)).toEqual(["east"]);
});
