import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { postgresServer, type PostgresServer } from "../test/postgres-server.ts";
import { postgresStore } from "./postgres-store.ts";
import { begunNumber as begun, storeCases, type OpenedStore } from "./store-testing.ts";

// A real server and a real disk, on a machine that may do much else.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let server: PostgresServer;
beforeAll(async () => void (server = await postgresServer()));
afterAll(() => server.close());

let schemas = 0;
const newSchema = () => `test_${(schemas += 1)}`;
const openIn = (schema: string, more: { maxRequests?: number; answerWithinMs?: number; patienceMs?: number } = {}) =>
  postgresStore({ url: server.url, schema, patienceMs: 30_000, answerWithinMs: 10_000, ...more });

const openPostgres = async (): Promise<OpenedStore> => {
  const schema = newSchema();
  const opened = [openIn(schema)];
  const beside = async () => {
    const other = openIn(schema);
    opened.push(other);
    return other;
  };
  const dispose = async () => void (await Promise.all(opened.map((one) => one.close())));
  return { store: opened[0] as OpenedStore["store"], beside, afterCrash: beside, dispose };
};

describe("PostgreSQL", () => {
  for (const { name, run } of storeCases) test(name, () => run(openPostgres));

  test("a stopped server costs patience, not truth: the write is kept once when it is back", async () => {
    const store = openIn(newSchema(), { answerWithinMs: 300 });
    await store.append(begun(1));
    server.pause();
    const written = store.append(begun(2));
    await new Promise((resolve) => setTimeout(resolve, 700));
    server.resume();
    expect(await written).toEqual({ kind: "written", seq: 1 });
    expect((await store.read("w:2"))?.entries.length).toBe(1);
    await store.close();
  });

  test("the primary is killed and its synchronous standby promoted: what was acknowledged is there, and writes go on", async () => {
    const pair = await postgresServer({ standby: true });
    const store = postgresStore({ url: pair.url, patienceMs: 60_000, answerWithinMs: 10_000 });
    for (let n = 0; n < 20; n += 1) await store.append(begun(n));
    await pair.kill();
    const next = store.append(begun(20));
    await pair.promote();
    expect(await next).toEqual({ kind: "written", seq: 1 });
    const reader = postgresStore({ url: pair.url, patienceMs: 60_000, answerWithinMs: 10_000 });
    for (let n = 0; n <= 20; n += 1) expect((await reader.read(`w:${n}`))?.seq).toBe(1);
    await Promise.all([store.close(), reader.close()]);
    await pair.close();
  });

  test("a full journal, a wrong password, a wrong schema and no server at all are told as such", async () => {
    const full = openIn(newSchema(), { maxRequests: 1 });
    await full.append(begun(1));
    await expect(full.append(begun(2))).rejects.toMatchObject({ code: "journal-full" });
    await full.close();
    const stranger = postgresStore({ url: server.url.replace("secret", "guess") });
    await expect(stranger.append(begun(1))).rejects.toMatchObject({ code: "journal-untrusted" });
    await stranger.close();
    expect(() => openIn('a"b')).toThrow(expect.objectContaining({ code: "bad-input" }));
    expect(() => postgresStore({ url: "nowhere" })).toThrow(expect.objectContaining({ code: "bad-input" }));
    const alone = postgresStore({ url: "postgres://shop@127.0.0.1:1/none", patienceMs: 300 });
    await expect(alone.append(begun(1))).rejects.toMatchObject({ code: "journal-unavailable" });
    await alone.close();
  });
});
