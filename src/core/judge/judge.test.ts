import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Reading } from "../reading.ts";
import { SUMMARY_BYTES_MAX } from "../summary.ts";
import { madeEstate, madeWorld, passSecond, poisson, binomial, seeded } from "../../../test/stories/judge-world.ts";
import { FAILURE_CAP_NATS, failureIncrements, grow, natsOf, newStatistic, SIZES } from "./evidence.ts";
import { initialJudge, judge } from "./judge.ts";

const AT = 1_700_000_000_000;
/** Seconds of work at most, but the machine may be busy. */
const SLOW = { timeout: 60_000 };

test(
  "J4: a summary fits 4 kB with 60 locations and 300 services of long, foreign names, and says the worst",
  SLOW,
  () => {
    const names = Array.from({ length: 60 }, (_, i) => `asia-ürümqi-東京-${i}`);
    const estate = { ...madeEstate(names), journeys: {} };
    const state = judge(initialJudge(), { event: "config", at: AT, location: names[0] ?? "", estate }).state;
    let last = 0;
    for (let second = 1; second <= 40; second++) {
      const at = AT + second * 1000;
      const readings: Reading[] = [];
      for (let i = 0; i < 300; i++) {
        const bad = second > 35 && i % 3 === 0 ? 30 : 0;
        readings.push({
          at,
          location: names[0] ?? "",
          service: `сервис-${i}-${"x".repeat(40)}`,
          signal: "requests",
          good: 100 - bad,
          total: 100,
        });
      }
      for (const to of names.slice(1))
        readings.push({
          at,
          location: to,
          signal: "probe",
          journey: "buy",
          ok: to !== names[7],
          ms: 9,
          why: "refused",
        });
      const effects = [
        ...judge(state, { event: "readings", at, readings }).effects,
        ...judge(state, { event: "tick", at }).effects,
      ];
      for (const { summary } of effects) {
        last = Buffer.byteLength(JSON.stringify(summary));
        expect(last).toBeLessThanOrEqual(SUMMARY_BYTES_MAX);
        expect(summary.sees[names[7] ?? ""]?.failedLooks).toBeGreaterThanOrEqual(1);
      }
    }
    expect(last).toBeGreaterThan(2000);
    expect(state.view.aloneNats).toBeGreaterThan(15);
  },
);

test("the rate of what it names as the cause is told, though many others are busier and worse", () => {
  const services = Array.from({ length: 30 }, (_, index) => `service-${index}`);
  const estate = {
    ...madeEstate(["a", "b", "c"]),
    journeys: { buy: { needs: services } },
    services: {
      ...Object.fromEntries(services.map((name) => [name, { layer: "service" as const, dependsOn: ["disk"] }])),
      disk: { layer: "resource" as const, dependsOn: [] },
    },
  };
  const { state } = judge(initialJudge(), { event: "config", at: AT, location: "a", estate });
  for (let second = 1; second <= 60; second += 1) {
    const at = AT + second * 1000;
    const of = (service: string, total: number, bad: number): Reading => ({
      at,
      location: "a",
      service,
      signal: "requests",
      good: total - bad,
      total,
    });
    const bad = second > 50 ? 30 : 0;
    const readings = [...services.map((name) => of(name, 100, bad)), of("disk", 5, 0)];
    judge(state, { event: "readings", at, readings });
    const [told] = judge(state, { event: "tick", at }).effects;
    if (second < 60) continue;
    const own = told?.summary.own;
    expect(own?.causes[0]?.name).toBe("disk");
    expect(own?.rates).toContainEqual({ service: "disk", bad: 0, total: 10, logMs: null });
    expect(own?.rates.length).toBeLessThan(services.length);
  }
});

test("the same events say the same, byte for byte", SLOW, () => {
  expect(playThreePlaces()).toBe(playThreePlaces());
});

function playThreePlaces(): string {
  const world = madeWorld({ seed: 5, names: ["a", "b", "c"], rps: 30 });
  world.ails = (place, service, second) => (place === "a" && service === "cart" && second > 30 ? { fails: 0.1 } : {});
  for (let i = 0; i < 45; i++) passSecond(world);
  return JSON.stringify([...world.summaries.values()]);
}

test("E1: one look adds at most its cap, however bad; E2: looks without failures add nothing but time", SLOW, () => {
  const increments = new Float32Array(SIZES);
  const limits = { capNats: FAILURE_CAP_NATS, ceilingNats: 30 };
  const usual = fc.double({ min: 1e-5, max: 0.3, noNaN: true });
  fc.assert(
    fc.property(usual, fc.array(fc.tuple(fc.nat(300), fc.nat(300)), { maxLength: 30 }), (p, looks) => {
      const statistic = newStatistic();
      let before = natsOf(statistic);
      for (const [bad, good] of looks) {
        failureIncrements(increments, { bad, total: bad + good, usual: p });
        grow(statistic, increments, limits);
        const now = natsOf(statistic);
        // log(1 + R) is at most log 2 above R's log or above 0.
        expect(now).toBeLessThanOrEqual(Math.max(0, before) + Math.log(2) + FAILURE_CAP_NATS + 1e-9);
        before = now;
      }
      const clean = newStatistic();
      for (let i = 1; i <= 50; i++) {
        failureIncrements(increments, { bad: 0, total: 20, usual: p });
        grow(clean, increments, limits);
        expect(natsOf(clean)).toBeLessThanOrEqual(Math.log(i) + 1e-9);
      }
    }),
    { numRuns: 100 },
  );
});

test("the promise of the bar: among usual looks, exp(bar) looks pass between false alarms, or more", SLOW, () => {
  const random = seeded(3);
  const increments = new Float32Array(SIZES);
  const [bar, usual, runs] = [Math.log(150), 0.01, 80];
  let looks = 0;
  for (let run = 0; run < runs; run++) {
    const statistic = newStatistic();
    do {
      const total = poisson(random, 50);
      failureIncrements(increments, { bad: binomial(random, total, usual), total, usual });
      grow(statistic, increments, { capNats: 1e9, ceilingNats: 100 });
      looks += 1;
    } while (natsOf(statistic) < bar && looks < 200_000);
  }
  expect(looks / runs).toBeGreaterThan(150);
});

test("a hiccup of one location for two seconds, in which everything fails and crawls, moves nobody", SLOW, () => {
  const world = madeWorld({ seed: 9, names: ["a", "b", "c", "d", "e"], rps: 60 });
  world.ails = (place, _, second) =>
    place === "a" && (second === 70 || second === 71) ? { fails: 0.5, slower: 40 } : {};
  for (let i = 0; i < 90; i++) {
    for (const verdict of passSecond(world)) expect(verdict.action).toBe("none");
  }
  // The same for longer is left: the test can fail.
  world.ails = (place) => (place === "a" ? { fails: 0.5, slower: 40 } : {});
  const actions = Array.from({ length: 10 }, () => passSecond(world)[0]?.action);
  expect(actions.at(-1)).toBe("leave");
});

test(
  "who was evacuated and has a request now and then is well again in two minutes, not when hundreds have come",
  SLOW,
  () => {
    const world = madeWorld({ seed: 5, names: ["a", "b", "c"] });
    for (let second = 0; second < 60; second++) passSecond(world);
    world.ails = (location) => (location === "a" ? { fails: 0.5 } : {});
    for (let second = 0; second < 15; second++) passSecond(world);
    const sick = world.judges.get("a")!;
    expect(sick.view.verdict).toBe("failing");
    world.ails = () => ({});
    world.rps.set("a", 0.3);
    for (let second = 0; second < 120; second++) passSecond(world);
    expect(sick.view.verdict).toBe("healthy");
    expect([...sick.streams.values()].filter((stream) => stream.ill !== null)).toEqual([]);
  },
);
