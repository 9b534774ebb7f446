import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sqliteReadings } from "./sqlite-readings.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-readings-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const piece = (at: number) => ({ grain: "raw" as const, from: at, until: at + 9, lines: `{"at":${at}}\n` });
const ALL = { grain: "raw", since: 0, until: 1e9, limit: 1000 } as const;

test("pieces come back in order, by time and page by page, also after a restart", () => {
  const file = join(folder, "order.sqlite");
  const before = sqliteReadings(file);
  expect(before.span("raw")).toBeNull();
  before.append([piece(10), piece(20)]);
  before.append([piece(30), { ...piece(40), grain: "minutes" }]);
  before.close();
  const store = sqliteReadings(file);
  const begins = (query: Partial<Parameters<typeof store.read>[0]>) =>
    store.read({ ...ALL, ...query }).map(({ from }) => from);
  expect(begins({})).toEqual([10, 20, 30]);
  expect(begins({ grain: "minutes" })).toEqual([40]);
  expect(begins({ since: 19, until: 20 })).toEqual([10, 20]);
  const [first] = store.read({ ...ALL, limit: 1 });
  expect(first).toMatchObject({ from: 10, until: 19, lines: '{"at":10}\n' });
  expect(begins({ after: first!.number })).toEqual([20, 30]);
  expect(store.span("raw")).toEqual({ from: 10, until: 39 });
  store.close();
});

test("trimming: what is old, and the oldest of what is too much, also counted over a restart", () => {
  const file = join(folder, "trim.sqlite");
  let store = sqliteReadings(file);
  for (let at = 0; at < 3000; at += 10) store.append([piece(at)]);
  store.trim("raw", { before: 100, bytesMax: 1e9 });
  expect(store.span("raw")).toEqual({ from: 100, until: 2999 });
  store.close();
  store = sqliteReadings(file);
  store.trim("raw", { before: 0, bytesMax: 2000 });
  const kept = store.read(ALL);
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.length).toBeLessThan(150);
  expect(kept.at(-1)?.from).toBe(2990);
  store.trim("raw", { before: 1e9, bytesMax: 0 });
  expect(store.span("raw")).toBeNull();
  store.close();
});

test("a file that can't be used is moved aside, and an empty one begun", () => {
  const file = join(folder, "damaged.sqlite");
  writeFileSync(file, "this is no database, and longer than a header of one hundred bytes".repeat(4));
  const store = sqliteReadings(file);
  store.append([piece(10)]);
  expect(store.read(ALL)).toHaveLength(1);
  expect(existsSync(`${file}.unusable`)).toBe(true);
  store.close();
  expect(() => sqliteReadings(join(folder, "nowhere", "file.sqlite"))).toThrow();
});
