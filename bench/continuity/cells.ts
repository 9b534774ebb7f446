import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { JournalStore } from "@reactive-production/continuity";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { postgresStore } from "@reactive-production/continuity/postgres";
import { startBank } from "../../continuity/test/bank.ts";
import { post as send, untilAnswered } from "../../continuity/test/caller.ts";
import { etcdCluster } from "../../continuity/test/etcd-cluster.ts";
import { postgresServer } from "../../continuity/test/postgres-server.ts";
import { startShop } from "../../continuity/test/start-shop.ts";
import { median } from "./rate.ts";
import { startReceiver, type Post } from "./receiver.ts";
import { checkoutOn } from "./three-steps.ts";

/**
 * How long unfinished checkouts of three steps stand still when a member of a cell of three, a whole location of it, or the
 * primary of a database goes, and whether anything that was acknowledged is lost. (How fast they are: peers.ts.)
 *
 *     node --conditions=reactive-production:source bench/continuity/cells.ts [--part faults|homes|promotion ...]
 *         [--faults 12] [--homes 12] [--promotions 3]
 *
 * Prints one JSON line a result. Each checkout that was unfinished when the member went counts with the time until its journal
 * took its next entry, beside the time that etcd's own election took; at the end a fresh client looks for every acknowledged entry.
 * Of `homes` each counts that was begun where shop and member were killed together, from its user's first try in another location on.
 */
const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true, default: ["faults", "homes", "promotion"] },
    faults: { type: "string", default: "12" },
    homes: { type: "string", default: "12" },
    promotions: { type: "string", default: "3" },
  },
});

const receiver = await startReceiver();
if (values.part.includes("faults")) await faults(receiver.post);
if (values.part.includes("homes")) await homes();
if (values.part.includes("promotion")) await promotion(receiver.post);
process.exit(0);

async function faults(post: Post): Promise<void> {
  const cluster = await etcdCluster();
  const stoodMs: Record<string, number[]> = {};
  const leaderlessMs: Record<string, number[]> = {};
  const seen: Seen = { acknowledged: new Map(), keys: 0, refused: 0 };
  const prefix = "/faults/";
  for (let n = 0; n < Number(values.faults); n += 1) {
    const leader = (await cluster.leader()) as number;
    const member = n % 3 === 2 ? (leader + 1) % 3 : leader;
    const fault = n % 3 === 0 ? "leader killed" : n % 3 === 1 ? "leader stopped" : "our member stopped";
    // Callers ask the member that goes first: the worst place to be.
    const endpoints = [...cluster.endpoints.slice(member), ...cluster.endpoints.slice(0, member)];
    const store = etcdStore({ endpoints, prefix });
    let elected: Promise<unknown> = Promise.resolve();
    const hurt = async () => {
      const goneAt = performance.now();
      if (fault === "leader killed") await cluster.kill(member);
      else cluster.pause(member);
      elected = cluster
        .leader({ without: member })
        .then(() => (leaderlessMs[fault] ??= []).push(performance.now() - goneAt));
    };
    (stoodMs[fault] ??= []).push(...(await standstill(post, store, seen, hurt)));
    await elected;
    if (fault === "leader killed") await cluster.start(member);
    else cluster.resume(member);
    await store.close();
  }
  await cluster.leader();
  const reader = etcdStore({ endpoints: cluster.endpoints, prefix, patienceMs: 30_000 });
  await tell("faults", stoodMs, seen, reader);
  for (const [fault, times] of Object.entries(leaderlessMs))
    say({ part: "faults", election: fault, medianMs: median(times), worstMs: Math.max(...times) });
  await cluster.close();
}

async function homes(): Promise<void> {
  const cluster = await etcdCluster();
  const bank = await startBank();
  const resumedMs: Record<string, number[]> = {};
  let lost = 0;
  for (let n = 0; n < Number(values.homes); n += 1) {
    const leader = (await cluster.leader()) as number;
    const home = n % 2 === 0 ? leader : (leader + 1) % 3;
    const fault = home === leader ? "home killed, with the cell's leader" : "home killed, with another member";
    const prefix = `/homes-${n}/`;
    const [dying, other] = await Promise.all(
      [home, (home + 1) % 3].map((location) => {
        const endpoints = [...cluster.endpoints.slice(location), ...cluster.endpoints.slice(0, location)];
        const journal = { kind: "cell", options: { endpoints, prefix }, tells: false } as const;
        const leaseMs = 800;
        return startShop({ journal, bank: bank.url, location: `location-${location}`, kind: "askable", leaseMs });
      }),
    );
    if (dying === undefined || other === undefined) throw new Error("two shops were to start");
    let isGone = false;
    const cut = new Map<string, number>();
    const users = Array.from({ length: 32 }, async (_, user) => {
      for (let bought = 0; ; bought += 1) {
        const order = `home-${n}-${user}-${bought}`;
        const reply = await send(dying.url, order).catch(() => null);
        if (reply?.status === 201 && !isGone) continue;
        if (reply?.status === 201) return;
        const triedAt = performance.now();
        const { status } = await untilAnswered([other.url], order);
        cut.set(order, performance.now() - triedAt);
        if (status !== 201) lost += 1;
        return;
      }
    });
    await pause(1_000);
    isGone = true;
    dying.child.kill("SIGKILL");
    await cluster.kill(home);
    await Promise.all(users);
    const reader = etcdStore({ endpoints: cluster.endpoints, prefix, patienceMs: 30_000 });
    for (const [order, tookMs] of cut) {
      const first = (await reader.read(`checkout:${order}`))?.entries[0];
      if (first?.location === `location-${home}`) (resumedMs[fault] ??= []).push(tookMs);
    }
    await reader.close();
    other.child.kill("SIGKILL");
    await cluster.start(home);
  }
  const effects = Map.groupBy(bank.ledger, ({ kind, order }) => `${kind} ${order}`);
  const doubled = [...effects.values()].filter(({ length }) => length > 1).length;
  for (const [fault, times] of Object.entries(resumedMs))
    say({ part: "homes", fault, checkouts: times.length, medianMs: median(times), worstMs: Math.max(...times) });
  say({ part: "homes", lost, doubled });
  await bank.close();
  await cluster.close();
}

async function promotion(post: Post): Promise<void> {
  const stoodMs: Record<string, number[]> = {};
  for (let n = 0; n < Number(values.promotions); n += 1) {
    const seen: Seen = { acknowledged: new Map(), keys: 0, refused: 0 };
    const server = await postgresServer({ standby: true });
    const store = postgresStore({ url: server.url, patienceMs: 20_000 });
    const hurt = async () => {
      await server.kill();
      await server.promote();
    };
    const stood = await standstill(post, store, seen, hurt);
    (stoodMs["primary killed, standby promoted at once"] ??= []).push(...stood);
    await store.close();
    await tell("promotion", stoodMs, seen, postgresStore({ url: server.url, patienceMs: 20_000 }));
    await server.close();
  }
}

/** What was acknowledged, by request, over all faults. */
type Seen = { readonly acknowledged: Map<string, number>; keys: number; refused: number };

/** How long each of the checkouts that were unfinished when we hurt the store waited for its next entry, in milliseconds. */
async function standstill(
  post: Post,
  store: JournalStore,
  seen: Seen,
  hurt: () => Promise<void>,
): Promise<readonly number[]> {
  const open = new Set<string>();
  const waiting = new Set<string>();
  const stood: number[] = [];
  let goneAt = 0;
  const watched: JournalStore = {
    ...store,
    async append(write) {
      const appended = await store.append(write);
      if (appended.kind !== "written" || write.entries.length === 0) return appended;
      seen.acknowledged.set(write.id, appended.seq);
      open.add(write.id);
      if (write.entries.at(-1)?.kind === "answered") open.delete(write.id);
      if (waiting.delete(write.id)) stood.push(performance.now() - goneAt);
      return appended;
    },
  };
  const buy = checkoutOn(watched, post);
  const enough = new AbortController();
  const workers = Array.from({ length: 32 }, async () => {
    while (!enough.signal.aborted) await buy(`key-${(seen.keys += 1)}`).catch(() => (seen.refused += 1));
  });
  await pause(1_000);
  for (const id of open) waiting.add(id);
  goneAt = performance.now();
  await hurt();
  while (waiting.size > 0 && performance.now() - goneAt < 30_000) await pause(20);
  stood.push(...Array.from(waiting, () => 30_000));
  enough.abort();
  await Promise.all(workers);
  return stood;
}

async function tell(
  part: string,
  stoodMs: Readonly<Record<string, readonly number[]>>,
  { acknowledged, refused }: Seen,
  reader: JournalStore,
): Promise<void> {
  let lost = 0;
  for (const [id, seq] of acknowledged) if (((await reader.read(id))?.seq ?? 0) < seq) lost += 1;
  await reader.close();
  for (const [fault, times] of Object.entries(stoodMs))
    say({ part, fault, checkouts: times.length, medianMs: median(times), worstMs: Math.max(...times) });
  say({ part, acknowledged: acknowledged.size, lost, refused });
}

function say(result: Readonly<Record<string, string | number>>): void {
  const rounded = Object.entries(result).map(([name, value]) => [
    name,
    typeof value === "number" ? Math.round(value * 100) / 100 : value,
  ]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`);
}
