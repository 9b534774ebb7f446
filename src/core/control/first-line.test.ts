import { expect, test } from "vitest";
import type { ControlView, Incident, LocationView } from "../control-contract.ts";
import { firstLine } from "./first-line.ts";

const AT = 1_000_000;

const place = (
  name: string,
  more: Partial<LocationView> = {},
  verdict: "healthy" | "shaky" | "failing" = "healthy",
  cause?: string,
) =>
  ({
    name,
    state: "serving",
    hold: null,
    verdict: { verdict, causes: cause === undefined ? [] : [{ name: cause }] },
    summaryAt: AT - 500,
    ...more,
  }) as unknown as LocationView;
const world = (more: Partial<ControlView> = {}): ControlView => ({
  at: AT,
  mode: "act",
  hold: null,
  routeTableVersion: 1,
  stopped: null,
  blind: false,
  bars: [],
  liftedConditions: [],
  locations: [place("east"), place("west"), place("north")],
  questions: [],
  incidents: [],
  flows: [],
  servedBy: [],
  ...more,
});
const incident = (number: number, brief: string, more: Partial<Incident> = {}) =>
  ({ number, brief, location: "east", level: "change", closedAt: null, questions: [], ...more }) as unknown as Incident;
const textOf = (more: Partial<ControlView>) => firstLine(world(more)).text;
const question = { id: "q", asks: "May I restore east?", choices: ["approve", "deny"], defaultChoice: 2, deadline: 9 };

test("all is well, and nobody need do anything unless a person holds something", () => {
  expect(firstLine(world())).toEqual({
    level: "ok",
    text: "All 3 locations serve and are healthy. You need to do nothing.",
    more: 0,
  });
  const held = "All 3 locations serve and are healthy.";
  expect(textOf({ hold: { by: "ana", at: 1 } })).toBe(held);
  expect(textOf({ locations: [place("a"), place("b"), place("c", { hold: { by: "ana", at: 1 } })] })).toBe(held);
});

test("one loss that would not fit is said while all is well, the worst first, and never before what is wrong", () => {
  const what = "if east went now, 4 % of its users would have no place; I grow west by 300 rps";
  const short = { without: "east", share: 0.04, what, youNeedTo: null };
  const headroom = [short, { ...short, without: "west", share: 0.02 }];
  expect(firstLine(world({ headroom }))).toEqual({
    level: "change",
    text: `All 3 locations serve and are healthy, but ${what}.`,
    more: 1,
  });
  const people = [{ ...short, youNeedTo: "raise what the others may grow to" }];
  expect(textOf({ headroom: people })).toBe(
    `All 3 locations serve and are healthy, but ${what}. You need to raise what the others may grow to.`,
  );
  expect(textOf({ headroom, locations: [place("a", {}, "shaky", "cart"), place("b")] })).not.toContain("went now");
});

test("Houston's own words come first, and how many more troubles there are", () => {
  const view = world({ incidents: [incident(48, "Leaving west."), incident(47, "Leaving east: 62 % out.")] });
  expect(firstLine(view)).toEqual({ level: "change", text: "Leaving west.", more: 1 });
});

test("a trouble that needs a person comes before a newer one that needs none; a closed one is no trouble", () => {
  const view = world({
    incidents: [
      incident(50, "South is lost.", { level: "urgent" }),
      incident(49, "Leaving west."),
      incident(48, "450 rps have no place. Decide 1-4.", { questions: [question] }),
      incident(47, "Well again.", { closedAt: 5 }),
    ],
  });
  expect(firstLine(view)).toEqual({ level: "urgent", text: "450 rps have no place. Decide 1-4.", more: 2 });
});

test("a place that is odd without an incident is named, the failing first, so that nobody reads 'all is well'", () => {
  expect(textOf({ locations: [place("east", {}, "shaky", "cart"), place("west")] })).toBe(
    "east is shaky (cart); the other one serves and is healthy. No incident is open.",
  );
  const away = [place("a", { state: "evacuated" }), place("b", { state: "draining" }, "failing", "dynamodb")];
  expect(
    textOf({ locations: [...away, place("c", {}, "shaky"), place("d", {}, "shaky"), place("e"), place("f")] }),
  ).toBe(
    "b is draining and failing (dynamodb), a is evacuated, c is shaky, and 1 more is not as usual; the other 2 serve and are healthy. No incident is open.",
  );
  expect(textOf({ locations: away })).toMatch(/; no other is well\. No incident is open\.$/);
});

test("most places at once are counted, and what they share is suspected before the places", () => {
  const away = { summaryAt: AT - 60_000 };
  const places = [place("a", away), place("b", away), place("c", {}, "shaky"), place("d", {}, "shaky"), place("e")];
  expect(firstLine(world({ locations: places }))).toEqual({
    level: "change",
    text: "4 of 5 locations are unwell at once (2 silent, 2 shaky): more likely something they share, as a machine that is too busy, than the places. No incident is open. You need to look at what they share.",
    more: 0,
  });
  // Two may well be two faults, and half are not most.
  expect(textOf({ locations: places.slice(0, 2) })).toMatch(/^a is silent, b is silent/);
  const half = [place("a", away), place("b", away), place("c", away), place("d"), place("e"), place("f")];
  expect(textOf({ locations: half })).toMatch(/^a is silent, b is silent, c is silent; the other 3/);
});

test("who is not heard is not counted among the healthy, never mind what was thought of it last", () => {
  const silent = [place("a", { summaryAt: AT - 60_000 }), place("b", { summaryAt: null }), place("c")];
  expect(textOf({ locations: silent })).toBe(
    "a is silent, b is silent; the other one serves and is healthy. No incident is open.",
  );
  const lost = place("a", { summaryAt: AT - 60_000 }, "failing", "edge");
  expect(textOf({ locations: [lost, place("b"), place("c")] })).toMatch(/^a is failing \(edge\); the other 2 serve/);
});

test("a question that belongs to no trouble waits for a person all the same", () => {
  expect(firstLine(world({ questions: [question] }))).toEqual({
    level: "urgent",
    text: "May I restore east? You need to answer.",
    more: 0,
  });
});

test("the blind say so before anything else, and what a person has to do", () => {
  const { level, text } = firstLine(world({ blind: true, incidents: [incident(47, "Leaving east.")] }));
  expect(level).toBe("urgent");
  expect(text).toMatch(/^BLIND: .* You need to see whether .* Leaving east\.$/);
  const own = incident(48, "Blind: I hear 2 of 3 locations.", { location: null, level: "urgent" });
  expect(firstLine(world({ blind: true, incidents: [own, incident(47, "Leaving east.")] }))).toEqual({
    level,
    text,
    more: 0,
  });
});
