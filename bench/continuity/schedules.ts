import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { JournalStore } from "@reactive-production/continuity";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { seeded } from "../../continuity/src/store-testing.ts";
import { etcdCluster, type EtcdCluster } from "../../continuity/test/etcd-cluster.ts";
import { fight, requestNumber } from "../../continuity/test/fight.ts";
import { misfits, recorded, type Told } from "../../continuity/test/journal-history.ts";

/**
 * Members of a cell killed and stopped by chance, one or two at once, while three clients fight over few requests: is what they
 * were told linearizable? (Members cut off from each other: partitions.ts.)
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
  const told = await run(cluster, seed);
  const writes = told.filter((each) => each.did === "append");
  written += writes.filter(({ outcome }) => outcome === "written").length;
  conflicts += writes.filter(({ outcome }) => outcome === "conflict").length;
  unknown += writes.filter(({ outcome }) => outcome === "unknown").length;
  const found = misfits(told);
  if (found.length === 0) continue;
  bad += 1;
  process.stdout.write(`${JSON.stringify({ seed, misfits: found.slice(0, 5) })}\n`);
}
await cluster.close();
process.stdout.write(`${JSON.stringify({ schedules: Number(values.seeds), bad, written, conflicts, unknown })}\n`);
process.exit(bad > 0 || written === 0 ? 1 : 0);

async function run(cell: EtcdCluster, seed: number): Promise<readonly Told[]> {
  const chance = seeded(seed);
  const prefix = `/schedule-${seed}/`;
  const told: Told[] = [];
  const openAt = (member: number, more: { readonly patienceMs: number; readonly answerWithinMs: number }) => {
    const endpoints = [...cell.endpoints.slice(member), ...cell.endpoints.slice(0, member)];
    return recorded(etcdStore({ endpoints, prefix, ...more }), (each) => told.push(each)).store;
  };
  const clients = cell.endpoints.map((_, member) => openAt(member, { patienceMs: 2_000, answerWithinMs: 300 }));
  const until = performance.now() + Number(values.seconds) * 1_000;
  const isOver = () => performance.now() >= until;
  const workers = Array.from({ length: WORKERS }, (_, n) => {
    const chance = seeded(seed * 100 + n);
    return fight(clients[n % clients.length] as JournalStore, { name: `${n}`, requests: REQUESTS, chance, isOver });
  });
  while (performance.now() < until) await fault(cell, chance);
  await Promise.all(workers);
  await Promise.all(clients.map((client) => client.close()));
  await cell.leader();
  const reader = openAt(0, { patienceMs: 60_000, answerWithinMs: 5_000 });
  for (let n = 0; n < REQUESTS; n += 1) await reader.read(requestNumber(n));
  await reader.close();
  return told;
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
