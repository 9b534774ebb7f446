import { expect, test } from "vitest";
import { isWellWatched, watchedLines, type ReachedWatch } from "./check-watch.ts";

const well: ReachedWatch = {
  reached: true,
  says: null,
  silent: [],
  countsFailures: true,
  strangers: {},
  refused: [],
};

test("a Prometheus that counts what was asked for is well, in one line", () => {
  expect(watchedLines(well)).toEqual(["the Prometheus answers, and has numbers of every location"]);
  expect(isWellWatched(well)).toBe(true);
});

test("a query that finds nothing is named: of good requests that is an error, of failed ones it may be luck", () => {
  const silent = { ...well, silent: ["east", "west"] };
  expect(watchedLines(silent)).toEqual([
    "the Prometheus answers, and counts no requests of east, west: look at `good` and `bad` of watch.prometheus",
  ]);
  expect(isWellWatched(silent)).toBe(false);
  const lucky = { ...well, countsFailures: false };
  expect(watchedLines(lucky)).toEqual([
    "the Prometheus answers, and has numbers of every location",
    "`bad` of watch.prometheus finds nothing: right where no request has failed yet, else it is mistyped",
  ]);
  expect(isWellWatched(lucky)).toBe(true);
});
