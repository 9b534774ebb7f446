import { expect, test } from "vitest";
import { newEpisodes, note } from "./episodes.ts";

const said = { who: "it", location: "here", isCounted: true } as const;

test("once an hour is counted however often it is said, and who never falls silent is wrong each hour", () => {
  const episodes = newEpisodes();
  for (const second of [0, 10, 3000, 3600, 7199, 7200]) note(episodes, { ...said, second }, [true, false]);
  expect(episodes.counts["it"]).toEqual([3, 0]);
});

test("other places and other settings have troubles of their own", () => {
  const episodes = newEpisodes();
  note(episodes, { ...said, second: 0 }, [true, false]);
  expect(note(episodes, { ...said, second: 5 }, [true, true])).toEqual([1]);
  expect(note(episodes, { ...said, location: "there", second: 9 }, [true, false])).toEqual([0]);
  expect(episodes.counts["it"]).toEqual([2, 1]);
});

test("what is said while the usual is learnt does not count, nor what goes on within the hour", () => {
  const episodes = newEpisodes();
  note(episodes, { ...said, second: 0, isCounted: false }, [true]);
  note(episodes, { ...said, second: 600 }, [true]);
  expect(episodes.counts["it"]).toEqual([0]);
});
