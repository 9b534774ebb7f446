import { describe, expect, test } from "vitest";
import { seeded } from "../../../test/stories/judge-world.ts";
import { promiseWords } from "../verdict.ts";
import { newPast, proofOf, seePast } from "./past.ts";

const A_DAY = 144;
const ASKED = { barNats: 20, perYear: 1 / 15 };

/** Ten minutes' peaks as an exponential tail of a mean excess makes them. */
function peaksOf(days: number, excess: number, seed = 1): number[] {
  const random = seeded(seed);
  return Array.from({ length: days * A_DAY }, () => Math.min(30, 1 - excess * Math.log(random())));
}

test("before a day was watched there is no proof", () => {
  expect(proofOf(peaksOf(1, 1).slice(1), ASKED)).toBeNull();
  expect(proofOf(peaksOf(1, 1), ASKED)).not.toBeNull();
});

describe("a past whose evidence falls as it must, by e for each nat", () => {
  test("is certified after a day, and after four weeks with the bar as the budget sets it", () => {
    expect(proofOf(peaksOf(1, 1), ASKED)).toMatchObject({ days: 1, raised: 0, holds: true });
    expect(proofOf(peaksOf(28, 1), ASKED)).toMatchObject({ days: 28, raised: 0, raisedNats: 0, holds: true });
  });

  test("holds at most what it says, in 19 of 20 pasts at least", () => {
    // The truth of this tail: each ten minutes pass x nats with probability e^-(x - 1).
    const truth = 365 * A_DAY * Math.exp(-(ASKED.barNats - 1));
    let held = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const proof = proofOf(peaksOf(7, 1, seed), { ...ASKED, perYear: 1000 });
      if (proof !== null && proof.holdsPerYear >= truth) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(95);
  });
});

test("a past that strays half as far again raises the bar until what was asked holds", () => {
  const proof = proofOf(peaksOf(28, 1.5), ASKED);
  expect(proof).toMatchObject({ holds: true });
  expect(proof?.raisedNats).toBeGreaterThan(1);
  expect(proof?.holdsPerYear).toBeLessThanOrEqual(ASKED.perYear);
});

test("a past that strays too far is not certified, and the bar is raised no further than its limit", () => {
  expect(proofOf(peaksOf(28, 3), ASKED)).toMatchObject({ holds: false, raisedNats: 6 });
});

test("an hour's fault is counted as a raise, and is no chance that the bar must be kept from", () => {
  const quiet = peaksOf(7, 1);
  const faulty = quiet.map((peak, i) => (i >= 500 && i < 506 ? 30 : peak));
  expect(proofOf(faulty, ASKED)).toMatchObject({ raised: 1, holds: true });
  expect(proofOf(faulty, ASKED)?.raisedNats).toBeLessThanOrEqual((proofOf(quiet, ASKED)?.raisedNats ?? 0) + 0.5);
});

test("evidence that passes the bar a little, again and again, is chance and raises the bar", () => {
  const often = peaksOf(7, 1).map((peak, i) => (i % 100 === 50 ? 21 : peak));
  const proof = proofOf(often, ASKED);
  expect(proof?.raised).toBe(10);
  expect(proof?.raisedNats).toBeGreaterThan(2);
});

test("four weeks are kept, and ten minutes of which half was not seen are left out", () => {
  const past = newPast();
  for (let minute = 0; minute < 30 * 24 * 60; minute++)
    seePast(past, { at: minute * 60_000, nats: 1, lookMs: 60_000 }, ASKED);
  expect(past.peaks).toHaveLength(28 * A_DAY);
  const seldom = newPast();
  for (let at = 0; at < 24 * 3_600_000; at += 5 * 60_000) seePast(seldom, { at, nats: 1, lookMs: 60_000 }, ASKED);
  expect(seldom.peaks).toEqual([]);
});

test("is said in a sentence", () => {
  const proof = { days: 9, raised: 1, askedPerYear: 0.067, holdsPerYear: 0.04, raisedNats: 1.5, holds: true };
  expect(promiseWords({ promise: "certified", proof })).toBe(
    "promise certified: asked 0.067 needless moves a year here, holds 0.04 by its own 9 days, which would have raised once; the bar is raised by 1.5 nats for it",
  );
  expect(promiseWords({ promise: "none" })).toBe("no promise: without a day of its own past");
});
