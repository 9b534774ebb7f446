import * as fc from "fast-check";
import { expect, test } from "vitest";
import { madeEstate, SERVICES } from "../../../test/stories/judge-world.ts";
import { rowsOf, type Columns } from "../columns.ts";
import { initialJudge, judge, type JudgeState } from "./judge.ts";
import { asideSummary } from "./set-aside.ts";

const AT = 1_700_000_000_000;
const HERE = "us-east-1";
const NAMES = [...Object.keys(SERVICES), "made-up", "x".repeat(200), ""];
const BOUNDS = [1, 4, 16, 64];

const newJudge = (asksWhere = false): JudgeState => {
  const estate = madeEstate([HERE, "us-east-2"]);
  return judge(initialJudge(), { event: "config", at: AT, location: HERE, estate, asksWhere }).state;
};

const place = fc.integer({ min: -1, max: NAMES.length });
const count = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 100 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -1, 1e10, Infinity, 0.5) },
);
const sinceAt = fc.oneof(
  { weight: 10, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(-3000, -400_000, 60_000, Number.NaN) },
);
const over = fc.constantFrom(1000, 1000, 5000, -1, Number.NaN);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const times = <T>(arbitrary: fc.Arbitrary<T>, rows: number) =>
  fc.array(arbitrary, { minLength: rows, maxLength: rows });

/** So many rows of each table, at a moment. */
const batch = (at: number, rows: number): fc.Arbitrary<Columns> => {
  const table = {
    service: times(place, rows).map((places) => Int32Array.from(places)),
    at: optional(times(sinceAt, rows).map((all) => Float64Array.from(all, (ms) => at + ms))),
    overMs: optional(times(over, rows).map((all) => Float64Array.from(all))),
  };
  const counts = times(count, rows).map((all) => Float64Array.from(all));
  const bounds = fc.constantFrom(BOUNDS, BOUNDS, BOUNDS, [1, 1], [2, Infinity], [1, 1e308]);
  return fc
    .record({
      at: fc.constant(at),
      overMs: fc.constantFrom(1000, undefined),
      location: fc.constantFrom(HERE, HERE, HERE, "us-east-2"),
      vantage: fc.constantFrom(undefined, undefined, undefined, HERE, "users:de", ""),
      services: fc.constant(NAMES),
      requests: optional(fc.record({ ...table, good: counts, total: counts })),
      histograms: optional(
        bounds.chain((all) =>
          fc.record({
            ...table,
            bounds: fc.constant(all),
            counts: times(count, rows * (all.length + 1)).map((each) => Float64Array.from(each)),
          }),
        ),
      ),
      gauges: optional(
        fc.record({
          service: table.service,
          at: table.at,
          gauge: times(fc.integer({ min: 0, max: 2 }), rows),
          gauges: fc.constant([
            { name: "queue_ms", worse: "up" as const },
            { name: "free", worse: "down" as const },
          ]),
          value: counts,
        }),
      ),
    })
    .map((columns) => withoutAbsent(columns) as Columns);
};

/** Absent is no property, and not one that is undefined. */
function withoutAbsent(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutAbsent(each)]));
}

test("T1: columns, their JSON and their rows leave the same state, whatever is wrong with some of them", () => {
  const seconds = fc.tuple(...Array.from({ length: 12 }, (_, second) => batch(AT + second * 1000, 6)));
  fc.assert(
    fc.property(seconds, fc.boolean(), (batches, asksWhere) => {
      const [byColumns, byJson, byRows] = [newJudge(asksWhere), newJudge(asksWhere), newJudge(asksWhere)];
      for (const columns of batches) {
        const { at } = columns;
        judge(byColumns, { event: "columns", at, columns });
        judge(byRows, { event: "readings", at, readings: [...rowsOf(columns)] });
        judge(byJson, { event: "columns", at, columns: plain(columns) });
        for (const state of [byColumns, byRows, byJson]) judge(state, { event: "tick", at });
      }
      expect(told(byColumns)).toEqual(told(byRows));
      expect(told(byJson)).toEqual(told(byRows));
    }),
    { numRuns: 25 },
  );
});

/** All that it keeps; functions are compared by being there. */
const told = ({ graph: _graph, estate: _estate, ...state }: JudgeState): unknown =>
  JSON.parse(JSON.stringify(state, asPlain));

const asPlain = (_name: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set
    ? [...value]
    : ArrayBuffer.isView(value)
      ? Array.from(value as Float64Array, String)
      : typeof value === "number"
        ? String(value)
        : value;

/** As JSON carries it, which has no NaN: that is the typed columns' alone. */
const plain = (columns: Columns): Columns =>
  JSON.parse(
    JSON.stringify(columns, (_name, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    ),
    (_name, value: unknown) => value,
  ) as Columns;

test("T2: a table with a column too short is set aside whole, counted and named, and the others are taken", () => {
  const state = newJudge();
  const columns: Columns = {
    at: AT,
    location: HERE,
    services: ["cart", "web"],
    requests: { service: [0, 1], good: [9], total: [10, 10] },
    histograms: { service: [0], bounds: BOUNDS, counts: [1, 2, 3, 4, 5] },
  };
  judge(state, { event: "columns", at: AT, columns });
  expect(asideSummary(state.setAside)).toBe("us-east-1 told twice what can't be (columns of different lengths)");
  expect([...state.streams.keys()]).toEqual(["cart"]);
});

test("whatever is no number, below zero or from the future is named by its service, in columns too", () => {
  const state = newJudge();
  const services = ["cart", "web", "orders", "stock"];
  const columns: Columns = {
    at: AT,
    location: HERE,
    services,
    requests: {
      service: [0, 1, 2, 3],
      at: [AT, AT, AT + 3_600_000, AT],
      good: [Number.NaN, -1, 9, 9],
      total: [10, 10, 10, 10],
    },
  };
  judge(state, { event: "columns", at: AT, columns });
  expect(asideSummary(state.setAside)).toBe(
    "orders' clock is 3,600 s ahead; web counted below zero once; cart told once what is no number",
  );
  expect([...state.streams.keys()]).toEqual(["stock"]);
});
