import { expect, test } from "vitest";
import { makeEstate } from "../../../test/stories/control-world.ts";
import { ALL_OPEN, closedBy } from "../plan/closed.ts";
import type { Assignment } from "../route/table.ts";
import { checkGuards, type GuardCheck } from "./guards.ts";
import { trafficOf } from "./traffic.ts";

/** Each guard bites alone: the same harmless move is allowed, and refused when only its own condition fails. */

const LOCATIONS = ["a", "b", "c"].map((name, index) => ({
  name,
  position: index * 10,
  demandRps: 100,
  readyRps: 200,
  capacityRps: 300,
}));
const estate = makeEstate(LOCATIONS, {
  guards: { maxShareMovedPerMinute: 0.2, minLocationsServing: 2, maxUtilisation: 0.85, peopleOnly: ["internal"] },
});
const demand = { public: { "at-a": 100, "at-b": 100, "at-c": 100 }, internal: { "at-a": 10 } };
const traffic = trafficOf({ estate, demand, bucketShares: {} });

const HOME: Assignment = {
  public: { "at-a": [[0, 256]], "at-b": [[1, 256]], "at-c": [[2, 256]] },
  editor: { "at-a": [[0, 256]], "at-b": [[0, 256]], "at-c": [[0, 256]] },
  internal: { "at-a": [[0, 256]], "at-b": [[1, 256]], "at-c": [[2, 256]] },
};

/** Half of a's public users go to b: 50 of 310 requests a second. */
const MOVED: Assignment = {
  ...HOME,
  public: {
    ...HOME["public"],
    "at-a": [
      [0, 128],
      [1, 128],
    ],
  },
};

const harmless: GuardCheck = {
  at: Date.UTC(2026, 10, 30, 12),
  estate,
  traffic,
  before: HOME,
  after: MOVED,
  readyRps: { a: 200, b: 200, c: 200 },
  barred: ["a"],
  closed: ALL_OPEN,
  lost: [],
  ordered: {},
  isRollBack: () => false,
  badPaths: [],
  movedLastMinute: 0,
  servingAfter: 2,
  takesOut: true,
  utilisationAllowed: null,
};

const codes = (change: Partial<GuardCheck>): readonly string[] =>
  checkGuards({ ...harmless, ...change }).violations.map(({ code }) => code);

test("a harmless move is allowed, and counted", () => {
  expect(codes({})).toEqual([]);
  expect(checkGuards(harmless).shareMoved).toBeCloseTo(50 / 310, 3);
});

test("G1: the share of a minute; a lost location's users and an order do not count", () => {
  expect(codes({ movedLastMinute: 0.1 })).toEqual(["guard-share-per-minute"]);
  expect(codes({ movedLastMinute: 0.1, lost: ["a"] })).toEqual([]);
  expect(codes({ movedLastMinute: 0.1, ordered: { a: ["public"] } })).toEqual([]);
  expect(codes({ movedLastMinute: 0.1, isRollBack: (from, to) => from === "a" && to === "b" })).toEqual([]);
});

test("G2: locations left serving", () => {
  expect(codes({ servingAfter: 1 })).toEqual(["guard-locations-serving"]);
  expect(codes({ servingAfter: 1, takesOut: false })).toEqual([]);
});

test("G3: what is ready; a person may allow more, a loss may fill to the brim and no further", () => {
  expect(codes({ readyRps: { a: 200, b: 160, c: 200 } })).toEqual(["guard-utilisation"]);
  expect(codes({ readyRps: { a: 200, b: 160, c: 200 }, utilisationAllowed: 0.95 })).toEqual([]);
  expect(codes({ readyRps: { a: 200, b: 160, c: 200 }, lost: ["a"] })).toEqual([]);
  expect(codes({ readyRps: { a: 200, b: 149, c: 200 }, lost: ["a"] })).toEqual(["guard-utilisation"]);
});

test("G4: people's classes and one writer's", () => {
  const internal: Assignment = { ...HOME, internal: { ...HOME["internal"], "at-a": [[1, 256]] } };
  expect(codes({ after: internal })).toEqual(["guard-people-only"]);
  expect(codes({ after: internal, ordered: { a: ["internal"] } })).toEqual([]);
  const editor: Assignment = { ...HOME, editor: { ...HOME["editor"], "at-b": [[1, 256]] } };
  expect(codes({ after: editor, ordered: { a: ["editor"] } })).toEqual(["guard-one-writer"]);
});

test("G4: a class whose data stays moves by nobody's order, for no loss", () => {
  const classes = estate.classes.map((each) =>
    each.name === "public" ? { ...each, data: { kind: "stays" } as const } : each,
  );
  const bound = { ...estate, classes };
  expect(codes({ estate: bound })).toEqual(["guard-data-stays"]);
  expect(codes({ estate: bound, ordered: { a: ["public"] } })).toEqual(["guard-data-stays"]);
  expect(codes({ estate: bound, lost: ["a"] })).toEqual(["guard-data-stays"]);
});

test("G6: a place that a condition closes gets nothing more, for an order and a loss neither; a roll-back may return", () => {
  const closed = closedBy([
    { condition: "tls", location: "b", class: "public", bucket: 130, because: "fails", says: "no certificate" },
  ]);
  expect(codes({ closed })).toEqual(["guard-condition"]);
  expect(codes({ closed, ordered: { a: ["public"] } })).toEqual(["guard-condition"]);
  expect(codes({ closed, lost: ["a"] })).toEqual(["guard-condition"]);
  expect(codes({ closed, isRollBack: () => true })).toEqual([]);
  const elsewhere = closedBy([
    { condition: "tls", location: "b", class: "public", bucket: 5, because: "fails", says: "no certificate" },
  ]);
  expect(codes({ closed: elsewhere })).toEqual([]);
});

test("G4: law and distance hold for an order, a loss and a roll-back alike", () => {
  const zones = estate.zones.map((zone) => ({ ...zone, forbidden: { public: ["b"] } }));
  const lawful = { ...estate, zones };
  expect(codes({ estate: lawful })).toEqual(["guard-forbidden"]);
  expect(codes({ estate: lawful, ordered: { a: ["public"] } })).toEqual(["guard-forbidden"]);
  expect(codes({ estate: lawful, lost: ["a"] })).toEqual(["guard-forbidden"]);
  expect(codes({ estate: lawful, isRollBack: () => true })).toEqual(["guard-forbidden"]);
  const far = { ...estate, zones: estate.zones.map((zone) => ({ ...zone, farthestMs: { public: 10 } })) };
  expect(codes({ estate: far })).toEqual(["guard-forbidden"]);
});

const pooled = (rps: number) => ({
  estate: { ...estate, locations: estate.locations.map((each) => ({ ...each, pools: { public: rps } })) },
  readyRps: { a: 200, b: 0, c: 200, "a/public": rps, "b/public": rps, "c/public": rps },
});

test("G3: a pool of its own has its own limit", () => {
  expect(codes(pooled(200))).toEqual([]);
  expect(codes(pooled(160))).toEqual(["guard-utilisation"]);
});

test("G4: nobody goes over a way that is bad for them, but from a lost place, by an order or back", () => {
  const badPaths = [{ zone: "at-a", location: "b" }];
  expect(codes({ badPaths })).toEqual(["guard-bad-path"]);
  expect(
    codes({
      badPaths: [
        { zone: "at-b", location: "b" },
        { zone: "at-a", location: "c" },
      ],
    }),
  ).toEqual([]);
  expect(codes({ badPaths, lost: ["a"] })).toEqual([]);
  expect(codes({ badPaths, ordered: { a: ["public"] } })).toEqual([]);
  expect(codes({ badPaths, isRollBack: () => true })).toEqual([]);
});

test("G5: barred and lost places, unknown places; only a roll-back may return to one, which sheds what returns to a lost one", () => {
  expect(codes({ barred: ["a", "b"] })).toEqual(["guard-barred-receiver"]);
  expect(codes({ barred: ["a", "b"], isRollBack: () => true })).toEqual([]);
  expect(codes({ lost: ["b"] })).toEqual(["guard-barred-receiver"]);
  expect(codes({ lost: ["b"], isRollBack: () => true })).toEqual([]);
  const nowhere: Assignment = { ...HOME, public: { ...HOME["public"], "at-a": [[9, 256]] } };
  expect(codes({ after: nowhere })).toEqual(["guard-unknown-location"]);
});
