import { expect, test } from "vitest";
import { madeFullPlan, madePlan, madeView } from "../../made-data/plan.ts";
import { madeEstate } from "../../made-data/stack.ts";
import { growSentence, planSentence, summarisePlan, worstFirst } from "./plan-summary.ts";

const loss = (name: string, answer = madePlan) => ({ name, summary: summarise(answer), medianMs: 9 });
const summarise = (answer = madePlan) => summarisePlan({ answer, estate: madeEstate, locations: madeView.locations });

test("the sentence on top says how much goes where, how full that makes them, and who finds no place", () => {
  expect(planSentence(summarise(), madePlan.addedMs)).toBe(
    "If us-east-1 went now: 1,180 rps to 3 places, highest 71 % full, +9 ms median; 60 rps would find no place.",
  );
  const fits = { ...madePlan, unserved: [] };
  expect(planSentence(summarise(fits), fits.addedMs)).toMatch(/everyone fits\.$/);
});

test("who serves nobody leaves nothing behind", () => {
  const idle = { ...madePlan, moves: [], unserved: [], grow: [] };
  expect(planSentence(summarise(idle), idle.addedMs)).toBe(
    "If us-east-1 went now: nothing would move, it serves nobody.",
  );
  const nowhere = { ...madePlan, moves: [] };
  expect(planSentence(summarise(nowhere), nowhere.addedMs)).toBe(
    "If us-east-1 went now: nobody could take its 60 rps.",
  );
});

test("without a question it says whether a better plan exists", () => {
  const better = { ...madePlan, without: null, unserved: [] };
  expect(planSentence(summarise(better), better.addedMs)).toBe(
    "As things are: 1,240 rps would be better off elsewhere, +9 ms median.",
  );
  const none = { ...better, moves: [] };
  expect(planSentence(summarise(none), none.addedMs)).toBe("As things are: nobody would be better off elsewhere.");
});

test("receivers come fullest first, with what they take of each class and zone, and how much further that is", () => {
  const { receivers, classes, makesRoomRps, others } = summarise();
  expect(receivers.map(({ name }) => name)).toEqual(["us-east-2", "ca-central-1", "us-central1"]);
  expect(classes).toEqual(["public", "editor", "internal"]);
  expect(receivers[1]).toMatchObject({ takesRps: 414, growsToRps: 1864 });
  expect([...receivers[1]!.byClass]).toEqual([
    ["public", 370],
    ["internal", 44],
  ]);
  expect(receivers[0]!.zones[0]).toEqual({ zone: "us-mid-atlantic", rps: 420, addedMs: 11 });
  // Canada's own users go on to us-central1, so that New York's find room.
  expect(makesRoomRps).toBe(60);
  expect(others.map(({ name }) => name)).toEqual(["ap-northeast-1", "eu-west-1"]);
});

test("what finds no place is told by class, the highest first, and why", () => {
  expect(summarise().unserved).toEqual([
    { class: "editor", rps: 60, zones: ["us-northeast"], why: "its only writer database is in us-east-1" },
  ]);
  expect(summarise(madeFullPlan).unserved.map(({ class: name, rps, why }) => [name, rps, why])).toEqual([
    ["public", 190, "no place that law allows has room"],
    ["internal", 260, null],
  ]);
});

test("what must grow first is said with what is ready now", () => {
  expect(growSentence(summarise())).toBe(
    "First grow us-east-2 from 1,140 to 2,005 rps and ca-central-1 from 1,180 to 1,864 rps.",
  );
  expect(growSentence(summarise({ ...madePlan, grow: [] }))).toBeNull();
});

test("of all losses the one that leaves most without a place comes first, then the one that fills the others most", () => {
  const fits = { ...madePlan, unserved: [] };
  const fuller = { ...fits, utilisationAfter: { ...fits.utilisationAfter, "us-east-2": 0.8 } };
  const losses = [loss("d", fits), loss("c", fuller), loss("a", fits), loss("b", madeFullPlan), loss("e")];
  expect(losses.sort(worstFirst).map(({ name }) => name)).toEqual(["b", "e", "c", "a", "d"]);
});
