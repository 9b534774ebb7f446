import { expect, test } from "vitest";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { chosenWords, filterChoices } from "./choose-words.ts";

const words: readonly TimelineEntry[] = [
  { id: "d", at: 40, level: "info", what: "a minute" },
  { id: "c", at: 30, level: "change", what: "out", location: "east", incident: 47 },
  { id: "b", at: 20, level: "change", what: "moved", location: "west", incident: 47 },
  { id: "a", at: 10, level: "change", what: "held", location: "east" },
];
const ids = (filter: string | null, until: number | null = null) =>
  chosenWords(words, { filter, until }).map(({ id }) => id);

test("of everything, of a location, of an incident; up to a moment", () => {
  expect(ids(null)).toEqual(["d", "c", "b", "a"]);
  expect(ids("east")).toEqual(["c", "a"]);
  expect(ids("incident 47")).toEqual(["c", "b"]);
  expect(ids("east", 29)).toEqual(["a"]);
  expect(ids("nowhere")).toEqual([]);
});

test("a permalink to what is no longer known still shows what it asks for", () => {
  const known = { locations: ["east"], incidents: [47], chosen: null };
  expect(filterChoices(known).map(({ value }) => value)).toEqual(["incident 47", "east"]);
  expect(filterChoices({ ...known, chosen: "east" }).length).toBe(2);
  expect(filterChoices({ ...known, chosen: "incident 12" })[0]).toEqual({
    value: "incident 12",
    words: "about incident 12",
  });
});
