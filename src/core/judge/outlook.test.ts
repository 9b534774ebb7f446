import { expect, test } from "vitest";
import { madeWorld, passSecond, type World } from "../../../test/stories/judge-world.ts";
import type { Outlook } from "../summary.ts";
import type { Verdict } from "../verdict.ts";
import { initialJudge, judge } from "./judge.ts";

const HERE = "us-east-1";
const SLOW = { timeout: 60_000 };

function calm(seed: number, rps: number): World {
  const world = madeWorld({ seed, rps, names: [HERE, "us-east-2", "us-west-2"] });
  for (let second = 0; second < 70; second++) passSecond(world);
  return world;
}

const outlookOf = (world: World): Outlook => world.summaries.get(HERE)!.own.outlook!;
const here = (verdicts: readonly Verdict[]): Verdict => verdicts.find(({ location }) => location === HERE)!;

const mean = (all: readonly number[]): number => all.reduce((sum, each) => sum + each, 0) / all.length;

/** Seconds until it is so, 300 at most. */
function until(world: World, isSo: (verdict: Verdict) => boolean): number {
  for (let seconds = 1; seconds < 300; seconds++) if (isSo(here(passSecond(world)))) return seconds;
  return 300;
}

test("a fault becomes certain about as soon as was said before anybody saw it", SLOW, () => {
  for (const rps of [10, 60]) {
    const [said, took] = [0, 0].map(() => [] as number[]) as [number[], number[]];
    for (let seed = 1; seed <= 5; seed++) {
      const world = calm(seed, rps);
      const { fault } = outlookOf(world);
      expect(fault).toMatchObject({ service: "edge", failing: 0.05 });
      said.push(fault!.seconds);
      world.ails = (location, service) => (location === HERE && service === "edge" ? { fails: 0.05 } : {});
      took.push(until(world, ({ evidenceNats, barNats }) => evidenceNats >= barNats));
    }
    expect(mean(took) / mean(said)).toBeGreaterThan(0.6);
    expect(mean(took) / mean(said)).toBeLessThan(1.6);
  }
});

test("while the evidence grows its pace is told, and what is missing comes about then", SLOW, () => {
  const world = calm(2, 20);
  world.ails = (location, service) => (location === HERE && service === "edge" ? { fails: 0.05 } : {});
  until(world, ({ evidenceNats, barNats }) => evidenceNats >= barNats / 2);
  const change = here(passSecond(world)).wouldChange?.[0];
  expect(change).toMatchObject({ to: "failing" });
  expect(change?.says).toMatch(/nats more: at the pace of the last seconds, \d\.\d a second, in about \d+ s$/);
  const took = until(world, ({ evidenceNats, barNats }) => evidenceNats >= barNats);
  expect(took / change!.seconds!).toBeGreaterThan(0.3);
  expect(took / change!.seconds!).toBeLessThan(3);
});

test("a failing place is well again after the proof that was asked for, and no sooner than was said", SLOW, () => {
  const world = calm(3, 60);
  world.ails = (location, service) => (location === HERE && service === "edge" ? { fails: 0.2 } : {});
  until(world, ({ verdict }) => verdict === "failing");
  const verdict = here(passSecond(world));
  const change = verdict.wouldChange?.find(({ to }) => to === "healthy");
  expect(change?.says).toMatch(
    /^5\.0 nats of proof that edge is well: \d+ s as usual at least; what counts is fewer than/,
  );
  const { failingBelow } = outlookOf(world).recovery!;
  expect(failingBelow).toBeGreaterThan(0.005);
  expect(failingBelow).toBeLessThan(0.2);
  world.ails = () => ({});
  const took = until(world, (each) => each.verdict === "healthy");
  expect(took).toBeGreaterThanOrEqual(change!.seconds!);
  expect(took).toBeLessThan(change!.seconds! + 10);
});

test("seconds with more failures than were named prove nothing", SLOW, () => {
  const world = calm(4, 200);
  let fails = 0.2;
  world.ails = (location, service) => (location === HERE && service === "edge" ? { fails } : {});
  until(world, ({ verdict }) => verdict === "failing");
  // How bad it was is known when it has lasted.
  for (let second = 0; second < 15; second++) passSecond(world);
  fails = outlookOf(world).recovery!.failingBelow! * 1.5;
  expect(until(world, ({ verdict }) => verdict === "healthy")).toBe(300);
});

test(
  "where counters come each 15 s no fault is said to be certain sooner than the next time that they come",
  SLOW,
  () => {
    const { estate } = madeWorld({ seed: 1, rps: 60, names: [HERE, "us-east-2", "us-west-2"] });
    let { state } = judge(initialJudge(), { event: "config", at: 0, location: HERE, estate });
    let newest: Outlook | undefined;
    for (let second = 1; second <= 600; second++) {
      const at = second * 1000;
      if (second % 15 === 0) {
        const counted = { good: 900, total: 900, overMs: 15_000 };
        const reading = { at, location: HERE, service: "edge", signal: "requests", ...counted } as const;
        ({ state } = judge(state, { event: "readings", at, readings: [reading] }));
      }
      const { effects } = judge(state, { event: "tick", at });
      newest = effects[0]?.summary.own.outlook;
    }
    expect(newest?.fault?.seconds).toBe(15);
  },
);
