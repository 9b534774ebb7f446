import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { JournalStore } from "@reactive-production/continuity";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { postgresStore } from "@reactive-production/continuity/postgres";
import { etcdCluster } from "../../continuity/test/etcd-cluster.ts";
import { postgresServer } from "../../continuity/test/postgres-server.ts";
import { dbosCheckouts } from "./peers/dbos.ts";
import { installPeers, type Peers } from "./peers/installed.ts";
import { restateCheckouts } from "./peers/restate.ts";
import { median, rateOf, type Rate } from "./rate.ts";
import { rawEtcd } from "./raw-etcd.ts";
import { startReceiver, type Post } from "./receiver.ts";
import { checkoutOn, STEPS } from "./three-steps.ts";

/**
 * One checkout of three steps over HTTP, on our journals and on its peers, all started by this command and measured in turns in
 * the same run: a cell of three etcd members, beside raw etcd transactions of the same size; PostgreSQL, beside DBOS on the same
 * server; Restate on three nodes.
 *
 *     node --conditions=reactive-production:source bench/continuity/peers.ts [--skip etcd|postgres|dbos|restate ...]
 *         [--rounds 3] [--seconds 2] [--packages FOLDER] [--json]
 *
 * Peers record a step's result alone (`native`); `intent` has one more step before each effect, which is what our journal always
 * does. Libraries are called in this process, as a shop's own server does; Restate through its ingress, the only way there is.
 * `--packages` keeps what was installed for the next run. What could not be had is a row that says why.
 */
const { values } = parseArgs({
  options: {
    skip: { type: "string", multiple: true, default: [] },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "2" },
    packages: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const IN_FLIGHT = [1, 32, 256] as const;

/** A way to check out; `commits` are those so far of our own journals. */
type Engine = {
  readonly name: string;
  readonly checkout: (key: string) => Promise<unknown>;
  readonly commits?: () => number;
};
type Started = { readonly engines: readonly Engine[]; close(): Promise<void> };
type Missing = { readonly part: string; readonly why: string };
type Row = Rate & {
  readonly engine: string;
  readonly inFlight: number;
  readonly commitsPerCheckout: number | null;
};

const folder = mkdtempSync(join(tmpdir(), "continuity-peers-"));
const receiver = await startReceiver();
const missing: Missing[] = [];
const started = await startAll(receiver.post);
try {
  const rounds: (readonly Row[])[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) rounds.push(await oneRound(round));
  print(rounds);
} finally {
  for (const each of started) await each.close();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function startAll(post: Post): Promise<readonly Started[]> {
  const peers = isWanted("dbos") || isWanted("restate") ? await installed() : null;
  const parts: Readonly<Record<string, () => Promise<Started>>> = {
    etcd: () => cell(post),
    postgres: () => database(post),
    dbos: () => dbos(peers, post),
    restate: () => restate(peers, post),
  };
  const all: Started[] = [];
  for (const [part, start] of Object.entries(parts)) {
    if (!isWanted(part)) continue;
    try {
      all.push(await start());
    } catch (error) {
      missing.push({ part, why: reasonOf(error) });
    }
  }
  return all;
}

function isWanted(part: string): boolean {
  return !values.skip.includes(part);
}

async function installed(): Promise<Peers | null> {
  try {
    return await installPeers(values.packages ?? join(folder, "packages"));
  } catch (error) {
    missing.push({ part: "packages of peers", why: reasonOf(error) });
    return null;
  }
}

async function cell(post: Post): Promise<Started> {
  const cluster = await etcdCluster();
  const store = etcdStore({ endpoints: cluster.endpoints, prefix: "/ours/" });
  const raw = rawEtcd(cluster.endpoints, "/raw/");
  return {
    engines: [counted("ours on etcd", store, post), { name: "raw etcd", checkout: (key) => raw.checkout(key, post) }],
    async close() {
      raw.close();
      await store.close();
      await cluster.close();
    },
  };
}

async function database(post: Post): Promise<Started> {
  const server = await postgresServer();
  const store = postgresStore({ url: server.url });
  return {
    engines: [counted("ours on PostgreSQL", store, post)],
    async close() {
      await store.close();
      await server.close();
    },
  };
}

async function dbos(peers: Peers | null, post: Post): Promise<Started> {
  const server = await postgresServer();
  try {
    const { native, intent, close } = await dbosCheckouts(needed(peers), server.url, post);
    return {
      engines: [
        { name: "DBOS native", checkout: native },
        { name: "DBOS intent", checkout: intent },
      ],
      async close() {
        await close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function restate(peers: Peers | null, post: Post): Promise<Started> {
  const { native, intent, close } = await restateCheckouts(needed(peers), folder, post);
  return {
    engines: [
      { name: "Restate native", checkout: native },
      { name: "Restate intent", checkout: intent },
    ],
    close,
  };
}

function needed(peers: Peers | null): Peers {
  if (peers === null) throw new Error("its package could not be installed");
  return peers;
}

function counted(name: string, store: JournalStore, post: Post): Engine {
  let commits = 0;
  const watched: JournalStore = {
    ...store,
    append(write) {
      if (write.entries.length > 0) commits += 1;
      return store.append(write);
    },
  };
  return { name, checkout: checkoutOn(watched, post), commits: () => commits };
}

/** Every engine at every number in flight, one after the other: what else the machine does meets them all. */
async function oneRound(round: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const inFlight of IN_FLIGHT)
    for (const { name, checkout, commits = () => null } of started.flatMap(({ engines }) => engines)) {
      const before = commits();
      let begun = 0;
      const keys = `${name.replaceAll(" ", "-")}-${round}-${inFlight}`;
      const count = (key: string) => {
        begun += 1;
        return checkout(key);
      };
      const { perSecond, p50Ms, p99Ms } = await rateOf(count, { inFlight, seconds: Number(values.seconds), keys });
      const after = commits();
      const commitsPerCheckout = before === null || after === null ? null : (after - before) / begun;
      rows.push({ engine: name, inFlight, perSecond, p50Ms, p99Ms, commitsPerCheckout });
      // A run takes minutes: whoever waits sees it go on.
      process.stderr.write(`round ${round}: ${JSON.stringify(rows.at(-1))}\n`);
    }
  return rows;
}

type Ratio = { readonly what: string; readonly wanted: string; readonly measured: number | null };

/** Of a round's figures each, and then the middle one: rounds differ more than engines do within one. */
function ratios(rounds: readonly (readonly Row[])[]): readonly Ratio[] {
  const between = (one: string, other: string, inFlight: number, of: "perSecond" | "p50Ms") => {
    const found = rounds.flatMap((rows) => {
      const [a, b] = [one, other].map((name) => rows.find((row) => row.engine === name && row.inFlight === inFlight));
      return a === undefined || b === undefined || b[of] === 0 ? [] : [a[of] / b[of]];
    });
    return found.length === 0 ? null : median(found);
  };
  const speed = (ours: string, other: string, wanted: string) =>
    [32, 256].map((inFlight) => ({
      what: `checkouts/s, ${ours} / ${other}, ${inFlight} in flight`,
      wanted,
      measured: between(ours, other, inFlight, "perSecond"),
    }));
  return [
    ...speed("ours on etcd", "Restate native", ">= 5"),
    ...speed("ours on etcd", "Restate intent", ">= 5"),
    ...speed("ours on etcd", "DBOS native", ">= 3"),
    ...speed("ours on etcd", "DBOS intent", ">= 3"),
    ...speed("ours on PostgreSQL", "DBOS intent", "not said"),
    ...speed("ours on etcd", "raw etcd", ">= 0.5"),
    {
      what: "p50 of one alone, ours on etcd / Restate intent",
      wanted: "<= 0.5",
      measured: between("ours on etcd", "Restate intent", 1, "p50Ms"),
    },
  ];
}

function print(rounds: readonly (readonly Row[])[]): void {
  const rows = (rounds[0] ?? []).map(({ engine, inFlight }) => {
    const all = rounds.flat().filter((row) => row.engine === engine && row.inFlight === inFlight);
    const middle = (of: (row: Row) => number) => Number(median(all.map(of)).toPrecision(3));
    return {
      engine,
      inFlight,
      perSecond: middle((row) => row.perSecond),
      p50Ms: middle((row) => row.p50Ms),
      p99Ms: middle((row) => row.p99Ms),
      commitsPerCheckout: all[0]?.commitsPerCheckout === null ? null : middle((row) => row.commitsPerCheckout ?? 0),
    };
  });
  const compared = ratios(rounds).filter(({ measured }) => measured !== null);
  if (values.json) return console.log(JSON.stringify({ steps: STEPS.length, rows, ratios: compared, missing }));
  console.log("engine              in flight  checkouts/s   p50 ms   p99 ms  commits a checkout");
  for (const { engine, inFlight, perSecond, p50Ms, p99Ms, commitsPerCheckout } of rows) {
    const figures = [
      [inFlight, 9],
      [perSecond, 11],
      [p50Ms, 7],
      [p99Ms, 7],
      [commitsPerCheckout ?? "", 18],
    ] as const;
    console.log([engine.padEnd(18), ...figures.map(([value, width]) => String(value).padStart(width))].join("  "));
  }
  for (const { part, why } of missing) console.log(`${part}: not measured, ${why}`);
  for (const { what, wanted, measured } of compared)
    console.log(`${what}: ${measured?.toFixed(2) ?? ""} (wanted ${wanted})`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
