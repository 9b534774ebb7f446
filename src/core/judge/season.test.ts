import { describe, expect, test } from "vitest";
import { binomial, poisson, seeded } from "../../../test/stories/judge-world.ts";
import { CEILING_ABOVE_BAR_NATS } from "./bar.ts";
import { newSeason, seeSeason } from "./season.ts";
import { closeLook, newStream, type Look, type Stream } from "./stream.ts";
import { relativeOf, weigh } from "./weigh.ts";

/** Monday 6 July 2026, midnight UTC. */
const MONDAY = Date.UTC(2026, 6, 6);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LOOK = 10_000;
const BAR = 20;
const SHAKY = 12;

type Ails = { readonly failing?: number; readonly slower?: number; readonly demand?: number };

/** Fifty requests a second of which one in a thousand fails, and 20 ms each; what ails it is the test's. */
function lives(stream: Stream, span: { from: number; hours: number }, ails: (at: number) => Ails, standing = false) {
  const random = seeded(span.from / HOUR);
  let worst = 0;
  for (let at = span.from + LOOK; at <= span.from + span.hours * HOUR; at += LOOK) {
    const { failing = 1, slower = 1, demand = 1 } = ails(at);
    const total = poisson(random, 500 * demand);
    const mean = Math.log(20 * slower) + 0.5 * (random() - 0.5) * 0.1;
    const look: Look = {
      at,
      overMs: LOOK,
      bad: binomial(random, total, 0.001 * failing),
      total,
      count: total,
      sum: mean * total,
      squares: (mean * mean + 0.25) * total,
      slow: 0,
    };
    Object.assign(stream.pending, look);
    weigh(stream, closeLook(stream, at), {
      at,
      barNats: BAR,
      ceilingNats: BAR + CEILING_ABOVE_BAR_NATS,
      elsewhere: undefined,
      othersSlower: 0,
      standing,
    });
    worst = Math.max(worst, relativeOf(stream));
  }
  return worst;
}

const hourOf = (at: number): number => (at % DAY) / HOUR;
const nightly =
  (ails: Ails) =>
  (at: number): Ails =>
    hourOf(at) >= 2 && hourOf(at) < 2.5 ? ails : {};

/** Twenty times as many by day as by night. */
const tide = (at: number): Ails => ({ demand: 1.1 - Math.cos((2 * Math.PI * hourOf(at)) / 24) });
const hourLater =
  (ails: (at: number) => Ails) =>
  (at: number): Ails =>
    ails(at - HOUR);
const days = (from: number, count: number): number[] => Array.from({ length: count }, (_, day) => from + day * DAY);

const anHour = (at: number): Ails => (hourOf(at) >= 14 && hourOf(at) < 15 ? { failing: 5 } : {});
const lookOf = (bad: number) => ({ bad, total: 10_000, count: 0, sum: 0 });

describe("a batch that fails five times as much each night at two", () => {
  const ails = nightly({ failing: 5 });
  const stream = newStream("cart", "cart", undefined);
  const nights = [0, 1, 2, 3, 4, 5, 6].map((day) => lives(stream, { from: MONDAY + day * DAY, hours: 24 }, ails));

  test("is a fault on its first two nights, and raises nobody from the third on, at the weekend neither", () => {
    expect(nights.slice(0, 2).every((nats) => nats > SHAKY)).toBe(true);
    expect(Math.max(...nights.slice(2))).toBeLessThan(SHAKY);
  });

  test("is a fault at two in the afternoon", () => {
    const other = structuredClone(stream);
    const afternoon = lives(other, { from: MONDAY + 7 * DAY, hours: 15 }, (at) =>
      hourOf(at) >= 14 ? { failing: 5 } : ails(at),
    );
    expect(afternoon).toBeGreaterThan(BAR);
  });

  test("does not hide what is worse than the batch", () => {
    const worse = lives(structuredClone(stream), { from: MONDAY + 7 * DAY, hours: 3 }, nightly({ failing: 20 }));
    expect(worse).toBeGreaterThan(BAR);
  });

  test("is no season any more when it was not seen for four weeks", () => {
    const other = structuredClone(stream);
    for (let day = 7; day < 40; day++) lives(other, { from: MONDAY + day * DAY, hours: 0.1 }, () => ({}));
    expect(lives(other, { from: MONDAY + 40 * DAY, hours: 3 }, ails)).toBeGreaterThan(SHAKY);
  });
});

test("a batch that makes it a third slower each night raises nobody from the third night on", () => {
  const stream = newStream("cart", "cart", undefined);
  const nights = [0, 1, 2, 3].map((day) =>
    lives(stream, { from: MONDAY + day * DAY, hours: 24 }, nightly({ slower: 1.33 })),
  );
  expect(nights[0]).toBeGreaterThan(BAR);
  expect(Math.max(...nights.slice(2))).toBeLessThan(SHAKY);
});

test("demand that comes an hour later, since clocks were put back, is no evidence", () => {
  const worstOf = (then: (at: number) => Ails): number => {
    const stream = newStream("cart", "cart", undefined);
    for (const from of days(MONDAY, 3)) lives(stream, { from, hours: 24 }, tide);
    return Math.max(...days(MONDAY + 3 * DAY, 3).map((from) => lives(stream, { from, hours: 24 }, then)));
  };
  const [later, asEver] = [worstOf(hourLater(tide)), worstOf(tide)];
  expect(later).toBeLessThan(SHAKY);
  expect(Math.abs(later - asEver)).toBeLessThan(2);
});

test("a batch that goes by people's clocks is suspected for two nights of the week and two of the weekend when they change", () => {
  const ails = nightly({ failing: 5 });
  const stream = newStream("cart", "cart", undefined);
  for (const from of days(MONDAY, 13)) lives(stream, { from, hours: 24 }, ails);
  const sunday = MONDAY + 13 * DAY;
  const nights = days(sunday, 9).map((from) => lives(stream, { from, hours: 4 }, hourLater(ails)) > SHAKY);
  expect(nights).toEqual([true, true, true, false, false, false, true, false, false]);
});

test("a fault of an hour is not learnt: the same hour of the next day is as suspect", () => {
  const stream = newStream("cart", "cart", undefined);
  lives(stream, { from: MONDAY, hours: 24 }, () => ({}));
  expect(lives(stream, { from: MONDAY + DAY, hours: 24 }, anHour)).toBeGreaterThan(BAR);
  expect(stream.usual.season.failing).toBe(0);
  expect(lives(stream, { from: MONDAY + 2 * DAY, hours: 24 }, anHour)).toBeGreaterThan(BAR);
});

test("what a standing verdict covers is not learnt, however often it comes back", () => {
  const stream = newStream("cart", "cart", undefined);
  for (let day = 0; day < 3; day++) {
    lives(stream, { from: MONDAY + day * DAY, hours: 2 }, () => ({}));
    lives(stream, { from: MONDAY + day * DAY + 2 * HOUR, hours: 0.5 }, () => ({ failing: 200 }), true);
    lives(stream, { from: MONDAY + day * DAY + 2.5 * HOUR, hours: 21.5 }, () => ({}));
  }
  expect(lives(stream, { from: MONDAY + 3 * DAY, hours: 3 }, nightly({ failing: 200 }))).toBeGreaterThan(BAR);
});

test("a season needs less than a kilobyte, and none where no hour is worse", () => {
  const season = newSeason();
  const ordinary = { failing: 0.001, latency: null };
  for (let at = MONDAY; at < MONDAY + 14 * DAY; at += 60_000)
    seeSeason(season, lookOf(10), { at, standing: false, ordinary });
  expect(season.rows).toBeNull();
  for (let at = MONDAY + 14 * DAY; at < MONDAY + 42 * DAY; at += 60_000)
    seeSeason(season, lookOf(100), { at, standing: false, ordinary });
  expect(season.rows?.byteLength).toBeLessThan(1024);
  expect(season.used).toBe(48);
});
