import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { KeptMinute, KeptRequest } from "./hops-contract.ts";
import { sqliteHops } from "./sqlite-hops.ts";

const root = mkdtempSync(join(tmpdir(), "hops-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const aFolder = (): string => join(root, String((folders += 1)));

const AT = 1_795_000_020_000;
const ROOMY = { bytesMax: 64e6, keptMs: 16 * 60_000 };
const NOTHING = { failed: 0, relayed: 0, keyed: 0, sampled: 0, notSampled: 0, tooMany: 0, lost: 0 };

function request(names: readonly string[], at = AT): KeptRequest {
  return { names, at, hops: [{ kind: "edge", at, ms: 31.5, status: 503 }] };
}

const minute = (at: number, counts: Partial<KeptMinute>): KeptMinute => ({ at, oneIn: 1, ...NOTHING, ...counts });

test("a request is found by each of its names, all its parts in order of time, after a restart too", () => {
  const folder = aFolder();
  const store = sqliteHops(folder, ROOMY);
  const hops = [
    { kind: "edge", at: AT, ms: 31.5, status: 503 },
    { kind: "cart", at: AT + 3, ms: 20, status: 500 },
  ];
  store.append([{ names: ["r-1", "trace-1", "r-1"], at: AT, hops }, request(["r-2", "trace-1"], AT + 5000)], []);
  store.append([request(["r-1", "trace-1"], AT + 9000)], []);
  expect(store.find("r-1", 10)).toEqual([
    { at: AT, hops },
    { at: AT + 9000, hops: request([], AT + 9000).hops },
  ]);
  expect(store.find("r-2", 10)).toHaveLength(1);
  store.close();

  const again = sqliteHops(folder, ROOMY);
  again.append([request(["r-3"], AT + 10_000)], []);
  expect(readdirSync(folder).filter((name) => name.endsWith(".sqlite"))).toHaveLength(1);
  expect(again.find("trace-1", 10).map(({ at }) => at - AT)).toEqual([0, 5000, 9000]);
  // The newest are worth most where there are too many.
  expect(again.find("trace-1", 2).map(({ at }) => at - AT)).toEqual([5000, 9000]);
  expect(again.find("r-4", 10)).toEqual([]);
  again.close();
});

test("what is too old goes, and the oldest where the room is full; the rest is found, and all that is on the disk fits", () => {
  const folder = aFolder();
  const limits = { bytesMax: 9e6, keptMs: 3_600_000 };
  const store = sqliteHops(folder, limits);
  // As long as a request that fifty services had part in.
  const hops = [{ kind: "service".repeat(150), at: AT, ms: 1, status: 200 }];
  const perBatch = 120;
  const bytes = (): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  for (let second = 0; second < 90; second += 1) {
    const batch = Array.from({ length: perBatch }, (_, index): KeptRequest => {
      return { names: [`r-${second}-${index}`, `t-${second}-${index}`], at: AT + second, hops };
    });
    store.append(batch, [minute(AT, { failed: perBatch })]);
    expect(bytes()).toBeLessThan(limits.bytesMax + perBatch * 2000);
  }
  expect(store.find("r-89-7", 10)).toHaveLength(1);
  expect(store.find("r-75-7", 10)).toHaveLength(1);
  expect(store.find("r-0-7", 10)).toEqual([]);
  // Whoever asks hears of no minute whose requests are gone.
  expect(store.minutes({ since: AT, until: AT })[0]!.failed).toBeLessThan(90 * perBatch);
  store.append([request(["late"], AT + 2 * limits.keptMs)], []);
  expect(store.find("r-89-7", 10)).toEqual([]);
  expect(store.find("late", 10)).toHaveLength(1);
  store.close();
});

test("minutes add up over batches and files", () => {
  const folder = aFolder();
  const store = sqliteHops(folder, ROOMY);
  store.append([], [minute(AT, { failed: 1, notSampled: 5, oneIn: 4 })]);
  store.append([], [minute(AT, { failed: 2 }), minute(AT + 60_000, { sampled: 1 })]);
  // A sixteenth of 16 minutes later another file is begun.
  store.append([], [minute(AT + 60_000, { sampled: 2, oneIn: 2 })]);
  store.append([request(["r-1"], AT + 90_000)], [minute(AT + 60_000, { lost: 1 })]);
  expect(store.minutes({ since: AT, until: AT + 60_000 })).toEqual([
    minute(AT, { failed: 3, notSampled: 5, oneIn: 4 }),
    minute(AT + 60_000, { sampled: 3, lost: 1, oneIn: 2 }),
  ]);
  expect(readdirSync(folder).filter((name) => name.endsWith(".sqlite")).length).toBeGreaterThan(1);
  store.close();
});

test("a damaged file costs what it held, and is counted; writing goes on in the next", () => {
  const folder = aFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `hops-${AT - 1000}.sqlite`), "this is no database, and was never one".repeat(200));
  writeFileSync(join(folder, "notes.txt"), "somebody's own");
  const store = sqliteHops(folder, ROOMY);
  store.append([request(["r-1"])], []);
  expect(store.find("r-1", 10)).toHaveLength(1);
  expect(store.unreadable).toBeGreaterThan(0);
  expect(readdirSync(folder)).toContain("notes.txt");
  store.close();
});

test("no room for the least is refused with what it needs", () => {
  expect(() => sqliteHops(aFolder(), { bytesMax: 1e6, keptMs: 1e6 })).toThrow(
    expect.objectContaining({ code: "hops-too-small" }),
  );
});
