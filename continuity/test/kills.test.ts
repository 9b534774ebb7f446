import { expect, test } from "vitest";
import { killRounds } from "./kills.ts";

// Each test: real processes, a real journal file, a real bank that deduplicates nothing, requests cut at all
// seventeen points. The long forms are in bench/continuity.
// Some seconds; many times that on a machine that does much else.
const budgetMs = 300_000;

test("kill -9 at each point: nothing lost, nothing doubled", { timeout: budgetMs }, async () => {
  const report = await killRounds({ kills: 68, kind: "askable", stop: false, atOnce: 2 });
  expect(report).toMatchObject({ requests: 68, lost: 0, doubled: 0, parked: 0 });
  expect(Object.keys(report.cutAt).length).toBeGreaterThanOrEqual(13);
});

test(
  "SIGSTOP at each point, SIGCONT after the take-over: nothing doubled, and both give one answer",
  { timeout: budgetMs },
  async () => {
    const report = await killRounds({ kills: 34, kind: "askable", stop: true, atOnce: 1 });
    expect(report).toMatchObject({ requests: 34, lost: 0, doubled: 0, parked: 0, disagreed: 0 });
    expect(report.sleepersWrites.written).toBe(0);
    expect(report.sleepersWrites.refused).toBeGreaterThan(0);
  },
);

test("once: in doubt it parks for a person, and is never repeated", { timeout: budgetMs }, async () => {
  const report = await killRounds({ kills: 17, kind: "once", stop: false, atOnce: 1 });
  expect(report).toMatchObject({ requests: 17, lost: 0, doubled: 0, repeated: 0 });
  // The twelve points between an intent and its result; a slow machine may let more steps run out of time.
  expect(report.parked).toBeGreaterThanOrEqual(12);
});

test("the canary: calling a bank idempotent that is not, doubles", { timeout: budgetMs }, async () => {
  const report = await killRounds({ kills: 17, kind: "idempotent", stop: false, atOnce: 1 });
  expect(report.doubled).toBeGreaterThan(0);
});
