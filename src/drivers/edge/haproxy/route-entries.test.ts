import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKETS } from "../../../core/estate.ts";
import { answer, initialRoute, routeStep } from "../../../core/route/route.ts";
import { bucketsToRow } from "../../../core/route/rows.ts";
import type { Assignment, RouteTable } from "../../../core/route/table.ts";
import { FOLLOWED_KEY, lossOf, routeEntries, SHED, unwritableName } from "./route-entries.ts";

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

/** As the lines in HAProxy's config look it up (config-text.ts). */
function served(
  lines: ReadonlyMap<string, string>,
  chunk: { class: string; zone: string; bucket: number },
): string | null {
  const bucket = chunk.bucket.toString(16).toUpperCase().padStart(2, "0");
  const within = `${chunk.class}/${chunk.zone}/${bucket}`;
  const followed = longest(lines, FOLLOWED_KEY);
  return (
    longest(lines, `apart/${chunk.class}/${bucket}`) ??
    (followed === null ? null : longest(lines, `${followed}/${within}`)) ??
    longest(lines, `table/${within}`)
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
