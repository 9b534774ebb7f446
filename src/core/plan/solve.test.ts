import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { loadOracle, type Oracle } from "../../../bench/plan/highs-oracle.ts";
import type { Plan, Problem } from "./problem.ts";
import { solve } from "./solve.ts";

let oracle: Oracle;
beforeAll(async () => {
  oracle = await loadOracle();
});

/** What problems are made of: few distinct numbers (ties, degenerate vertices, zero capacity) or wild ones. */
const tidy = {
  rps: fc.constantFrom(0, 1, 1, 2, 5, 10),
  capacity: fc.constantFrom(0, 0, 1, 3, 5, 10, 20),
  ms: fc.constantFrom(0, 10, 10, 20, 50),
  cost: fc.constantFrom(0, 0, 1, 5),
};
const wild = {
  rps: fc.double({ min: 0, max: 1000, noNaN: true }).map((rps) => (rps < 1e-3 ? 0 : rps)),
  capacity: fc.double({ min: 0, max: 3000, noNaN: true }).map((rps) => (rps < 1e-3 ? 0 : rps)),
  ms: fc.double({ min: 0, max: 300, noNaN: true }),
  cost: fc.double({ min: 0, max: 20, noNaN: true }),
};

const problems = fc.constantFrom(tidy, wild).chain((kind) =>
  fc
    .record({
      places: fc.integer({ min: 1, max: 6 }),
      zones: fc.integer({ min: 0, max: 9 }),
      classes: fc.integer({ min: 1, max: 3 }),
    })
    .chain((size) => {
      const places = names("place", size.places);
      const zones = names("zone", size.zones);
      const classes = names("class", size.classes);
      return fc.record(
        {
          locations: fc.tuple(
            ...places.map((name) =>
              fc.record(
                {
                  name: fc.constant(name),
                  capacityRps: kind.capacity,
                  costPerRps: kind.cost,
                  pools: record(classes, kind.capacity, true),
                },
                { requiredKeys: ["name", "capacityRps", "costPerRps"] },
              ),
            ),
          ),
          zones: fc.tuple(
            ...zones.map((name) =>
              fc.record(
                {
                  name: fc.constant(name),
                  demandRps: record(classes, kind.rps, true),
                  latencyMs: record(places, kind.ms, true),
                  forbidden: record(classes, fc.subarray(places), true),
                  preferred: record(classes, fc.subarray(places), true),
                  farthestMs: record(classes, kind.ms, true),
                },
                { requiredKeys: ["name", "demandRps", "latencyMs"] },
              ),
            ),
          ),
          // Two classes may well share a priority.
          classes: record(
            classes,
            fc.record({ priority: fc.constantFrom(1, 2, 2, 9), latencyWeight: fc.constantFrom(0, 0.1, 1, 2) }),
            false,
          ),
          churnWeight: fc.constantFrom(0, 1, 7.5, 200),
          current: fc.array(
            fc.record({
              zone: fc.constantFrom("nowhere", ...zones),
              class: fc.constantFrom(...classes),
              location: fc.constantFrom(...places),
              rps: kind.rps,
            }),
            { maxLength: 12 },
          ),
          without: fc.array(fc.constantFrom(...places), { maxLength: 2 }),
        },
        { requiredKeys: ["locations", "zones", "classes"] },
      ) as fc.Arbitrary<Problem>;
    }),
);

test("equals HiGHS: least unserved by priority, then least cost, and it fits", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const plan = solve(problem);
      expectFits(problem, plan);
      const expected = oracle.solve(problem);
      for (const { priority, rps } of expected.unservedRps) {
        const ours = plan.unserved
          .filter((one) => problem.classes[one.class]!.priority === priority)
          .reduce((sum, one) => sum + one.rps, 0);
        expectSame(ours, rps);
      }
      expectSame(plan.objective.total, expected.total);
      expectSame(plan.objective.total, recount(problem, plan));
    }),
    { numRuns: 400 },
  );
}, 30_000);

test("prices explain the plan, and no smaller prices do", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const plan = solve(problem);
      expectPricesExplain(problem, plan);
      const all = [plan.prices, ...Object.values(plan.poolPrices ?? {})].flatMap((prices) => Object.values(prices));
      const sum = all.reduce((total, price) => total + price, 0);
      expectSame(sum, oracle.priceSum(problem, oracle.solve(problem)));
    }),
    { numRuns: 300 },
  );
}, 30_000);

test("the order of the input never matters, and the same input gives the same bytes", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const bytes = JSON.stringify(solve(problem));
      expect(JSON.stringify(solve(structuredClone(problem)))).toBe(bytes);
      const backwards: Problem = {
        ...problem,
        locations: problem.locations.toReversed(),
        zones: problem.zones.toReversed().map((zone) => ({
          ...zone,
          demandRps: backwardKeys(zone.demandRps),
          latencyMs: backwardKeys(zone.latencyMs),
          ...(zone.forbidden && { forbidden: backwardKeys(zone.forbidden) }),
        })),
        classes: backwardKeys(problem.classes),
      };
      expect(JSON.stringify(solve(backwards))).toBe(bytes);
    }),
    { numRuns: 200 },
  );
}, 30_000);

test("a plan that is already in place is kept", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { current: _, ...fresh } = problem;
      const first = solve(fresh);
      const again = solve({ ...fresh, current: first.assignment, churnWeight: 3 });
      expect(again.assignment).toEqual(first.assignment);
      expect(again.objective.churn).toBe(0);
    }),
    { numRuns: 200 },
  );
}, 30_000);

test.each([
  ["decimals that do not add up in binary", [0.1, 0.2, 0.7], 1],
  ["a crumb beside a mountain", [1e-9, 1e9], 2e9],
  ["all capacity taken to the last bit", [1 / 3, 1 / 7, 1 / 11], 1 / 3 + 1 / 7 + 1 / 11],
])("%s: everybody is served, nobody twice", (_, demands, capacityRps) => {
  const plan = solve({
    locations: [{ name: "only", capacityRps, costPerRps: 0 }],
    zones: demands.map((rps, index) => ({ name: `zone${index}`, demandRps: { public: rps }, latencyMs: { only: 5 } })),
    classes: { public: { priority: 1, latencyWeight: 1 } },
  });
  expect(plan.unserved).toEqual([]);
  expect(plan.assignment.map(({ rps }) => rps)).toEqual(demands);
});

test("a cost too small for floating point to divide by does not upset the plan", () => {
  const { zones, classes } = oneZone(0.5);
  const plan = solve({
    locations: [{ name: "a", capacityRps: 1, costPerRps: Number.MIN_VALUE }],
    zones,
    classes: { public: { ...classes["public"]!, latencyWeight: 0 } },
  });
  expect(plan).toMatchObject({ assignment: [{ zone: "z", class: "public", location: "a", rps: 0.5 }], unserved: [] });
});

test("bad numbers and unknown classes are the caller's mistake", () => {
  for (const rps of [-1, Number.NaN, Infinity])
    expect(() => solve(oneZone(rps))).toThrow(expect.objectContaining({ code: "bad-rps" }));
  expect(() => solve(oneZone(1, "ghost"))).toThrow(expect.objectContaining({ code: "unknown-class" }));
});

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function record<T>(keys: string[], value: fc.Arbitrary<T>, optional: boolean): fc.Arbitrary<Record<string, T>> {
  const fields = Object.fromEntries(keys.map((key) => [key, value]));
  return fc.record(fields, optional ? { requiredKeys: [] } : {}) as fc.Arbitrary<Record<string, T>>;
}

function oneZone(rps: number, name = "public"): Problem {
  return {
    locations: [{ name: "a", capacityRps: 1, costPerRps: 0 }],
    zones: [{ name: "z", demandRps: { [name]: rps }, latencyMs: { a: 1 } }],
    classes: { public: { priority: 1, latencyWeight: 1 } },
  };
}

function backwardKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toReversed());
}

/** Six digits. */
function expectSame(ours: number, theirs: number): void {
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(theirs)));
}

function expectFits(problem: Problem, plan: Plan): void {
  const out = new Set(problem.without ?? []);
  for (const { name, capacityRps, pools = {} } of problem.locations) {
    const here = plan.assignment.filter((flow) => flow.location === name);
    const shared = here.filter((flow) => pools[flow.class] === undefined).reduce((sum, { rps }) => sum + rps, 0);
    expect(shared).toBeLessThanOrEqual(out.has(name) ? 0 : capacityRps * (1 + 1e-12) + 1e-12);
    for (const [own, size] of Object.entries(pools)) {
      const load = here.filter((flow) => flow.class === own).reduce((sum, { rps }) => sum + rps, 0);
      expect(load).toBeLessThanOrEqual(out.has(name) ? 0 : size * (1 + 1e-12) + 1e-12);
    }
  }
  for (const zone of problem.zones) {
    for (const [name, rps] of Object.entries(zone.demandRps)) {
      const served = plan.assignment.filter((flow) => flow.zone === zone.name && flow.class === name);
      for (const flow of served) expect(isOpenTo(zone, flow)).toBe(true);
      const missing = plan.unserved.filter((one) => one.zone === zone.name && one.class === name);
      expect([...served, ...missing].reduce((sum, one) => sum + one.rps, 0)).toBeCloseTo(rps, 9);
      for (const one of [...served, ...missing]) expect(one.rps).toBeGreaterThan(0);
    }
  }
}

function isOpenTo(zone: Problem["zones"][number], flow: { class: string; location: string }): boolean {
  const latencyMs = zone.latencyMs[flow.location];
  return (
    latencyMs !== undefined &&
    latencyMs <= (zone.farthestMs?.[flow.class] ?? Infinity) &&
    !(zone.forbidden?.[flow.class] ?? []).includes(flow.location)
  );
}

function recount(problem: Problem, plan: Plan): number {
  let total = 0;
  for (const flow of plan.assignment) total += flow.rps * costOf(problem, flow);
  const keys = new Map<string, number>();
  for (const flow of problem.current ?? []) {
    const key = `${flow.zone} ${flow.class} ${flow.location}`;
    keys.set(key, (keys.get(key) ?? 0) + flow.rps);
  }
  for (const [key, rps] of keys) {
    const now = plan.assignment.find((flow) => `${flow.zone} ${flow.class} ${flow.location}` === key)?.rps ?? 0;
    total += (problem.churnWeight ?? 0) * Math.max(0, rps - now);
  }
  return total;
}

function costOf(problem: Problem, flow: { zone: string; class: string; location: string }): number {
  const zone = problem.zones.find(({ name }) => name === flow.zone)!;
  const location = problem.locations.find(({ name }) => name === flow.location)!;
  const aside = (zone.preferred?.[flow.class] ?? [flow.location]).includes(flow.location) ? 0 : 100;
  return problem.classes[flow.class]!.latencyWeight * zone.latencyMs[flow.location]! + location.costPerRps + aside;
}

/** Complementary slackness, for problems without churn: nobody would rather be elsewhere at these prices. */
function expectPricesExplain(problem: Problem, plan: Plan): void {
  const open = problem.locations.filter(({ name }) => !(problem.without ?? []).includes(name));
  const priceAt = (location: string, name: string): number =>
    plan.poolPrices?.[location]?.[name] ?? plan.prices[location]!;
  for (const { name, capacityRps, pools = {} } of open) {
    const here = plan.assignment.filter((flow) => flow.location === name);
    const shared = here.filter((flow) => pools[flow.class] === undefined).reduce((sum, { rps }) => sum + rps, 0);
    expect(plan.prices[name]).toBeGreaterThanOrEqual(0);
    if (shared < capacityRps - 1e-9) expect(plan.prices[name]).toBe(0);
    for (const [own, size] of Object.entries(pools)) {
      const load = here.filter((flow) => flow.class === own).reduce((sum, { rps }) => sum + rps, 0);
      if (load < size - 1e-9) expect(plan.poolPrices?.[name]?.[own]).toBe(0);
    }
  }
  if ((problem.churnWeight ?? 0) > 0 && (problem.current ?? []).length > 0) return;
  for (const flow of plan.assignment) {
    const zone = problem.zones.find(({ name }) => name === flow.zone)!;
    const here = costOf(problem, flow) + priceAt(flow.location, flow.class);
    for (const { name } of open) {
      if (!isOpenTo(zone, { ...flow, location: name })) continue;
      expect(here).toBeLessThanOrEqual(costOf(problem, { ...flow, location: name }) + priceAt(name, flow.class) + 1e-9);
    }
  }
}
