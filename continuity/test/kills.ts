import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listDoubts, settleDoubt, sqliteStore, type JournalStore } from "@reactive-production/continuity";
import { startBank, type Bank } from "./bank.ts";
import { serveStore } from "./ipc-store.ts";
import type { ShopSays, ShopSettings } from "./shop.ts";

/**
 * Kills (or stops) a real shop at each point of its checkout, against a bank that deduplicates nothing, and
 * counts what was lost and what was doubled. `node --conditions=reactive-production:source
 * continuity/test/kills.ts --kills 1000 [--kind once|idempotent] [--stop]`
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
  /** Woken sleepers that gave another answer than the one who went on in their place. */
  readonly disagreed: number;
  /** From the caller's retry elsewhere to its answer. */
  readonly resumedMs: readonly number[];
};

type Shop = { readonly child: ChildProcess; readonly port: number; onHalted: (order: string, point: string) => void };
type Reply = { readonly status: number; readonly body: string };

/** The points within the shop (0 up) of one checkout, and those within the bank. */
const shopPoints = 13;
const bankPoints = ["bank before reservations", "bank after reservations", "bank before charges", "bank after charges"];
/** One death cuts so many requests, each at another point: a process costs more than a request. */
const requestsPerDeath = 17;
/** A caller tries again so long: for a machine that does thirty other things, too. */
const triesForMs = 60_000;

export async function killRounds(options: {
  readonly kills: number;
  readonly kind: ShopSettings["kind"];
  /** SIGSTOP and later SIGCONT, not SIGKILL: the sleeper wakes up and tries to go on. */
  readonly stop: boolean;
  readonly atOnce: number;
}): Promise<KillReport> {
  const { kills, kind, stop, atOnce } = options;
  const folder = mkdtempSync(join(tmpdir(), "continuity-kills-"));
  const file = join(folder, "journal.sqlite");
  const store = sqliteStore({ file });
  const bank = await startBank();
  const children = new Set<ChildProcess>();
  const start = async (location: string): Promise<Shop> => {
    const shop = await startShop({ file: stop ? null : file, bank: bank.url, kind, location }, children);
    if (stop) serveStore(shop.child, store);
    return shop;
  };
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
  let disagreed = 0;
  let next = 0;

  /** Sends one request to the doomed shop; resolves when it is cut (or has its answer). */
  async function begin(shop: Shop, order: string, at: number, halts: Map<string, (point: string) => void>) {
    const bankPoint = bankPoints[at - shopPoints];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const cut = new Promise<string>((resolve) => {
      if (bankPoint === undefined) halts.set(order, resolve);
      else held.set(order, { point: bankPoint, reached: () => resolve(bankPoint), released });
    });
    const answer = post(shop.port, order, bankPoint === undefined ? at : null).catch(() => null);
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
      doomed.onHalted = (order, point) => halts.get(order)?.(point);
      const begun = await Promise.all(
        numbers.map((n) => begin(doomed, `order-${n}`, n % (shopPoints + bankPoints.length), halts)),
      );
      doomed.child.kill(stop ? "SIGSTOP" : "SIGKILL");
      await Promise.all(
        begun.map(async ({ order, wasCut }) => {
          const before = performance.now();
          replies.set(order, await untilAnswered(standby.port, order));
          if (wasCut) resumedMs.push(Math.round(performance.now() - before));
        }),
      );
      // What was on its way arrives at the bank only now, after the take-over.
      for (const { release } of begun) release();
      if (stop) {
        doomed.child.send("go");
        doomed.child.kill("SIGCONT");
        for (const { order, answer } of begun) {
          if ((await answer)?.body !== replies.get(order)?.body) disagreed += 1;
        }
        doomed.child.kill("SIGKILL");
      }
    }
    standby.child.kill("SIGKILL");
  }

  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
    if (kind === "once") await settleAll(store, bank);
    let [lost, doubled, parked] = [0, 0, 0];
    for (const [order, { status }] of replies) {
      const times = (kind: string) => bank.ledger.filter((line) => line.order === order && line.kind === kind).length;
      const counts = [times("reservations"), times("charges")];
      if (counts.some((count) => count > 1)) doubled += 1;
      if (status === 409 && kind === "once") parked += 1;
      else if (status !== 201 || counts.includes(0)) lost += 1;
    }
    return { requests: replies.size, cutAt, lost, doubled, parked, disagreed, resumedMs };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await bank.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startShop(settings: ShopSettings, children: Set<ChildProcess>): Promise<Shop> {
  const child = fork(join(import.meta.dirname, "shop.ts"), [JSON.stringify(settings)], {
    execArgv: ["--conditions=reactive-production:source"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  const [ready] = (await once(child, "message")) as [ShopSays];
  if (ready.says !== "ready") throw new Error("the shop did not start");
  const shop: Shop = { child, port: ready.port, onHalted: () => undefined };
  child.on("message", (says: ShopSays) => says.says === "halted" && shop.onHalted(says.order, says.point));
  return shop;
}

async function post(port: number, order: string, haltAt?: number | null): Promise<Reply> {
  const headers = { "idempotency-key": order, ...(typeof haltAt !== "number" ? {} : { "x-halt-at": String(haltAt) }) };
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers,
    body: JSON.stringify({ order }),
    // One who is asleep answers only after the others have gone on.
    signal: AbortSignal.timeout(haltAt === undefined ? triesForMs : 3 * triesForMs),
  });
  return { status: response.status, body: await response.text() };
}

async function untilAnswered(port: number, order: string): Promise<Reply> {
  const until = performance.now() + triesForMs;
  for (;;) {
    const reply = await post(port, order).catch(() => null);
    // 'In progress' and 'interrupted' are no ends: the caller tries again.
    const isEnd = reply !== null && reply.status !== 503 && !reply.body.includes('"in-progress"');
    if (isEnd) return reply;
    if (performance.now() > until) return reply ?? { status: 0, body: "" };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a person does with the parked ones: looks into the bank's own books, and says what they say. */
async function settleAll(store: JournalStore, bank: Bank): Promise<void> {
  for (const { id, receiverKey } of await listDoubts(store, 10_000)) {
    const done = bank.ledger.some(({ key }) => key === receiverKey);
    await settleDoubt(store, id, { by: "test", location: "desk", done, result: { key: receiverKey } });
  }
  if ((await listDoubts(store)).length > 0) throw new Error("a doubt outlived its settling");
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "1000" },
      kind: { type: "string", default: "askable" },
      stop: { type: "boolean", default: false },
      "at-once": { type: "string", default: "2" },
    },
  });
  const kind = values.kind as ShopSettings["kind"];
  const report = await killRounds({
    kills: Number(values.kills),
    kind,
    stop: values.stop,
    atOnce: Number(values["at-once"]),
  });
  const sorted = report.resumedMs.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const resumed = { p50: quantile(0.5), p99: quantile(0.99), max: sorted.at(-1) };
  process.stdout.write(`${JSON.stringify({ ...report, resumedMs: resumed }, null, 2)}\n`);
  process.exit(report.lost + report.doubled + report.disagreed > 0 ? 1 : 0);
}
