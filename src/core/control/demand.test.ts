import { expect, test } from "vitest";
import { makeEstate, type MadeLocation } from "../../../test/stories/control-world.ts";
import { control, initialControl } from "../control.ts";
import { zoneDemand } from "./demand.ts";
import { openTurn } from "./turn.ts";

const LOCATIONS: readonly MadeLocation[] = [
  { name: "a", position: 0, demandRps: 90, readyRps: 130, capacityRps: 220 },
  { name: "b", position: 10, demandRps: 70, readyRps: 100, capacityRps: 180 },
];

/** What `at-a` is thought to want once its users came in by `entering` for a while, one second after the other. */
function wantedAfter(seconds: number, entering: (second: number) => Readonly<Record<string, number>>): number {
  let state = initialControl();
  state = control(state, { event: "config", at: 1_000, estate: makeEstate(LOCATIONS) }).state;
  for (const { name: location, readyRps, capacityRps } of LOCATIONS)
    state = control(state, {
      event: "capacity",
      at: 1_000,
      capacity: { at: 1_000, location, readyRps, capacityRps },
    }).state;
  for (let second = 1; second <= seconds; second++) {
    const at = 1_000 + second * 1_000;
    for (const [from, rps] of Object.entries(entering(second)))
      state = control(state, { event: "demand", at, demand: { from, rps: { public: { "at-a": rps } } } }).state;
    state = control(state, { event: "tick", at: at + 300 }).state;
  }
  return zoneDemand(openTurn(state, state.at))["public"]!["at-a"]!;
}

const moveAfter30 = (second: number): Readonly<Record<string, number>> => (second <= 30 ? { a: 90, b: 0 } : { b: 90 });

test("users who show up elsewhere before their edge is called silent are not remembered twice", () => {
  expect(wantedAfter(37, moveAfter30)).toBeCloseTo(90, 0);
  expect(wantedAfter(90, moveAfter30)).toBeCloseTo(90, 0);
});

test("users who show up nowhere stay remembered, for as long as it takes", () => {
  expect(wantedAfter(300, (second) => (second <= 30 ? { a: 90, b: 0 } : { b: 0 }))).toBeCloseTo(90, 0);
});

test("who comes in at two edges is remembered whole when one of them dies", () => {
  expect(wantedAfter(60, (second) => (second <= 30 ? { a: 60, b: 30 } : { b: 30 }))).toBeCloseTo(90, 0);
});

test("more than ever was wanted, counted where they are now, is believed", () => {
  expect(wantedAfter(60, (second) => (second <= 30 ? { a: 90, b: 0 } : { b: 140 }))).toBeCloseTo(140, 0);
});
