import { expect, test } from "vitest";
import { newEpisodes, note } from "./episodes.ts";

const said = { who: "it", location: "here", isCounted: true } as const;

test("one trouble is left once, however long it is said; an hour of quiet later it is another", () => {
  const episodes = newEpisodes();
  for (const second of [0, 10, 3000, 6000, 9599, 13_199]) note(episodes, { ...said, second }, [true, false]);
  expect(episodes.counts["it"]).toEqual([2, 0]);
});

test("other places and other settings have troubles of their own", () => {
  const episodes = newEpisodes();
  note(episodes, { ...said, second: 0 }, [true, false]);
  expect(note(episodes, { ...said, second: 5 }, [true, true])).toEqual([1]);
  expect(note(episodes, { ...said, location: "there", second: 9 }, [true, false])).toEqual([0]);
  expect(episodes.counts["it"]).toEqual([2, 1]);
});

test("what is said while the usual is learnt does not count, nor what goes on from then", () => {
  const episodes = newEpisodes();
  note(episodes, { ...said, second: 0, isCounted: false }, [true]);
  note(episodes, { ...said, second: 600 }, [true]);
  expect(episodes.counts["it"]).toEqual([0]);
});
