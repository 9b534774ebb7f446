import type { Entry, JournalRecord } from "@reactive-production/continuity";
import { expect, test } from "vitest";
import { misfits, type Told } from "./history.ts";

const record = (...runs: readonly string[]): JournalRecord => ({
  id: "w:a",
  seq: runs.length,
  epoch: 1,
  phase: "running",
  location: "A",
  quietMs: 0,
  entries: runs.map((run, n) => ({ kind: n === 0 ? "begun" : "intent", run, epoch: 1 }) as Entry),
});
const write = (
  run: string,
  at: number,
  began: number,
  outcome: "written" | "conflict" | "unknown" = "written",
): Told => ({
  did: "write",
  id: "w:a",
  began,
  ended: began + 5,
  run,
  at,
  outcome,
});
const read = (began: number, ...runs: readonly string[]): Told => ({
  did: "read",
  id: "w:a",
  began,
  ended: began + 5,
  runs,
});
const check = (told: readonly Told[], ...final: readonly string[]) =>
  misfits(told, new Map([["w:a", record(...final)]]));

test("what can have happened fits, a write of unknown end included", () => {
  const told = [write("a", 0, 0), write("b", 1, 10, "unknown"), write("c", 1, 10, "conflict"), read(20, "a", "b")];
  expect(check(told, "a", "b")).toEqual([]);
  expect(check([write("a", 0, 0), write("b", 1, 10, "unknown"), read(20, "a")], "a")).toEqual([]);
});

test("each kind of lie is noticed", () => {
  expect(check([write("a", 0, 0), write("b", 1, 10)], "a")).toEqual([expect.stringContaining("acknowledged at 1")]);
  expect(check([write("a", 0, 0)], "a", "a")).toEqual([expect.stringContaining("2 times")]);
  expect(check([write("a", 0, 0), write("b", 1, 10), read(20, "a")], "a", "b")).toEqual([
    expect.stringContaining("shows 1 entries after 2"),
  ]);
  expect(check([write("b", 1, 0), write("a", 0, 10)], "a", "b")).toEqual([
    expect.stringContaining("written at 0 after 2"),
  ]);
  expect(check([read(0, "x")], "a")).toEqual([expect.stringContaining("never was")]);
  const stolen = { ...record("a", "b"), entries: record("a", "b").entries.map((entry) => ({ ...entry, epoch: 2 })) };
  expect(misfits([write("a", 0, 0)], new Map([["w:a", stolen]]))).toEqual([expect.stringContaining("fence 2 after 0")]);
});
