import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bordersCrossed, type Cell } from "./cell-borders.ts";
import type { TrafficClass, Zone } from "./estate.ts";

const classes: readonly TrafficClass[] = [
  { name: "public", priority: 2, latencyWeight: 1, data: { kind: "everywhere" } },
  { name: "editor", priority: 1, latencyWeight: 1, data: { kind: "one-writer", location: "dublin" } },
];
const places = ["dublin", "frankfurt", "ohio", "oregon"];
const zone = (forbidden: NonNullable<Zone["forbidden"]>): Zone => ({
  name: "germany",
  country: "DE",
  latencyMs: Object.fromEntries(places.map((name, index) => [name, 10 * index])),
  forbidden,
});
const mixed: Cell = { name: "atlantic", locations: ["dublin", "frankfurt", "ohio"] };

test("a cell with one location where the law forbids a class, and one that may serve it, is named with both", () => {
  const zones = [zone({ public: ["ohio", "oregon"] })];
  expect(bordersCrossed([mixed], { zones, classes })).toEqual([
    { cell: "atlantic", zone: "germany", class: "public", servedIn: "dublin", keptIn: "ohio" },
  ]);
});

test("a cell that is wholly inside or wholly outside of the border crosses none; nor does what only one writer elsewhere takes", () => {
  const zones = [zone({ public: ["ohio", "oregon"] })];
  const inside = { name: "europe", locations: ["dublin", "frankfurt"] };
  const outside = { name: "america", locations: ["ohio", "oregon"] };
  expect(bordersCrossed([inside, outside], { zones, classes })).toEqual([]);
  const away = { name: "west", locations: ["frankfurt", "oregon"] };
  expect(bordersCrossed([away], { zones: [zone({ editor: ["oregon"] })], classes })).toEqual([]);
});

test("nothing is found exactly when no pair of a cell's locations has one that may serve and one that must not", () => {
  const sets = fc.record({
    cell: fc.subarray(places, { minLength: 1, maxLength: 3 }),
    forbidden: fc.subarray(places),
    unknown: fc.subarray(places),
  });
  fc.assert(
    fc.property(sets, ({ cell, forbidden, unknown }) => {
      const known = Object.fromEntries(places.filter((name) => !unknown.includes(name)).map((name) => [name, 5]));
      const zones = [{ name: "z", country: "DE", latencyMs: known, forbidden: { public: forbidden } }];
      const found = bordersCrossed([{ name: "c", locations: cell }], { zones, classes: classes.slice(0, 1) });
      const pairs = cell.flatMap((one) => cell.map((other) => [one, other] as const));
      const crosses = pairs.some(
        ([one, other]) => !forbidden.includes(one) && !unknown.includes(one) && forbidden.includes(other),
      );
      expect(found.length).toBe(crosses ? 1 : 0);
    }),
  );
});
