import { afterAll, beforeAll, expect, test } from "vitest";
import type { ControlView, LocationView } from "../core/control-contract.ts";
import { gateOf } from "./gate.ts";
import { startMadeApi, type MadeApi } from "./made-api.testing.ts";

let made: MadeApi;
let calm: ControlView;

beforeAll(async () => {
  made = await startMadeApi({ calmSeconds: 8 });
  calm = made.houston.controller.view();
});
afterAll(() => made.stop());

const ask = (view: ControlView, isBroken = false) => gateOf("west", { view, isBroken, now: view.at });
const withPlace = (name: string, change: Partial<LocationView>): ControlView => ({
  ...calm,
  locations: calm.locations.map((place) => (place.name === name ? { ...place, ...change } : place)),
});
const verdict = (change: object) => ({ verdict: { ...calm.locations[0]!.verdict, ...change } });

test("a calm place may be deployed to, also while another is failing by itself", () => {
  expect(ask(calm)).toEqual({
    location: "west",
    allowed: true,
    code: "clear",
    says: "nothing moves at west, and it is healthy",
  });
  expect(ask(withPlace("east", verdict({ verdict: "failing", scope: "location" }))).allowed).toBe(true);
});

test("no, with one line why, while it would make things worse or nobody would see it", () => {
  const held = { by: "ana", at: 1 };
  const cases: readonly (readonly [string, ControlView, boolean?])[] = [
    ["stopped-deciding", calm, true],
    ["blind", { ...calm, blind: true }],
    ["held", { ...calm, hold: held }],
    ["held", withPlace("west", { hold: held })],
    ["stopped", { ...calm, stopped: { at: 1, says: "what left east makes west sick" } }],
    ["bad-deploy", withPlace("east", verdict({ verdict: "failing", scope: "deploy" }))],
    ["moving", withPlace("west", { state: "draining" })],
    ["moving", withPlace("west", { state: "evacuated" })],
    ["moving", withPlace("west", { state: "restoring" })],
    ["receiving", { ...calm, flows: [{ from: "east", to: "west", rps: 20 }] }],
    ["silent", withPlace("west", verdict({ verdict: "shaky", scope: "watcher" }))],
    ["silent", withPlace("west", { summaryAt: null })],
    ["silent", withPlace("west", { summaryAt: calm.at - 31_000 })],
    ["failing", withPlace("west", verdict({ verdict: "failing", scope: "location" }))],
  ];
  for (const [code, view, isBroken] of cases) {
    const found = ask(view, isBroken);
    expect(found).toMatchObject({ allowed: false, code });
    expect(found.says.length).toBeGreaterThan(10);
    expect(found.says).not.toContain("\n");
  }
  expect(gateOf("west", { view: calm, isBroken: false, now: calm.at + 31_000 })).toMatchObject({ code: "stale" });
  expect(ask(withPlace("east", { hold: held, state: "draining" })).allowed).toBe(true);
});
