import * as fileSystem from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { learntFile } from "./learnt-file.ts";

const calls: string[] = [];

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof fileSystem>();
  return {
    ...fs,
    fsyncSync: (handle: number) => (calls.push("synced"), fs.fsyncSync(handle)),
    renameSync: (from: string, to: string) => (calls.push("renamed"), fs.renameSync(from, to)),
  };
});

test("a text is on the disk before it takes the old one's place", () => {
  const folder = fileSystem.mkdtempSync(join(tmpdir(), "learnt-file-"));
  onTestFinished(() => fileSystem.rmSync(folder, { recursive: true }));
  const file = join(folder, "learnt.json");
  learntFile(file).write("one");
  expect(fileSystem.readFileSync(file, "utf8")).toBe("one");
  expect(calls).toEqual(["synced", "renamed"]);
});

test("what somebody took away need not be put aside; what can't be moved is said", () => {
  const folder = fileSystem.mkdtempSync(join(tmpdir(), "learnt-file-"));
  onTestFinished(() => fileSystem.rmSync(folder, { recursive: true }));
  const file = join(folder, "learnt.json");
  expect(() => learntFile(file).putAside()).not.toThrow();
  fileSystem.writeFileSync(file, "{");
  fileSystem.mkdirSync(`${file}.refused`);
  expect(() => learntFile(file).putAside()).toThrow(/EISDIR/);
});
