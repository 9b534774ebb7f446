import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKETS } from "../../../core/estate.ts";
import { answer, initialRoute, routeStep } from "../../../core/route/route.ts";
import { bucketsToRow } from "../../../core/route/rows.ts";
import type { Assignment, RouteTable } from "../../../core/route/table.ts";
import {
  baseEntries,
  changeEntries,
  FOLLOWED_KEY,
  lossOf,
  routeEntries,
  rowsOf,
  SHED,
  unwritableName,
} from "./route-entries.ts";

const LOCATIONS = ["a", "b", "c", "d"];
const CLASSES = ["public", "editor"];
const ZONES = ["z1", "z2", "z3"];

/** Rows as moves leave them: a few places, some single buckets elsewhere. */
const row = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: BUCKETS })), { minLength: 1, maxLength: 6 }),
    fc.array(fc.tuple(fc.nat(255), fc.nat(3)), { maxLength: 20 }),
  )
  .map(([pieces, single]) => {
    const buckets = Array.from({ length: BUCKETS }, (_, bucket) => {
      let left = bucket;
      for (const [location, length] of pieces) if ((left -= length) < 0) return location;
      return pieces[0]![0];
    });
    for (const [bucket, location] of single) buckets[bucket] = location;
    return bucketsToRow(buckets);
  });
const assignment: fc.Arbitrary<Assignment> = fc.dictionary(
  fc.constantFrom(...CLASSES),
  fc.dictionary(fc.constantFrom(...ZONES), row, { minKeys: 1 }),
  { minKeys: 1 },
);
const tables: fc.Arbitrary<RouteTable> = fc
  .record({
    assignment,
    contingency: fc.dictionary(fc.constantFrom(...LOCATIONS), assignment),
    apart: fc.uniqueArray(
      fc.record({
        class: fc.constantFrom(...CLASSES),
        bucket: fc.nat(255),
        location: fc.option(fc.constantFrom(...LOCATIONS)),
      }),
      { maxLength: 5, selector: (each) => `${each.class}/${each.bucket}` },
    ),
  })
  .map((some) => ({ version: 7, at: 0, locations: LOCATIONS, ...some }));

/** As HAProxy's map_beg finds: the longest line that the key begins with. */
function longest(lines: ReadonlyMap<string, string>, key: string): string | null {
  for (let length = key.length; length > 0; length -= 1) {
    const value = lines.get(key.slice(0, length));
    if (value !== undefined) return value;
  }
  return null;
}

/** As the lines in HAProxy's config look it up (config-text.ts): what has changed, then what it has changed from. */
function served(
  changes: ReadonlyMap<string, string>,
  chunk: { class: string; zone: string; bucket: number },
  base: ReadonlyMap<string, string> = new Map(),
): string | null {
  const bucket = chunk.bucket.toString(16).toUpperCase().padStart(2, "0");
  const within = `${chunk.class}/${chunk.zone}/${bucket}`;
  const followed = longest(changes, FOLLOWED_KEY);
  const inBoth = (key: string): string | null => longest(changes, key) ?? longest(base, key);
  return (
    longest(changes, `apart/${chunk.class}/${bucket}`) ??
    (followed === null ? null : inBoth(`${followed}/${within}`)) ??
    inBoth(`table/${within}`)
  );
}

test("the lines say of every chunk what the core says, loss or no loss", () => {
  fc.assert(
    fc.property(tables, fc.option(fc.constantFrom(...LOCATIONS)), (table, lost) => {
      let { state } = routeStep(initialRoute(LOCATIONS), { event: "table", at: 0, table });
      expect(state.table).not.toBeNull();
      const entries = routeEntries(table);
      const lines = new Map(entries);
      expect(lines.size).toBe(entries.length);
      if (lost !== null) {
        const seenBy = LOCATIONS.filter((name) => name !== lost);
        const notices = [{ location: lost, tableVersion: 7, seenBy, at: 0, expires: 10 }];
        ({ state } = routeStep(state, { event: "notices", at: 1, notices }));
      }
      if (state.notice !== null) lines.set(FOLLOWED_KEY, lossOf(lost!));
      for (const className of CLASSES) {
        for (const zone of [...ZONES, "nowhere"]) {
          for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
            const chunk = { class: className, zone, bucket };
            const expected = answer(state, chunk, "asked");
            const found = served(lines, chunk);
            if ((found === SHED ? null : (found ?? "asked")) !== expected)
              expect({ chunk, found }).toEqual({ chunk, found: expected });
          }
        }
      }
    }),
    { numRuns: 10 },
  );
});

test("what has changed since, looked up first, makes every chunk of the next table of the base", () => {
  fc.assert(
    fc.property(tables, tables, fc.option(fc.constantFrom(...LOCATIONS)), fc.boolean(), (old, table, lost, isKnown) => {
      const rows = rowsOf(old);
      const base = isKnown ? rows : new Map([...rows.keys()].map((prefix) => [prefix, null]));
      const changes = new Map(changeEntries(table, base).entries);
      const before = new Map(baseEntries(old));
      const whole = new Map(routeEntries(table));
      if (lost !== null) for (const lines of [changes, whole]) lines.set(FOLLOWED_KEY, lossOf(lost));
      for (const className of CLASSES) {
        for (const zone of [...ZONES, "nowhere"]) {
          for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
            const chunk = { class: className, zone, bucket };
            const found = served(changes, chunk, before);
            const place = found === "!here" ? null : found;
            if (place !== served(whole, chunk))
              expect({ chunk, found }).toEqual({ chunk, found: served(whole, chunk) });
          }
        }
      }
    }),
    { numRuns: 5 },
  );
});

test("an evacuation changes few lines, and the same table none", () => {
  const table = { version: 1, at: 0, locations: LOCATIONS, assignment: rowsAt([]), contingency: {}, apart: [] };
  expect(changeEntries({ ...table, version: 2 }, rowsOf(table))).toEqual({
    entries: [["version", "2"]],
    changedShare: 0,
  });
  expect(changeEntries({ ...table, version: 2, assignment: rowsAt([7]) }, rowsOf(table))).toEqual({
    entries: [
      ["version", "2"],
      ["table/public/z7/", "b"],
    ],
    changedShare: 1 / 50,
  });
});

test("a row that one place has is one line, and each further piece a few", () => {
  const table = { version: 1, at: 0, locations: LOCATIONS, contingency: {}, apart: [] };
  expect(routeEntries({ ...table, assignment: { public: { z1: [[2, 256]] } } })).toEqual([
    ["version", "1"],
    ["table/public/z1/", "c"],
  ]);
  expect(
    routeEntries({
      ...table,
      assignment: {
        public: {
          z1: [
            [2, 127],
            [1, 129],
          ],
        },
      },
    }),
  ).toEqual([
    ["version", "1"],
    ["table/public/z1/", "b"],
    ...["0", "1", "2", "3", "4", "5", "6"].map((digit) => [`table/public/z1/${digit}`, "c"]),
    ["table/public/z1/7", "c"],
    ["table/public/z1/7F", "b"],
  ]);
});

test.each(["a b", "a\nshutdown", "a;b", ""])("a name like %j would end a command, and is not written", (name) => {
  const table = { version: 1, at: 0, locations: LOCATIONS, contingency: {}, apart: [] };
  expect(unwritableName({ ...table, assignment: { public: { [name]: [[0, 256]] } } })).toBe(name);
  expect(unwritableName({ ...table, assignment: { public: { z1: [[0, 256]] } } })).toBeNull();
});

/** Fifty rows at the first location, but for those that have moved to the second. */
const rowsAt = (moved: readonly number[]): Assignment => ({
  public: Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`z${index}`, [[moved.includes(index) ? 1 : 0, 256] as const]]),
  ),
});
