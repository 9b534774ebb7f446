import { hash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { CallerError } from "../../core/errors.ts";
import type { UnixMs } from "../../core/step.ts";
import { HOP_COUNTS, type HopsStore, type KeptHop, type KeptHops, type KeptMinute } from "./hops-contract.ts";

/**
 * The way of requests in a folder of SQLite files, like diaries on a shelf: one is written in, and when it is full (or old) it is closed for good and
 * the next is begun; when the shelf is full the oldest is thrown away whole, which costs the same however much is in it.
 *
 * 1. A name is kept as 48 bits of its SHA-1: all entries of an index are alike and small, whatever strangers call their requests. Of ten million
 *    names any other is taken for one of them once in 28 million questions.
 * 2. An index belongs to one file and fits in memory while it is written: a new name costs the same with ten million kept as with none.
 * 3. The disk holds at most `bytesMax`, the file that is written in and its write-ahead log included, and one batch more.
 * 4. Nothing is synced to the disk: a crash of ours loses nothing, a power cut may cost the newest file. A file that can't be read is counted and
 *    left out; one that can't be opened is left alone, and the next is begun.
 */
export function sqliteHops(folder: string, limits: HopsLimits): HopsStore {
  mkdirSync(folder, { recursive: true });
  const pieceBytesMax = Math.floor((limits.bytesMax - LOG_BYTES) / PIECES);
  const pieceMs = Math.ceil(limits.keptMs / PIECES);
  if (pieceBytesMax < PIECE_BYTES_LEAST) {
    throw new CallerError({
      code: "hops-too-small",
      message: `${folder} may hold ${limits.bytesMax} bytes, and traces of requests need ${PIECES * PIECE_BYTES_LEAST + LOG_BYTES}`,
      hint: "give them more room",
    });
  }
  let unreadable = 0;
  let open: OpenPiece | null = null;

  /** Oldest first. */
  const sealed = (): readonly string[] =>
    readdirSync(folder)
      .filter((name) => PIECE.test(name) && name !== open?.name)
      .sort(byBeginning);

  const makeRoom = (now: UnixMs): void => {
    const pieces = sealed();
    let bytes = pieces.reduce((sum, name) => sum + bytesOf(join(folder, name)), 0);
    for (const name of pieces) {
      const isOld = beginningOf(name) + pieceMs < now - limits.keptMs;
      if (!isOld && bytes + pieceBytesMax + LOG_BYTES <= limits.bytesMax) return;
      bytes -= bytesOf(join(folder, name));
      for (const ending of ["", "-wal", "-shm"]) rmSync(join(folder, `${name}${ending}`), { force: true });
    }
  };

  const begin = (at: UnixMs): OpenPiece => {
    makeRoom(at);
    const newest = sealed().at(-1);
    // After a restart the last one is written on in; one that another clock dated later than now is followed by one of a later name yet.
    if (newest !== undefined && at < beginningOf(newest) + pieceMs && bytesOf(join(folder, newest)) < pieceBytesMax) {
      try {
        return openPiece(folder, newest);
      } catch {
        unreadable += 1;
      }
    }
    const begins = newest === undefined ? at : Math.max(at, beginningOf(newest) + 1);
    return openPiece(folder, `hops-${begins}.sqlite`);
  };

  const seal = (): void => {
    const piece = open;
    open = null;
    if (piece === null) return;
    try {
      // One plain file, without a log beside it: it is never written in again.
      piece.db.exec("PRAGMA journal_mode = DELETE");
    } finally {
      piece.db.close();
    }
  };

  /** Newest first, until there is enough. */
  const everywhere = <Found>(
    ask: (piece: Asked) => readonly Found[],
    isEnough: (found: number) => boolean,
  ): Found[] => {
    const found: Found[] = [];
    if (open !== null) found.push(...ask(open));
    for (const name of sealed().toReversed()) {
      if (isEnough(found.length)) break;
      let db: DatabaseSync | null = null;
      try {
        db = new DatabaseSync(join(folder, name));
        found.push(...ask({ name, db }));
      } catch {
        unreadable += 1;
      } finally {
        db?.close();
      }
    }
    return found;
  };

  return {
    append(requests, minutes) {
      const at = requests.at(-1)?.at ?? minutes.at(-1)?.at;
      if (at === undefined) return;
      if (open !== null && (open.bytes() >= pieceBytesMax || at >= beginningOf(open.name) + pieceMs)) seal();
      open ??= begin(at);
      const { db, insertRequest, insertName, addMinute } = open;
      db.exec("BEGIN");
      try {
        const named: (readonly [key: number, request: number])[] = [];
        for (const { at: began, hops, names } of requests) {
          const { lastInsertRowid } = insertRequest.run(began, textOf(began, hops));
          for (const name of new Set(names)) named.push([keyOf(name), Number(lastInsertRowid)]);
        }
        // Neighbours in the index are written together.
        for (const [key, request] of named.sort(([one], [other]) => one - other)) insertName.run(key, request);
        for (const minute of minutes)
          addMinute.run(minute.at, minute.oneIn, ...HOP_COUNTS.map((count) => minute[count]));
        db.exec("COMMIT");
      } catch (error) {
        const piece = open;
        open = null;
        // Its transaction ends with it; where the disk is full or damaged, nothing else of it may be tried.
        piece.db.close();
        throw error;
      }
    },
    find(name, limit) {
      const key = keyOf(name);
      const found = everywhere(
        ({ db }) => (db.prepare(FIND).all(key, limit) as Row[]).map(({ at, hops }) => hopsOf(Number(at), String(hops))),
        (count) => count >= limit,
      );
      return found.sort((one, other) => one.at - other.at).slice(-limit);
    },
    minutes({ since, until }) {
      const added = new Map<UnixMs, KeptMinute>();
      const rows = everywhere(
        ({ db }) => db.prepare("SELECT * FROM minute WHERE at BETWEEN ? AND ?").all(since, until) as Row[],
        () => false,
      );
      // A minute that began in one file and ended in the next is one.
      for (const row of rows) {
        const minute = minuteOf(row);
        const before = added.get(minute.at);
        added.set(minute.at, before === undefined ? minute : addedUp(before, minute));
      }
      return [...added.values()].sort((one, other) => one.at - other.at);
    },
    get unreadable() {
      return unreadable;
    },
    close: seal,
  };
}

export type HopsLimits = {
  /** What all files together may take of the disk. */
  readonly bytesMax: number;
  /** What is older goes, a sixteenth of this at a time. */
  readonly keptMs: number;
};

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;
type Asked = { readonly name: string; readonly db: DatabaseSync };
type OpenPiece = Asked & {
  readonly insertRequest: StatementSync;
  readonly insertName: StatementSync;
  readonly addMinute: StatementSync;
  bytes(): number;
};

/** So many share the room, and the time: what is thrown away at once, and what a question has to open. */
const PIECES = 16;
/** The write-ahead log is taken over into its file when it has so many bytes (1,000 pages). */
const LOG_BYTES = 4 * 1024 * 1024;
const PIECE_BYTES_LEAST = 256 * 1024;
/** Both ways into the index of a piece of 64 MB stay in memory. */
const CACHE_KIB = 16 * 1024;
const PIECE = /^hops-\d+\.sqlite$/;
const FIND = `SELECT request.at AS at, request.hops AS hops FROM name JOIN request ON request.number = name.request
  WHERE name.key = ? ORDER BY request.number DESC LIMIT ?`;

function openPiece(folder: string, name: string): OpenPiece {
  const db = new DatabaseSync(join(folder, name));
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -${CACHE_KIB};
      CREATE TABLE IF NOT EXISTS request (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, hops TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS name (key INTEGER, request INTEGER, PRIMARY KEY (key, request)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS minute (at INTEGER PRIMARY KEY, oneIn INTEGER NOT NULL,
        ${HOP_COUNTS.map((count) => `${count} INTEGER NOT NULL`).join(", ")});`);
    const pages = db.prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size");
    return {
      name,
      db,
      insertRequest: db.prepare("INSERT INTO request (at, hops) VALUES (?, ?)"),
      insertName: db.prepare("INSERT OR IGNORE INTO name (key, request) VALUES (?, ?)"),
      addMinute: db.prepare(`INSERT INTO minute VALUES (?, ?, ${HOP_COUNTS.map(() => "?").join(", ")})
        ON CONFLICT (at) DO UPDATE SET oneIn = max(oneIn, excluded.oneIn),
        ${HOP_COUNTS.map((count) => `${count} = ${count} + excluded.${count}`).join(", ")}`),
      bytes: () => Number((pages.get() as Row)["bytes"]),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Signed, so that SQLite keeps it in six bytes. */
function keyOf(name: string): number {
  return hash("sha1", name, "buffer").readIntBE(0, 6);
}

/** Four values a hop, its moment counted from the first: a third of the same with names. */
function textOf(began: UnixMs, hops: readonly KeptHop[]): string {
  return JSON.stringify(hops.flatMap(({ kind, at, ms, status }) => [kind, at - began, ms, status]));
}

function hopsOf(began: UnixMs, text: string): KeptHops {
  const values = JSON.parse(text) as readonly (string | number)[];
  const hops = Array.from({ length: values.length / 4 }, (_, index): KeptHop => {
    const [kind, afterMs, ms, status] = values.slice(4 * index, 4 * index + 4);
    return { kind: String(kind), at: began + Number(afterMs), ms: Number(ms), status: Number(status) };
  });
  return { at: began, hops };
}

function minuteOf(row: Row): KeptMinute {
  const counts = HOP_COUNTS.map((count) => [count, Number(row[count])] as const);
  return { at: Number(row["at"]), oneIn: Number(row["oneIn"]), ...Object.fromEntries(counts) } as KeptMinute;
}

function addedUp(one: KeptMinute, other: KeptMinute): KeptMinute {
  const counts = HOP_COUNTS.map((count) => [count, one[count] + other[count]] as const);
  return { at: one.at, oneIn: Math.max(one.oneIn, other.oneIn), ...Object.fromEntries(counts) } as KeptMinute;
}

const beginningOf = (name: string): UnixMs => Number(name.slice("hops-".length, -".sqlite".length));
const byBeginning = (one: string, other: string): number => beginningOf(one) - beginningOf(other);
const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
