import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { madeEstate, normal, seeded } from "../../../test/stories/judge-world.ts";
import type { LatencyReading, Reading } from "../reading.ts";
import {
  addExponentials,
  BUCKETS_MOST,
  exponentialMoments,
  exponentialProblem,
  exponentialSlowerThan,
  SCALE_LEAST,
  SCALE_MOST,
  type Exponential,
} from "./exponential.ts";
import { initialJudge, judge, type JudgeState } from "./judge.ts";

const AT = 1_700_000_000_000;

/** As an exporter counts them: above the lower bound, up to the upper. */
function exponentialOf(values: readonly number[], scale: number, unitMs = 1): Exponential {
  const indices = values.map((ms) => Math.ceil(Math.log2(ms / unitMs) * 2 ** scale) - 1);
  const offset = Math.min(0, ...indices);
  const counts = Array.from({ length: Math.max(0, ...indices.map((index) => index - offset + 1)) }, () => 0);
  for (const index of indices) counts[index - offset]! += 1;
  return { scale, offset, counts, unitMs };
}

const millis = fc.double({ min: 0.1, max: 100_000, noNaN: true });
const manyMillis = fc.array(millis, { minLength: 1, maxLength: 50 });
const scales = fc.integer({ min: SCALE_LEAST, max: 6 });
const meanLog = (values: readonly number[]): number =>
  values.reduce((sum, ms) => sum + Math.log(ms), 0) / values.length;

test("H1: the mean of logarithms is right to half a bucket, in whichever unit the buckets are", () => {
  fc.assert(
    fc.property(manyMillis, scales, fc.constantFrom(1, 1000), (values, scale, unitMs) => {
      const { count, sum } = exponentialMoments(exponentialOf(values, scale, unitMs));
      expect(count).toBe(values.length);
      expect(Math.abs(sum / count - meanLog(values))).toBeLessThanOrEqual((Math.LN2 * 2 ** -scale) / 2 + 1e-6);
    }),
  );
});

test("H1: at a bucket's bound it is known exactly how many were slower", () => {
  fc.assert(
    fc.property(manyMillis, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 30 }), (values, scale, index) => {
      const bound = 2 ** (index / 2 ** scale);
      // What lies on the bound itself falls to either side by rounding.
      fc.pre(values.every((ms) => Math.abs(Math.log(ms / bound)) > 1e-9));
      const slower = values.filter((ms) => ms > bound).length;
      expect(exponentialSlowerThan(exponentialOf(values, scale), bound)).toBeCloseTo(slower, 6);
    }),
  );
});

test("H2: added, histograms of two scales are the one of all their values at the lower", () => {
  fc.assert(
    fc.property(manyMillis, manyMillis, scales, fc.integer({ min: 0, max: 4 }), (some, others, scale, finer) => {
      const sum = addExponentials([exponentialOf(some, scale), exponentialOf(others, Math.min(6, scale + finer))]);
      const one = exponentialOf([...some, ...others], scale);
      expect(exponentialMoments(sum).count).toBe(some.length + others.length);
      expect(exponentialMoments(sum).sum).toBeCloseTo(exponentialMoments(one).sum, 6);
    }),
  );
});

test("what lies far apart is added at a lower scale, in a bounded number of buckets", () => {
  const sum = addExponentials([
    { scale: SCALE_MOST, offset: -40_000_000, counts: [3] },
    { scale: SCALE_MOST, offset: 40_000_000, counts: [4], zeroCount: 2 },
  ]);
  expect(sum.counts.length).toBeLessThanOrEqual(BUCKETS_MOST);
  expect(exponentialMoments(sum).count).toBe(9);
});

test("buckets that make no sense are told in words", () => {
  const sane = { scale: 3, offset: 10, counts: [1, 2] };
  expect(exponentialProblem(sane)).toBeNull();
  expect(exponentialProblem({ ...sane, scale: 2.5 })).toBe("a scale that is no whole number from -4 to 20");
  expect(exponentialProblem({ ...sane, offset: 1e6 })).toBe("buckets beyond all measure");
  expect(exponentialProblem({ ...sane, unitMs: 0 })).toBe("no unit of time");
  expect(exponentialProblem({ ...sane, counts: Array.from({ length: 2001 }, () => 0) })).toBe(
    "no list of 2000 buckets at most",
  );
});

type Form = (values: readonly number[]) => Omit<LatencyReading, "at" | "location" | "service">;

const BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const FORMS: Readonly<Record<string, Form>> = {
  classic: (values) => ({
    signal: "latency_hist",
    bounds: BOUNDS,
    counts: [...BOUNDS, Number.POSITIVE_INFINITY].map(
      (bound, i) => values.filter((ms) => ms <= bound && ms > (BOUNDS[i - 1] ?? 0)).length,
    ),
  }),
  native: (values) => ({ signal: "latency_exp", ...exponentialOf(values, 3, 1000) }),
  coarse: (values) => ({ signal: "latency_exp", ...exponentialOf(values, 0) }),
  sums: (values) => ({
    signal: "latency_log",
    count: values.length,
    sum: values.reduce((sum, ms) => sum + Math.log(ms), 0),
    squares: values.reduce((sum, ms) => sum + Math.log(ms) ** 2, 0),
    slow: values.filter((ms) => ms > 1000).length,
  }),
  median: (values) => ({
    signal: "latency_ms",
    quantile: 0.5,
    value: [...values].sort((a, b) => a - b)[values.length >> 1]!,
    total: values.length,
  }),
};

/** Five minutes of a lognormal latency, and then some seconds in which it is slower: the same requests in whichever forms they are told. */
function natsOf(seed: number, forms: readonly Form[], slower: number, seconds: number): number {
  const state: JudgeState = judge(initialJudge(), {
    event: "config",
    at: AT,
    location: "here",
    estate: madeEstate(["here"]),
  }).state;
  const random = seeded(seed);
  for (let second = 1; second <= 300 + seconds; second++) {
    const at = AT + second * 1000;
    const ms = 40 * (second > 300 ? slower : 1);
    const values = Array.from({ length: 100 }, () => ms * Math.exp(0.5 * normal(random)));
    const readings = forms.map((form) => ({ at, location: "here", service: "cart", ...form(values) }) as Reading);
    judge(state, { event: "readings", at, readings });
    judge(state, { event: "tick", at });
  }
  return state.streams.get("cart")!.latency.aloneNats;
}

describe("a lognormal latency that turns 20 % slower", () => {
  test("has nearly the same nats by each form, whether buckets are classic or exponential, sums or a median", () => {
    for (const seed of [1, 2, 3]) {
      const nats = Object.entries(FORMS).map(([name, form]) => ({ name, nats: natsOf(seed, [form], 1.2, 12) }));
      const exact = nats.find(({ name }) => name === "sums")!.nats;
      expect(exact).toBeGreaterThan(8);
      for (const each of nats) {
        const share = each.nats / exact;
        const most = each.name === "median" ? 0.35 : 0.15;
        expect([seed, each.name, Math.abs(share - 1) < most, share]).toEqual([seed, each.name, true, share]);
      }
    }
  });

  test("that is told in two forms at once is counted once, by the finer", () => {
    const { classic, native, median, sums } = FORMS;
    expect(natsOf(1, [native!, classic!, median!], 1.2, 12)).toBeCloseTo(natsOf(1, [native!], 1.2, 12), 6);
    expect(natsOf(1, [sums!, native!], 1.2, 12)).toBeCloseTo(natsOf(1, [sums!], 1.2, 12), 6);
  });
});

/** A place that is told one form at a time, and says how many requests of it were taken. */
function teller(): (second: number, form: string, values?: readonly number[]) => number {
  const state = judge(initialJudge(), {
    event: "config",
    at: AT,
    location: "here",
    estate: madeEstate(["here"]),
  }).state;
  return (second, form, values = [20, 30]) => {
    const at = AT + second * 1000;
    const reading = { at, location: "here", service: "cart", ...FORMS[form]!(values) } as Reading;
    judge(state, { event: "readings", at, readings: [reading] });
    const { count } = state.streams.get("cart")!.pending;
    judge(state, { event: "tick", at });
    return count;
  };
}

describe("of two forms of the same latencies", () => {
  test("the coarser counts again when the finer has not come for five minutes", () => {
    const told = teller();
    expect(told(1, "native")).toBe(2);
    expect(told(2, "classic")).toBe(0);
    expect(told(310, "classic")).toBe(2);
  });

  test.each(["native", "sums"])("the coarser counts while the finer, %s, is shown and holds nothing", (finer) => {
    const told = teller();
    for (let second = 1; second < 10; second++) {
      expect(told(second, finer, [])).toBe(0);
      expect(told(second + 0.5, "classic")).toBe(2);
    }
    expect(told(10, finer)).toBe(2);
    expect(told(11, "classic")).toBe(0);
  });

  test("the coarser waits no longer than five minutes after a clock that was a day ahead was put right", () => {
    const told = teller();
    expect(told(86_400, "native")).toBe(2);
    expect(told(1, "classic")).toBe(0);
    expect(told(302, "classic")).toBe(2);
  });
});
