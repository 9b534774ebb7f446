import { expect, test } from "vitest";
import { makeWorld, WELL, type Health, type Made, type MadeLocation } from "../../../test/stories/control-world.ts";
import { control, type ControlState } from "../control.ts";
import type { ControlEffect, ControlEvent } from "../control-contract.ts";
import { isPeak, withHour } from "./peak.ts";
import type { HourMost } from "./state.ts";

const LOCATIONS: readonly MadeLocation[] = [
  { name: "a", position: 0, demandRps: 900, readyRps: 1200, capacityRps: 2000 },
  { name: "b", position: 11, demandRps: 700, readyRps: 900, capacityRps: 1600 },
  { name: "c", position: 14, demandRps: 300, readyRps: 1500, capacityRps: 1500 },
];
const SICK: Health = { ...WELL, verdict: "failing", nats: 21.6, aloneNats: 21.6, cause: "dynamodb", hurt: 0.02 };
const TICK_MS = 250;

const codesOf = (made: Made): readonly string[] =>
  made.heard().flatMap(({ reasons }) => reasons.map(({ code }) => code));

/** A place that was left and has been healthy for almost as long as it takes. */
function almostProven(): Made {
  const made = makeWorld(LOCATIONS);
  made.run(3);
  made.health.set("a", SICK);
  made.run(12);
  made.health.delete("a");
  made.run(10);
  expect(made.state().places["a"]!.state).toBe("evacuated");
  return made;
}

const HOUR_MS = 3_600_000;
const dayOf = (at: number, rpsOf: (hour: number) => number): readonly HourMost[] =>
  Array.from({ length: 24 }, (_, index) => ({ hour: Math.floor(at / HOUR_MS) - 23 + index, mostRps: rpsOf(index) }));

/** So many ticks more, on a state that has seen another day. */
function ticksOn(state: ControlState, hours: readonly HourMost[], ticks: number) {
  let now: ControlState = { ...state, demand: { ...state.demand, hours } };
  const codes: string[] = [];
  for (let tick = 1; tick <= ticks; tick++) {
    const stepped = control(now, { event: "tick", at: state.at + tick * TICK_MS });
    now = stepped.state;
    codes.push(...stepped.reasons.map(({ code }) => code));
  }
  return { now, codes };
}

test("at the peak of the day nobody gets its users back, unless a person says so; a flat day has no peak", () => {
  const { at, ...rest } = almostProven().state();
  const state: ControlState = { at, ...rest };
  const peak = ticksOn(
    state,
    dayOf(at, (hour) => (hour < 12 ? 1000 : 1900)),
    8,
  );
  expect(peak.codes).toContain("back-at-peak");
  expect(peak.codes).not.toContain("restore");
  const order: ControlEvent = {
    event: "order",
    at: peak.now.at,
    by: "alice",
    order: { kind: "restore", location: "a" },
  };
  const words = control(peak.now, order).effects.flatMap((effect: ControlEffect) =>
    effect.kind === "say" ? [effect.words.what] : [],
  );
  expect(words.join()).toContain("a gets its users back");
  expect(
    ticksOn(
      state,
      dayOf(at, () => 1900),
      8,
    ).codes,
  ).toContain("restore");
  expect(
    ticksOn(
      state,
      dayOf(at, (hour) => (hour < 12 ? 1000 : 2600)),
      8,
    ).codes,
  ).toContain("restore");
});

test("a day is known after 24 hours, and what is older is forgotten", () => {
  let hours: readonly HourMost[] = [];
  for (let hour = 0; hour < 60; hour++) {
    hours = withHour(hours, { at: hour * HOUR_MS, rps: 500 + hour });
    hours = withHour(hours, { at: hour * HOUR_MS + 1000, rps: 100 });
    if (hour < 23) expect(isPeak(hours, 1e6)).toBe(false);
  }
  expect(hours.map(({ hour }) => hour)).toEqual(Array.from({ length: 24 }, (_, index) => 36 + index));
  expect(hours.at(-1)).toEqual({ hour: 59, mostRps: 559 });
});

test("I16: who is left again soon after it had its users back waits, twice as long each time, at most 30 min", () => {
  const made = almostProven();
  made.run(45);
  expect(made.state().places["a"]).toMatchObject({ state: "serving", failedBacks: 0 });
  made.heard();
  made.health.set("a", SICK);
  made.run(12);
  expect(codesOf(made)).toContain("left-again");
  const { failedBacks, backNotBefore } = made.state().places["a"]!;
  expect(failedBacks).toBe(1);
  made.health.delete("a");
  made.run(40);
  expect(codesOf(made)).toContain("back-waits");
  made.run(25);
  expect(codesOf(made)).toContain("restore");
  expect(made.state().at).toBeGreaterThan(backNotBefore);
});

test.each([
  [2, 60_000, 240_000],
  [40, 60_000, 1_800_000],
])("after %i failures %i ms after it was restored, the next try waits %i ms", (failures, agoMs, waitsMs) => {
  const { state, at } = leftAgain(failures, agoMs);
  expect(state.places["a"]!.backNotBefore - at).toBe(waitsMs);
});

test("who bore its users for a good while starts afresh", () => {
  const { state } = leftAgain(7, 600_000);
  expect(state.places["a"]).toMatchObject({ failedBacks: 0, restoredAt: null, backNotBefore: 0 });
});

/** A place that was restored so long ago after so many failures begins to be left. */
function leftAgain(failedBacks: number, agoMs: number): { readonly state: ControlState; readonly at: number } {
  const made = makeWorld(LOCATIONS);
  made.run(3);
  made.health.set("a", SICK);
  const before = made.state();
  const at = before.at + TICK_MS;
  const place = { ...before.places["a"]!, failedBacks, restoredAt: at - agoMs };
  let state: ControlState = { ...before, places: { ...before.places, a: place } };
  made.run(1);
  const since = made.log.slice(made.log.findLastIndex((event) => event.event === "tick" && event.at <= before.at) + 1);
  for (const event of since) {
    ({ state } = control(state, { ...event, at }));
    if (state.places["a"]!.leave !== null) break;
  }
  return { state, at };
}

test("where those who took them are too full, users are brought back at the peak too: that is the relief", () => {
  const { at, places, ...rest } = almostProven().state();
  const b = places["b"]!;
  const crowded = { ...places, b: { ...b, capacity: { ...b.capacity!, readyRps: 700 } } };
  const peak = dayOf(at, (hour) => (hour < 12 ? 1000 : 1900));
  expect(ticksOn({ at, places: crowded, ...rest }, peak, 8).codes).toContain("restore");
});

function approveAll(made: Made): number {
  const { questions } = made.state();
  for (const { id } of questions) made.order("p", { kind: "answer", question: id, choice: 1 });
  return questions.length;
}

test("answers go with the trouble that they were about", () => {
  const made = makeWorld(LOCATIONS, { mode: "approve" });
  made.run(3);
  made.health.set("a", SICK);
  made.run(2);
  expect(approveAll(made)).toBe(1);
  made.run(14);
  made.health.delete("a");
  made.run(16);
  expect(approveAll(made)).toBe(1);
  expect(Object.keys(made.state().answers)).toEqual(["leave:a:1", "restore:a:1"]);
  made.run(130);
  expect(made.state()).toMatchObject({ openIncidents: [], places: { a: { state: "serving", leave: null } } });
  expect(made.state().answers).toEqual({});
});
