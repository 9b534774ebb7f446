/**
 * Three locations of a cell, each a network of its own with a member of etcd and a shop, cut off from each other by chance: one from
 * both others, a pair, one way only, all from all. Users reach all three shops all the time and try again elsewhere, now and then at two
 * at once. What was lost, what was doubled, and whether all that shops were told by the journal is linearizable.
 *
 *     node --conditions=reactive-production:source bench/continuity/partitions.ts [--schedules 100] [--seed 1] [--seconds 4]
 *         [--results FILE] [--json]
 *
 * Linux, with `ip`, `unshare` and `etcd`. With `--results` each schedule is a line of that file, and a run that was ended goes on.
 * Exits with 1 when anything was lost, doubled, answered in two ways or not linearizable, or when nothing was cut.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { etcdStore } from "@reactive-production/continuity/etcd";
import { startBank, type Bank } from "../../continuity/test/bank.ts";
import { untilAnswered } from "../../continuity/test/caller.ts";
import { etcdCluster } from "../../continuity/test/etcd-cluster.ts";
import { misfits, recorded, type Told } from "../../continuity/test/journal-history.ts";
import { startShop, type Shop } from "../../continuity/test/start-shop.ts";
import { seeded } from "../../continuity/src/store-testing.ts";
import { inOwnNetwork, locationsApart, type Apart } from "./apart.ts";
import { inPieces } from "./pieces.ts";
import { quantile } from "./rate.ts";

const LOCATIONS = 3;
const USERS = 6;
/** Short beside the shops' own limits, so that a cut is felt; long beside what a busy machine needs for an answer. */
const patience = { patienceMs: 2_000, answerWithinMs: 300 };
/** A user's browser tries elsewhere after so long. */
const tryMs = 3_000;

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "4" },
    results: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

await inOwnNetwork(main);

type Schedule = {
  readonly seed: number;
  readonly cuts: number;
  readonly checkouts: number;
  readonly lost: number;
  readonly doubled: number;
  /** Two callers of one key that were told different things. */
  readonly disagreed: number;
  /** Begun in one location, answered in another. */
  readonly elsewhere: number;
  readonly written: number;
  readonly conflicts: number;
  /** Writes whose end the shop never heard. */
  readonly unknown: number;
  readonly reads: number;
  readonly misfits: readonly string[];
  readonly p50Ms: number;
  readonly worstMs: number;
};

async function main(): Promise<number> {
  const [count, seed, seconds] = [Number(values.schedules), Number(values.seed), Number(values.seconds)];
  const apart = await locationsApart(LOCATIONS);
  const cluster = await etcdCluster({ places: apart.places });
  const bank = await startBank(apart.router);
  let told: Told[] = [];
  const shops = await Promise.all(
    apart.places.map(({ address: host, enter }, n) => {
      const endpoints = [...cluster.endpoints.slice(n), ...cluster.endpoints.slice(0, n)];
      const journal = { kind: "cell", options: { endpoints, ...patience }, tells: true } as const;
      return startShop({ journal, bank: bank.url, location: `location-${n}`, kind: "askable", host }, enter);
    }),
  );
  for (const shop of shops) shop.hear((says) => says.says === "told" && told.push(says.told));
  const reader = recorded(etcdStore({ endpoints: cluster.endpoints, patienceMs: 60_000 }), (each) => told.push(each));

  const of = { file: values.results, settings: { seed, seconds }, count };
  const schedules = await inPieces(of, async (n): Promise<Schedule> => {
    told = [];
    await cluster.leader();
    const { cuts, bought } = await oneSchedule(apart, shops, { seed: seed + n, forMs: seconds * 1_000 });
    await Promise.all(shops.map(untilQuiet));
    const records = await Promise.all(bought.map(({ order }) => reader.store.read(`checkout:${order}`)));
    const appends = told.filter((each) => each.did === "append");
    const outcomes = (outcome: string) => appends.filter((each) => each.outcome === outcome).length;
    return {
      seed: seed + n,
      cuts,
      ...judged(bought, bank),
      elsewhere: records.filter((record) => record !== null && record.entries[0]?.location !== record.location).length,
      written: outcomes("written"),
      conflicts: outcomes("conflict"),
      unknown: outcomes("unknown"),
      reads: told.length - appends.length,
      misfits: misfits(told),
    };
  });

  await reader.store.close();
  for (const { child } of shops) child.kill("SIGKILL");
  await bank.close();
  await cluster.close();
  apart.close();
  return report(schedules);
}

type Bought = {
  readonly order: string;
  readonly bodies: readonly string[];
  readonly isAnswered: boolean;
  readonly tookMs: number;
};

async function oneSchedule(
  apart: Apart,
  shops: readonly Shop[],
  of: { readonly seed: number; readonly forMs: number },
): Promise<{ readonly cuts: number; readonly bought: readonly Bought[] }> {
  const { seed, forMs } = of;
  const chance = seeded(seed);
  const until = performance.now() + forMs;
  const bought: Bought[] = [];
  const user = async (name: number) => {
    const drawn = seeded(seed * 1_000 + name);
    for (let n = 0; performance.now() < until; n += 1) {
      bought.push(await buy(`s${seed}-${name}-${n}`, shops, drawn));
      await pause(drawn(100));
    }
  };
  const users = Promise.all(Array.from({ length: USERS }, (_, name) => user(name)));
  let cuts = 0;
  while (performance.now() < until) {
    for (const [from, to] of cutsOf(chance)) await apart.cut(from, to);
    cuts += 1;
    await pause(300 + chance(2_000));
    await apart.heal();
    await pause(chance(600));
  }
  await users;
  return { cuts, bought };
}

/** One of the ways in which three can be apart. */
function cutsOf(chance: (below: number) => number): readonly (readonly [number, number])[] {
  const one = chance(LOCATIONS);
  const [next, last] = [(one + 1) % LOCATIONS, (one + 2) % LOCATIONS];
  const ways = [
    // One is alone; only its own way out is lost; a pair; one way of a pair; all are alone.
    [
      [one, next],
      [one, last],
      [next, one],
      [last, one],
    ],
    [
      [one, next],
      [one, last],
    ],
    [
      [one, next],
      [next, one],
    ],
    [[one, next]],
    [
      [one, next],
      [one, last],
      [next, one],
      [last, one],
      [next, last],
      [last, next],
    ],
  ] as const;
  return ways[chance(ways.length)] ?? [];
}

/** Every fourth user is in a hurry, and sends the same at two places at once. */
async function buy(order: string, shops: readonly Shop[], chance: (below: number) => number): Promise<Bought> {
  const before = performance.now();
  const first = chance(LOCATIONS);
  const from = (location: number) => {
    const urls = [...shops.slice(location), ...shops.slice(0, location)].map(({ url }) => url);
    return untilAnswered(urls, order, { withinMs: tryMs });
  };
  const replies = await Promise.all([from(first), ...(chance(4) === 0 ? [from((first + 1) % LOCATIONS)] : [])]);
  return {
    order,
    bodies: replies.map(({ body }) => body),
    isAnswered: replies.every(({ status }) => status === 201),
    tookMs: performance.now() - before,
  };
}

function judged(bought: readonly Bought[], bank: Bank) {
  const times = Map.groupBy(bank.ledger, ({ kind, order }) => `${kind} ${order}`);
  const effects = (order: string) =>
    ["reservations", "charges"].map((kind) => times.get(`${kind} ${order}`)?.length ?? 0);
  const took = bought.map(({ tookMs }) => tookMs);
  return {
    checkouts: bought.length,
    lost: bought.filter(({ order, isAnswered }) => !isAnswered || effects(order).includes(0)).length,
    doubled: bought.filter(({ order }) => effects(order).some((count) => count > 1)).length,
    disagreed: bought.filter(({ bodies }) => new Set(bodies).size > 1).length,
    p50Ms: Math.round(quantile(took, 0.5)),
    worstMs: Math.round(Math.max(0, ...took)),
  };
}

function untilQuiet({ child, hear }: Shop): Promise<void> {
  return new Promise((resolve) => {
    const unhear = hear((says) => {
      if (says.says !== "quiet") return;
      unhear();
      resolve();
    });
    child.send("be quiet");
  });
}

function report(schedules: readonly Schedule[]): number {
  const sum = (of: (each: Schedule) => number) => schedules.reduce((total, each) => total + of(each), 0);
  const found = {
    schedules: schedules.length,
    cuts: sum(({ cuts }) => cuts),
    checkouts: sum(({ checkouts }) => checkouts),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    disagreed: sum(({ disagreed }) => disagreed),
    elsewhere: sum(({ elsewhere }) => elsewhere),
    writes: {
      written: sum(({ written }) => written),
      conflicts: sum(({ conflicts }) => conflicts),
      unknown: sum(({ unknown }) => unknown),
    },
    reads: sum(({ reads }) => reads),
    notLinearizable: schedules.filter(({ misfits }) => misfits.length > 0).map(({ seed }) => seed),
    medianP50Ms: quantile(
      schedules.map(({ p50Ms }) => p50Ms),
      0.5,
    ),
    worstMs: Math.max(...schedules.map(({ worstMs }) => worstMs)),
  };
  if (values.json) console.log(JSON.stringify(found));
  else console.log(found);
  const isBad = found.lost + found.doubled + found.disagreed + found.notLinearizable.length > 0;
  return isBad || found.cuts === 0 || found.checkouts === 0 ? 1 : 0;
}
