import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { builtPrograms } from "./built-programs.ts";

const root = join(import.meta.dirname, "..", "..", "..");

test("what runs once a location is started from the file that it was built into, all else from its source", async () => {
  const troubles: string[] = [];
  const programOf = await builtPrograms(root, (says) => troubles.push(says));
  expect(troubles).toEqual([]);
  for (const entry of ["src/planet/node-main.ts", "src/planet/world/main.ts"]) {
    expect(programOf(entry)).toMatch(/^dist\/planet\/.*\.js$/);
    expect(existsSync(join(root, programOf(entry)))).toBe(true);
  }
  expect(programOf("src/planet/users/main.ts")).toBe("src/planet/users/main.ts");
});

test("what can't be built runs from its source, and that is said", async () => {
  const nothing = mkdtempSync(join(tmpdir(), "nothing-to-build-"));
  onTestFinished(() => rmSync(nothing, { recursive: true }));
  const troubles: string[] = [];
  const programOf = await builtPrograms(nothing, (says) => troubles.push(says));
  expect(programOf("src/planet/node-main.ts")).toBe("src/planet/node-main.ts");
  expect(troubles).toEqual([expect.stringContaining("could not be built")]);
});
