import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { etcdCluster, type EtcdCluster } from "../test/etcd-cluster.ts";
import { answer, continuation } from "./continuation.ts";
import type { Entry } from "./entry.ts";
import { etcdClient } from "./etcd-client.ts";
import { cells, etcdStore, type EtcdStore, type EtcdStoreOptions } from "./etcd-store.ts";
import { serve } from "./serve.ts";
import { storeCases, type OpenedStore } from "./store-testing.ts";
import type { Write } from "./store.ts";

// Real members and real disks, on a machine that may do much else.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let cluster: EtcdCluster;
beforeAll(async () => void (cluster = await etcdCluster()));
afterAll(() => cluster.close());

let prefixes = 0;
const newPrefix = () => `/test-${(prefixes += 1)}/`;
/** As patient as a busy machine needs: tests say what must hold, not how fast. */
const openIn = (prefix: string, more: Partial<EtcdStoreOptions> = {}): EtcdStore =>
  etcdStore({ endpoints: cluster.endpoints, prefix, patienceMs: 30_000, ...more });

const openEtcd = async (): Promise<OpenedStore> => {
  const prefix = newPrefix();
  const opened = [openIn(prefix)];
  const beside = async () => {
    const other = openIn(prefix);
    opened.push(other);
    return other;
  };
  const dispose = async () => void (await Promise.all(opened.map((one) => one.close())));
  return { store: opened[0] as EtcdStore, beside, afterCrash: beside, dispose };
};

describe("etcd, three members", () => {
  for (const { name, run } of storeCases) test(name, () => run(openEtcd));

  test("writes of many requests share transactions, and a full journal takes no new ones", async () => {
    const store = openIn(newPrefix(), { maxRequests: 200 });
    const client = etcdClient({ endpoints: cluster.endpoints, patienceMs: 30_000 });
    const revision = async () => Number((await client.txn({ success: [] })).header.revision);
    const before = await revision();
    await Promise.all(range(200).map((n) => store.append(begun(n))));
    // Each transaction is one revision: two at least, for one holds 128 operations at most.
    expect((await revision()) - before).toBeLessThan(30);
    await expect(store.append(begun(200))).rejects.toMatchObject({ code: "journal-full" });
    expect((await store.append(write(7, 1, [said("intent", intent)]))).kind).toBe("written");
    client.close();
    await store.close();
  });

  test("the leader is killed: every write ends, and what was acknowledged is there", async () => {
    const prefix = newPrefix();
    const store = openIn(prefix);
    const acknowledged = new Map<number, number>();
    const enough = new AbortController();
    const writers = range(8).map(async (n) => {
      await store.append(begun(n));
      for (let seq = 1; !enough.signal.aborted; seq += 1) {
        const { kind } = await store.append(write(n, seq, [said("intent", intent)]));
        expect(kind).toBe("written");
        acknowledged.set(n, seq + 1);
      }
    });
    const leader = (await cluster.leader()) as number;
    const until = async (writes: number) => {
      const from = [...acknowledged.values()].reduce((sum, seq) => sum + seq, 0);
      await vi.waitUntil(() => [...acknowledged.values()].reduce((sum, seq) => sum + seq, 0) > from + writes, 60_000);
    };
    await until(20);
    await cluster.kill(leader);
    await until(40);
    enough.abort();
    await Promise.all(writers);
    const reader = openIn(prefix, { endpoints: cluster.endpoints.toReversed() });
    for (const [n, seq] of acknowledged) expect((await reader.read(`w:${n}`))?.entries.length).toBe(seq);
    await cluster.start(leader);
    await Promise.all([store.close(), reader.close()]);
  });

  test("the leader is stopped: what was asked before its successor was elected is asked again, whatever time it had", async () => {
    const leader = (await cluster.leader()) as number;
    const endpoints = [...cluster.endpoints.slice(leader), ...cluster.endpoints.slice(0, leader)];
    const store = openIn(newPrefix(), { endpoints, patienceMs: 600_000, answerWithinMs: 600_000 });
    expect((await store.append(begun(1))).kind).toBe("written");
    cluster.pause(leader);
    try {
      expect((await store.append(write(1, 1, [said("intent", intent)]))).kind).toBe("written");
    } finally {
      cluster.resume(leader);
    }
    await store.close();
  });

  test("the member that a waiter listens to is stopped: it hears from another one", async () => {
    const prefix = newPrefix();
    const store = openIn(prefix);
    const [first, ...others] = cluster.endpoints as [string, ...string[]];
    const other = openIn(prefix, { endpoints: [...others, first] });
    await store.append(begun(1));
    const woken = store.changed("w:1", 1, { withinMs: 60_000 });
    cluster.pause(0);
    try {
      await other.append(write(1, 1, [said("intent", intent)]));
      expect((await woken)?.seq).toBe(2);
    } finally {
      cluster.resume(0);
    }
    await Promise.all([store.close(), other.close()]);
  });

  test("without a majority callers get 503 and when to come again, new ones another home, and all goes on when it is back", async () => {
    const prefix = newPrefix();
    const store = openIn(prefix, { patienceMs: 400, answerWithinMs: 200 });
    await cluster.leader();
    const next = { name: "next", store: { ...store, isWell: () => true } };
    const homes = cells([{ name: "near", store }, next]);
    await vi.waitFor(() => expect(homes.home()).toBe("near"), 60_000);
    const shop = continuation("buy", { version: 1 }, async () => answer(201, { bought: true }));
    const buy = () => serve(shop, store, { key: "k1", fingerprint: "f", request: {}, location: "A" });
    await Promise.all([cluster.kill(1), cluster.kill(2)]);
    const refused = await buy();
    await vi.waitFor(() => expect(homes.home()).toBe("next"), 60_000);
    expect(homes.storeOf("near")).toBe(store);
    expect(() => homes.storeOf("gone")).toThrow(expect.objectContaining({ code: "bad-input" }));
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({ "retry-after": "1" });
    expect(JSON.parse(refused.body)).toMatchObject({ code: "journal-unavailable" });
    await Promise.all([cluster.start(1), cluster.start(2)]);
    await cluster.leader();
    await vi.waitFor(async () => expect((await buy()).status).toBe(201), 60_000);
    await store.close();
  });

  test("a watch whose past was compacted away wakes its waiter", async () => {
    const client = etcdClient({ endpoints: cluster.endpoints, patienceMs: 30_000 });
    const put = { request_put: { key: Buffer.from("/compacted/"), value: Buffer.from("x") } };
    const { revision } = (await client.txn({ success: [put] })).header;
    const { revision: newest } = (await client.txn({ success: [put] })).header;
    const body = JSON.stringify({ revision: newest });
    await fetch(`${cluster.endpoints[0]}/v3/kv/compaction`, { method: "POST", body });
    const keys = { key: Buffer.from("/elsewhere/"), range_end: Buffer.from("/elsewhere0") };
    await new Promise<void>((resolve) => client.watch(keys, Number(revision) - 1, resolve));
    client.close();
  });

  test("the leader's location is drained: another member leads, without an election", async () => {
    const store = openIn(newPrefix());
    const leader = (await cluster.leader()) as number;
    expect(await store.leaveLead(cluster.endpoints[(leader + 1) % 3] as string)).toEqual({ moved: false });
    expect(await store.leaveLead(cluster.endpoints[leader] as string)).toEqual({ moved: true });
    const next = (await cluster.leader()) as number;
    expect(next).not.toBe(leader);
    // Of two that are left at once neither has it afterwards.
    expect(await store.leaveLead(...[leader, next].map((each) => cluster.endpoints[each] as string))).toEqual({
      moved: true,
    });
    expect(await cluster.leader()).toBe(3 - leader - next);
    expect((await store.append(begun(1))).kind).toBe("written");
    await store.close();
  });
});

describe("etcd, in trouble", () => {
  let small: EtcdCluster;
  beforeAll(async () => void (small = await etcdCluster({ members: 1, quotaBytes: 2 * 1024 * 1024 })));
  afterAll(() => small.close());

  test("out of space: nothing new is taken, the answered can be forgotten, and all goes on after", async () => {
    const store = etcdStore({ endpoints: small.endpoints });
    const filled = { answer: { status: 200, headers: {}, body: "x".repeat(200_000) } };
    const fill = async () => {
      for (let n = 0; n < 40; n += 1)
        await store.append({ ...begun(n), entries: [first(n), said("answered", filled)] });
    };
    await expect(fill()).rejects.toMatchObject({ code: "journal-full", hint: expect.stringContaining("etcdctl") });
    await expect(store.append(begun(99))).rejects.toMatchObject({ code: "journal-full" });
    expect((await store.retain({ answeredForMs: 0, maxRequests: 0 })).forgotten).toBeGreaterThan(3);
    // What the hint says, by hand.
    const ask = async (path: string, body: object) =>
      (await fetch(`${small.endpoints[0]}/v3/${path}`, { method: "POST", body: JSON.stringify(body) })).json();
    const { header } = (await ask("kv/range", { key: "AA==" })) as { header: { revision: string } };
    await ask("kv/compaction", { revision: header.revision, physical: true });
    await ask("maintenance/defragment", {});
    const { alarms } = (await ask("maintenance/alarm", { action: "GET" })) as { alarms: { memberID: string }[] };
    for (const { memberID } of alarms)
      await ask("maintenance/alarm", { action: "DEACTIVATE", memberID, alarm: "NOSPACE" });
    expect((await store.append(begun(100))).kind).toBe("written");
    await store.close();
  });

  test("wrong certificates, wrong addresses and files that are not there are told as such", async () => {
    const folder = mkdtempSync(join(tmpdir(), "continuity-etcd-"));
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, rootCertificates[0] as string);
    const store = etcdStore({ endpoints: small.selfSigned, tls: { ca }, patienceMs: 20_000 });
    await expect(store.append(begun(1))).rejects.toMatchObject({ code: "journal-untrusted" });
    await store.close();
    const https = ["https://127.0.0.1:1"];
    expect(() => etcdStore({ endpoints: https, tls: { ca: join(folder, "none.pem") } })).toThrow(
      expect.objectContaining({ code: "journal-untrusted" }),
    );
    for (const endpoints of [[], https, ["127.0.0.1"], ["ftp://127.0.0.1"]])
      expect(() => etcdStore({ endpoints })).toThrow(expect.objectContaining({ code: "bad-input" }));
    rmSync(folder, { recursive: true });
  });
});

const range = (length: number) => Array.from({ length }, (_, n) => n);
const intent = { step: "charge", attempt: 1, effect: "askable", notAfter: 5 } as const;

function said(kind: Entry["kind"], more: object, run = "r"): Entry {
  return { v: 1, kind, at: 1, location: "A", run, epoch: 1, ...more } as Entry;
}

function first(n: number): Entry {
  return said("begun", { workflow: "w", version: 1, key: `k${n}`, fingerprint: "f" });
}

const begun = (n: number): Write => ({ id: `w:${n}`, expect: { seq: 0, epoch: 0 }, entries: [first(n)] });
const write = (n: number, seq: number, entries: readonly Entry[]): Write => ({
  id: `w:${n}`,
  expect: { seq, epoch: 1 },
  entries,
});
