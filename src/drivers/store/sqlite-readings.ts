import { existsSync, renameSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Grain, ReadingsStore } from "./readings-contract.ts";

/**
 * A node's readings in one SQLite file: a second's some hundred readings are one row of compressed lines, a tenth of
 * their text. Nothing is synced to the disk: a crash of ours loses nothing, a power cut may cost the file, and waiting for the disk
 * each second would cost the judge its punctuality. A damaged file is moved aside, and an empty one begun; a full or a
 * locked disk is no damage, and whoever opens it tries again.
 */
export function sqliteReadings(file: string): ReadingsStore {
  const { db, bytes } = openOrBegin(file);
  const statements = new Map<string, StatementSync>();
  const run = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };

  return {
    append(writes) {
      db.exec("BEGIN");
      try {
        for (const { grain, from, until, lines } of writes) {
          const packed = zstdCompressSync(lines, QUICKLY);
          run(`INSERT INTO ${grain} (begins, ends, lines) VALUES (?, ?, ?)`).run(from, until, packed);
          bytes[grain] += packed.length;
        }
        db.exec("COMMIT");
      } catch (error) {
        db.exec("ROLLBACK");
        throw error;
      }
    },
    read({ grain, since, until, limit, after }) {
      const rows = run(
        `SELECT number, begins, ends FROM ${grain}
         WHERE ends >= ? AND begins <= ? AND number > ? ORDER BY number LIMIT ?`,
      ).all(since, until, after ?? 0, limit) as Row[];
      return rows.map((row) => ({
        number: Number(row["number"]),
        from: Number(row["begins"]),
        until: Number(row["ends"]),
        lines: linesOf(grain, Number(row["number"])),
      }));
    },
    span(grain) {
      const first = run(`SELECT begins FROM ${grain} ORDER BY number LIMIT 1`).get() as Row | undefined;
      const last = run(`SELECT ends FROM ${grain} ORDER BY number DESC LIMIT 1`).get() as Row | undefined;
      return first && last ? { from: Number(first["begins"]), until: Number(last["ends"]) } : null;
    },
    trim(grain, { before, bytesMax }) {
      bytes[grain] -= forget(grain, "ends < ?", before);
      while (bytes[grain] > bytesMax) {
        const forgot = forget(grain, `number IN (SELECT number FROM ${grain} ORDER BY number LIMIT ?)`, FORGET_AT_ONCE);
        if (forgot === 0) return;
        bytes[grain] -= forgot;
      }
    },
    close: () => db.close(),
  };

  /** Each by itself, so that one bad page costs one piece; null when it can't be read. */
  function linesOf(grain: Grain, number: number): string | null {
    try {
      const row = run(`SELECT lines FROM ${grain} WHERE number = ?`).get(number) as Row;
      return zstdDecompressSync(row["lines"] as Uint8Array).toString("utf8");
    } catch (error) {
      if (isSqlite(error) && !isDamage(error)) throw error;
      return null;
    }
  }

  function forget(grain: Grain, which: string, value: number): number {
    const rows = run(`DELETE FROM ${grain} WHERE ${which} RETURNING length(lines) AS bytes`).all(value) as Row[];
    return rows.reduce((sum, row) => sum + Number(row["bytes"]), 0);
  }
}

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

/** Level 1 takes a third of the usual level's time for a tenth more bytes; by its checksum a piece that unpacks is whole. */
const QUICKLY = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };
/** A minute of raw pieces: what makes room for the next minute. */
const FORGET_AT_ONCE = 60;
const SHAPE = 1;
/** Fifteen nodes share a machine's memory; a node reads back little of what it writes. */
const CACHE_KIB = 256;
/** A disk that has damaged so many files is no place to write to. */
const UNUSABLE_MAX = 5;

type Opened = { readonly db: DatabaseSync; readonly bytes: Record<Grain, number> };

function openOrBegin(file: string): Opened {
  try {
    return open(file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    moveAside(file, error);
    return open(file);
  }
}

/** With what was not yet in its main file, so that somebody can look; never over an earlier one. */
function moveAside(file: string, cause: unknown): void {
  const names = Array.from({ length: UNUSABLE_MAX }, (_, index) => `${file}.unusable${index === 0 ? "" : `-${index}`}`);
  const aside = names.find((name) => !existsSync(name));
  if (aside === undefined) {
    throw new Error(`${UNUSABLE_MAX} damaged files lie beside ${file}: look at the disk, then remove them`, { cause });
  }
  for (const ending of ["", "-wal", "-shm"]) {
    if (existsSync(`${file}${ending}`)) renameSync(`${file}${ending}`, `${aside}${ending}`);
  }
}

function open(file: string): Opened {
  const db = new DatabaseSync(file);
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -${CACHE_KIB};`);
    const shape = Number((db.prepare("PRAGMA user_version").get() as Row)["user_version"]);
    if (shape !== 0 && shape !== SHAPE) throw new WrongShape(`readings of shape ${shape}, ours is ${SHAPE}`);
    db.exec(`PRAGMA user_version = ${SHAPE};`);
    for (const grain of ["raw", "minutes"]) {
      db.exec(`CREATE TABLE IF NOT EXISTS ${grain} (number INTEGER PRIMARY KEY AUTOINCREMENT,
          begins INTEGER NOT NULL, ends INTEGER NOT NULL, lines BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS ${grain}_by_end ON ${grain} (ends);`);
    }
    const bytesOf = (grain: Grain): number =>
      Number((db.prepare(`SELECT total(length(lines)) AS bytes FROM ${grain}`).get() as Row)["bytes"]);
    // This looks at every page that has a row: a malformed one is found here, where the file can still be moved aside.
    return { db, bytes: { raw: bytesOf("raw"), minutes: bytesOf("minutes") } };
  } catch (error) {
    db.close();
    throw error;
  }
}

class WrongShape extends Error {}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

type SqliteError = Error & { readonly errcode: number };

function isSqlite(error: unknown): error is SqliteError {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number";
}

/** The file itself is bad; extended codes keep the kind in their low byte. */
function isDamage(error: unknown): boolean {
  if (error instanceof WrongShape) return true;
  return isSqlite(error) && [SQLITE_CORRUPT, SQLITE_NOTADB].includes(error.errcode & 0xff);
}
