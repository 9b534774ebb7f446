import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { answer, continuation, serve, type JournalStore, type Step } from "@reactive-production/continuity";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { postgresStore } from "@reactive-production/continuity/postgres";
import { etcdClient } from "../../continuity/src/etcd-client.ts";
import { etcdCluster } from "../../continuity/test/etcd-cluster.ts";
import { postgresServer } from "../../continuity/test/postgres-server.ts";

/**
 * The three-step checkout on a cell of three etcd members, beside raw etcd transactions that carry as many entries with the
 * same HTTP calls, in turns in the same run; and how long unfinished checkouts stand still when a member goes.
 *
 *     node --conditions=reactive-production:source bench/continuity/cells.ts [--part speed|faults|promotion ...]
 *         [--seconds 3] [--rounds 3] [--faults 12] [--promotions 3]
 *
 * Prints one JSON line a result. Raw: the same gathering for two milliseconds, one put for each commit of a checkout, no compare,
 * no index, no name. Faults: each checkout that was unfinished when the member went counts with the time until its journal took
 * its next entry; at the end a fresh client looks for every acknowledged entry.
 */
const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true, default: ["speed", "faults", "promotion"] },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    faults: { type: "string", default: "12" },
    promotions: { type: "string", default: "3" },
    /** Of the HTTP server's own process. */
    receiver: { type: "boolean", default: false },
  },
});
const IN_FLIGHT = [1, 32, 256] as const;
const STEPS = ["reserve", "charge", "confirm"] as const;
/** Of an entry, with its run, step and result. */
const ENTRY_BYTES = 400;

if (values.receiver) receive();
else await measure();

/** Warehouse and bank: answers 201 and keeps nothing. */
function receive(): void {
  const server = createServer((incoming, response) => {
    incoming.resume().on("end", () => response.writeHead(201).end('{"done":true}'));
  });
  // Callers keep their connections from round to round; closing an idle one would race with its next use.
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
  process.on("disconnect", () => process.exit(0));
}

async function measure(): Promise<void> {
  const receiver = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), "--receiver"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [{ port }] = (await once(receiver, "message")) as [{ port: number }];
  if (values.part.includes("speed")) await speed(port);
  if (values.part.includes("faults")) await faults(port);
  if (values.part.includes("promotion")) await promotion(port);
  process.exit(0);
}

async function speed(port: number): Promise<void> {
  const cluster = await etcdCluster();
  const post = poster(port);
  for (const inFlight of IN_FLIGHT) {
    const rounds: { ours: Rate; raw: Rate }[] = [];
    let commits = 0;
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const store = etcdStore({ endpoints: cluster.endpoints, prefix: `/speed-${inFlight}-${round}/` });
      const counted: JournalStore = {
        ...store,
        append(write) {
          if (write.entries.length > 0) commits += 1;
          return store.append(write);
        },
      };
      const shop = shopOf(post);
      const ours = await rateOf(inFlight, (key) => buy(shop, counted, key));
      await store.close();
      const raw = rawJournal(cluster.endpoints, `/raw-${inFlight}-${round}/`);
      const rawRate = await rateOf(inFlight, (key) => raw.checkout(key, post));
      raw.close();
      rounds.push({ ours, raw: rawRate });
    }
    const done = rounds.reduce((sum, { ours }) => sum + ours.done, 0);
    say({
      part: "speed",
      inFlight,
      checkoutsPerSecond: median(rounds.map(({ ours }) => ours.perSecond)),
      rawPerSecond: median(rounds.map(({ raw }) => raw.perSecond)),
      percentOfRaw: median(rounds.map(({ ours, raw }) => (100 * ours.perSecond) / raw.perSecond)),
      p50Ms: median(rounds.map(({ ours }) => ours.p50Ms)),
      rawP50Ms: median(rounds.map(({ raw }) => raw.p50Ms)),
      p99Ms: median(rounds.map(({ ours }) => ours.p99Ms)),
      commitsPerCheckout: commits / done,
      steps: STEPS.length,
    });
  }
  await cluster.close();
}

type Rate = { readonly done: number; readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

async function rateOf(inFlight: number, checkout: (key: string) => Promise<void>): Promise<Rate> {
  const tookMs: number[] = [];
  let keys = 0;
  const begin = performance.now();
  const worker = async () => {
    while (performance.now() - begin < Number(values.seconds) * 1_000) {
      const at = performance.now();
      await checkout(`key-${(keys += 1)}`);
      tookMs.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  return {
    done: tookMs.length,
    perSecond: tookMs.length / seconds,
    p50Ms: quantile(tookMs, 0.5),
    p99Ms: quantile(tookMs, 0.99),
  };
}

type Post = (path: string) => Promise<void>;

function poster(port: number): Post {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  return (path) =>
    new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, method: "POST", agent }, (response) =>
        response.resume().on("end", () => resolve()),
      );
      sent.on("error", reject).end('{"order":"o-1","amountCents":1999}');
    });
}

function shopOf(post: Post) {
  const work = async (_request: object, step: Step) => {
    for (const name of STEPS)
      await step(name, {
        kind: "idempotent",
        does: async (key) => {
          await post(`/${name}/${encodeURIComponent(key)}`);
          return { done: true };
        },
      });
    return answer(201, { order: "o-1" });
  };
  return continuation("checkout", { version: 1 }, work);
}

async function buy(shop: ReturnType<typeof shopOf>, store: JournalStore, key: string): Promise<void> {
  const { status, body } = await serve(shop, store, { key, fingerprint: "f", request: {}, location: "A" });
  if (status !== 201) throw new Error(`a checkout ended with ${status}: ${body}`);
}

/** A journal that only adds: what etcd allows when nothing is compared and nothing can be found again. */
function rawJournal(endpoints: readonly string[], prefix: string) {
  const client = etcdClient({ endpoints });
  const value = Buffer.from("x".repeat(ENTRY_BYTES));
  let queue: { key: Buffer; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let flights = 0;
  let due: NodeJS.Timeout | null = null;
  const depart = () => {
    if (due !== null) clearTimeout(due);
    due = null;
    while (queue.length > 0 && flights < 4) {
      const batch = queue.slice(0, 120);
      queue = queue.slice(120);
      flights += 1;
      client
        .txn({ success: batch.map(({ key }) => ({ request_put: { key, value } })) })
        .then(
          () => batch.forEach(({ resolve }) => resolve()),
          (error: unknown) => batch.forEach(({ reject }) => reject(error)),
        )
        .finally(() => {
          flights -= 1;
          if (queue.length > 0) depart();
        });
    }
  };
  const put = (key: string) =>
    new Promise<void>((resolve, reject) => {
      queue.push({ key: Buffer.from(prefix + key), resolve, reject });
      if (flights === 0) setImmediate(depart);
      else due ??= setTimeout(depart, 2);
    });
  return {
    async checkout(key: string, post: Post): Promise<void> {
      await put(`${key}/0`);
      for (const [n, name] of STEPS.entries()) {
        await post(`/${name}/${key}`);
        await put(`${key}/${n + 1}`);
      }
    },
    close: () => client.close(),
  };
}

async function faults(port: number): Promise<void> {
  const cluster = await etcdCluster();
  const stoodMs: Record<string, number[]> = {};
  const seen: Seen = { acknowledged: new Map(), keys: 0, refused: 0 };
  const prefix = "/faults/";
  for (let n = 0; n < Number(values.faults); n += 1) {
    const leader = (await cluster.leader()) as number;
    const member = n % 3 === 2 ? (leader + 1) % 3 : leader;
    const fault = n % 3 === 0 ? "leader killed" : n % 3 === 1 ? "leader stopped" : "our member stopped";
    // Callers ask the member that goes first: the worst place to be.
    const endpoints = [...cluster.endpoints.slice(member), ...cluster.endpoints.slice(0, member)];
    const store = etcdStore({ endpoints, prefix });
    const hurt = async () => (fault === "leader killed" ? await cluster.kill(member) : cluster.pause(member));
    (stoodMs[fault] ??= []).push(...(await standstill(port, store, seen, hurt)));
    if (fault === "leader killed") await cluster.start(member);
    else cluster.resume(member);
    await store.close();
  }
  await cluster.leader();
  const reader = etcdStore({ endpoints: cluster.endpoints, prefix, patienceMs: 30_000 });
  await tell("faults", stoodMs, seen, reader);
  await cluster.close();
}

async function promotion(port: number): Promise<void> {
  const stoodMs: Record<string, number[]> = {};
  for (let n = 0; n < Number(values.promotions); n += 1) {
    const seen: Seen = { acknowledged: new Map(), keys: 0, refused: 0 };
    const server = await postgresServer({ standby: true });
    const store = postgresStore({ url: server.url, patienceMs: 20_000 });
    const hurt = async () => {
      await server.kill();
      await server.promote();
    };
    const stood = await standstill(port, store, seen, hurt);
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
  port: number,
  store: JournalStore,
  seen: Seen,
  hurt: () => Promise<void>,
): Promise<readonly number[]> {
  const post = poster(port);
  const shop = shopOf(post);
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
  const enough = new AbortController();
  const workers = Array.from({ length: 32 }, async () => {
    while (!enough.signal.aborted) await buy(shop, watched, `key-${(seen.keys += 1)}`).catch(() => (seen.refused += 1));
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

function say(result: Readonly<Record<string, string | number>>): void {
  const rounded = Object.entries(result).map(([name, value]) => [
    name,
    typeof value === "number" ? Math.round(value * 100) / 100 : value,
  ]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`);
}
