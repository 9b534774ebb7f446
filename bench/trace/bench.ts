import { execFileSync } from "node:child_process";
import { createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import type { KeptRequest } from "../../src/drivers/store/hops-contract.ts";
import { sqliteHops } from "../../src/drivers/store/sqlite-hops.ts";

/**
 * What it costs to keep the way of requests, and how long one is looked for among all that are kept; beside it one plain SQLite table with an
 * index over the same rows, and `grep` over them as lines, which is what people do without a store.
 *
 *     node --conditions=reactive-production:source bench/trace/bench.ts [--requests 10000000] [--beside 1000000] [--folder F [--from N]] [--json]
 *
 * `--folder` is kept, and `--from` goes on in it after the first N: for whoever may not use a machine for so long at once.
 * `--beside`: how many requests the two others hold, for neither is bounded and both are slower to fill. Made requests: two hops each, an id and
 * a trace id of 32 hex digits; a second is a batch of 2,000.
 */
const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "10000000" },
    beside: { type: "string", default: "1000000" },
    folder: { type: "string" },
    from: { type: "string", default: "0" },
    json: { type: "boolean" },
  },
});
const REQUESTS = Number(values.requests);
const FROM = Number(values.from);
const BESIDE = Math.min(REQUESTS, Number(values.beside));
const BATCH = 2000;
const FINDS = 2000;
const GREPS = 5;
const START = 1_795_000_020_000;

// Ids that repeat with each run, and are spread like hashes: an index gets no order for nothing.
const part = (index: number, salt: number): string => {
  let mixed = Math.imul(index ^ salt, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0).toString(16).padStart(8, "0");
};
const id = (index: number, salt: number): string =>
  part(index, salt) + part(index, salt + 1) + part(index, salt + 2) + part(index, salt + 3);
const requestId = (index: number): string => `r-${id(index, 11)}`;

function made(index: number): KeptRequest {
  const at = START + Math.floor(index / 2);
  return {
    at,
    names: [requestId(index), id(index, 77)],
    hops: [
      { kind: "checkout", at: at + 1, ms: 17 + (index % 40), status: 200 },
      { kind: "edge", at, ms: 20 + (index % 40), status: index % 50 === 0 ? 503 : 200 },
    ],
  };
}

const folder = mkdtempSync(join(tmpdir(), "bench-trace-"));
try {
  const ours = measureOurs(values.folder ?? join(folder, "hops"));
  const beside =
    BESIDE === 0
      ? {}
      : { plain: measurePlain(join(folder, "plain.sqlite")), grep: await measureGrep(join(folder, "hops.ndjson")) };
  if (values.json === true) console.log(JSON.stringify({ ours, ...beside }));
  else for (const [name, figures] of Object.entries({ ours, ...beside })) console.log(lineOf(name, figures));
} finally {
  rmSync(folder, { recursive: true });
}

type Figures = {
  readonly requests: number;
  readonly writesPerSecond: number;
  readonly bytesPerRequest: number;
  readonly findMs: { readonly p50: number; readonly p99: number; readonly most: number };
};

function measureOurs(where: string): Figures & { readonly files: number; readonly foundNobody: Figures["findMs"] } {
  // Room for ten million: how many fit is a matter of arithmetic, not of time.
  const store = sqliteHops(where, { bytesMax: Math.max(1e9, 100 * REQUESTS), keptMs: 1e12 });
  let writingMs = 0;
  for (let first = FROM; first < REQUESTS; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, REQUESTS - first) }, (_, index) => made(first + index));
    const began = performance.now();
    store.append(batch, []);
    writingMs += performance.now() - began;
  }
  const findMs = finds(REQUESTS, (name) => store.find(name, 10).length);
  const foundNobody = spread(
    Array.from({ length: FINDS }, (_, index) => timed(() => store.find(`nobody-${index}`, 10))),
  );
  store.close();
  const files = readdirSync(where);
  const bytes = files.reduce((sum, file) => sum + statSync(join(where, file)).size, 0);
  return {
    requests: REQUESTS,
    writesPerSecond: Math.round((REQUESTS - FROM) / (writingMs / 1000)),
    bytesPerRequest: Math.round(bytes / REQUESTS),
    findMs,
    foundNobody,
    files: files.length,
  };
}

/** What one would write first: a row a hop, an index on the id. */
function measurePlain(file: string): Figures {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    CREATE TABLE hop (request TEXT, trace TEXT, at INTEGER, kind TEXT, ms REAL, status INTEGER);
    CREATE INDEX hop_by_request ON hop (request); CREATE INDEX hop_by_trace ON hop (trace);`);
  const insert = db.prepare("INSERT INTO hop VALUES (?, ?, ?, ?, ?, ?)");
  let writingMs = 0;
  for (let first = 0; first < BESIDE; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, BESIDE - first) }, (_, index) => made(first + index));
    const began = performance.now();
    db.exec("BEGIN");
    for (const { names, hops } of batch)
      for (const { kind, at, ms, status } of hops) insert.run(names[0]!, names[1]!, at, kind, ms, status);
    db.exec("COMMIT");
    writingMs += performance.now() - began;
  }
  const select = db.prepare("SELECT * FROM hop WHERE request = ?");
  const findMs = finds(BESIDE, (name) => select.all(name).length);
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return {
    requests: BESIDE,
    writesPerSecond: Math.round(BESIDE / (writingMs / 1000)),
    bytesPerRequest: Math.round(statSync(file).size / BESIDE),
    findMs,
  };
}

async function measureGrep(file: string): Promise<Figures> {
  const lines = createWriteStream(file);
  const began = performance.now();
  for (let first = 0; first < BESIDE; first += BATCH) {
    let text = "";
    for (let index = first; index < Math.min(BESIDE, first + BATCH); index += 1) {
      const { names, hops } = made(index);
      for (const hop of hops) text += `${JSON.stringify({ request: names[0], trace: names[1], ...hop })}\n`;
    }
    if (!lines.write(text)) await once(lines, "drain");
  }
  lines.end();
  await once(lines, "finish");
  const tookMs = performance.now() - began;
  const found = Array.from({ length: GREPS }, (_, each) => {
    const name = requestId(Math.floor((BESIDE / GREPS) * each));
    return timed(() => execFileSync("grep", ["-F", name, file]));
  });
  return {
    requests: BESIDE,
    writesPerSecond: Math.round(BESIDE / (tookMs / 1000)),
    bytesPerRequest: Math.round(statSync(file).size / BESIDE),
    findMs: spread(found),
  };
}

function finds(requests: number, find: (name: string) => number): Figures["findMs"] {
  return spread(
    Array.from({ length: FINDS }, (_, each) => {
      const name = requestId(Math.floor((requests / FINDS) * each));
      return timed(() => {
        if (find(name) === 0) throw new Error(`${name} was kept and not found`);
      });
    }),
  );
}

function timed(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

function spread(ms: readonly number[]): Figures["findMs"] {
  const sorted = ms.toSorted((one, other) => one - other);
  const at = (share: number): number => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2));
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}

function lineOf(name: string, { requests, writesPerSecond, bytesPerRequest, findMs }: Figures): string {
  return `${name.padEnd(6)} ${requests} requests  ${writesPerSecond} written a second  ${bytesPerRequest} bytes each  found in ${findMs.p50} ms (median), ${findMs.p99} ms (p99), ${findMs.most} ms (most)`;
}
