import { describe, expect, test } from "vitest";
import { seeded } from "../../../test/stories/judge-world.ts";
import { HOURS_TO_PROVE, promiseWords } from "../verdict.ts";
import { newPast, proofOf, seePast, type Asked, type Seen } from "./past.ts";

const A_DAY = 144;
const ASKED: Asked = { barNats: 20, perYear: 1 / 15, marks: [] };
const STRETCH_MS = 600_000;
/** A past that can be told from no chance of its own in four weeks. */
const STILL: readonly number[] = Array.from({ length: 28 * A_DAY }, () => 0);

/** Ten minutes' peaks as an exponential tail of a mean excess makes them. */
function peaksOf(days: number, excess: number, seed = 1): number[] {
  const random = seeded(seed);
  return Array.from({ length: days * A_DAY }, () => Math.min(30, 1 - excess * Math.log(random())));
}

/** One stretch after the other, each with its peak; evidence is kept up to the ceiling. */
const seenOf = (peaks: readonly number[], ceilingNats = 30): Seen => ({
  numbers: peaks.map((_, number) => number),
  peaks: [...peaks],
  ceilings: peaks.flatMap((peak, number) => (peak >= ceilingNats ? [number] : [])),
});

const proven = (peaks: readonly number[], asked = ASKED) => proofOf(seenOf(peaks), asked);
const mark = (was: "fault" | "chance", from: number, until: number) => ({
  from: from * STRETCH_MS,
  until: until * STRETCH_MS,
  was,
});

test("before a day was watched there is no proof", () => {
  expect(proven(peaksOf(1, 1).slice(1), ASKED)).toBeNull();
  expect(proven(peaksOf(1, 1), ASKED)).not.toBeNull();
});

test("who watched HOURS_TO_PROVE lacks a proof only where too much is left out as faults", () => {
  const peaks = peaksOf(HOURS_TO_PROVE / 24, 1);
  expect(proven(peaks)).not.toBeNull();
  expect(proven(peaks.map((peak, i) => (i < 80 ? 30 : peak)))).toBeNull();
});

describe("a past whose evidence falls as it must, by e for each nat", () => {
  test("is certified after a day, and after four weeks with the bar as the budget sets it", () => {
    expect(proven(peaksOf(1, 1), ASKED)).toMatchObject({ days: 1, raised: 0, holds: true });
    expect(proven(peaksOf(28, 1), ASKED)).toMatchObject({ days: 28, raised: 0, raisedNats: 0, holds: true });
  });

  test("holds at most what it says, in 19 of 20 pasts at least", () => {
    // The truth of this tail: each ten minutes pass x nats with probability e^-(x - 1).
    const truth = 365 * A_DAY * Math.exp(-(ASKED.barNats - 1));
    let held = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const proof = proven(peaksOf(7, 1, seed), { ...ASKED, perYear: 1000 });
      if (proof !== null && proof.holdsPerYear >= truth) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(95);
  });
});

test("a past that strays half as far again raises the bar until what was asked holds", () => {
  const proof = proven(peaksOf(28, 1.5), ASKED);
  expect(proof).toMatchObject({ holds: true });
  expect(proof?.raisedNats).toBeGreaterThan(1);
  expect(proof?.holdsPerYear).toBeLessThanOrEqual(ASKED.perYear);
});

test("a past that strays too far is not certified, and the bar is raised no further than its limit", () => {
  expect(proven(peaksOf(28, 3), ASKED)).toMatchObject({ holds: false, raisedNats: 6 });
});

test("an hour's fault is counted as a raise, and is no chance that the bar must be kept from", () => {
  const quiet = peaksOf(7, 1);
  const faulty = quiet.map((peak, i) => (i >= 500 && i < 506 ? 30 : peak));
  expect(proven(faulty, ASKED)).toMatchObject({ raised: 1, holds: true });
  expect(proven(faulty, ASKED)?.raisedNats).toBeLessThanOrEqual((proven(quiet, ASKED)?.raisedNats ?? 0) + 0.5);
});

test("evidence that passes the bar a little, again and again, is chance and raises the bar", () => {
  const often = peaksOf(7, 1).map((peak, i) => (i % 100 === 50 ? 21 : peak));
  const proof = proven(often, ASKED);
  expect(proof?.raised).toBe(10);
  expect(proof?.raisedNats).toBeGreaterThan(2);
});

describe("a fault that mended itself below the ceiling", () => {
  const still = proven(STILL);
  const withEpisode = (from: number, nats: readonly number[], peaks = STILL) =>
    peaks.with(from, nats[0] ?? 0).map((peak, i) => nats[i - from] ?? peak);

  test.each([12, 16, 20, 24, 28])(
    "of %d nats costs a place that is otherwise still no nat of its bar, and is said",
    (nats) => {
      const proof = proven(withEpisode(2000, [nats]));
      expect(proof).toMatchObject({ holds: true, raisedNats: 0, leftOut: 1, raised: nats >= 20 ? 1 : 0 });
      expect(proof?.holdsPerYear).toBeCloseTo(still?.holdsPerYear ?? 0, 6);
    },
  );

  test("is one, however many neighbouring ten minutes it lasted and whether it dipped in between", () => {
    const proof = proven(withEpisode(2000, [9, 14, 25, 1, 24, 22, 13]));
    expect(proof).toMatchObject({ holds: true, raisedNats: 0, leftOut: 6 });
  });

  test("is no chance either where chance is busy", () => {
    const busy = peaksOf(28, 1);
    expect(proven(withEpisode(2000, [25, 27], busy))?.raisedNats).toBe(proven(busy)?.raisedNats);
  });

  test("counts as chance when it comes a second time, until a person says that it was a fault", () => {
    const twice = withEpisode(3000, [22], withEpisode(2000, [24, 21]));
    expect(proven(twice)?.raisedNats).toBeGreaterThan(2);
    expect(proven(twice, { ...ASKED, marks: [mark("fault", 3000, 3000.5)] })).toMatchObject({
      holds: true,
      raisedNats: 0,
      leftOut: 5,
    });
  });

  test("counts when a person says that it was chance", () => {
    const once = withEpisode(2000, [24]);
    expect(proven(once, { ...ASKED, marks: [mark("chance", 1999.5, 2001)] })).toMatchObject({
      holds: false,
      leftOut: 0,
    });
  });
});

test("a run of neighbours in a past of pure chance is not one episode: the declustered tail keeps its promise", () => {
  const truth = 365 * A_DAY * Math.exp(-(ASKED.barNats - 1));
  for (let seed = 1; seed <= 20; seed++) {
    const proof = proven(peaksOf(28, 1, seed), { ...ASKED, perYear: 1000 });
    expect(proof?.leftOut).toBe(0);
    expect(proof?.holdsPerYear).toBeGreaterThanOrEqual(truth);
  }
});

describe("what rose to the ceiling", () => {
  const needless = [500, 1500, 2500].reduce((peaks, at) => peaks.with(at, 30), [...STILL]);

  test("is left out with its neighbours, and how much was is said", () => {
    expect(proven(needless)).toMatchObject({ raised: 3, leftOut: 9, holds: true, raisedNats: 0 });
  });

  test("counts where a person marked the move needless, and the promise does not hold", () => {
    const marks = [500, 1500, 2500].map((at) => mark("chance", at, at + 1));
    expect(proven(needless, { ...ASKED, marks })).toMatchObject({ raised: 3, leftOut: 0, holds: false });
  });

  test("is what reached the ceiling in force: with a raised bar the budget's is no ceiling", () => {
    const often = peaksOf(28, 1.5).map((peak, i) => (i % 1000 === 500 ? 29.5 : peak));
    // The one that is left out is the highest, as an outlier.
    expect(proofOf(seenOf(often, 36), ASKED)).toMatchObject({ raised: 4, leftOut: 1 });
    expect(proofOf(seenOf(often, 29), ASKED)).toMatchObject({ raised: 4, leftOut: 12 });
  });
});

test("four weeks are kept, and ten minutes of which half was not seen are left out", () => {
  const past = newPast();
  for (let minute = 0; minute < 30 * 24 * 60; minute++)
    seePast(past, { at: minute * 60_000, nats: 1, atCeiling: false, lookMs: 60_000 }, ASKED);
  expect(past.peaks).toHaveLength(28 * A_DAY);
  const seldom = newPast();
  for (let at = 0; at < 24 * 3_600_000; at += 5 * 60_000)
    seePast(seldom, { at, nats: 1, atCeiling: false, lookMs: 60_000 }, ASKED);
  expect(seldom.peaks).toEqual([]);
});

describe("P5: when a clock that was ahead is put right", () => {
  const DAY_MS = 86_400_000;
  const watched = (past: ReturnType<typeof newPast>, from: number, days: number, nats: number): void => {
    for (let at = from; at < from + days * DAY_MS; at += 60_000)
      seePast(past, { at, nats, atCeiling: nats > 20, lookMs: 60_000 }, ASKED);
  };

  test("what it dated ahead is forgotten, and no ten minutes are there twice", () => {
    const past = newPast();
    watched(past, 0, 2, 1);
    watched(past, 9 * DAY_MS, 0.25, 30);
    expect([past.numbers.length, past.ceilings.length]).toEqual([2.25 * A_DAY - 1, 0.25 * A_DAY - 1]);
    watched(past, 1.5 * DAY_MS, 2, 1);
    const known = Array.from({ length: 3.5 * A_DAY - 1 }, (_, number) => number);
    expect([past.numbers, past.ceilings]).toEqual([known, []]);
    expect(past.peaks).toHaveLength(known.length);
  });

  test("a proof that rests on what is forgotten is gone with it", () => {
    const past = newPast();
    watched(past, 9 * DAY_MS, 2, 1);
    expect(past.proof).not.toBeNull();
    watched(past, 0, 0.01, 1);
    expect([past.proof, past.numbers]).toEqual([null, [0]]);
  });
});

test("is said in a sentence", () => {
  const proof = {
    days: 9,
    raised: 1,
    leftOut: 0,
    askedPerYear: 0.067,
    holdsPerYear: 0.04,
    raisedNats: 1.5,
    holds: true,
  };
  expect(promiseWords({ promise: "certified", proof })).toBe(
    "promise certified: asked 0.067 needless moves a year here, holds 0.04 by its own 9 days, which would have raised once; the bar is raised by 1.5 nats for it",
  );
  expect(promiseWords({ promise: "certified", proof: { ...proof, raised: 0, raisedNats: 0, leftOut: 3 } })).toBe(
    "promise certified: asked 0.067 needless moves a year here, holds 0.04 by its own 9 days; 3 of its ten minutes are left out as faults",
  );
  expect(promiseWords({ promise: "none" })).toBe("no promise: without a day of its own past");
});
