import { expect, test } from "vitest";
import type { Assignment, RouteTable } from "../core/route/table.ts";
import { usersOfZones, type UsersOfZones } from "./users-of-zones.ts";

const LOCATIONS = ["east", "west", "north"];
/** Really there, requests a second; nobody counts them so. */
const SIZES: Readonly<Record<string, number>> = { boston: 300, atlanta: 100, oregon: 150, finland: 50 };
const HOME = table(1, { boston: [[0, 256]], atlanta: [[0, 256]], oregon: [[1, 256]], finland: [[2, 256]] });
const OREGON_AWAY = table(2, { boston: [[0, 256]], atlanta: [[2, 256]], oregon: [[0, 256]], finland: [[2, 256]] });

test("what is dealt out adds up to what came, and each zone's size is known once the doors have changed", () => {
  const users = made();
  for (let look = 0; look < 5; look++) see(users, { at: look * 15_000, by: HOME });
  // Boston and Atlanta come by one door: nobody can say which is which yet.
  expect(see(users, { at: 75_000, by: HOME })).toEqual({ boston: 200, atlanta: 200, oregon: 150, finland: 50 });
  let at = 75_000;
  for (const [version, by] of [OREGON_AWAY, HOME, OREGON_AWAY, HOME, OREGON_AWAY, HOME].entries())
    for (let look = 0; look < 10; look++) see(users, { at: (at += 15_000), by: { ...by, version: version + 2 } });
  const known = see(users, { at: at + 15_000, by: { ...HOME, version: 7 } });
  for (const [zone, rps] of Object.entries(SIZES)) expect(Math.abs(known[zone]! - rps)).toBeLessThan(0.1 * rps + 10);
});

test("while answers of before are kept nobody is taken for another: sizes stay as they were known", () => {
  const users = made();
  see(users, { at: 0, by: HOME });
  // The table has moved Oregon, its users have not come over yet.
  const underWay = users.take({ at: 15_000, enteredRps: entered(HOME), table: OREGON_AWAY });
  expect(totals(underWay)).toEqual({ boston: 200, atlanta: 200, oregon: 150, finland: 50 });
  expect(sumOf(underWay.get("west")!)).toBeCloseTo(150);
});

test("what was believed before a restart is begun with", () => {
  const users = made({ boston: 300, atlanta: 100, oregon: 150, finland: 50 });
  expect(see(users, { at: 0, by: OREGON_AWAY })).toEqual(SIZES);
});

test("without a table what comes is of the nearest zones, and a zone that slept is found again", () => {
  const users = made();
  const dealt = users.take({ at: 0, enteredRps: new Map([["east", 80]]), table: null });
  expect(dealt.get("east")).toEqual({ boston: 40, atlanta: 40 });
  for (let at = 0; at < 20; at++)
    users.take({
      at,
      enteredRps: new Map([
        ["east", 80],
        ["west", 0],
      ]),
      table: HOME,
    });
  expect(users.take({ at: 21, enteredRps: new Map([["west", 150]]), table: HOME }).get("west")).toEqual({
    oregon: 150,
  });
});

function made(known: Readonly<Record<string, number>> = {}): UsersOfZones {
  return usersOfZones({
    zones: Object.keys(SIZES),
    className: "public",
    nearestZones: (location) => ({ east: ["boston", "atlanta"], west: ["oregon"], north: ["finland"] })[location] ?? [],
    known: () => known,
    settlesMs: 60_000,
  });
}

/** All zones' totals as they are dealt out when users come by a table. */
function see(
  users: UsersOfZones,
  { at, by }: { readonly at: number; readonly by: RouteTable },
): Record<string, number> {
  const dealt = users.take({ at, enteredRps: entered(by), table: by });
  for (const [location, rps] of entered(by)) expect(sumOf(dealt.get(location)!)).toBeCloseTo(rps);
  return totals(dealt);
}

function entered({ assignment }: RouteTable): Map<string, number> {
  const rps = new Map(LOCATIONS.map((name) => [name, 0]));
  for (const [zone, runs] of Object.entries(assignment["public"]!))
    for (const [to, buckets] of runs) {
      const name = LOCATIONS[to]!;
      rps.set(name, rps.get(name)! + (SIZES[zone]! * buckets) / 256);
    }
  return rps;
}

function totals(dealt: ReturnType<UsersOfZones["take"]>): Record<string, number> {
  const all: Record<string, number> = {};
  for (const zones of dealt.values())
    for (const [zone, rps] of Object.entries(zones)) all[zone] = (all[zone] ?? 0) + rps;
  return Object.fromEntries(Object.entries(all).map(([zone, rps]) => [zone, Math.round(rps)]));
}

const sumOf = (zones: Readonly<Record<string, number>>): number =>
  Object.values(zones).reduce((all, rps) => all + rps, 0);

function table(version: number, rows: Assignment[string]): RouteTable {
  return { version, at: 0, locations: LOCATIONS, assignment: { public: rows }, contingency: {}, apart: [] };
}
