import { expect, test } from "vitest";
import type { ControlView, Incident, LocationView } from "../../../src/core/control-contract.ts";
import { pictureOfView } from "../picture/picture.ts";
import { firstLine, pastFirstLine, tabTitle } from "./first-line.ts";

const place = (name: string, more: Partial<LocationView> = {}, verdict: "healthy" | "shaky" | "failing" = "healthy") =>
  ({
    name,
    state: "serving",
    hold: null,
    servedRps: 10,
    verdict: { verdict, causes: [] },
    ...more,
  }) as unknown as LocationView;
const world = (more: Partial<ControlView> = {}): ControlView => ({
  at: 0,
  mode: "act",
  hold: null,
  routeTableVersion: 1,
  stopped: null,
  blind: false,
  locations: [place("east"), place("west"), place("north")],
  questions: [],
  incidents: [],
  flows: [],
  servedBy: [],
  ...more,
});
const incident = (number: number, brief: string, more: Partial<Incident> = {}) =>
  ({ number, brief, level: "change", closedAt: null, questions: [], ...more }) as unknown as Incident;
const lineOf = (view: ControlView) => firstLine(view, pictureOfView(view));

test("all is well", () => {
  expect(lineOf(world())).toEqual({
    level: "ok",
    text: "All 3 locations serve and are healthy. 30 rps.",
    more: 0,
  });
});

test("Houston's own words come first, and how many more troubles there are", () => {
  const view = world({ incidents: [incident(48, "Leaving west."), incident(47, "Leaving east: 62 % out.")] });
  expect(lineOf(view)).toEqual({ level: "change", text: "Leaving west.", more: 1 });
});

test("a trouble that needs a person comes before a newer one that needs none; a closed one is no trouble", () => {
  const view = world({
    incidents: [
      incident(49, "Leaving west."),
      incident(48, "450 rps have no place. Decide 1-4.", { level: "urgent" }),
      incident(47, "Well again.", { closedAt: 5 }),
    ],
  });
  expect(lineOf(view)).toEqual({ level: "urgent", text: "450 rps have no place. Decide 1-4.", more: 1 });
});

test("a place that is odd without an incident is named, so that nobody reads 'all is well'", () => {
  expect(lineOf(world({ locations: [place("east", {}, "shaky"), place("west")] })).text).toBe(
    "east is shaky; the other one serves and is healthy. 20 rps.",
  );
  const evacuated = [place("a", { state: "evacuated" }), place("b", { state: "draining" }, "failing")];
  expect(lineOf(world({ locations: [...evacuated, place("c", {}, "shaky"), place("d", {}, "shaky")] })).text).toBe(
    "a is evacuated, b is failing and draining; 2 more are not as usual. 40 rps.",
  );
});

test("a question that belongs to no trouble waits for a person all the same", () => {
  const question = {
    id: "q",
    asks: "May I restore east?",
    choices: ["approve", "deny"],
    defaultChoice: 2,
    deadline: 9,
  };
  expect(lineOf(world({ questions: [question] }))).toEqual({
    level: "urgent",
    text: "May I restore east? You need to answer.",
    more: 0,
  });
});

test("the blind say so before anything else", () => {
  expect(lineOf(world({ blind: true, incidents: [incident(47, "Leaving east.")] }))).toMatchObject({
    level: "urgent",
    more: 1,
  });
});

test("a past moment is told in the past", () => {
  expect(pastFirstLine(pictureOfView(world())).text).toBe("All 3 locations served and were healthy. 30 rps.");
  expect(pastFirstLine({ ...pictureOfView(world()), incidents: [{ number: 47, brief: "Leaving east." }] })).toEqual({
    level: "change",
    text: "Leaving east.",
    more: 0,
  });
});

test("the tab's title says the state in its first letters", () => {
  expect(tabTitle(lineOf(world()), false)).toBe("Houston: all well");
  expect(tabTitle({ level: "urgent", text: "Decide 1-4.", more: 0 }, false)).toBe("!! Decide 1-4.");
  expect(tabTitle(lineOf(world()), true)).toBe("? Houston: no word");
});
