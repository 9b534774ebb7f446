import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listDoubts, settleDoubt, sqliteStore, type Entry, type JournalStore } from "@reactive-production/continuity";
import { startBank, type Bank } from "./bank.ts";
import { isEnd, post, untilAnswered, type Reply } from "./caller.ts";
import { serveStore } from "./ipc-store.ts";
import type { ShopSettings } from "./shop.ts";
import { startShop, type Shop } from "./start-shop.ts";

/**
 * Kills (or stops) a real shop at each point of its checkout, against a bank that deduplicates nothing, and
 * counts what was lost and what was doubled. The long forms are bench/continuity/kills.ts and pauses.ts.
 */
export type KillReport = {
  readonly requests: number;
  /** How many requests were cut at which point. */
  readonly cutAt: Readonly<Record<string, number>>;
  /** No answer, or an answer without its reservation and charge. */
  readonly lost: number;
  /** More than one reservation or charge for one order. */
  readonly doubled: number;
  readonly parked: number;
  /** Steps of kind `once` that were begun again before a person had looked. */
  readonly repeated: number;
  /** What woken sleepers told the callers that had waited all the time, by kind: `the same answer`, a problem's code, `no answer`. */
  readonly wokeTo: Readonly<Record<string, number>>;
  /** Woken sleepers that gave another answer than the one who went on in their place, asked again until they gave one. */
  readonly disagreed: number;
  /** Journal writes of woken sleepers, all of whose requests had been answered elsewhere by then. */
  readonly sleepersWrites: { readonly refused: number; readonly written: number };
  /** From the caller's retry elsewhere to its answer. */
  readonly resumedMs: readonly number[];
};

/** The points within the shop (0 up) of one checkout, and those within the bank. */
const shopPoints = 13;
const bankPoints = ["bank before reservations", "bank after reservations", "bank before charges", "bank after charges"];
/** One death cuts so many requests, each at another point: a process costs more than a request. */
export const requestsPerDeath = 17;

export async function killRounds(options: {
  readonly kills: number;
  readonly kind: ShopSettings["kind"];
  /** SIGSTOP and later SIGCONT, not SIGKILL: the sleeper wakes up and tries to go on. */
  readonly stop: boolean;
  readonly atOnce: number;
  /** With it, points are drawn, and every other request is cut at any moment instead. Without: each point in turn. */
  readonly seed?: number;
  /** How long a sleeper sleeps, beyond the time that the others need to go on in its place. */
  readonly pauseMs?: number;
}): Promise<KillReport> {
  const { kills, kind, stop, atOnce, seed, pauseMs = 0 } = options;
  const cutOf = seed === undefined ? eachPointInTurn : drawnCuts(seed);
  const folder = mkdtempSync(join(tmpdir(), "continuity-kills-"));
  const file = join(folder, "journal.sqlite");
  const store = sqliteStore({ file });
  const bank = await startBank();
  const children = new Set<ChildProcess>();
  const start = async (location: string): Promise<Shop> => {
    const journal = stop ? ({ kind: "parent" } as const) : ({ kind: "file", file } as const);
    const shop = await startShop({ journal, bank: bank.url, kind, location });
    children.add(shop.child);
    shop.child.once("exit", () => children.delete(shop.child));
    if (stop) serveStore(shop.child, heard(shop.child));
    return shop;
  };
  const sleepersWrites = { refused: 0, written: 0 };
  const woken = new Set<ChildProcess>();
  const heard = (child: ChildProcess): JournalStore => ({
    ...store,
    async append(write) {
      const appended = await store.append(write);
      if (woken.has(child) && appended.kind === "conflict") sleepersWrites.refused += 1;
      // A sign of life on what it had answered before it slept writes nothing.
      else if (woken.has(child) && write.entries.length > 0) sleepersWrites.written += 1;
      return appended;
    },
  });
  const held = new Map<string, { readonly point: string; reached: () => void; readonly released: Promise<void> }>();
  bank.watch = async (point, order) => {
    const plan = held.get(order);
    if (plan?.point !== point) return;
    plan.reached();
    await plan.released;
  };
  const cutAt: Record<string, number> = {};
  const replies = new Map<string, Reply>();
  const resumedMs: number[] = [];
  const wokeTo: Record<string, number> = {};
  let disagreed = 0;
  let next = 0;

  /** Sends one request to the doomed shop; resolves when it is cut (or has its answer). */
  async function begin(shop: Shop, order: string, plan: Cut, halts: Map<string, (point: string) => void>) {
    const at = plan.kind === "point" ? plan.at : -1;
    const bankPoint = bankPoints[at - shopPoints];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const cut = new Promise<string>((resolve) => {
      if (plan.kind === "moment") setTimeout(() => resolve("any moment"), plan.afterMs);
      else if (bankPoint === undefined) halts.set(order, resolve);
      else held.set(order, { point: bankPoint, reached: () => resolve(bankPoint), released });
    });
    const haltAt = plan.kind === "point" && bankPoint === undefined ? at : null;
    const answer = post(shop.url, order, { haltAt, withinMs: sleeperMs }).catch(() => null);
    const point = await Promise.race([cut, answer.then(() => null)]);
    held.delete(order);
    if (point !== null) cutAt[point] = (cutAt[point] ?? 0) + 1;
    return { order, answer, release, wasCut: point !== null };
  }

  async function worker(): Promise<void> {
    const standby = await start("B");
    for (;;) {
      const numbers = Array.from({ length: Math.min(requestsPerDeath, kills - next) }, () => next++);
      if (numbers.length === 0) break;
      const doomed = await start("A");
      const halts = new Map<string, (point: string) => void>();
      doomed.hear((says) => says.says === "halted" && halts.get(says.order)?.(says.point));
      const begun = await Promise.all(numbers.map((n) => begin(doomed, `order-${n}`, cutOf(n), halts)));
      doomed.child.kill(stop ? "SIGSTOP" : "SIGKILL");
      await Promise.all(
        begun.map(async ({ order, wasCut }) => {
          const before = performance.now();
          replies.set(order, await untilAnswered([standby.url], order));
          if (wasCut) resumedMs.push(Math.round(performance.now() - before));
        }),
      );
      // What was on its way arrives at the bank only now, after the take-over.
      for (const { release } of begun) release();
      if (stop) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        woken.add(doomed.child);
        doomed.child.send("go");
        doomed.child.kill("SIGCONT");
        for (const { order, answer } of begun) {
          const woke = await answer;
          const told = kindOf(woke, replies.get(order));
          wokeTo[told] = (wokeTo[told] ?? 0) + 1;
          // Whoever slept past its caller's patience says so first, and its caller comes again.
          const last = woke !== null && isEnd(woke) ? woke : await untilAnswered([doomed.url], order);
          if (last.body !== replies.get(order)?.body) disagreed += 1;
        }
        doomed.child.kill("SIGKILL");
      }
    }
    standby.child.kill("SIGKILL");
  }

  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
    let repeated = 0;
    if (kind === "once") {
      for (const order of replies.keys())
        repeated += begunAgain((await store.read(`checkout:${order}`))?.entries ?? []);
      await settleAll(store, bank);
    }
    let [lost, doubled, parked] = [0, 0, 0];
    for (const [order, { status }] of replies) {
      const times = (kind: string) => bank.ledger.filter((line) => line.order === order && line.kind === kind).length;
      const counts = [times("reservations"), times("charges")];
      if (counts.some((count) => count > 1)) doubled += 1;
      if (status === 409 && kind === "once") parked += 1;
      else if (status !== 201 || counts.includes(0)) lost += 1;
    }
    return {
      requests: replies.size,
      cutAt,
      lost,
      doubled,
      parked,
      repeated,
      wokeTo,
      disagreed,
      sleepersWrites,
      resumedMs,
    };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await bank.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Cut = { readonly kind: "point"; readonly at: number } | { readonly kind: "moment"; readonly afterMs: number };

/** One who is asleep answers only after the others have gone on. */
const sleeperMs = 180_000;

const points = shopPoints + bankPoints.length;
const eachPointInTurn = (n: number): Cut => ({ kind: "point", at: n % points });

/** A request of the shop takes some milliseconds; on a busy machine many times that. */
const momentMsMax = 60;

/** Chance for each number, whatever the order in which they are asked for (splitmix32). */
function drawnCuts(seed: number): (n: number) => Cut {
  return (n) => {
    let mixed = (seed + Math.imul(n + 1, 0x9e3779b9)) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    const drawn = (mixed ^ (mixed >>> 15)) >>> 0;
    return n % 2 === 0 ? { kind: "point", at: drawn % points } : { kind: "moment", afterMs: drawn % momentMsMax };
  };
}

function kindOf(reply: Reply | null, given: Reply | undefined): string {
  if (reply === null) return "no answer";
  if (reply.body === given?.body) return "the same answer";
  return /"code":"([^"]+)"/.exec(reply.body)?.[1] ?? `another answer of ${reply.status}`;
}

function begunAgain(entries: readonly Entry[]): number {
  const intents = entries.flatMap((entry) => (entry.kind === "intent" && entry.effect === "once" ? [entry.step] : []));
  return intents.length - new Set(intents).size;
}

/** What a person does with the parked ones: looks into the bank's own books, and says what they say. */
async function settleAll(store: JournalStore, bank: Bank): Promise<void> {
  for (const { id, receiverKey } of await listDoubts(store, 10_000)) {
    const done = bank.ledger.some(({ key }) => key === receiverKey);
    await settleDoubt(store, id, { by: "test", location: "desk", done, result: { key: receiverKey } });
  }
  if ((await listDoubts(store)).length > 0) throw new Error("a doubt outlived its settling");
}
