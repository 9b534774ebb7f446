import { expect, test } from "vitest";
import { countsOf, isSampled, oneInFor, type SeenRequest } from "./hop-sampling.ts";

const seen = (given: Partial<SeenRequest> & { readonly status?: number }): SeenRequest => ({
  traceId: "a trace that is not in the sample",
  relayed: false,
  keyed: false,
  hops: [{ kind: "edge", at: 0, ms: 1, status: given.status ?? 200 }],
  ...given,
});
const ids = Array.from(
  { length: 20_000 },
  (_, index) => `0af7651916cd43dd8448eb21${index.toString(16).padStart(8, "0")}`,
);
const MANY = 2 ** 16;

test("whatever failed, was relayed or has a key is kept, however few of the rest are", () => {
  const requests = [{ status: 503, keyed: true }, { relayed: true, keyed: true }, { keyed: true }, {}, { status: 404 }];
  expect(countsOf(requests.map(seen), { oneIn: MANY, keptMax: 10 })).toEqual([
    "failed",
    "relayed",
    "keyed",
    "notSampled",
    "notSampled",
  ]);
});

test("where there is no room for all, those that failed are kept first, and the others are counted as too many", () => {
  const requests = [{}, { keyed: true }, { status: 500 }, { status: 502 }].map(seen);
  expect(countsOf(requests, { oneIn: 1, keptMax: 3 })).toEqual(["tooMany", "keyed", "failed", "failed"]);
  expect(countsOf(requests, { oneIn: 1, keptMax: 1 })).toEqual(["tooMany", "tooMany", "failed", "tooMany"]);
});

test("two places that keep differently many keep the same ones, as far as the sparser one goes", () => {
  const of = (oneIn: number): readonly string[] => ids.filter((id) => isSampled(id, oneIn));
  expect(of(1)).toHaveLength(ids.length);
  for (const [few, more] of [
    [64, 16],
    [16, 2],
  ] as const) {
    const inMore = new Set(of(more));
    expect(of(few).every((id) => inMore.has(id))).toBe(true);
    expect(of(few).length).toBeGreaterThan((0.7 * ids.length) / few);
    expect(of(few).length).toBeLessThan((1.3 * ids.length) / few);
  }
});

test.each([
  [0, 600, 1],
  [600, 600, 1],
  [601, 600, 2],
  [12_000, 600, 32],
  [1e12, 1, MANY],
])("%i that went well, %i wanted: one in %i", (wentWell, most, oneIn) => expect(oneInFor(wentWell, most)).toBe(oneIn));
