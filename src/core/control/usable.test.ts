import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeEstate, makeWorld } from "../../../test/stories/control-world.ts";
import type { Capacity, Limit } from "../estate.ts";
import { takeProven } from "./intake.ts";
import { openTurn, placeOf } from "./turn.ts";
import { floorFor, usableOf, warmingAfter, type KnownCapacity, type WarmingPart } from "./usable.ts";

const AT = 1_000_000;
const CARRIED_AT = 500_000;

const estateWith = (more: { unprovenShare?: number; slowStartSeconds?: number; limits?: readonly Limit[] }) => {
  const { limits, ...settings } = more;
  const made = { position: 0, demandRps: 0, readyRps: 0, capacityRps: 0, ...(limits && { limits }) };
  return makeEstate([{ name: "east", ...made }], settings);
};
const declared = (readyRps: number, capacityRps = 2000): Capacity => ({
  at: AT,
  location: "east",
  readyRps,
  capacityRps,
});
const known = (readyRps: number, provenRps: number | null, warming: readonly WarmingPart[] = []): KnownCapacity => ({
  declared: declared(readyRps),
  proven: provenRps === null ? null : { location: "east", rps: provenRps, at: CARRIED_AT },
  warming,
});

test("the least wins and is named: what was carried, a share of what is said, a limit, or what is still warm", () => {
  const estate = estateWith({
    unprovenShare: 0.5,
    limits: [
      { name: "quota", rps: 900 },
      { name: "licences", rps: 700 },
    ],
  });
  const countedOf = (readyRps: number, provenRps: number | null) => {
    const { capacity, bound } = usableOf(estate, known(readyRps, provenRps), AT);
    return [capacity.readyRps, bound];
  };
  expect(countedOf(500, null)).toEqual([250, { kind: "unproven", share: 0.5 }]);
  expect(countedOf(500, 200)).toEqual([250, { kind: "unproven", share: 0.5 }]);
  expect(countedOf(500, 400)).toEqual([400, { kind: "proven", rps: 400, at: CARRIED_AT }]);
  expect(countedOf(500, 800)).toEqual([500, null]);
  expect(countedOf(1800, 800)).toEqual([700, { kind: "limit", name: "licences", rps: 700 }]);
  const warm = estateWith({ slowStartSeconds: 100 });
  const part = [{ rps: 300, since: AT - 25_000 }];
  expect(usableOf(warm, known(500, null, part), AT)).toEqual({
    capacity: { ...declared(500), readyRps: 275 },
    bound: { kind: "warming", until: AT + 75_000 },
  });
  expect(usableOf(warm, known(500, null, part), AT + 75_000).bound).toBeNull();
});

test("nothing is held back where nobody says that it should be (U1, U2)", () => {
  expect(usableOf(estateWith({}), known(500, 100), AT)).toEqual({ capacity: declared(500), bound: null });
});

test("what is asked of a scaler makes enough count, whatever was carried, and never beyond what a limit bears", () => {
  fc.assert(
    fc.property(
      fc.record({
        share: fc.double({ min: 0.1, max: 1, noNaN: true }),
        limit: fc.integer({ min: 1, max: 3000 }),
        proven: fc.option(fc.integer({ min: 0, max: 3000 })),
        wanted: fc.integer({ min: 1, max: 2000 }),
      }),
      ({ share, limit, proven, wanted }) => {
        const estate = estateWith({ unprovenShare: share, limits: [{ name: "licences", rps: limit }] });
        const most = usableOf(estate, known(0, proven), AT).capacity.capacityRps;
        expect(most).toBeLessThanOrEqual(limit);
        const usable = Math.min(wanted, most);
        const floor = floorFor(estate, known(0, proven), usable);
        expect(floor).toBeLessThanOrEqual(2000 + 1e-6);
        expect(usableOf(estate, known(floor, proven), AT).capacity.readyRps).toBeGreaterThan(usable - 1e-6);
      },
    ),
  );
});

const sum = (parts: readonly WarmingPart[]): number => parts.reduce((total, { rps }) => total + rps, 0);

test("what grows each second warms up in few parts, and what shrinks takes the coldest away (U3)", () => {
  const estate = estateWith({ slowStartSeconds: 60 });
  let warming: readonly WarmingPart[] = [];
  for (let second = 1; second <= 300; second++) {
    const [before, now] = [declared(100 + second - 1), declared(100 + second)];
    warming = warmingAfter(estate, { warming, before, now, at: AT + second * 1000 });
    expect(warming.length).toBeLessThanOrEqual(21);
  }
  // A minute of growth is half warm.
  const cold = 400 - usableOf(estate, known(400, null, warming), AT + 300_000).capacity.readyRps;
  expect(cold).toBeGreaterThan(25);
  expect(cold).toBeLessThan(35);
  const shrunk = warmingAfter(estate, { warming, before: declared(400), now: declared(390), at: AT + 300_000 });
  expect(sum(warming) - sum(shrunk)).toBe(10);
  expect(shrunk[0]).toEqual(warming[0]);
  expect(warmingAfter(estate, { warming: [], before: null, now: declared(400), at: AT })).toEqual([]);
});

const DAY_MS = 86_400_000;

test("what was proven in thirty days is not forgotten when whoever tells it has lost its book; later it is", () => {
  const made = makeWorld([
    { name: "a", position: 0, demandRps: 100, readyRps: 400, capacityRps: 400 },
    { name: "b", position: 10, demandRps: 100, readyRps: 400, capacityRps: 400 },
  ]);
  made.run(3);
  made.proven([["a", 390]]);
  const provenLater = (days: number): number | undefined => {
    const turn = openTurn(made.state(), made.at() + days * DAY_MS);
    takeProven(turn, [{ location: "a", rps: 120, at: turn.now.at }]);
    return placeOf(turn, "a").proven?.rps;
  };
  expect(provenLater(1)).toBe(390);
  expect(provenLater(31)).toBe(120);
});
