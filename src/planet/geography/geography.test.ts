import { expect, test } from "vitest";
import { problemOf } from "../../core/plan/estate-problem.ts";
import { carriedBy } from "../../core/plan/room.ts";
import { solve } from "../../core/plan/solve.ts";
import { DRILLS, NO_ROOM_SURGE } from "../drills/catalogue.ts";
import {
  demandShareAt,
  expectedDemand,
  locationRoundTripMs,
  nearestLocations,
  ownShares,
  planetCapacities,
  planetEstate,
  planetLocations,
  planetZones,
  zoneAround,
  zoneRoundTripMs,
} from "../geography.ts";
import { PLANET_DEFAULTS } from "../up.ts";
import { measuredCities, measuredRoundTrips } from "./measured-round-trips.ts";
import { fitRoundTrips, greatCircleKm } from "./round-trips.ts";

function planetOf(totalRps: number) {
  const capacities = planetCapacities({ totalRps, utcHour: 15 });
  return { capacities, estate: planetEstate({ services: {}, journeys: {}, capacities }) };
}

test.each([200, 600])(
  "at %i rps the planner finds room for demand x1.4 without any one location, at any hour",
  (totalRps) => {
    const { estate } = planetOf(totalRps);
    const most = Object.fromEntries(estate.locations.map((location) => [location.name, location.capacityRps]));
    const capacityRps = carriedBy(most, 0.85);
    const tooFull: string[] = [];
    for (let utcHour = 0; utcHour < 24; utcHour += 3) {
      const demand = expectedDemand({ totalRps: totalRps * 1.4, utcHour });
      for (const { name } of planetLocations) {
        const plan = solve(problemOf({ estate, demand, capacityRps, without: [name] }));
        // Editors are written in one place; without it they wait.
        for (const left of plan.unserved) {
          if (left.class !== "editor" || name !== "eu-central-1")
            tooFull.push(`${utcHour} h without ${name}: ${left.zone}`);
        }
      }
    }
    expect(tooFull).toEqual([]);
  },
  60_000,
);

test.each([200, 600])("at %i rps a location's loss at rest fits what is ready now, far or near", (totalRps) => {
  const { estate, capacities } = planetOf(totalRps);
  const readyRps = Object.fromEntries(planetLocations.map(({ name }) => [name, capacities[name]!.readyRps]));
  const capacityRps = carriedBy(readyRps, 0.85);
  const demand = expectedDemand({ totalRps, utcHour: 15 });
  for (const { name } of planetLocations) {
    const plan = solve(problemOf({ estate, demand, capacityRps, without: [name] }));
    // Editors are written in one place; without it they wait.
    expect({ without: name, unserved: plan.unserved.filter((left) => left.class !== "editor") }).toEqual({
      without: name,
      unserved: [],
    });
  }
});

test("a surge that nobody grows for fits what is ready when a planet starts, and not without us-east-1 as well", () => {
  const { rps, leastReadyRps } = DRILLS.find(({ name }) => name === "cannot-grow")!;
  const { utcHour } = PLANET_DEFAULTS;
  const capacities = planetCapacities({ totalRps: rps, utcHour, leastReadyRps: leastReadyRps! });
  const estate = planetEstate({ services: {}, journeys: {}, capacities });
  const demand = expectedDemand({ totalRps: rps * NO_ROOM_SURGE, utcHour });
  const readyRps = Object.fromEntries(planetLocations.map(({ name }) => [name, capacities[name]!.readyRps]));
  const roomlessRps = (without: readonly string[]): number =>
    solve(problemOf({ estate, demand, capacityRps: carriedBy(readyRps, 0.85), without })).unserved.reduce(
      (total, { rps: roomless }) => total + roomless,
      0,
    );
  expect(roomlessRps([])).toBeCloseTo(0, 6);
  expect(roomlessRps(["us-east-1"])).toBeGreaterThan(0.05 * rps * NO_ROOM_SURGE);
});

test("shares of demand sum to one at every hour, follow the sun, and make us-east-1 one of the largest", () => {
  for (let hour = 0; hour < 24; hour += 0.5) {
    const sum = Object.values(demandShareAt(hour)).reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(1, 9);
  }
  // Tokyo's evening is London's morning.
  expect(demandShareAt(11)["japan-east"]! / demandShareAt(19)["japan-east"]!).toBeGreaterThan(1.5);
  const own = ownShares(15);
  expect(own.get("us-east-1")).toBeGreaterThanOrEqual(0.12);
  expect(
    [...own]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 2)
      .map(([name]) => name),
  ).toContain("us-east-1");
});

test("measured pairs are used as they are, and the line is near them", () => {
  expect(locationRoundTripMs("us-east-1", "eu-central-1")).toBe(91);
  expect(locationRoundTripMs("sa-east-1", "ap-northeast-1")).toBe(284);
  expect(zoneRoundTripMs("united-kingdom", "us-east-1")).toBe(75 + 8);
  const { fixedMs, msPerKm } = fitRoundTrips();
  const errors = measuredRoundTrips.map(([from, to, ms]) => {
    const km = greatCircleKm(measuredCities[from], measuredCities[to]);
    return Math.abs(fixedMs + msPerKm * km - ms) / ms;
  });
  expect(errors.sort((a, b) => a - b)[22]).toBeLessThan(0.12);
  // Light in glass takes a hundredth of a millisecond for a kilometre and back; nothing is faster.
  expect(msPerKm).toBeGreaterThan(0.0098);
});

test("distances are symmetric, finite, and no faster than light in glass", () => {
  for (const a of planetLocations) {
    for (const b of planetLocations) {
      const ms = locationRoundTripMs(a.name, b.name);
      expect(ms).toBe(locationRoundTripMs(b.name, a.name));
      expect(ms).toBeGreaterThanOrEqual(0.0098 * greatCircleKm(a, b));
      expect(ms).toBeLessThan(400);
    }
  }
});

test("zones and locations have addresses of their own, and each location a zone around it that it serves", () => {
  expect(planetLocations.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect(planetZones.length).toBeGreaterThanOrEqual(60);
  expect(new Set(planetZones.map(({ name }) => name)).size).toBe(planetZones.length);
  planetZones.forEach(({ index }, i) => expect(index).toBe(i + 1));
  for (const { name } of planetLocations) expect(nearestLocations(zoneAround(name))[0]).toBe(name);
});
