import { parseArgs } from "node:util";
import { limits, type Entry, type JournalRecord, type JournalStore, type Write } from "@reactive-production/continuity";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { seeded } from "../../continuity/src/store-testing.ts";
import { etcdCluster, type EtcdCluster } from "../../continuity/test/etcd-cluster.ts";
import { misfits, type Told } from "../../continuity/test/history.ts";

/**
 * Members of a cell killed and stopped by chance, one or two at once, while three clients fight over few requests: is every
 * answer one that can have been given, one after the other?
 *
 *     node --conditions=reactive-production:source bench/continuity/schedules.ts [--seeds 20] [--from 1] [--seconds 4]
 *
 * A schedule is drawn from its seed; what the operating system does meanwhile is not. Prints a line for each seed that does not
 * fit, and one at the end; exits with 1 when there was one, or when nothing was written.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    seconds: { type: "string", default: "4" },
  },
});
const WORKERS = 9;
const REQUESTS = 6;

const cluster = await etcdCluster();
let written = 0;
let conflicts = 0;
let unknown = 0;
let bad = 0;
for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed += 1) {
  const { told, finals } = await run(cluster, seed);
  const writes = told.filter((each) => each.did === "write");
  written += writes.filter(({ outcome }) => outcome === "written").length;
  conflicts += writes.filter(({ outcome }) => outcome === "conflict").length;
  unknown += writes.filter(({ outcome }) => outcome === "unknown").length;
  const found = misfits(told, finals);
  if (found.length === 0) continue;
  bad += 1;
  process.stdout.write(`${JSON.stringify({ seed, misfits: found.slice(0, 5) })}\n`);
}
await cluster.close();
process.stdout.write(`${JSON.stringify({ schedules: Number(values.seeds), bad, written, conflicts, unknown })}\n`);
process.exit(bad > 0 || written === 0 ? 1 : 0);

async function run(cell: EtcdCluster, seed: number) {
  const chance = seeded(seed);
  const prefix = `/schedule-${seed}/`;
  const told: Told[] = [];
  const clients = cell.endpoints.map((_, n) =>
    etcdStore({
      endpoints: [...cell.endpoints.slice(n), ...cell.endpoints.slice(0, n)],
      prefix,
      patienceMs: 2_000,
      answerWithinMs: 300,
    }),
  );
  const until = performance.now() + Number(values.seconds) * 1_000;
  const workers = Array.from({ length: WORKERS }, (_, n) =>
    work(clients[n % clients.length] as JournalStore, told, { until, chance: seeded(seed * 100 + n), name: `${n}` }),
  );
  while (performance.now() < until) await fault(cell, chance);
  await Promise.all(workers);
  await Promise.all(clients.map((client) => client.close()));
  await cell.leader();
  const reader = etcdStore({ endpoints: cell.endpoints, prefix, patienceMs: 60_000, answerWithinMs: 5_000 });
  const finals = new Map<string, JournalRecord | null>();
  for (const id of Array.from({ length: REQUESTS }, (_, n) => `w:${n}`)) finals.set(id, await reader.read(id));
  await reader.close();
  return { told, finals };
}

/** One or two members go for a while: killed, or stopped with all their connections open. */
async function fault(cell: EtcdCluster, chance: (below: number) => number): Promise<void> {
  const hurt = new Set([chance(3), ...(chance(4) === 0 ? [chance(3)] : [])]);
  const kills = chance(2) === 0;
  for (const member of hurt) {
    if (kills) await cell.kill(member);
    else cell.pause(member);
  }
  await pause(200 + chance(1_200));
  for (const member of hurt) {
    if (kills) await cell.start(member);
    else cell.resume(member);
  }
  await pause(chance(800));
}

async function work(
  store: JournalStore,
  told: Told[],
  of: { until: number; chance: (below: number) => number; name: string },
): Promise<void> {
  const { until, chance, name } = of;
  const known = new Map<string, { seq: number; epoch: number }>();
  for (let turn = 0; performance.now() < until; turn += 1) {
    const id = `w:${chance(REQUESTS)}`;
    const began = performance.now();
    // Now and then what it knew before is good enough: that may be old.
    const expect = chance(4) === 0 ? known.get(id) : undefined;
    if (expect === undefined) {
      const record = await store.read(id).catch(() => "unknown" as const);
      if (record === "unknown") continue;
      told.push({
        did: "read",
        id,
        began,
        ended: performance.now(),
        runs: record?.entries.map(({ run }) => run) ?? [],
      });
      known.set(id, { seq: record?.seq ?? 0, epoch: record?.epoch ?? 0 });
    }
    const { seq, epoch } = known.get(id) ?? { seq: 0, epoch: 0 };
    const run = `${name}.${turn}`;
    const takes = chance(3) === 0 && epoch < limits.epochs;
    const write: Write = { id, expect: { seq, epoch }, entries: [entryOf(id, run, epoch, takes)] };
    const sent = performance.now();
    const outcome = await store.append(write).then(
      ({ kind }) => kind,
      () => "unknown" as const,
    );
    told.push({ did: "write", id, began: sent, ended: performance.now(), run, at: seq, outcome });
    if (outcome === "written") known.set(id, { seq: seq + 1, epoch: write.entries[0]?.epoch ?? epoch });
    else known.delete(id);
  }
}

function entryOf(id: string, run: string, epoch: number, takes: boolean): Entry {
  const envelope = { v: 1, at: 1, location: "A", run } as const;
  if (epoch === 0)
    return { ...envelope, kind: "begun", epoch: 1, workflow: "w", version: 1, key: id, fingerprint: "f" };
  if (takes) return { ...envelope, kind: "taken", epoch: epoch + 1, from: "A", why: "lease" };
  return { ...envelope, kind: "intent", epoch, step: "charge", attempt: 1, effect: "askable", notAfter: 5 };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
