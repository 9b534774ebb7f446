import { expect, test } from "vitest";
import { makeWorld, WELL, type Made, type MadeLocation, type MadeZone } from "../../../test/stories/control-world.ts";
import type { PlannedZone } from "../plan/bad-paths.ts";
import { estateFor } from "./leave.ts";
import { keepBadPaths } from "./paths.ts";
import type { Leave } from "./state.ts";
import { openTurn, placeOf, type DraftPlace, type Turn } from "./turn.ts";

const LOCATIONS: readonly MadeLocation[] = ["a", "b", "c"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 200,
  capacityRps: 300,
}));

/** Some of x have left a for a bad way, and the others, for whom the guard was in the way, have been well since: they begin to come back. */
function beginsBack(others: readonly MadeZone[] = []): Made {
  const guards = { maxShareMovedPerMinute: 0.1, minLocationsServing: 2, maxUtilisation: 0.85, peopleOnly: [] };
  const made = makeWorld(LOCATIONS, { guards }, [{ name: "x", position: 1, demandRps: 60 }, ...others]);
  made.run(3);
  made.path("x", "a", 0.6);
  made.run(8);
  made.path("x", "a", 0);
  made.run(14);
  expect(placeA(made)).toMatchObject({
    leave: { why: "path" },
    back: { by: null },
    badPaths: [{ zone: "x", isTried: true }],
  });
  return made;
}

const placeA = (made: Made) => made.state().places["a"]!;

test("a way is tried for as long as its way back lasts: another leave bars it again, another order of locations does not", () => {
  const made = beginsBack();
  const estate = { ...made.estate, locations: made.estate.locations.toReversed() };
  made.order("p", { kind: "evacuate", location: "a" });
  made.run(0.25);
  expect(placeA(made)).toMatchObject({ leave: { why: "person" }, back: null, badPaths: [{ isTried: false }] });
  const other = beginsBack();
  other.send({ event: "config", at: other.at(), estate });
  expect(placeA(other)).toMatchObject({ leave: { why: "path" }, back: { by: null }, badPaths: [{ isTried: true }] });
});

test("a try over a bad way that fails says nothing of the place, and one that goes well is no restore of it", () => {
  const made = beginsBack();
  made.path("x", "a", 0.6);
  made.run(3);
  expect(placeA(made)).toMatchObject({ back: null, failedBacks: 0, backNotBefore: 0, failedPathBacks: 1 });
  expect(placeA(made).pathBackNotBefore).toBeGreaterThan(made.at() + 290_000);
  const well = beginsBack();
  well.run(150);
  expect(placeA(well)).toMatchObject({ leave: null, restoredAt: null, failedPathBacks: 0, pathBackNotBefore: 0 });
});

const codesOf = (made: Made): readonly string[] =>
  made.heard().flatMap(({ reasons }) => reasons.map(({ code }) => code));

test("who is hurt where it went stays there while its own place is ill itself", () => {
  const guards = { maxShareMovedPerMinute: 0.3, minLocationsServing: 3, maxUtilisation: 0.85, peopleOnly: [] };
  const made = makeWorld(LOCATIONS, { guards }, [{ name: "x", position: 1, demandRps: 60 }]);
  made.run(3);
  made.path("x", "a", 0.6);
  made.run(1);
  made.health.set("a", { ...WELL, verdict: "failing", nats: 25, aloneNats: 25, cause: "dynamodb", hurt: 0.02 });
  made.path("x", "b", 0.6);
  made.run(2);
  const codes = codesOf(made);
  expect(codes).toContain("canary");
  expect(codes).toContain("users-hurt-stay");
  expect(codes).not.toContain("users-hurt-there-too");
});

test("who was away for a bad way is still brought back after an order for another class took the leave over", () => {
  const made = makeWorld(LOCATIONS, {}, [{ name: "x", position: 1, demandRps: 60 }]);
  made.run(3);
  made.path("x", "a", 0.6);
  made.run(12);
  made.order("p", { kind: "evacuate", location: "a", class: "internal" });
  made.run(12);
  made.order("p", { kind: "restore", location: "a" });
  made.run(60);
  expect(placeA(made)).toMatchObject({ back: null, leave: { why: "path", zones: ["x"] } });
  expect(placeA(made).leave!.classes).toContain("public");
});

/** A turn in which users of x are hurt on their way to b, and a was lost and is left. */
function turnOf(lostAt: number | null): { readonly turn: Turn; readonly place: DraftPlace; readonly leave: Leave } {
  const made = makeWorld(LOCATIONS, {}, [{ name: "x", position: 1, demandRps: 60 }]);
  made.run(3);
  made.path("x", "b", 0.6);
  made.lost.add("a");
  made.run(6);
  const turn = openTurn(made.state(), made.at());
  const place = placeOf(turn, "a");
  place.lostAt = lostAt;
  placeOf(turn, "b").badPaths = [
    { zone: "x", network: "users:x", since: 0, hurt: 0.6, wellSince: null, isTried: false, leftUntil: 0 },
  ];
  return { turn, place, leave: place.leave! };
}

/** Where users of x may not be sent when a, which was lost at this time, is left. */
function forbidden(lostAt: number | null): unknown {
  const { turn, place, leave } = turnOf(lostAt);
  expect(leave.why).toBe("lost");
  const zone = estateFor(turn, place, leave).zones.find(({ name }) => name === "x")!;
  return (zone as PlannedZone).hurtOnTheWay;
}

test("users of a lost place go over a bad way rather than nowhere, until it answers again", () => {
  expect(forbidden(1)).toBeUndefined();
  expect(forbidden(null)).toEqual(["b"]);
});

test("a verdict of a bad way that names no cause bars no way", () => {
  const { turn, place } = turnOf(null);
  place.verdict = { ...place.verdict!, action: "move-zones", verdict: "failing", causes: [] };
  keepBadPaths(turn);
  expect(place.badPaths).toEqual([]);
});

test("users of another network who are hurt meanwhile put a way back off, and fail nothing", () => {
  const made = beginsBack([{ name: "y", position: 2, demandRps: 60 }]);
  made.heard();
  made.path("y", "a", 0.6);
  made.run(3);
  expect(codesOf(made)).toContain("back-put-off");
  expect(placeA(made)).toMatchObject({ back: null, leave: { zones: ["x", "y"] }, failedPathBacks: 0 });
});

/** All of x have left b for a bad way, so that nobody can say how it is; a few have just been sent to see. */
function tried(): Made {
  const made = makeWorld(LOCATIONS, {}, [{ name: "x", position: 11, demandRps: 60 }]);
  made.run(3);
  made.path("x", "b", 0.6);
  made.run(30);
  made.path("x", "b", 0);
  made.mute.add("x");
  made.run(285);
  expect(made.state().places["b"]).toMatchObject({ leave: { why: "path" }, back: { by: null } });
  return made;
}

test("users who are sent to see, and of whom nobody hears, go out again: silence is no word for a way", () => {
  const made = tried();
  made.run(80);
  expect(made.state().places["b"]).toMatchObject({ back: null, leave: { why: "path" }, failedPathBacks: 1 });
  expect(made.servedOf("x").get("b") ?? 0).toBe(0);
});

test("a person who orders them back knows of the way: silence does not hold that up", () => {
  const made = tried();
  made.order("p", { kind: "restore", location: "b" });
  made.run(150);
  expect(made.state().places["b"]).toMatchObject({ back: null, leave: null, failedPathBacks: 0 });
});

test("a place that fails is left while few users of another's bad way are still asked how they fare", () => {
  const more = ["d", "e"].map((name) => ({ ...LOCATIONS[2]!, name, position: 40 }));
  const made = makeWorld([...LOCATIONS, ...more], {}, [{ name: "x", position: 1, demandRps: 5 }]);
  made.run(3);
  made.path("x", "a", 0.6);
  made.run(1);
  // None of those few says a word for a while.
  made.mute.add("x");
  made.run(1);
  expect(placeA(made)).toMatchObject({ leave: { why: "path", doneAt: null }, step: { lookedAt: null } });
  made.health.set("c", { ...WELL, verdict: "failing", nats: 25, aloneNats: 25, cause: "dynamodb", hurt: 0.02 });
  made.run(3);
  expect(placeA(made).step).toMatchObject({ lookedAt: null });
  expect(made.state().places["c"]).toMatchObject({ leave: { why: "gray" }, step: { suspect: null } });
});

test("who says no to one way back is asked about another", () => {
  const zones = ["x", "y"].map((name) => ({ name, position: 1, demandRps: 120 }));
  const guards = { maxShareMovedPerMinute: 0.1, minLocationsServing: 2, maxUtilisation: 0.85, peopleOnly: [] };
  const locations = LOCATIONS.map((each) => ({ ...each, readyRps: 600, capacityRps: 600 }));
  const made = makeWorld(locations, { guards, restore: "person" }, zones);
  made.run(3);
  for (const zone of ["x", "y"]) made.path(zone, "a", 0.6);
  made.run(8);
  made.path("x", "a", 0);
  made.path("y", "a", 0);
  made.mute.add("y");
  made.run(15);
  const [first] = made.state().questions;
  expect(first!.asks).toBe("Move users of x back to a?");
  made.order("p", { kind: "answer", question: first!.id, choice: 2 });
  made.mute.delete("y");
  made.run(15);
  expect(made.state().questions.map(({ asks }) => asks)).toEqual(["Move users of x and y back to a?"]);
});
