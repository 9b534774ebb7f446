/**
 * A location of three is drained, not dead, while checkouts are in flight: the lead of the cell is handed on, users are sent elsewhere,
 * its shop ends what it serves and goes, and then its member of etcd. Beside it, in turns, the same load with nobody drained: what failed
 * (each user has one try), and how much longer the slowest took.
 *
 *     node --conditions=reactive-production:source bench/continuity/drain.ts [--rounds 2] [--checkouts 10000] [--in-flight 1000]
 *         [--seconds 60] [--lease 800] [--results FILE] [--json]
 *
 * Checkouts begin at even times, answered or not; the steps take as long as it takes to have so many in flight, and each says four times
 * in a lease (milliseconds) that it lives, which is most of what is written. With `--results` each round is a
 * line of that file, and a run that was ended goes on. Exits with 1 when anything failed or was doubled.
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { startBank } from "../../continuity/test/bank.ts";
import { post, type Reply } from "../../continuity/test/caller.ts";
import { etcdCluster, type EtcdCluster } from "../../continuity/test/etcd-cluster.ts";
import { startShop } from "../../continuity/test/start-shop.ts";
import { inPieces } from "./pieces.ts";
import { median, quantile } from "./rate.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "2" },
    checkouts: { type: "string", default: "10000" },
    "in-flight": { type: "string", default: "1000" },
    seconds: { type: "string", default: "60" },
    lease: { type: "string", default: "800" },
    results: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const settings = {
  checkouts: Number(values.checkouts),
  inFlight: Number(values["in-flight"]),
  seconds: Number(values.seconds),
  leaseMs: Number(values.lease),
};

/** Reserve and charge wait for the bank; to confirm takes no time. */
const slowSteps = 2;
/** By Little's law so many are in flight when each takes so long. */
const stepMs = (1_000 * settings.inFlight * settings.seconds) / settings.checkouts / slowSteps;
const userWaitsMs = 60_000;

type Load = {
  readonly inFlightAtHalf: number;
  readonly failed: number;
  /** By the answer's code, or the connection's error. */
  readonly failedAs: Readonly<Record<string, number>>;
  readonly doubled: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
};
/** `ownEndedMs`: how long after the drain's beginning the location had nothing to do any more. */
type Round = { readonly stays: Load; readonly drained: Load; readonly ownEndedMs: number };

const cluster = await etcdCluster();
const rounds = await inPieces({ file: values.results, settings, count: Number(values.rounds) }, async (n) => {
  const stays = await load(cluster, `stays-${n}`, null);
  let ownEndedMs = 0;
  const drained = await load(cluster, `drained-${n}`, (ms) => (ownEndedMs = ms));
  return { stays, drained, ownEndedMs } satisfies Round;
});
await cluster.close();
process.exit(report(rounds));

/** One load; with `onEnded` the location whose member leads is drained at half time. */
async function load(cell: EtcdCluster, name: string, onEnded: ((afterMs: number) => void) | null): Promise<Load> {
  const bank = await startBank();
  bank.watch = (point) => (point.startsWith("bank before") ? pause(stepMs) : Promise.resolve());
  const leader = (await cell.leader()) ?? 0;
  const shops = await Promise.all(
    cell.endpoints.map((_, n) => {
      const endpoints = [...cell.endpoints.slice(n), ...cell.endpoints.slice(0, n)];
      const journal = { kind: "cell", options: { endpoints, prefix: `/${name}/` }, tells: false } as const;
      const limits = { withinMs: stepMs + userWaitsMs, leaseMs: settings.leaseMs };
      return startShop({ journal, bank: bank.url, location: `location-${n}`, kind: "askable", ...limits });
    }),
  );
  const leaving = onEnded === null ? undefined : shops[leader];
  let serving = shops;
  let inFlight = 0;
  let inFlightAtHalf = 0;
  const took: number[] = [];
  const failedAs: Record<string, number> = {};
  let left: Promise<unknown> = Promise.resolve();
  const buy = async (n: number) => {
    const began = performance.now();
    inFlight += 1;
    const url = serving[n % serving.length]?.url ?? "";
    const failure = await post(url, `${name}-${n}`, { withinMs: userWaitsMs }).then(failureOf, nameOf);
    inFlight -= 1;
    if (failure !== null) failedAs[failure] = (failedAs[failure] ?? 0) + 1;
    took.push(performance.now() - began);
  };
  const drain = async () => {
    if (leaving === undefined) return;
    const began = performance.now();
    const store = etcdStore({ endpoints: cell.endpoints });
    await store.leaveLead(cell.endpoints[leader] ?? "");
    await store.close();
    serving = shops.filter((shop) => shop !== leaving);
    leaving.child.send("leave");
    await once(leaving.child, "exit");
    onEnded?.(performance.now() - began);
    await cell.kill(leader);
  };

  const users: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < settings.checkouts; n += 1) {
    const waitMs = began + (n * 1_000 * settings.seconds) / settings.checkouts - performance.now();
    if (waitMs > 0) await pause(waitMs);
    if (n === settings.checkouts >> 1) {
      inFlightAtHalf = inFlight;
      left = drain();
    }
    users.push(buy(n));
  }
  await Promise.all([...users, left]);
  for (const shop of shops) shop.child.kill("SIGKILL");
  await bank.close();
  if (leaving !== undefined) await cell.start(leader);
  const effects = Map.groupBy(bank.ledger, ({ kind, order }) => `${kind} ${order}`);
  return {
    inFlightAtHalf,
    failed: Object.values(failedAs).reduce((sum, count) => sum + count, 0),
    failedAs,
    doubled: [...effects.values()].filter(({ length }) => length > 1).length,
    p50Ms: Math.round(quantile(took, 0.5)),
    p99Ms: Math.round(quantile(took, 0.99)),
    worstMs: Math.round(Math.max(...took)),
  };
}

function failureOf({ status, body }: Reply): string | null {
  return status === 201 ? null : (/"code":"([^"]+)"/.exec(body)?.[1] ?? String(status));
}

/** What `fetch` throws names itself in its cause. */
function nameOf(error: Error & { readonly cause?: { readonly code?: string } }): string {
  return error.cause?.code ?? error.name;
}

function report(all: readonly Round[]): 0 | 1 {
  const sum = (of: (load: Load) => number) =>
    all.reduce((total, { stays, drained }) => total + of(stays) + of(drained), 0);
  const found = {
    ...settings,
    rounds: all.length,
    failed: sum(({ failed }) => failed),
    doubled: sum(({ doubled }) => doubled),
    inFlightAtDrain: all.map(({ drained }) => drained.inFlightAtHalf),
    p99MoreMs: all.map(({ stays, drained }) => drained.p99Ms - stays.p99Ms),
    medianP99MoreMs: median(all.map(({ stays, drained }) => drained.p99Ms - stays.p99Ms)),
  };
  if (values.json) console.log(JSON.stringify({ ...found, all }));
  else {
    for (const { stays, drained, ownEndedMs } of all) {
      console.log(`nobody drained: ${JSON.stringify(stays)}`);
      console.log(`one drained:    ${JSON.stringify(drained)}, done after ${Math.round(ownEndedMs)} ms`);
    }
    console.log(found);
  }
  return found.failed + found.doubled > 0 ? 1 : 0;
}
