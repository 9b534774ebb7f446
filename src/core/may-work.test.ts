import { expect, test } from "vitest";
import { initialControl, type ControlState } from "./control.ts";
import { mayWork } from "./may-work.ts";

type Change = { readonly state?: string; readonly leave?: object | null; readonly lostAt?: number | null };

/** Only what the answer is made of. */
function world(change: Change = {}, seen: Partial<ControlState> = {}): ControlState {
  const classes = [
    { name: "public", data: { kind: "everywhere" } },
    { name: "editor", data: { kind: "one-writer", location: "east" } },
    { name: "internal", data: { kind: "everywhere" } },
  ];
  const place = { name: "east", state: "serving", leave: null, lostAt: null, ...change };
  return {
    ...initialControl(),
    heardMajority: true,
    estate: { classes, guards: { peopleOnly: ["internal"] } },
    places: { east: place },
    ...seen,
  } as unknown as ControlState;
}

const leave = { share: 1, zones: null, classes: ["public"], by: null };

test.each<[string, Change, boolean, string]>([
  ["it serves", {}, true, "serving"],
  ["all that may move leaves", { state: "draining", leave }, false, "leaving"],
  ["it is left", { state: "evacuated", leave }, false, "left"],
  ["its users are on their way back", { state: "restoring", leave }, false, "restoring"],
  ["it is lost", { state: "evacuated", leave, lostAt: 5 }, false, "lost"],
  ["it is lost, and everybody stays by order", { lostAt: 5 }, false, "lost"],
  ["1 % leaves", { state: "draining", leave: { ...leave, share: 0.01 } }, true, "partly-left"],
  ["one zone leaves", { state: "evacuated", leave: { ...leave, zones: ["a"] } }, true, "partly-left"],
  [
    "a class that only people move leaves",
    { state: "draining", leave: { ...leave, classes: ["internal"] } },
    true,
    "partly-left",
  ],
])("work goes on or stops with the location: %s", (_when, change, may, code) => {
  expect(mayWork(world(change), "east")).toMatchObject({ mayWork: may, code });
});

test("who ordered it is said", () => {
  expect(mayWork(world({ state: "draining", leave: { ...leave, by: "ana" } }), "east")?.says).toBe(
    "users are leaving east, by order of ana",
  );
});

test("nothing is said while nobody can tell: before the first word, and blind", () => {
  expect(mayWork(initialControl(), "east")).toBeNull();
  expect(mayWork(world({}, { blind: true }), "east")).toBeNull();
  expect(mayWork(world({}, { heardMajority: false }), "east")).toBeNull();
  expect(mayWork(world(), "mars")).toBeNull();
});
