import { expect, test } from "vitest";
import { madeWorld, passSecond, type World } from "../../../test/stories/judge-world.ts";
import { failingUsually } from "./usual.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const SLOW = { timeout: 60_000 };

/** Five newcomers without any baseline; one of them ails from its first second. */
function newcomers(fails: number, seconds: number): { world: World; failedAfter: number | null } {
  const world = madeWorld({ seed: 8, names: NAMES, baseline: null });
  world.ails = (location, service) => (location === "a" && service === "edge" ? { fails } : {});
  let failedAfter: number | null = null;
  for (let second = 1; second <= seconds; second++) {
    const verdicts = passSecond(world);
    if (verdicts.some(({ verdict, location }) => verdict === "failing" && location === "a")) failedAfter ??= second;
    expect(verdicts.filter(({ location, verdict }) => location !== "a" && verdict === "failing")).toEqual([]);
  }
  return { world, failedAfter };
}

const usualAt = (world: World): number => failingUsually(world.judges.get("a")!.streams.get("edge")!.usual);

test(
  "a newcomer that ails from its first second does not take that for the usual: it borrows the others'",
  SLOW,
  () => {
    const { world, failedAfter } = newcomers(0.2, 30);
    expect(failedAfter).toBeLessThan(20);
    expect(usualAt(world)).toBeLessThan(0.05);
  },
);

test("a newcomer twice as bad as the others is not suspected", SLOW, () => {
  expect(newcomers(0.0002, 60).failedAfter).toBeNull();
});

test("after ten minutes its own past is what counts: a place that is worse by nature is learnt", SLOW, () => {
  const { world } = newcomers(0.02, 12 * 60);
  expect(usualAt(world)).toBeGreaterThan(0.02);
  expect(world.judges.get("a")!.view.verdict).toBe("healthy");
});

test("a clock that is put right makes no newcomer of who has a past", SLOW, () => {
  const { world } = newcomers(0.02, 12 * 60);
  world.second -= 120;
  for (let second = 0; second < 30; second++) passSecond(world);
  expect(usualAt(world)).toBeGreaterThan(0.02);
  expect(world.judges.get("a")!.view.verdict).toBe("healthy");
});
