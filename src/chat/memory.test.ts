import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chatMemory } from "./memory.ts";

const folder = mkdtempSync(join(tmpdir(), "chat-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("after a restart the same incidents are known, and a delivery that was taken is not taken again", () => {
  const file = join(folder, "restart", "chat.sqlite");
  const before = chatMemory(file);
  before.keepIncident("slack", "47-1000", { ts: "1.000001" });
  before.keepIncident("webhook", "47-1000", { seq: 3 });
  before.keep("words", { at: 5 });
  expect(before.isNew("event Ev1", 1000)).toBe(true);
  expect(before.isNew("event Ev1", 1001)).toBe(false);
  before.close();

  const after = chatMemory(file);
  expect([...after.incidents("slack")]).toEqual([["47-1000", { ts: "1.000001" }]]);
  expect(after.kept("words")).toEqual({ at: 5 });
  expect(after.kept("never")).toBeNull();
  expect(after.isNew("event Ev1", 2000)).toBe(false);
  after.forgetDelivery("event Ev1");
  expect(after.isNew("event Ev1", 2001)).toBe(true);
  after.forgetIncident("slack", "47-1000");
  expect([...after.incidents("slack")]).toEqual([]);
  expect([...after.incidents("webhook")]).toEqual([["47-1000", { seq: 3 }]]);
  after.close();
});

test("what can't be written is told once and stops nobody, but an order is not taken as new", () => {
  const log: string[] = [];
  const memory = chatMemory(":memory:", (_level, says) => log.push(says));
  memory.close();
  memory.keep("words", 1);
  memory.keepIncident("slack", "47-1000", {});
  memory.forgetIncident("slack", "47-1000");
  expect(log).toEqual([expect.stringContaining("can't be written to :memory:")]);
  expect(() => memory.isNew("event Ev1", 1000)).toThrow();
});

test("a second process is refused, and so is a file that is none", () => {
  const file = join(folder, "chat.sqlite");
  const first = chatMemory(file);
  expect(() => chatMemory(file)).toThrow(expect.objectContaining({ code: "chat-runs-already" }));
  first.close();
  rmSync(file);
  writeFileSync(file, "this is no database, and long enough to be looked at as one".repeat(50));
  expect(() => chatMemory(file)).toThrow(expect.objectContaining({ code: "chat-memory-unusable" }));
});
