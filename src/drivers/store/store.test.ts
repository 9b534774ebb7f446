import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CallerError } from "../../core/errors.ts";
import type { LogStore } from "./contract.ts";
import { memoryStore } from "./memory.ts";
import { sqliteStore } from "./sqlite.ts";
import { logStoreConformance } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

logStoreConformance({ name: "memory", open: memoryStore });

let made = 0;
const files = new WeakMap<LogStore, string>();
const openSqlite = (file = join(folder, `log-${(made += 1)}.sqlite`)): LogStore => {
  const store = sqliteStore(file);
  files.set(store, file);
  return store;
};
logStoreConformance({
  name: "sqlite",
  open: () => openSqlite(),
  async reopen(store) {
    await store.close();
    return openSqlite(files.get(store));
  },
});

test("a damaged file is an error that says the fix", () => {
  const file = join(folder, "damaged.sqlite");
  writeFileSync(file, "this is no database, and longer than a header of one hundred bytes".repeat(4));
  expect(() => sqliteStore(file)).toThrow(CallerError);
});
