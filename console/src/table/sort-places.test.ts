import { expect, test } from "vitest";
import type { Place } from "../picture/picture.ts";
import { nextSorting, readSorting, sortedPlaces, sortingText, WORST_FIRST } from "./sort-places.ts";

const place = (name: string, more: Partial<Place> = {}): Place => ({
  name,
  state: "serving",
  verdict: "healthy",
  cause: null,
  isHeld: false,
  silent: null,
  demandRps: 100,
  servedRps: 100,
  readyRps: 200,
  failedRatio: 0,
  movedShare: 0,
  ...more,
});
const names = (places: readonly Place[]) => places.map(({ name }) => name);

test("worst first: failing before shaky before those that are away, equals by name, however busy", () => {
  const places = [
    place("fine-b"),
    place("away", { state: "evacuated" }),
    place("shaky", { verdict: "shaky" }),
    place("fine-busy", { demandRps: 900 }),
    place("failing", { verdict: "failing" }),
    place("left", { verdict: "failing", state: "draining" }),
    place("fine-a"),
  ];
  expect(names(sortedPlaces(places, WORST_FIRST))).toEqual([
    "left",
    "failing",
    "shaky",
    "away",
    "fine-a",
    "fine-b",
    "fine-busy",
  ]);
});

test("a column's head sorts by it, largest first but for names; a second click turns it round", () => {
  const places = [place("b", { failedRatio: 0.2 }), place("a", { failedRatio: 0.1, servedRps: 900 }), place("c")];
  const byFailed = nextSorting(WORST_FIRST, "failed");
  expect(names(sortedPlaces(places, byFailed))).toEqual(["b", "a", "c"]);
  expect(names(sortedPlaces(places, nextSorting(byFailed, "failed")))).toEqual(["c", "a", "b"]);
  expect(names(sortedPlaces(places, nextSorting(byFailed, "name")))).toEqual(["a", "b", "c"]);
  expect(names(sortedPlaces(places, { column: "used", isUp: false }))[0]).toBe("a");
});

test("what the browser kept is read back; nonsense is the worst first", () => {
  expect(readSorting(sortingText({ column: "used", isUp: true }))).toEqual({ column: "used", isUp: true });
  for (const text of [null, "", "<img>", "__proto__ up"]) expect(readSorting(text)).toEqual(WORST_FIRST);
});
