import { expect, test } from "vitest";
import { isStrong } from "../../core/suspects.ts";
import { parse } from "./parse.ts";
import { suspectBuckets } from "./suspect-buckets.ts";

/** Good and failed requests of a second, by class and bucket. */
type Second = Readonly<Record<string, readonly [good: number, failed: number]>>;

/** The pages that an edge shows: counters since it began, and of the buckets only those that ever had a failure. */
function pagesOf(past: Second, seconds: readonly Second[]) {
  const since = new Map<string, [number, number]>();
  const add = (second: Second): void => {
    for (const [key, [good, failed]] of Object.entries(second)) {
      const [before, failedBefore] = since.get(key) ?? [0, 0];
      since.set(key, [before + good, failedBefore + failed]);
    }
  };
  const page = () => {
    const classes = new Map<string, [number, number]>();
    const lines: string[] = [];
    const line = (name: string, bucket: string, outcome: string, count: number): void =>
      void lines.push(`rp_edge_requests_total{class="${name}",bucket="${bucket}",outcome="${outcome}"} ${count}`);
    for (const [key, [good, failed]] of since) {
      const [name = "", bucket = ""] = key.split(" ");
      const [all, allFailed] = classes.get(name) ?? [0, 0];
      classes.set(name, [all + good, allFailed + failed]);
      if (failed === 0) continue;
      line(name, bucket, "good", good);
      line(name, bucket, "bad", failed);
    }
    for (const [name, [good, failed]] of classes) {
      line(name, "all", "good", good);
      line(name, "all", "bad", failed);
    }
    return parse(lines.join("\n"));
  };
  add(past);
  return [
    page(),
    ...seconds.map((second) => {
      add(second);
      return page();
    }),
  ];
}

/** Alike for all buckets of a class but for what is given. */
function everybody(each: readonly [number, number], but: Second = {}, className = "public"): Second {
  const all = Object.fromEntries(Array.from({ length: 32 }, (_, bucket) => [`${className} ${bucket}`, each]));
  return { ...all, ...but };
}

const times = (count: number, second: Second): readonly Second[] => Array.from({ length: count }, () => second);

test("a tenant is named where everybody fails: 80 % of its requests, 35 % of the others'", () => {
  const poisoned = everybody([13, 7], { "public 7": [1, 4] });
  const after = (seconds: number) => suspectBuckets(pagesOf(everybody([900, 1]), times(seconds, poisoned)));
  expect(after(1)).toEqual([]);
  expect(after(2)).toMatchObject([{ class: "public", bucket: 7, share: 0.018 }]);
  expect(isStrong(after(2)[0]!)).toBe(false);
  expect(isStrong(after(8)[0]!)).toBe(true);
  // 40 requests of which 80 % fail, against 35 %: 40 x (0.8 ln(0.8 / 0.35) + 0.2 ln(0.2 / 0.65)).
  expect(after(8)[0]!.nats).toBeCloseTo(17.0, 0);
});

test("trouble that all have alike names nobody, however much of it there is", () => {
  expect(suspectBuckets(pagesOf(everybody([900, 1]), times(10, everybody([60, 40]))))).toEqual([]);
  expect(suspectBuckets(pagesOf(everybody([900, 1]), times(10, everybody([90, 0]))))).toEqual([]);
});

test("what only one class suffers from is no one bucket's: it is compared with its own class", () => {
  const editorsFail = { ...everybody([50, 0]), ...everybody([1, 4], {}, "editor") };
  expect(suspectBuckets(pagesOf({}, times(10, editorsFail)))).toEqual([]);
});

test("who comes more often since the trouble began fails no more than others then", () => {
  const calm = everybody([20, 0], { "public 7": [1, 0] });
  const trouble = everybody([13, 7], { "public 7": [65, 35] });
  expect(suspectBuckets(pagesOf(everybody([900, 1]), [...times(8, calm), ...times(2, trouble)]))).toEqual([]);
});

test("an hour in which all went well with it does not hide a bucket in its first bad seconds", () => {
  // It is not on the page before its first failure, and then with all that went well since the edge began.
  const past = everybody([7000, 5], { "public 7": [7000, 0] });
  const poisoned = everybody([18, 2], { "public 7": [1, 9] });
  const [suspect] = suspectBuckets(pagesOf(past, [...times(5, everybody([20, 0])), ...times(2, poisoned)]));
  expect(suspect).toMatchObject({ bucket: 7 });
  expect(isStrong(suspect!)).toBe(true);
});

test("the surest first, and at most three", () => {
  const poisoned = everybody([98, 2], {
    "public 1": [16, 4],
    "public 2": [4, 16],
    "public 3": [12, 8],
    "public 4": [8, 12],
  });
  const named = suspectBuckets(pagesOf({}, times(10, poisoned)));
  expect(named.map(({ bucket }) => bucket)).toEqual([2, 4, 3]);
});

test("chance names an innocent bucket weakly now and then, and none surely", () => {
  let state = 20_261_123;
  const chance = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const count = (expected: number): number => {
    let [left, events] = [Math.exp(-expected), 0];
    for (let product = chance(); product > left; product *= chance()) events += 1;
    return events;
  };
  let [weak, strong] = [0, 0];
  for (let window = 0; window < 60; window++) {
    const seconds = Array.from({ length: 10 }, () => everybody([0, 0]));
    for (const second of seconds as Record<string, [number, number]>[]) {
      for (let bucket = 0; bucket < 256; bucket++) second[`public ${bucket}`] = [count(0.8), count(0.2)];
    }
    const named = suspectBuckets(pagesOf(everybody([900, 1]), seconds));
    weak += named.length;
    strong += named.filter(isStrong).length;
  }
  expect(strong).toBe(0);
  expect(weak).toBeGreaterThan(0);
});
