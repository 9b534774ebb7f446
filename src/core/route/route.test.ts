import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKETS } from "../estate.ts";
import { answer, followedAsLost, initialRoute, routeStep, type RouteEvent, type RouteState } from "./route.ts";
import { majorityOf } from "./notice.ts";
import type { Assignment, Chunk, LossNotice, RouteTable, Run } from "./table.ts";

const LOCATIONS = ["a", "b", "c", "d", "e"];
const CLASSES = ["public", "editor"];
const ZONES = ["x", "y", "z"];
const AT = 1_000_000;
const CHUNKS: readonly Chunk[] = [...CLASSES, "unknown"].flatMap((className) =>
  [...ZONES, "nowhere"].flatMap((zone) =>
    [0, 1, 2, 5, 9, 10, 63, 64, 100, 127, 128, 200, 254, 255].map((bucket) => ({ class: className, zone, bucket })),
  ),
);

test(
  "the compiled table answers every chunk as the slow oracle does, through tables and notices",
  { timeout: 30_000 },
  () => {
    fc.assert(
      fc.property(fc.array(anyEvent(), { minLength: 1, maxLength: 12 }), (events) => {
        let state = initialRoute(LOCATIONS);
        const oracle = makeOracle();
        for (const event of events) {
          state = routeStep(state, event).state;
          oracle.take(event);
          expect(CHUNKS.map((chunk) => answer(state, chunk, "d"))).toEqual(
            CHUNKS.map((chunk) => oracle.answer(chunk, "d")),
          );
        }
      }),
      { numRuns: 60 },
    );
  },
);

test("garbage in place of a table or of notices changes nothing and gives a reason", () => {
  const state = withTable(table({ version: 7 }));
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (garbage) => {
      const asTable = routeStep(state, { event: "table", at: AT, table: garbage as RouteTable });
      expect(asTable.state).toBe(state);
      expect(asTable.reasons[0]?.code).toBe("table-malformed");
      const asNotice = routeStep(state, { event: "notices", at: AT, notices: [garbage as LossNotice] });
      expect(asNotice.state).toBe(state);
      expect(asNotice.reasons[0]?.code).toBe("notice-malformed");
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["a row of 255", { assignment: { public: { x: [[0, 255]] } } }],
  [
    "a row of 257",
    {
      assignment: {
        public: {
          x: [
            [0, 200],
            [1, 57],
          ],
        },
      },
    },
  ],
  [
    "a run of nothing",
    {
      assignment: {
        public: {
          x: [
            [0, 256],
            [1, 0],
          ],
        },
      },
    },
  ],
  [
    "half a bucket",
    {
      assignment: {
        public: {
          x: [
            [0, 255.5],
            [1, 0.5],
          ],
        },
      },
    },
  ],
  ["a location that is not there", { assignment: { public: { x: [[5, 256]] } } }],
  ["no rows at all", { assignment: { public: {} } }],
  ["other locations", { locations: ["a", "b", "c", "e", "d"] }],
  ["a contingency of a stranger", { contingency: { q: {} } }],
  ["a torn contingency", { contingency: { a: { public: { x: [[1, 10]] } } } }],
  ["the loss of a provider of strangers", { providerContingency: { p: { locations: ["q"], rows: {} } } }],
  ["the loss of a provider of nobody", { providerContingency: { p: { locations: [], rows: {} } } }],
  [
    "a torn loss of a provider",
    { providerContingency: { p: { locations: ["a"], rows: { public: { x: [[1, 10]] } } } } },
  ],
  ["a bucket 256 apart", { apart: [{ class: "public", bucket: 256, location: null }] }],
  ["short answers of a stranger", { ttlSeconds: { q: 2 } }],
  ["answers that are not kept at all", { ttlSeconds: { a: 0 } }],
  ["version 0", { version: 0 }],
])("refuses %s", (_what, wrong) => {
  const before = withTable(table({ version: 1 }));
  const { state, reasons } = routeStep(before, {
    event: "table",
    at: AT,
    table: { ...table({ version: 2 }), ...wrong } as unknown as RouteTable,
  });
  expect(state).toBe(before);
  expect(reasons[0]?.code).toBe("table-malformed");
});

test("an older table never replaces a newer one, and the same one is not newer", () => {
  const state = withTable(table({ version: 5 }));
  for (const version of [4, 5]) {
    const stepped = routeStep(state, { event: "table", at: AT, table: table({ version }) });
    expect(stepped.state).toBe(state);
    expect(stepped.reasons[0]).toMatchObject({ code: "table-not-newer" });
  }
});

test("a loss: followed by majority, kept past its expiry, ended by a newer table alone", () => {
  let state = withTable(table({ version: 5 }));
  const chunk = { class: "public", zone: "x", bucket: 3 };
  expect(answer(state, chunk, "d")).toBe("a");
  // Two of five are no majority; a's own word about itself and a repeated name don't make it one.
  state = take(state, [notice({ seenBy: ["b", "c"] })], "notice-no-majority");
  state = take(state, [notice({ seenBy: ["a", "b", "b", "c"] })], "notice-no-majority");
  state = take(state, [notice({ seenBy: ["b", "c", "q"] })], "notice-no-majority");
  state = take(state, [notice({ seenBy: ["b", "c", "d"], expires: AT })], "notice-expired");
  state = take(state, [notice({ seenBy: ["b", "c", "d"], tableVersion: 4 })], "notice-other-version");
  state = take(state, [notice({ seenBy: ["b", "c", "d"], tableVersion: 6 })], "notice-other-version");
  expect(answer(state, chunk, "d")).toBe("a");
  state = take(state, [notice({ seenBy: ["b", "c", "d"] })], "notice-followed");
  expect(answer(state, chunk, "d")).toBe("b");
  state = take(state, [notice({ location: "b", seenBy: ["a", "c", "d", "e"] })], "notice-second");
  state = routeStep(state, { event: "tick", at: AT + 3_600_000 }).state;
  expect(answer(state, chunk, "d")).toBe("b");
  state = routeStep(state, { event: "table", at: AT, table: table({ version: 6 }) }).state;
  expect(answer(state, chunk, "d")).toBe("a");
});

const placesIn = (state: RouteState): (string | null)[] =>
  ["x", "y"].map((zone) => answer(state, { class: "public", zone, bucket: 3 }, "e"));

test("the loss of a provider: followed when each of its locations has a notice, in whatever order, once", () => {
  const provider = {
    locations: ["a", "b"],
    rows: { public: { x: [[2, BUCKETS] as const], y: [[3, BUCKETS] as const] } },
  };
  const given = { ...table({ version: 5 }), providerContingency: { p: provider } };
  const ofA = notice({ seenBy: ["c", "d", "e"] });
  const ofB = notice({ location: "b", seenBy: ["c", "d", "e"] });
  let state = take(withTable(given), [ofA], "notice-followed");
  expect(placesIn(state)).toEqual(["b", "b"]);
  expect(followedAsLost(state)).toEqual(["a"]);
  state = take(state, [ofB], "provider-followed");
  expect(placesIn(state)).toEqual(["c", "d"]);
  expect(followedAsLost(state)).toEqual(["a", "b"]);
  expect(routeStep(state, { event: "notices", at: AT, notices: [ofA, ofB] }).reasons).toEqual([]);
  expect(placesIn(take(state, [notice({ location: "c", seenBy: ["a", "d", "e"] })], "notice-second"))).toEqual([
    "c",
    "d",
  ]);
  expect(placesIn(take(withTable(given), [ofB, ofA], "provider-followed"))).toEqual(["c", "d"]);
  // A notice that has run out tells nothing any more; another loss that is followed already decides.
  const late = routeStep(take(withTable(given), [ofA], "notice-followed"), {
    event: "notices",
    at: ofA.expires,
    notices: [{ ...ofB, expires: ofA.expires + 5000 }],
  });
  expect(late.reasons.map(({ code }) => code)).toEqual(["notice-second"]);
  const other = take(withTable(given), [notice({ location: "c", seenBy: ["a", "b", "d", "e"] })], "notice-followed");
  expect(routeStep(other, { event: "notices", at: AT, notices: [ofA, ofB] }).state.provider).toBeNull();
  expect(routeStep(state, { event: "table", at: AT, table: table({ version: 6 }) }).state.provider).toBeNull();
});

test("who is dead and emptied does not take the only notice of a version: the next loss is followed", () => {
  const emptied = {
    ...table({ version: 5 }),
    contingency: { d: { public: {} }, b: table({ version: 5 }).contingency["b"]! },
  };
  let state = withTable(emptied);
  state = take(state, [notice({ location: "a", seenBy: ["b", "c", "d", "e"] })], "notice-moves-nobody");
  state = take(state, [notice({ location: "d", seenBy: ["a", "b", "c", "e"] })], "notice-moves-nobody");
  expect(followedAsLost(state)).toEqual([]);
  const both = [
    notice({ location: "a", seenBy: ["b", "c", "d", "e"] }),
    notice({ location: "b", seenBy: ["c", "d", "e"] }),
  ];
  const stepped = routeStep(state, { event: "notices", at: AT, notices: both });
  expect(stepped.reasons.map(({ code }) => code)).toEqual(["notice-moves-nobody", "notice-followed"]);
  expect(placesIn(stepped.state)).toEqual(["a", "c"]);
});

test("of notices that arrive together most witnesses win, then the name, in any order", () => {
  const three = notice({ location: "a", seenBy: ["b", "c", "d"] });
  const four = notice({ location: "b", seenBy: ["a", "c", "d", "e"] });
  const alsoFour = notice({ location: "c", seenBy: ["a", "b", "d", "e"] });
  for (const notices of [
    [three, four, alsoFour],
    [alsoFour, four, three],
    [four, alsoFour, three],
  ]) {
    const { state } = routeStep(withTable(table({ version: 5 })), { event: "notices", at: AT, notices });
    expect(state.notice?.location).toBe("b");
  }
});

/** Tables as maps of maps, looked up bucket by bucket, each time anew. */
function makeOracle(): { take(event: RouteEvent): void; answer(chunk: Chunk, asked: string): string | null } {
  let current: RouteTable | null = null;
  let lost: string | null = null;
  let provider: string | null = null;
  const heard = new Set<string>();
  return {
    take(event) {
      if (event.event === "table" && event.table.version > (current?.version ?? 0)) {
        current = event.table;
        lost = null;
        provider = null;
        heard.clear();
      }
      if (event.event === "notices" && current !== null) {
        const valid = event.notices
          .filter((it) => it.tableVersion === current!.version && it.expires > event.at)
          .map((it) => ({ ...it, votes: new Set(it.seenBy.filter((name) => name !== it.location)).size }))
          .filter(({ votes }) => votes > LOCATIONS.length / 2)
          .sort((a, b) => b.votes - a.votes || (a.location < b.location ? -1 : 1));
        const moving = valid.filter(({ location }) =>
          Object.values(current!.contingency[location] ?? {}).some((zones) => Object.keys(zones).length > 0),
        );
        for (const { location } of valid) heard.add(location);
        const all = Object.entries(current.providerContingency ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
        const whole = all.find(
          ([, { locations }]) =>
            locations.every((name) => heard.has(name)) && (lost === null || locations.includes(lost)),
        );
        if (valid.length > 0) provider ??= whole?.[0] ?? null;
        lost ??=
          (provider === null ? moving[0]?.location : current.providerContingency![provider]!.locations[0]) ?? null;
      }
    },
    answer(chunk, asked) {
      const apart = current?.apart.findLast((it) => it.class === chunk.class && it.bucket === chunk.bucket);
      if (apart !== undefined) return apart.location;
      const rows =
        provider === null ? current?.contingency[lost ?? "nobody"] : current?.providerContingency?.[provider]?.rows;
      const onLoss = lost === null ? undefined : placeIn(rows, chunk);
      return onLoss ?? placeIn(current?.assignment, chunk) ?? asked;
    },
  };
}

function anyEvent(): fc.Arbitrary<RouteEvent> {
  const tables = fc
    .record({
      version: fc.integer({ min: 1, max: 4 }),
      assignment: anyAssignment(1),
      contingency: fc.dictionary(fc.constantFrom(...LOCATIONS), anyAssignment(0), { noNullPrototype: true }),
      providerContingency: fc.record(
        {
          p: fc.record({ locations: fc.constant(["a", "b"]), rows: anyAssignment(0) }),
          q: fc.record({ locations: fc.constantFrom(["c", "d"], ["c"]), rows: anyAssignment(0) }),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
      apart: fc.array(
        fc.record({
          class: fc.constantFrom(...CLASSES),
          bucket: fc.integer({ min: 0, max: 10 }),
          location: fc.option(fc.constantFrom(...LOCATIONS)),
        }),
        { maxLength: 3 },
      ),
    })
    .map((it): RouteEvent => ({ event: "table", at: AT, table: { ...it, at: AT, locations: LOCATIONS } }));
  const notices = fc
    .array(
      fc.record({
        location: fc.constantFrom(...LOCATIONS),
        tableVersion: fc.integer({ min: 1, max: 4 }),
        seenBy: fc.subarray(LOCATIONS, { minLength: 2 }),
        at: fc.constant(AT),
        expires: fc.constantFrom(AT - 1, AT + 5000),
      }),
      { maxLength: 3 },
    )
    .map((list): RouteEvent => ({ event: "notices", at: AT, notices: list }));
  return fc.oneof(tables, notices);
}

function anyAssignment(rowsMin: number): fc.Arbitrary<Assignment> {
  const row = fc
    .array(fc.tuple(fc.integer({ min: 0, max: LOCATIONS.length - 1 }), fc.integer({ min: 1, max: 99 })), {
      maxLength: 4,
    })
    .map((runs): readonly Run[] => {
      const used = runs.reduce((sum, [, count]) => sum + count, 0);
      return used < BUCKETS ? [...runs, [0, BUCKETS - used]] : [[1, BUCKETS]];
    });
  const zones = fc.dictionary(fc.constantFrom(...ZONES), row, { minKeys: rowsMin, noNullPrototype: true });
  return fc.dictionary(fc.constantFrom(...CLASSES), zones, { minKeys: rowsMin, noNullPrototype: true });
}

function table(options: { version: number }): RouteTable {
  return {
    version: options.version,
    at: AT,
    locations: LOCATIONS,
    assignment: { public: { x: [[0, BUCKETS]], y: [[1, BUCKETS]] } },
    contingency: {
      a: {
        public: {
          x: [
            [1, 128],
            [2, 128],
          ],
        },
      },
      b: { public: { y: [[2, BUCKETS]] } },
      c: { public: { x: [[0, BUCKETS]] } },
    },
    apart: [],
  };
}

function notice(change: Partial<LossNotice>): LossNotice {
  return { location: "a", tableVersion: 5, seenBy: ["b", "c", "d"], at: AT, expires: AT + 5000, ...change };
}

function withTable(given: RouteTable): RouteState {
  return routeStep(initialRoute(LOCATIONS), { event: "table", at: AT, table: given }).state;
}

function take(state: RouteState, notices: readonly LossNotice[], code: string): RouteState {
  const stepped = routeStep(state, { event: "notices", at: AT, notices });
  expect(stepped.reasons.map((reason) => reason.code)).toEqual([code]);
  return stepped.state;
}

test("a majority is more than half of all configured locations", () => {
  expect([1, 2, 3, 4, 15, 16].map(majorityOf)).toEqual([1, 2, 2, 3, 8, 9]);
});

function placeIn(assignment: Assignment | undefined, { class: className, zone, bucket }: Chunk): string | undefined {
  let end = 0;
  for (const [to, count] of assignment?.[className]?.[zone] ?? []) {
    end += count;
    if (bucket < end) return LOCATIONS[to];
  }
  return undefined;
}
