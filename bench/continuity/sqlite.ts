/**
 * Checkouts a second on the embedded journal (synced, group commit), each of three steps over HTTP to a receiver in
 * a process of its own; beside it, in turns, raw SQLite transactions with as many writes of as many bytes, which is
 * what the same file can do at most; and whether memory stays flat.
 *
 *     node --expose-gc --conditions=reactive-production:source bench/continuity/sqlite.ts
 *         [--checkouts 100000] [--in-flight 32] [--rounds 5] [--no-http] [--no-raw] [--results FILE] [--json]
 *
 * With `--results` each round is a line of that file and the journal stays beside it, so that a million go in several runs.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { answer, continuation, serve, sqliteStore, type JournalStore } from "@reactive-production/continuity";
import { inPieces } from "./pieces.ts";

/** What is kept between two sweeps of retention. */
const keptRequests = 50_000;
/** Writes whose length is taken, of each round. */
const looksAt = 1_000;

if (process.argv[2] === "receiver") receive();
else await measure();

/**
 * Warehouse and bank: they answer at once. Written down to the socket at both ends, for a full HTTP client would cost
 * more than the journal that is measured. Calls are small and come one at a time on each connection: one packet each.
 */
function receive(): void {
  const answer = 'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{"done":true}';
  const server = createServer((socket) => socket.setNoDelay().on("data", () => socket.write(answer)));
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.once("disconnect", () => process.exit(0));
}

type Calls = { call(path: string, key: string): Promise<string>; close(): void };

async function callsTo(port: number, connections: number): Promise<Calls> {
  const sockets = Array.from({ length: connections }, () => connect(port, "127.0.0.1").setNoDelay());
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const idle = [...sockets];
  return {
    call: (path, key) =>
      new Promise((resolve, reject) => {
        const socket = idle.pop();
        if (socket === undefined) return reject(new Error("more calls than connections"));
        const body = `{"key":"${key}"}`;
        socket.once("data", (answer: Buffer) => {
          idle.push(socket);
          if (answer.toString("latin1", 9, 12) === "201") resolve(key);
          else reject(new Error("the receiver did not take it"));
        });
        socket.write(`POST ${path} HTTP/1.1\r\nhost: receiver\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      }),
    close: () => sockets.forEach((socket) => socket.destroy()),
  };
}

async function measure(): Promise<void> {
  const { values } = parseArgs({
    options: {
      checkouts: { type: "string", default: "100000" },
      "in-flight": { type: "string", default: "32" },
      rounds: { type: "string", default: "5" },
      "no-http": { type: "boolean", default: false },
      "no-raw": { type: "boolean", default: false },
      results: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [checkouts, inFlight, rounds] = [Number(values.checkouts), Number(values["in-flight"]), Number(values.rounds)];
  const { results, "no-raw": noRaw } = values;
  const folder = mkdtempSync(join(tmpdir(), "continuity-bench-"));
  const receiver = values["no-http"] ? null : fork(import.meta.filename, ["receiver"]);
  const port = receiver === null ? 0 : ((await once(receiver, "message")) as [number])[0];
  const calls = receiver === null ? null : await callsTo(port, inFlight);
  const call = async (path: string, key: string): Promise<string> => (calls === null ? key : calls.call(path, key));
  const file = results === undefined ? join(folder, "journal.sqlite") : `${results}.sqlite`;
  const inner = sqliteStore({ file, soleWriter: true });
  const tally = { writes: 0, commits: 0, chars: 0 };
  const store = counted(inner, tally);
  try {
    const many = Math.ceil(checkouts / rounds);
    const settings = { checkouts, inFlight, rounds, http: receiver !== null, raw: !noRaw };
    // A round that was cut off has left some of its keys behind.
    const keys = `order-${Date.now()}`;
    let checkoutsHere = 0;
    const runs = await inPieces({ file: results, settings, count: rounds }, async (round): Promise<Round> => {
      Object.assign(tally, { writes: 0, commits: 0, chars: 0 });
      const ours = await timed(() => checkOut(store, call, { keys: `${keys}-${round}`, many, inFlight }));
      checkoutsHere += many;
      const bytesPerCheckout = round === 0 ? bytesIn(file) / many : null;
      await inner.retain({ answeredForMs: 3_600_000, maxRequests: keptRequests });
      const rawFile = join(folder, `raw-${round}.sqlite`);
      const raw = noRaw ? null : await timed(async () => rawTransactions(rawFile, { ...tally }));
      globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      return {
        checkoutsHere,
        bytesPerCheckout,
        perSecond: many / ours.seconds,
        cpuPerThousand: (1_000 * ours.cpuSeconds) / many,
        rawPerSecond: raw === null ? null : many / raw.seconds,
        rawCpuPerThousand: raw === null ? null : (1_000 * raw.cpuSeconds) / many,
        writesPerCommit: tally.writes / tally.commits,
        commitsPerCheckout: tally.writes / many,
        rssMiB: rss / 2 ** 20,
        heapMiB: heapUsed / 2 ** 20,
        fileMiB: statSync(file).size / 2 ** 20,
      };
    });
    print(runs, settings, values.json);
  } finally {
    await inner.close();
    calls?.close();
    receiver?.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Round = {
  /** By this process so far: its memory is of so many. */
  readonly checkoutsHere: number;
  /** On disk, in the first round. */
  readonly bytesPerCheckout: number | null;
  readonly perSecond: number;
  /** Seconds of this process's processor for 1,000 checkouts: the machine's other work does not change it. */
  readonly cpuPerThousand: number;
  /** Null where raw SQLite was left out. */
  readonly rawPerSecond: number | null;
  readonly rawCpuPerThousand: number | null;
  readonly writesPerCommit: number;
  readonly commitsPerCheckout: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
  readonly fileMiB: number;
};

async function checkOut(
  store: JournalStore,
  call: (path: string, key: string) => Promise<string>,
  of: { readonly keys: string; readonly many: number; readonly inFlight: number },
): Promise<void> {
  const checkout = continuation<{ order: string }>("checkout", { version: 1 }, async ({ order }, step, run) => {
    for (const [name, path] of [
      ["reserve", "/reservations"],
      ["charge", "/charges"],
    ] as const) {
      await step(name, {
        kind: "askable",
        does: (key) => call(path, key),
        asks: (key) => ({ done: true, final: true, result: key }),
      });
    }
    await step("confirm", { kind: "idempotent", does: (key) => call("/orders", key) });
    return answer(201, { order, steps: run.done() });
  });
  let next = 0;
  const worker = async () => {
    while (next < of.many) {
      const key = `${of.keys}-${next++}`;
      const request = { order: key, lines: [{ product: "espresso-machine", quantity: 1 }], amountCents: 129_900 };
      // Whoever wants the machine for something else may stop this process for a while: what counts is that it goes on.
      const waitMs = 3_600_000;
      const { status } = await serve(checkout, store, { key, fingerprint: key, request, location: "here", waitMs });
      if (status !== 201) throw new Error(`a checkout ended with ${status}`);
    }
  };
  await Promise.all(Array.from({ length: of.inFlight }, worker));
}

/** Counts writes and the turns that carried any: the store commits once a turn. */
function counted(store: JournalStore, tally: { writes: number; commits: number; chars: number }): JournalStore {
  let isTurnCounted = false;
  return {
    ...store,
    append(write) {
      tally.writes += 1;
      // All are alike; looking at each would cost as much as a step.
      if (tally.writes <= looksAt) tally.chars += JSON.stringify(write.entries).length;
      if (!isTurnCounted) {
        isTurnCounted = true;
        tally.commits += 1;
        setImmediate(() => (isTurnCounted = false));
      }
      return store.append(write);
    },
  };
}

/** As many synced commits of as many rows and characters, and one head row each: no more than any journal must do. */
function rawTransactions(file: string, of: { readonly writes: number; readonly commits: number; chars: number }): void {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE heads(id TEXT PRIMARY KEY, seq INTEGER NOT NULL);
    CREATE TABLE entries(id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY(id, seq)) WITHOUT ROWID;`);
  const head = database.prepare("INSERT INTO heads VALUES(?, 1) ON CONFLICT(id) DO UPDATE SET seq = seq + 1");
  const entry = database.prepare("INSERT INTO entries VALUES(?, ?, ?)");
  const body = "x".repeat(Math.round(of.chars / Math.min(of.writes, looksAt)));
  const perCommit = of.writes / of.commits;
  for (let commit = 0, written = 0; commit < of.commits; commit += 1) {
    database.exec("BEGIN IMMEDIATE");
    for (; written < (commit + 1) * perCommit; written += 1) {
      // Four writes a checkout, the requests in flight side by side.
      const id = `order-${Math.floor(written / 128) * 32 + (written % 32)}`;
      head.run(id);
      entry.run(id, Math.floor(written / 32) % 4, body);
    }
    database.exec("COMMIT");
  }
  database.close();
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
}

async function timed(work: () => Promise<void>): Promise<{ seconds: number; cpuSeconds: number }> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1_000, cpuSeconds: (user + system) / 1e6 };
}

/** With all that the log holds written to its place. */
function bytesIn(file: string): number {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return statSync(file).size;
}

function print(runs: readonly Round[], settings: object, json: boolean): void {
  const median = (of: (run: Round) => number | null) => {
    const found = runs.map(of).filter((figure) => figure !== null);
    return found.toSorted((a, b) => a - b)[found.length >> 1] ?? null;
  };
  const found = {
    ...settings,
    bytesPerCheckout: runs[0]?.bytesPerCheckout,
    perSecond: median((run) => run.perSecond),
    rawPerSecond: median((run) => run.rawPerSecond),
    ofRaw: median((run) => (run.rawPerSecond === null ? null : run.perSecond / run.rawPerSecond)),
    cpuPerThousand: median((run) => run.cpuPerThousand),
    rawCpuPerThousand: median((run) => run.rawCpuPerThousand),
    writesPerCommit: median((run) => run.writesPerCommit),
    commitsPerCheckout: median((run) => run.commitsPerCheckout),
  };
  if (json) return console.log(JSON.stringify({ ...found, runs }));
  for (const { checkoutsHere, rssMiB, heapMiB, fileMiB, ...run } of runs) {
    console.log(
      `${checkoutsHere} by this process: ${told(run.perSecond)} checkouts/s (${run.cpuPerThousand.toFixed(2)} s of processor for 1,000),` +
        ` raw ${told(run.rawPerSecond)}/s; ${run.writesPerCommit.toFixed(1)} writes a commit, ${run.commitsPerCheckout.toFixed(1)}` +
        ` a checkout; memory ${told(rssMiB)} MiB, heap ${told(heapMiB)} MiB, file ${told(fileMiB)} MiB`,
    );
  }
  console.log(found);
}

function told(figure: number | null): string {
  return figure?.toFixed(0) ?? "-";
}
