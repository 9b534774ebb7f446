import { expect, test } from "vitest";
import type { ControlView, LocationView } from "../control-contract.ts";
import { newProofBook, observeCarried, provenLearntOf, provenOf, takeUpProven } from "./proof-book.ts";

const DAY_MS = 86_400_000;
const MORNING = Date.UTC(2026, 10, 12, 8);
const objective = { errorRatio: 0.001, slowMs: 1000, burnRate: 5 };

const served = (name: string, at: number, servedRps: number, more: object = {}) =>
  ({
    name,
    servedRps,
    shedRps: 0,
    failedRatio: 0.0005,
    verdict: { verdict: "healthy" },
    summaryAt: at - 1000,
    ...more,
  }) as unknown as LocationView;

/** A minute of looks, and the first of the next that closes it. */
function minute(book: ReturnType<typeof newProofBook>, from: number, rps: readonly number[], more: object = {}): void {
  const looks = [...rps, 0];
  for (const [index, each] of looks.entries()) {
    const at = index < rps.length ? from + (index * 60_000) / rps.length : from + 60_000;
    const view = { locations: [served("east", at, each, more)] } as unknown as ControlView;
    observeCarried(book, { at, view, objective });
  }
}

test("what was served all through a minute was carried, dated by that minute, and the most of thirty days counts", () => {
  const book = newProofBook();
  minute(book, MORNING, [400, 420, 500, 410, 405, 430]);
  minute(book, MORNING + DAY_MS, [300, 300, 300, 300, 300, 300]);
  expect(provenOf(book, MORNING + DAY_MS)).toEqual([{ location: "east", rps: 400, at: MORNING }]);
  expect(provenOf(book, MORNING + 30 * DAY_MS)).toEqual([{ location: "east", rps: 300, at: MORNING + DAY_MS }]);
  expect(provenOf(book, MORNING + 31 * DAY_MS)).toEqual([]);
});

test.each([
  ["a look that finds it ill", { verdict: { verdict: "shaky" } }],
  ["requests that are shed", { shedRps: 5 }],
  ["more failures than one puts up with", { failedRatio: 0.006 }],
  ["a summary that is old", { summaryAt: 0 }],
])("%s proves nothing", (_, more) => {
  const book = newProofBook();
  minute(book, MORNING, [400, 400, 400, 400, 400, 400], more);
  expect(provenOf(book, MORNING + 60_000)).toEqual([]);
});

test("a minute that was hardly looked at proves nothing", () => {
  const book = newProofBook();
  minute(book, MORNING, [400, 400, 400]);
  expect(provenOf(book, MORNING + 60_000)).toEqual([]);
});

test("what an earlier life saw is taken up, and keeps to one best minute a day", () => {
  const [first, second] = [newProofBook(), newProofBook()];
  minute(first, MORNING, [400, 400, 400, 400, 400, 400]);
  minute(second, MORNING + 600_000, [350, 350, 350, 350, 350, 350]);
  takeUpProven(second, provenLearntOf(first, MORNING + 60_000));
  expect(provenOf(second, MORNING + 660_000)).toEqual([{ location: "east", rps: 400, at: MORNING }]);
  expect(provenLearntOf(second, MORNING).places[0]!.days).toHaveLength(1);
});
