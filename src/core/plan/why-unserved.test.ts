import { expect, test } from "vitest";
import type { Problem } from "./problem.ts";
import { solve } from "./solve.ts";
import { whyUnserved, type WhyUnserved } from "./why-unserved.ts";

/** One zone whose 10 rps of `public` find room for 4 near by; `far` has room for all. */
const base: Problem = {
  locations: [
    { name: "near", capacityRps: 4, costPerRps: 0 },
    { name: "far", capacityRps: 100, costPerRps: 0 },
  ],
  zones: [{ name: "z", demandRps: { public: 10 }, latencyMs: { near: 5, far: 200 } }],
  classes: { public: { priority: 1, latencyWeight: 1 } },
};

test.each<[WhyUnserved, Partial<Problem["zones"][number]>]>([
  ["law", { forbidden: { public: ["far"] } }],
  ["too-far", { farthestMs: { public: 150 } }],
  ["data", { allowed: { public: ["near"] } }],
  ["no-way", { latencyMs: { near: 5 } }],
  ["bad-path", { hurtOnTheWay: ["far"] }],
  // Law is said first, for nobody may change it.
  ["law", { forbidden: { public: ["far"] }, farthestMs: { public: 150 } }],
])("a place with room that is barred is named: %s", (why, rules) => {
  const problem = { ...base, zones: [{ ...base.zones[0]!, ...rules }] };
  expect(whyUnserved(problem, solve(problem))).toEqual([{ zone: "z", class: "public", rps: 6, why }]);
});

test("an own pool that is full says so while the location has room; where nobody has room all are full", () => {
  const locations = base.locations.map((each) => ({ ...each, pools: { public: 3 } }));
  const pooled = { ...base, locations };
  expect(whyUnserved(pooled, solve(pooled))).toEqual([{ zone: "z", class: "public", rps: 4, why: "own-pools-full" }]);
  const full = { ...base, locations: base.locations.map((each) => ({ ...each, capacityRps: 4 })) };
  expect(whyUnserved(full, solve(full))).toEqual([{ zone: "z", class: "public", rps: 2, why: "full" }]);
});

test("where all places are out of the question none is left, and none is called full", () => {
  const gone = { ...base, without: ["near", "far"] };
  expect(whyUnserved(gone, solve(gone))).toEqual([{ zone: "z", class: "public", rps: 10, why: "none-left" }]);
});

test("law is not relaxed for a loss: who may only be in the lost place has nobody", () => {
  const problem: Problem = {
    ...base,
    zones: [{ ...base.zones[0]!, forbidden: { public: ["far"] } }],
    without: ["near"],
    current: [{ zone: "z", class: "public", location: "far", rps: 10 }],
    churnWeight: 1e9,
  };
  const plan = solve(problem);
  expect(plan.assignment).toEqual([]);
  expect(whyUnserved(problem, plan)).toEqual([{ zone: "z", class: "public", rps: 10, why: "law" }]);
});

test("what can't be served is the lowest class, and a preferred place is left only for want of room", () => {
  const problem: Problem = {
    ...base,
    locations: [
      { name: "near", capacityRps: 4, costPerRps: 0 },
      { name: "far", capacityRps: 4, costPerRps: 0 },
    ],
    zones: [{ ...base.zones[0]!, demandRps: { public: 5, internal: 5 }, latencyMs: { near: 5, far: 60 } }],
    classes: { public: { priority: 2, latencyWeight: 1 }, internal: { priority: 1, latencyWeight: 1 } },
  };
  expect(whyUnserved(problem, solve(problem))).toEqual([{ zone: "z", class: "internal", rps: 2, why: "full" }]);
  const preferring = { ...problem, zones: [{ ...problem.zones[0]!, preferred: { public: ["far"] } }] };
  const plan = solve(preferring);
  expect(plan.assignment.filter(({ class: name }) => name === "public")).toEqual([
    { zone: "z", class: "public", location: "far", rps: 4 },
    { zone: "z", class: "public", location: "near", rps: 1 },
  ]);
  expect(plan.objective.preference).toBe(100);
});
