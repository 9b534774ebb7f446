import { statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { awake, wallClock } from "./clock.ts";
import type { Entry } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { closedError, fullError } from "./memory-store.ts";
import {
  checkWrite,
  countsOf,
  judgeWrite,
  namesIn,
  type Appended,
  type Head,
  type JournalRecord,
  type JournalStore,
  type Phase,
  type UnfinishedPhase,
  type Write,
} from "./store.ts";

/** Raised when a table changes; a file of a higher one is not touched. */
const schemaVersion = 1;
/** A quick check reads the whole file: larger ones are trusted until a read says otherwise. */
const checkedUpToBytes = 256 * 1024 * 1024;
/** Another process may hold the file for one group commit; longer means that it is stuck. */
const busyTimeoutMs = 5_000;
/** How often a waiter looks for what another process wrote. */
const pollMs = 20;
/** Forgotten in one transaction: a pause of some milliseconds for everyone else. */
const forgetAtOnce = 500;
/**
 * Pages that the log may hold before they are written to their places, 32 MB: busy pages are rewritten many times in
 * between, and each writing costs two syncs more. SQLite's own 1,000 makes it every tenth group commit.
 */
const checkpointPages = 8_000;

const schema = `
  CREATE TABLE IF NOT EXISTS requests(
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, epoch INTEGER NOT NULL, phase TEXT NOT NULL,
    location TEXT NOT NULL, wrote_at INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS unfinished ON requests(phase) WHERE phase <> 'answered';
  CREATE INDEX IF NOT EXISTS answered ON requests(wrote_at) WHERE phase = 'answered';
  CREATE TABLE IF NOT EXISTS entries(id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY(id, seq)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS names(name TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(name, id)) WITHOUT ROWID;
  DROP INDEX IF EXISTS names_of;
  PRAGMA user_version = ${schemaVersion};
`;

type Row = { id: string; seq: number; epoch: number; phase: Phase; location: string; wrote_at: number };
type Queued = { write: Write; text: string; resolve: (appended: Appended) => void; reject: (error: unknown) => void };

/**
 * A journal in one SQLite file: WAL, synced to disk before it answers (synchronous FULL). All writes of one
 * turn of the event loop share one commit, so that many requests in flight cost few syncs.
 */
export function sqliteStore(options: {
  readonly file: string;
  readonly maxRequests?: number;
  /** No other process writes this file: waiters need not look for what others wrote. */
  readonly soleWriter?: boolean;
}): JournalStore {
  const { file, maxRequests = 2_000_000, soleWriter = false } = options;
  const database = open(file);
  const statements = prepare(database);
  let total = (statements.total.get() as { total: number }).total;
  let queue: Queued[] = [];
  let closed = false;
  const waiting = new Map<string, Set<() => void>>();

  function flush(): void {
    const writes = queue;
    queue = [];
    if (closed) return writes.forEach(({ reject }) => reject(closedError()));
    const outcomes: (Appended | ContinuityError)[] = [];
    let added = 0;
    try {
      database.exec("BEGIN IMMEDIATE");
      for (const { write, text } of writes) {
        try {
          const outcome = appendOne(write, text, total + added);
          added += outcome.added;
          outcomes.push(outcome.appended);
        } catch (thrown) {
          // Thrown before anything of this one was written: the others of the turn are not its victims.
          if (!(thrown instanceof ContinuityError)) throw thrown;
          outcomes.push(thrown);
        }
      }
      database.exec("COMMIT");
    } catch (thrown) {
      if (database.isTransaction) database.exec("ROLLBACK");
      const error = asJournalError(thrown, file);
      return writes.forEach(({ reject }) => reject(error));
    }
    total += added;
    writes.forEach(({ write, resolve, reject }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined || outcome instanceof ContinuityError) return reject(outcome);
      if (outcome.kind === "written" && write.entries.length > 0) waiting.get(write.id)?.forEach((wake) => wake());
      resolve(outcome);
    });
  }

  function appendOne(write: Write, text: string, totalNow: number): { appended: Appended; added: number } {
    const { id, expect, entries } = write;
    const row = statements.head.get(id) as Row | undefined;
    const head: Head | null = row ?? null;
    const judged = judgeWrite(head, write, (seq) => entriesOf(id)[seq]);
    switch (judged.kind) {
      case "conflict":
        return { appended: { kind: "conflict", record: row === undefined ? null : recordOf(row) }, added: 0 };
      case "already":
        return { appended: { kind: "written", seq: expect.seq + entries.length }, added: 0 };
      case "write": {
        if (head === null && totalNow >= maxRequests) throw fullError(maxRequests);
        const { seq, epoch, phase, location } = judged.head;
        const now = Date.now();
        if (head === null) statements.insert.run(id, seq, epoch, phase, location, now);
        else if (entries.length === 0) statements.beat.run(now, id);
        else statements.update.run(seq, epoch, phase, location, now, id);
        if (entries.length > 0) statements.add.run(id, expect.seq, text);
        for (const name of namesIn(entries)) statements.name.run(name, id);
        return { appended: { kind: "written", seq }, added: head === null ? 1 : 0 };
      }
    }
  }

  function entriesOf(id: string): Entry[] {
    const rows = statements.entries.all(id) as { body: string }[];
    try {
      return rows.flatMap(({ body }) => JSON.parse(body) as Entry[]);
    } catch (cause) {
      throw corruptError(file, `an entry of ${id} is not JSON`, cause);
    }
  }

  const recordOf = ({ wrote_at: wroteAt, ...row }: Row): JournalRecord => ({
    id: row.id,
    seq: row.seq,
    epoch: row.epoch,
    phase: row.phase,
    location: row.location,
    // The wall clock may have been set back since.
    quietMs: Math.max(0, Date.now() - wroteAt),
    entries: entriesOf(row.id),
  });

  /** Every read goes through here, so that a damaged file gives the same typed error everywhere. */
  function reading<T>(read: () => T): T {
    if (closed) throw closedError();
    try {
      return read();
    } catch (thrown) {
      throw asJournalError(thrown, file);
    }
  }
  const readNow = (id: string) =>
    reading(() => {
      const row = statements.head.get(id) as Row | undefined;
      return row === undefined ? null : recordOf(row);
    });

  return {
    append: (write) =>
      new Promise((resolve, reject) => {
        const text = checkWrite(write);
        queue.push({ write, text, resolve, reject });
        if (queue.length === 1) setImmediate(flush);
      }),
    read: async (id) => readNow(id),
    async changed(id, seq, { withinMs, signal }) {
      const until = performance.now() + withinMs;
      const waiters = waiting.get(id) ?? new Set();
      waiting.set(id, waiters);
      try {
        for (;;) {
          const row = reading(() => statements.head.get(id) as Row | undefined);
          const leftMs = until - performance.now();
          if ((row !== undefined && row.seq > seq) || leftMs <= 0 || signal?.aborted === true) return readNow(id);
          const stop = new AbortController();
          const wake = () => stop.abort(awake);
          waiters.add(wake);
          const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
          await wallClock.sleep(soleWriter ? leftMs : Math.min(leftMs, pollMs), either);
          waiters.delete(wake);
        }
      } finally {
        if (waiters.size === 0) waiting.delete(id);
      }
    },
    list: async ({ phases, location, quietForMs = 0, limit }) =>
      reading(() => {
        const quietSince = Date.now() - quietForMs;
        const rows = phases.flatMap((phase) => {
          const found = phase === "answered" ? statements.listAnswered : statements.listUnfinished[phase];
          return found.all(location ?? null, location ?? null, quietSince, limit) as Row[];
        });
        return rows
          .toSorted((a, b) => a.wrote_at - b.wrote_at || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map(recordOf);
      }),
    find: async (name) => reading(() => (statements.find.all(name, name) as { id: string }[]).map(({ id }) => id)),
    async retain({ answeredForMs, maxRequests: most }) {
      let forgotten = 0;
      for (;;) {
        const gone = reading(() => forget(Date.now() - answeredForMs, most));
        forgotten += gone;
        if (gone < forgetAtOnce) return { forgotten };
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async purge(idPrefix) {
      let forgotten = 0;
      for (;;) {
        const ids = reading(() => {
          const found = statements.answeredLike.all(idPrefix, idPrefix, forgetAtOnce) as { id: string }[];
          drop(found);
          return found;
        });
        forgotten += ids.length;
        if (ids.length < forgetAtOnce) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { left } = reading(() => statements.countLike.get(idPrefix, idPrefix) as { left: number });
      return { forgotten, left };
    },
    counts: async () =>
      reading(() => {
        const unfinished = statements.unfinished.all() as { phase: UnfinishedPhase; location: string; count: number }[];
        return countsOf(unfinished, (statements.answered.get() as { count: number }).count);
      }),
    async close() {
      if (closed) return;
      if (queue.length > 0) flush();
      closed = true;
      for (const waiters of waiting.values()) for (const wake of waiters) wake();
      database.close();
    },
  };

  function forget(answeredBefore: number, most: number): number {
    total = (statements.total.get() as { total: number }).total;
    const over = Math.max(0, total - most);
    const ids = statements.oldest.all(forgetAtOnce) as { id: string; wrote_at: number }[];
    const gone = ids.filter(({ wrote_at: wroteAt }, index) => wroteAt <= answeredBefore || index < over);
    drop(gone);
    return gone.length;
  }

  /** Of a damaged request none are known: left behind, they find nothing. */
  function namesOf(id: string): readonly string[] {
    try {
      return namesIn(entriesOf(id));
    } catch {
      return [];
    }
  }

  function drop(gone: readonly { readonly id: string }[]): void {
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const { id } of gone) {
        for (const name of namesOf(id)) statements.dropName.run(name, id);
        statements.dropEntries.run(id);
        statements.drop.run(id);
      }
      database.exec("COMMIT");
    } catch (thrown) {
      database.exec("ROLLBACK");
      throw thrown;
    }
    total -= gone.length;
  }
}

function prepare(database: DatabaseSync) {
  const list = (where: string): StatementSync =>
    database.prepare(
      `SELECT * FROM requests WHERE ${where} AND (? IS NULL OR location = ?) AND wrote_at <= ? ORDER BY wrote_at LIMIT ?`,
    );
  return {
    head: database.prepare("SELECT id, seq, epoch, phase, location, wrote_at FROM requests WHERE id = ?"),
    insert: database.prepare("INSERT INTO requests VALUES(?, ?, ?, ?, ?, ?)"),
    update: database.prepare(
      "UPDATE requests SET seq = ?, epoch = ?, phase = ?, location = ?, wrote_at = ? WHERE id = ?",
    ),
    beat: database.prepare("UPDATE requests SET wrote_at = ? WHERE id = ?"),
    add: database.prepare("INSERT INTO entries VALUES(?, ?, ?)"),
    name: database.prepare("INSERT OR IGNORE INTO names VALUES(?, ?)"),
    entries: database.prepare("SELECT body FROM entries WHERE id = ? ORDER BY seq"),
    find: database.prepare(
      `SELECT id FROM (SELECT id, rowid AS born FROM requests WHERE id = ?
       UNION SELECT names.id, requests.rowid FROM names JOIN requests ON requests.id = names.id WHERE name = ?)
       ORDER BY born DESC LIMIT 20`,
    ),
    listAnswered: list("phase = 'answered'"),
    // Written out for each phase: SQLite uses a partial index only when it can prove that it fits.
    listUnfinished: {
      running: list("phase = 'running'"),
      released: list("phase = 'released'"),
      parked: list("phase = 'parked'"),
    },
    total: database.prepare("SELECT count(*) AS total FROM requests"),
    unfinished: database.prepare(
      "SELECT phase, location, count(*) AS count FROM requests WHERE phase <> 'answered' GROUP BY phase, location",
    ),
    answered: database.prepare("SELECT count(*) AS count FROM requests WHERE phase = 'answered'"),
    oldest: database.prepare(
      "SELECT id, wrote_at FROM requests WHERE phase = 'answered' ORDER BY wrote_at, rowid LIMIT ?",
    ),
    // Ids are ASCII: the range ends before the highest character of all. The primary key's index serves it.
    answeredLike: database.prepare(
      "SELECT id FROM requests WHERE id >= ? AND id < ? || char(1114111) AND phase = 'answered' LIMIT ?",
    ),
    countLike: database.prepare("SELECT count(*) AS left FROM requests WHERE id >= ? AND id < ? || char(1114111)"),
    drop: database.prepare("DELETE FROM requests WHERE id = ?"),
    dropEntries: database.prepare("DELETE FROM entries WHERE id = ?"),
    dropName: database.prepare("DELETE FROM names WHERE name = ? AND id = ?"),
  };
}

function open(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
    if (version > schemaVersion) throw newerError(file, version);
    if (file !== ":memory:" && statSync(file).size <= checkedUpToBytes) {
      const { quick_check: says } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
      if (says !== "ok") throw corruptError(file, says);
    }
    database.exec(schema);
    return database;
  } catch (thrown) {
    database?.close();
    throw asJournalError(thrown, file);
  }
}

/** SQLite's result codes, https://www.sqlite.org/rescode.html */
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteNotADatabase = 26;

function asJournalError(thrown: unknown, file: string): Error {
  if (thrown instanceof ContinuityError) return thrown;
  const { errcode = 0, message = String(thrown) } = thrown as { errcode?: number; message?: string };
  switch (errcode & 0xff) {
    case sqliteCorrupt:
    case sqliteNotADatabase:
      return corruptError(file, message, thrown);
    case sqliteFull:
      return new ContinuityError({
        code: "journal-full",
        message: `the disk of the journal is full: ${message}`,
        hint: "make room; nothing of the refused writes was kept",
        cause: thrown,
      });
    default:
      return new ContinuityError({
        code: "journal-unavailable",
        message: `the journal cannot be used: ${message}`,
        hint: "see that its directory exists and is writable, and that no other program holds the file",
        cause: thrown,
      });
  }
}

function corruptError(file: string, says: string, cause?: unknown): ContinuityError {
  return new ContinuityError({
    code: "journal-corrupt",
    message: `the journal file ${file} is damaged: ${says}`,
    hint: "move it away and restore its last good copy; it is left as it is, for its open requests have to be looked up in it",
    cause,
  });
}

function newerError(file: string, version: number): ContinuityError {
  return new ContinuityError({
    code: "journal-newer",
    message: `the journal file ${file} has format ${version}; this version knows ${schemaVersion}`,
    hint: "upgrade this process; the file was not changed",
  });
}
