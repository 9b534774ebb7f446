import { expect, test } from "vitest";
import { madeEstate } from "../../../bench/plan/made-estate.ts";
import { toChunks } from "./chunks.ts";
import { problemOf } from "./estate-problem.ts";
import { carriedBy } from "./room.ts";
import { solve } from "./solve.ts";
import { planWithout } from "./what-if.ts";

const made = madeEstate({ seed: 3, locations: 6, zones: 30, oneWriter: true });
const capacityRps: Record<string, number> = { ...made.capacityFor(2), "location-0": made.totalRps };
const carriedRps = carriedBy(capacityRps, 0.85);
const plan = solve(problemOf({ ...made, capacityRps: carriedRps }));
const home = {
  ...made,
  capacityRps,
  assignment: toChunks({ ...made, plan, capacityRps: carriedRps, previous: null }).assignment,
  readyRps: made.capacityFor(1.1),
  maxUtilisation: 0.85,
};

test("without a location: its users find places that fit, its one writer's class does not, and who must grow is said", () => {
  const what = planWithout({ ...home, without: "location-0" });
  expect(what.unserved.length).toBeGreaterThan(0);
  expect(new Set(what.unserved.map((one) => one.class))).toEqual(new Set(["editor"]));
  expect(what.utilisationBefore["location-0"]).toBeGreaterThan(0.05);
  expect(what.utilisationAfter["location-0"]).toBe(0);
  for (const [name, share] of Object.entries(what.utilisationAfter))
    expect(share, name).toBeLessThanOrEqual(0.85 + 1e-9);
  const left = what.moves.filter(({ from }) => from === "location-0").reduce((sum, { rps }) => sum + rps, 0);
  const missing = what.unserved.reduce((sum, { rps }) => sum + rps, 0);
  expect(left + missing).toBeCloseTo(what.utilisationBefore["location-0"]! * capacityRps["location-0"]!, 6);
  for (const { location, toRps } of what.grow) {
    expect(toRps).toBeGreaterThan(home.readyRps[location]!);
    expect(toRps).toBeLessThanOrEqual(Math.ceil(capacityRps[location]!));
  }
  expect(what.grow.length).toBeGreaterThan(0);
  expect(what.addedMs.p50).toBeGreaterThan(0);
  expect(what.addedMs.p95).toBeGreaterThanOrEqual(what.addedMs.p50);
  expect(what.addedMs.worstZone!.ms).toBeGreaterThanOrEqual(what.addedMs.p95);
});

test("an excluded location keeps what it has and gets nothing", () => {
  const what = planWithout({ ...home, without: "location-0", exclude: ["location-0", "location-1"] });
  expect(what.utilisationAfter["location-1"]).toBeCloseTo(what.utilisationBefore["location-1"]!, 9);
  expect(what.moves.filter(({ from, to }) => from === "location-1" || to === "location-1")).toEqual([]);
});

test("when nothing is wrong, nothing moves", () => {
  const what = planWithout({ ...home, without: null });
  expect(what.moves).toEqual([]);
  expect(what.unserved).toEqual([]);
  expect(what.addedMs).toEqual({ p50: 0, p95: 0, worstZone: null });
  expect(what.reason!.code).toBe("fits-as-it-is");
});

const louder = (factor: (at: number) => number): typeof made.demand =>
  Object.fromEntries(
    Object.entries(made.demand).map(([name, zones]) => [
      name,
      Object.fromEntries(Object.entries(zones).map(([zone, rps], at) => [zone, rps * factor(at)])),
    ]),
  );

test("who no longer fits must move; who is far from where there is room now is better elsewhere; noise moves nobody", () => {
  const ask = (change: Partial<Parameters<typeof planWithout>[0]>): string =>
    planWithout({ ...home, without: null, ...change }).reason!.code;
  const [fullest] = Object.entries(planWithout({ ...home, without: null }).utilisationBefore).toSorted(
    ([, one], [, other]) => other - one,
  );
  const halved = { ...capacityRps, [fullest![0]]: (capacityRps[fullest![0]]! * fullest![1]) / 2 };
  expect(ask({ capacityRps: halved })).toBe("must-move");
  expect(ask({ demand: louder((at) => 0.97 + 0.06 * ((at * 7) % 2)) })).toBe("fits-as-it-is");
  const everywhereElse = Object.fromEntries(
    Object.entries(home.assignment).map(([name, zones]) => [
      name,
      Object.fromEntries(
        Object.entries(zones).map(([zone, runs]) => [zone, name === "editor" ? runs : [[5, 256] as const]]),
      ),
    ]),
  );
  const roomy = Object.fromEntries(Object.keys(capacityRps).map((name) => [name, 9 * made.totalRps]));
  expect(ask({ assignment: everywhereElse, capacityRps: roomy })).toBe("better-elsewhere");
});

test("a provider's name stands for all its locations, and nobody goes from one into the next", () => {
  const what = planWithout({ ...home, without: "provider-1" });
  expect(what.lost).toEqual(["location-1", "location-4"]);
  expect(what.moves.filter(({ to }) => what.lost.includes(to))).toEqual([]);
  for (const name of what.lost) expect(what.utilisationAfter[name]).toBe(0);
});

test("while a provider is the suspect its other locations get users only when others are full", () => {
  const plain = planWithout({ ...home, without: "location-1" });
  const roomy = {
    ...home,
    capacityRps: Object.fromEntries(Object.keys(capacityRps).map((name) => [name, 9 * made.totalRps])),
  };
  const suspected = planWithout({ ...roomy, without: "location-1", suspects: ["provider-1"] });
  expect(plain.moves.length).toBeGreaterThan(0);
  expect(suspected.moves.filter(({ to }) => to === "location-4")).toEqual([]);
  // With no other room the suspect serves: a price, not a limit.
  const only = Object.fromEntries(
    Object.keys(capacityRps).map((name) => [name, name === "location-4" ? 9 * made.totalRps : 0]),
  );
  const crowded = planWithout({ ...home, capacityRps: only, without: "location-1", suspects: ["provider-1"] });
  expect(crowded.moves.some(({ from, to }) => from === "location-1" && to === "location-4")).toBe(true);
});
