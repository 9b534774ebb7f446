import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bucketsToRow, diffTables, rowToBuckets, sameRow, sharesOf } from "./rows.ts";
import type { RouteTable, Run } from "./table.ts";

const buckets = fc.uint8Array({ minLength: 256, maxLength: 256, max: 3 });

test("runs and buckets say the same, in the shortest runs", () => {
  fc.assert(
    fc.property(buckets, (given) => {
      const runs = bucketsToRow(given);
      expect(rowToBuckets(runs)).toEqual(given);
      expect(runs.reduce((sum, [, count]) => sum + count, 0)).toBe(256);
      runs.slice(1).forEach(([location], i) => expect(location).not.toBe(runs[i]![0]));
    }),
    { numRuns: 40 },
  );
});

test("a difference lists each moved bucket once, with where it was and where it goes", () => {
  fc.assert(
    fc.property(buckets, buckets, (before, after) => {
      const moves = diffTables(tableOf(before), tableOf(after));
      const rebuilt = Uint8Array.from(before);
      for (const { from, to, buckets: moved } of moves) {
        for (const bucket of moved) {
          expect(NAMES[rebuilt[bucket]!]).toBe(from);
          rebuilt[bucket] = NAMES.indexOf(to!);
        }
      }
      expect(rebuilt).toEqual(after);
      expect(sameRow(bucketsToRow(before), bucketsToRow(after))).toBe(moves.length === 0);
    }),
    { numRuns: 40 },
  );
});

test("shares weigh buckets and sum to one", () => {
  const runs: readonly Run[] = [
    [0, 64],
    [2, 192],
  ];
  expect(sharesOf({ public: { x: runs } }, NAMES)).toEqual({ public: [0.25, 0, 0.75, 0] });
  const onlyFirst = sharesOf({ public: { x: runs } }, NAMES, (_class, _zone, bucket) => (bucket === 0 ? 5 : 0));
  expect(onlyFirst).toEqual({ public: [1, 0, 0, 0] });
});

test("a torn row is a broken invariant", () => {
  expect(() => rowToBuckets([[0, 255]])).toThrow("255");
  expect(() => rowToBuckets([[0, 257]])).toThrow("more than 256");
});

const NAMES = ["a", "b", "c", "d"];

function tableOf(row: Uint8Array): RouteTable {
  return {
    version: 1,
    at: 0,
    locations: NAMES,
    assignment: { public: { x: bucketsToRow(row) } },
    contingency: {},
    apart: [],
  };
}
