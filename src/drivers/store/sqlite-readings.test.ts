import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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

const NO_DATABASE = "this is no database, and longer than a header of one hundred bytes".repeat(4);

test("a file that can't be used is moved aside, and an empty one begun; what lies aside already stays", () => {
  const file = join(folder, "damaged.sqlite");
  for (const damage of ["first", "second"]) {
    writeFileSync(file, damage + NO_DATABASE);
    const store = sqliteReadings(file);
    store.append([piece(10)]);
    expect(store.read(ALL)).toHaveLength(1);
    store.close();
  }
  expect(readFileSync(`${file}.unusable`, "utf8")).toContain("first");
  expect(readFileSync(`${file}.unusable-1`, "utf8")).toContain("second");
  for (let more = 0; more < 3; more++) {
    writeFileSync(file, NO_DATABASE);
    sqliteReadings(file).close();
  }
  writeFileSync(file, NO_DATABASE);
  expect(() => sqliteReadings(file)).toThrow("look at the disk");
});

test("a malformed page is found when the file is opened, and a wrong shape too", () => {
  const file = join(folder, "malformed.sqlite");
  const store = sqliteReadings(file);
  for (let at = 0; at < 5000; at += 10) store.append([piece(at)]);
  store.close();
  const bytes = readFileSync(file);
  // All but the schema's page.
  writeFileSync(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)]));
  const anew = sqliteReadings(file);
  expect(anew.span("raw")).toBeNull();
  anew.close();
  expect(existsSync(`${file}.unusable`)).toBe(true);
  const later = new DatabaseSync(file);
  later.exec("PRAGMA user_version = 99");
  later.close();
  sqliteReadings(file).close();
  expect(existsSync(`${file}.unusable-1`)).toBe(true);
});

test("a file that can't be opened now is left where it is: nothing is wrong with it", () => {
  const file = join(folder, "locked.sqlite");
  const before = sqliteReadings(file);
  before.append([piece(10)]);
  before.close();
  const other = new DatabaseSync(file);
  other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  expect(() => sqliteReadings(file)).toThrow("locked");
  other.exec("COMMIT");
  other.close();
  expect(existsSync(`${file}.unusable`)).toBe(false);
  const store = sqliteReadings(file);
  expect(store.read(ALL)).toHaveLength(1);
  store.close();
  expect(() => sqliteReadings(join(folder, "nowhere", "file.sqlite"))).toThrow();
});

test("a piece that can't be read any more has no lines, and the others have theirs", () => {
  const file = join(folder, "piece.sqlite");
  const store = sqliteReadings(file);
  store.append([piece(10), piece(20), piece(30)]);
  store.close();
  const other = new DatabaseSync(file);
  other.exec("UPDATE raw SET lines = x'00ff' WHERE number = 2");
  other.close();
  const again = sqliteReadings(file);
  expect(again.read(ALL).map(({ lines }) => lines)).toEqual(['{"at":10}\n', null, '{"at":30}\n']);
  again.close();
});
