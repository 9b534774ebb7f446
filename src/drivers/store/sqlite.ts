import { DatabaseSync, type StatementSync } from "node:sqlite";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { CallerError } from "../../core/errors.ts";
import type { LogBatch, LogStore, RecordKind, Snapshot, StoredRecord } from "./contract.ts";

/**
 * The log in one SQLite file. A batch is one row of compressed JSON: a planet's summaries are 200 kB/s of text and
 * some 20 kB/s so. Write-ahead log with synchronous NORMAL: a crash of ours loses nothing; a power cut may lose the
 * newest moments, never the file's order.
 */
export function sqliteStore(file: string): LogStore {
  const db = open(file);
  const statements = new Map<string, StatementSync>();
  const run = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const made = db.prepare(sql);
    statements.set(sql, made);
    return made;
  };

  return {
    append({ at, events }) {
      const { lastInsertRowid } = run("INSERT INTO batch (at, events) VALUES (?, ?)").run(at, pack(events));
      return Promise.resolve(Number(lastInsertRowid));
    },
    async *read(after) {
      // A page at a time: a reader of two hours must not hold a cursor while we write.
      let last = after;
      for (;;) {
        const rows = run("SELECT seq, at, events FROM batch WHERE seq > ? ORDER BY seq LIMIT ?").all(
          last,
          PAGE,
        ) as Row[];
        for (const row of rows) {
          last = Number(row["seq"]);
          yield { seq: last, at: Number(row["at"]), events: unpack(row["events"]) as LogBatch["events"] };
        }
        if (rows.length < PAGE) return;
      }
    },
    saveSnapshot({ seq, at, version, state }) {
      run("INSERT OR REPLACE INTO snapshot (seq, at, version, state) VALUES (?, ?, ?, ?)").run(
        seq,
        at,
        version,
        pack(state),
      );
      return Promise.resolve();
    },
    newestSnapshot: () =>
      Promise.resolve(snapshotOf(run("SELECT * FROM snapshot ORDER BY seq DESC LIMIT 1").get() as Row | undefined)),
    oldestSnapshot() {
      const first = (run("SELECT min(seq) AS seq FROM batch").get() as Row)["seq"];
      if (first === null || Number(first) === 1) return Promise.resolve(null);
      const row = run("SELECT * FROM snapshot WHERE seq >= ? ORDER BY seq LIMIT 1").get(Number(first) - 1);
      return Promise.resolve(snapshotOf(row as Row | undefined));
    },
    record({ kind, id, at, location, body }) {
      run("INSERT OR IGNORE INTO record (kind, id, at, location, body) VALUES (?, ?, ?, ?, ?)").run(
        kind,
        id,
        at,
        location,
        JSON.stringify(body),
      );
      return Promise.resolve();
    },
    records({ kind, since, until, location, limit }) {
      const rows = run(
        `SELECT kind, id, at, location, body FROM record
         WHERE kind = ? AND at >= ? AND at <= ? AND (? OR location IS ?) ORDER BY at DESC, number DESC LIMIT ?`,
      ).all(
        kind,
        since ?? 0,
        until ?? Number.MAX_SAFE_INTEGER,
        location === undefined ? 1 : 0,
        location ?? null,
        limit,
      ) as Row[];
      return Promise.resolve(rows.map(storedRecord));
    },
    trim({ batchesBefore, recordsBefore }) {
      const base = run("SELECT max(seq) AS seq FROM snapshot WHERE at <= ?").get(batchesBefore) as Row;
      const kept = base["seq"] === null ? -1 : Number(base["seq"]);
      run("DELETE FROM batch WHERE seq <= ?").run(kept);
      run("DELETE FROM snapshot WHERE seq < ?").run(kept);
      run("DELETE FROM record WHERE at < ?").run(recordsBefore);
      return Promise.resolve();
    },
    close() {
      db.close();
      return Promise.resolve();
    },
  };
}

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

const PAGE = 200;
const SHAPE = 1;

function open(file: string): DatabaseSync {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(file);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;`);
    const shape = Number((db.prepare("PRAGMA user_version").get() as Row)["user_version"]);
    if (shape !== 0 && shape !== SHAPE) {
      throw new CallerError({
        code: "log-other-version",
        message: `${file} was written by another version of houston (shape ${shape}, ours is ${SHAPE})`,
        hint: "start with that version, or name another file",
      });
    }
    db.exec(`PRAGMA user_version = ${SHAPE};
      CREATE TABLE IF NOT EXISTS batch (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, events BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS snapshot (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, version TEXT NOT NULL, state BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS record (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,
        at INTEGER NOT NULL, location TEXT, body TEXT NOT NULL, UNIQUE (kind, id));
      CREATE INDEX IF NOT EXISTS record_by_time ON record (kind, at);`);
  } catch (error) {
    if (error instanceof CallerError) throw error;
    throw new CallerError({
      code: "log-unusable",
      message: `the log ${file} can't be opened: ${error instanceof Error ? error.message : String(error)}`,
      hint: "check the folder and its rights; a damaged file can be moved away: houston then starts with an empty log",
      cause: error,
    });
  }
  return db;
}

function snapshotOf(row: Row | undefined): Snapshot | null {
  if (!row) return null;
  return {
    seq: Number(row["seq"]),
    at: Number(row["at"]),
    version: String(row["version"]),
    state: unpack(row["state"]),
  };
}

function storedRecord(row: Row): StoredRecord {
  const location = row["location"];
  return {
    kind: String(row["kind"]) as RecordKind,
    id: String(row["id"]),
    at: Number(row["at"]),
    location: typeof location === "string" ? location : null,
    body: JSON.parse(String(row["body"])) as unknown,
  };
}

function pack(value: unknown): Uint8Array {
  return zstdCompressSync(JSON.stringify(value));
}

function unpack(value: Row[string] | undefined): unknown {
  return JSON.parse(zstdDecompressSync(value as Uint8Array).toString("utf8"));
}
