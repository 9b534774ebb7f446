import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  answer,
  continuation,
  serve,
  fingerprint,
  runsHere,
  sqliteStore,
  StepRefused,
  type JournalStore,
  type Write,
} from "@reactive-production/continuity";
import type { EtcdStoreOptions } from "@reactive-production/continuity/etcd";
import { ipcStore } from "./ipc-store.ts";
import { recorded, type Told } from "./journal-history.ts";

/**
 * A shop in a process of its own, so that tests can kill and stop it: reserve, charge, confirm. Each await on
 * the way through a checkout is a point; a request may ask to be halted at its n-th, to be killed there.
 */
export type ShopSettings = {
  readonly journal: ShopJournal;
  readonly bank: string;
  readonly location: string;
  /** `idempotent` is a lie to this bank: the canary that must double. */
  readonly kind: "askable" | "once" | "idempotent";
  /** Where it listens; on loopback without. */
  readonly host?: string;
  /** How long a step may take; two seconds without. */
  readonly withinMs?: number;
  /** An owner silent for so long is taken over; 250 ms without. */
  readonly leaseMs?: number;
};

export type ShopJournal =
  | { readonly kind: "file"; readonly file: string }
  /** The parent keeps it, as it must for those it stops. */
  | { readonly kind: "parent" }
  /** With `tells` each append and read is told to the parent. */
  | { readonly kind: "cell"; readonly options: EtcdStoreOptions; readonly tells: boolean };

export type ShopSays =
  | { readonly says: "ready"; readonly port: number }
  | { readonly says: "halted"; readonly order: string; readonly point: string }
  | { readonly says: "told"; readonly told: Told }
  /** Asked to be: no request is being served here, and no answer of the journal is missing. */
  | { readonly says: "quiet" };

const settings = JSON.parse(process.argv[2] ?? "") as ShopSettings;
const { bank, location, kind, host = "127.0.0.1", withinMs = 2_000, leaseMs = 250 } = settings;
const tell = (says: ShopSays) => process.send?.(says);

/** Points still to pass before the halt, by order. */
const pointsLeft = new Map<string, number>();
let go: () => void = () => undefined;
/** The parent's leave to go on: read only after SIGCONT, for it is sent while this process is stopped. */
const leave = new Promise<void>((resolve) => (go = resolve));
process.on("message", (said) => {
  if (said === "go") go();
  // No new ones are taken; those that are being served end first.
  if (said === "leave") leaveWhenDone();
  if (said === "be quiet") void untilQuiet().then(() => tell({ says: "quiet" }));
});

async function point(order: string, name: string): Promise<void> {
  const left = pointsLeft.get(order);
  if (left === undefined) return;
  pointsLeft.set(order, left - 1);
  if (left !== 0) return;
  tell({ says: "halted", order, point: name });
  await leave;
}

const opened = await journalOf(settings.journal);
const { store: journal, underWay } =
  settings.journal.kind === "cell" && settings.journal.tells
    ? recorded(opened, (told) => tell({ says: "told", told }))
    : { store: opened, underWay: () => 0 };

/** Connections that callers keep open for later are nobody's any more. */
function leaveWhenDone(): void {
  server.close(() => process.exit(0));
  setInterval(() => server.closeIdleConnections(), 50);
}

async function journalOf(journal: ShopJournal): Promise<Pick<JournalStore, "append" | "read" | "changed">> {
  switch (journal.kind) {
    case "file":
      return sqliteStore({ file: journal.file });
    case "parent":
      return ipcStore();
    case "cell":
      // Most shops need no etcd, and start without its client.
      return (await import("@reactive-production/continuity/etcd")).etcdStore(journal.options);
  }
}

/** Whoever serves one asks the journal often: a moment without either is enough. */
async function untilQuiet(): Promise<void> {
  while (underWay() > 0 || runsHere(store).inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

// Serving wants no more of a store than these.
const store = {
  ...journal,
  async append(write: Write) {
    const kinds = write.entries.map((entry) => entry.kind).join("+");
    if (kinds === "") return journal.append(write);
    const order = write.id.split(":")[1] ?? "";
    await point(order, `before journal ${kinds}`);
    const appended = await journal.append(write);
    await point(order, `after journal ${kinds}`);
    return appended;
  },
} as JournalStore;

async function call(
  order: string,
  path: string,
  body: object,
  notAfter: number | null,
  signal: AbortSignal,
): Promise<{ status: number; json: unknown }> {
  const verb = path.split("/").length > 2 ? "void" : path.slice(1);
  await point(order, `before ${verb}`);
  const headers = { "x-from": location, ...(notAfter === null ? {} : { "not-after": String(notAfter) }) };
  const response = await fetch(bank + path, { method: "POST", headers, body: JSON.stringify(body), signal });
  const json: unknown = await response.json();
  await point(order, `after ${verb}`);
  return { status: response.status, json };
}

const checkout = continuation<{ order: string }>("checkout", { version: 1 }, async ({ order }, step, run) => {
  for (const [name, path] of [
    ["reserve", "reservations"],
    ["charge", "charges"],
  ] as const) {
    await step(name, {
      kind,
      withinMs,
      async does(key, { notAfter, signal }) {
        const { status } = await call(order, `/${path}`, { key, order }, notAfter, signal);
        if (status === 201) return { key };
        if (status === 402) throw new StepRefused("the card was declined");
        throw new Error(`the bank answered ${status}`);
      },
      async asks(key, { signal }) {
        const { status, json } = await call(order, `/${path}/${encodeURIComponent(key)}/void`, {}, null, signal);
        if (status !== 200) throw new Error(`the bank answered ${status}`);
        return (json as { done: boolean }).done
          ? { done: true, final: true, result: { key } }
          : { done: false, final: true };
      },
    });
  }
  await step("confirm", { kind: "idempotent", does: async (key) => point(order, "confirm").then(() => key) });
  return answer(201, { order, steps: run.done() });
});

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const key = request.headers["idempotency-key"]?.toString();
    const { order } = JSON.parse(body) as { order: string };
    const haltAt = request.headers["x-halt-at"];
    if (haltAt !== undefined) pointsLeft.set(order, Number(haltAt));
    void serve(checkout, store, {
      key,
      fingerprint: fingerprint(body),
      request: { order },
      location,
      leaseMs,
      waitMs: 60_000,
    }).then((answer) => response.writeHead(answer.status, answer.headers).end(answer.body));
  });
});
server.listen(0, host, () => tell({ says: "ready", port: (server.address() as AddressInfo).port }));
process.once("disconnect", () => process.exit(0));
