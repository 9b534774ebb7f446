import { mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test, vi } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { sealedStore } from "./sealed-store.ts";
import { sqliteStore } from "./sqlite-store.ts";
import { begunNumber as begun, storeCases, type OpenedStore } from "./store-testing.ts";

// Real time and real disks, on a machine that may do much else.
vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), "continuity-stores-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `${(files += 1)}.sqlite`);

const openMemory = async (): Promise<OpenedStore> => {
  const store = memoryStore();
  return { store, beside: async () => store, dispose: () => store.close() };
};

const openSqlite = async (): Promise<OpenedStore> => {
  const file = newFile();
  const store = sqliteStore({ file });
  const opened = [store];
  const beside = async () => {
    const other = sqliteStore({ file });
    opened.push(other);
    return other;
  };
  const dispose = async () => void (await Promise.all(opened.map((one) => one.close())));
  // The first is not closed: what a fresh connection sees is what was committed.
  return { store, beside, afterCrash: beside, dispose };
};

describe("memory", () => {
  for (const { name, run } of storeCases) test(name, () => run(openMemory));
});

describe("sealed", () => {
  const key = { name: "k", key: new Uint8Array(32).fill(7) };
  const keys = { current: () => key, find: () => key.key };
  const openSealed = async (): Promise<OpenedStore> => {
    const inner = memoryStore();
    const seal = async () => sealedStore(inner, keys);
    return { store: await seal(), beside: seal, afterCrash: seal, dispose: () => inner.close() };
  };
  for (const { name, run } of storeCases) test(name, () => run(openSealed));
});

describe("sqlite", () => {
  for (const { name, run } of storeCases) test(name, () => run(openSqlite));

  test("a file that is no database, or a damaged one, is refused with the fix and left as it is", async () => {
    const garbage = newFile();
    writeFileSync(garbage, "this is not a database at all, ".repeat(500));
    expect(() => sqliteStore({ file: garbage })).toThrow(expect.objectContaining({ code: "journal-corrupt" }));
    expect(readFileSync(garbage, "utf8")).toContain("not a database");

    const file = newFile();
    const store = sqliteStore({ file });
    for (let n = 0; n < 200; n += 1) {
      const begun = {
        v: 1,
        kind: "begun",
        at: 1,
        location: "A",
        run: "r",
        epoch: 1,
        workflow: "w",
        version: 1,
      } as const;
      const entries = [{ ...begun, key: `k${n}`, fingerprint: "f", input: "x".repeat(300) }];
      await store.append({ id: `w:${n}`, expect: { seq: 0, epoch: 0 }, entries });
    }
    await store.close();
    const handle = openSync(file, "r+");
    for (let at = 4096; at < statSync(file).size; at += 4096) writeSync(handle, Buffer.alloc(600, 0xa5), 0, 600, at);
    expect(() => sqliteStore({ file })).toThrow(expect.objectContaining({ code: "journal-corrupt" }));
  });

  test("a file of a newer format is refused and not changed", () => {
    const file = newFile();
    const database = new DatabaseSync(file);
    database.exec("CREATE TABLE strange(x); PRAGMA user_version = 99");
    database.close();
    expect(() => sqliteStore({ file })).toThrow(expect.objectContaining({ code: "journal-newer" }));
    expect(() => sqliteStore({ file: join(folder, "no", "such", "folder.sqlite") })).toThrow(
      expect.objectContaining({ code: "journal-unavailable" }),
    );
  });

  test("a full journal refuses new requests, also beside others of the same turn, and goes on with old ones", async () => {
    const store = sqliteStore({ file: newFile(), maxRequests: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((n) => store.append(begun(n))));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
    expect(outcomes[3]).toMatchObject({ reason: { code: "journal-full" } });
    expect(await store.append({ id: "w:1", expect: { seq: 1, epoch: 1 }, entries: [] })).toMatchObject({
      kind: "written",
    });
    await store.close();
  });
});
