import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate as othersFirst } from "node:timers/promises";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { CallerError } from "../../core/errors.ts";
import type { LogBatch, LogStore, RecordKind, RecordQuery, Snapshot, StoredFrame, StoredRecord } from "./contract.ts";
import { evenMoments } from "./even-moments.ts";

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
  const keep = (how: "INSERT OR IGNORE" | "INSERT OR REPLACE", record: StoredRecord): Promise<void> => {
    const { kind, id, at, location, body } = record;
    run(`${how} INTO record (kind, id, at, location, body) VALUES (?, ?, ?, ?, ?)`).run(
      kind,
      id,
      at,
      location,
      JSON.stringify(body),
    );
    return Promise.resolve();
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
    snapshotBy: (at) =>
      Promise.resolve(
        snapshotOf(run("SELECT * FROM snapshot WHERE at <= ? ORDER BY seq DESC LIMIT 1").get(at) as Row | undefined),
      ),
    oldestSnapshot() {
      const first = (run("SELECT min(seq) AS seq FROM batch").get() as Row)["seq"];
      if (first === null || Number(first) === 1) return Promise.resolve(null);
      const row = run("SELECT * FROM snapshot WHERE seq >= ? ORDER BY seq LIMIT 1").get(Number(first) - 1);
      return Promise.resolve(snapshotOf(row as Row | undefined));
    },
    record: (record) => keep("INSERT OR IGNORE", record),
    recordNewest: (record) => keep("INSERT OR REPLACE", record),
    records({ limit, ...query }) {
      const { where, values } = conditionsOf(query);
      const rows = run(`SELECT * FROM record WHERE ${where} ORDER BY at DESC, number DESC LIMIT ?`).all(
        ...values,
        limit,
      ) as Row[];
      return Promise.resolve(rows.map(storedRecord));
    },
    async *history(query) {
      const { where, values } = conditionsOf(query);
      const page = run(
        `SELECT * FROM record WHERE ${where} AND (at, number) > (?, ?) ORDER BY at, number LIMIT ${PAGE}`,
      );
      let last: readonly [at: number, number: number] = [-1, -1];
      for (;;) {
        const rows = page.all(...values, ...last) as Row[];
        for (const row of rows) {
          last = [Number(row["at"]), Number(row["number"])];
          yield storedRecord(row);
        }
        if (rows.length < PAGE) return;
      }
    },
    keepFrame({ at, minute, body }) {
      run("INSERT OR IGNORE INTO frame (at, minute, body) VALUES (?, ?, ?)").run(at, minute ? 1 : 0, pack(body));
      return Promise.resolve();
    },
    async frames({ since, until, limit }) {
      const range = run(
        "SELECT count(*) AS many, min(at) AS first, max(at) AS last FROM frame WHERE at BETWEEN ? AND ?",
      );
      const { many, first, last } = range.get(since, until) as Row;
      const next = run("SELECT at FROM frame WHERE at >= ? ORDER BY at LIMIT 1");
      const moments =
        Number(many) <= limit
          ? (run("SELECT at FROM frame WHERE at BETWEEN ? AND ? ORDER BY at").all(since, until) as Row[])
          : evenMoments(Number(first), Number(last), limit).map((at) => next.get(at) as Row);
      const one = run("SELECT at, minute, body FROM frame WHERE at = ?");
      const found: StoredFrame[] = [];
      let sliced = 0;
      for (const at of new Set(moments.map((row) => Number(row["at"])))) {
        const row = one.get(at) as Row | undefined;
        // It may have been forgotten in between.
        if (row !== undefined) found.push(storedFrame(row));
        sliced += 1;
        if (sliced % FRAMES_SLICE === 0) await othersFirst();
      }
      return found;
    },
    trim({ batchesBefore, recordsBefore, recordsMost = {}, framesBefore, minuteFramesBefore }) {
      const base = run("SELECT max(seq) AS seq FROM snapshot WHERE at <= ?").get(batchesBefore) as Row;
      const kept = base["seq"] === null ? -1 : Number(base["seq"]);
      run("DELETE FROM batch WHERE seq <= ?").run(kept);
      run("DELETE FROM snapshot WHERE seq < ?").run(kept);
      run("DELETE FROM record WHERE at < ?").run(recordsBefore);
      for (const [kind, most] of Object.entries(recordsMost)) {
        run(
          `DELETE FROM record WHERE number IN
           (SELECT number FROM record WHERE kind = ? ORDER BY at DESC, number DESC LIMIT -1 OFFSET ?)`,
        ).run(kind, most);
      }
      run("DELETE FROM frame WHERE at < ?").run(minuteFramesBefore);
      run("DELETE FROM frame WHERE at < ? AND minute = 0").run(framesBefore);
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
/** Of the largest frames (50 locations, 2,000 zones) these take some 2 ms. */
const FRAMES_SLICE = 20;
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
      CREATE INDEX IF NOT EXISTS record_by_time ON record (kind, at);
      CREATE INDEX IF NOT EXISTS record_by_place ON record (kind, location, at);
      CREATE TABLE IF NOT EXISTS frame (number INTEGER PRIMARY KEY, at INTEGER NOT NULL UNIQUE, minute INTEGER NOT NULL,
        body BLOB NOT NULL);
      CREATE INDEX IF NOT EXISTS frame_of_no_minute ON frame (at) WHERE minute = 0;`);
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

/** Only what is asked for, so that each question has its index: who asks of one quiet place must not look through all of a month. */
function conditionsOf({ kind, id, since, until, location }: RecordQuery): {
  readonly where: string;
  readonly values: (string | number | null)[];
} {
  const asked: readonly [string, string | number | null | undefined][] = [
    ["kind = ?", kind],
    ["id = ?", id],
    ["location IS ?", location],
    ["at >= ?", since],
    ["at <= ?", until],
  ];
  const given = asked.flatMap(([where, value]) => (value === undefined ? [] : [{ where, value }]));
  return { where: given.map(({ where }) => where).join(" AND "), values: given.map(({ value }) => value) };
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

function storedFrame(row: Row): StoredFrame {
  return { at: Number(row["at"]), minute: row["minute"] === 1, body: unpack(row["body"]) };
}

function pack(value: unknown): Uint8Array {
  return zstdCompressSync(JSON.stringify(value));
}

function unpack(value: Row[string] | undefined): unknown {
  return JSON.parse(zstdDecompressSync(value as Uint8Array).toString("utf8"));
}
