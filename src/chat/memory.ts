import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Incident } from "../core/control-contract.ts";
import { CallerError } from "../core/errors.ts";
import type { UnixMs } from "../core/step.ts";
import type { ChatLog } from "./contract.ts";

/**
 * What the faces must still know after a restart: which thread belongs to which incident, what was said there, and which
 * orders were taken. So a restart goes on in the same thread, and nobody is pinged twice. One small SQLite file.
 */
export type ChatMemory = {
  /** What a face keeps of its incidents, by `incidentKey`. */
  incidents(face: string): ReadonlyMap<string, unknown>;
  keepIncident(face: string, key: string, kept: unknown): void;
  forgetIncident(face: string, key: string): void;
  /** Null when there is none. */
  kept(name: string): unknown;
  keep(name: string, kept: unknown): void;
  /** True for the first time that it is asked about this delivery: an order that comes twice is carried out once. */
  isNew(delivery: string, at: UnixMs): boolean;
  /** It came to nothing: asked about again, it is new. */
  forgetDelivery(delivery: string): void;
  close(): void;
};

/** Slack repeats a delivery within the hour, and takes back buttons after 30 minutes. */
const DELIVERIES_KEPT_MS = 86_400_000;
const FORGET_EVERY = 1000;
const SHAPE = 1;

/**
 * `:memory:` keeps nothing after the end. On a disk that is full what is to be kept is lost, which is told, and everybody goes on:
 * a message that may come twice after a restart is better than none. Only orders want to be sure: `isNew` then throws.
 */
export function chatMemory(file: string, log: ChatLog = () => {}): ChatMemory {
  const db = open(file);
  let trouble = "";
  const write = (sql: string, ...values: readonly string[]): void => {
    try {
      run(sql).run(...values);
      trouble = "";
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      if (says !== trouble) log("problem", `what is to be known after a restart can't be written to ${file}: ${says}`);
      trouble = says;
    }
  };
  const statements = new Map<string, StatementSync>();
  const run = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const made = db.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  let asked = 0;

  return {
    incidents(face) {
      const rows = run("SELECT key, body FROM incident WHERE face = ? ORDER BY key").all(face) as Row[];
      return new Map(rows.map(({ key, body }) => [String(key), JSON.parse(String(body)) as unknown]));
    },
    keepIncident(face, key, kept) {
      write("INSERT OR REPLACE INTO incident (face, key, body) VALUES (?, ?, ?)", face, key, JSON.stringify(kept));
    },
    forgetIncident(face, key) {
      write("DELETE FROM incident WHERE face = ? AND key = ?", face, key);
    },
    kept(name) {
      const row = run("SELECT body FROM kept WHERE name = ?").get(name) as Row | undefined;
      return row === undefined ? null : (JSON.parse(String(row["body"])) as unknown);
    },
    keep(name, kept) {
      write("INSERT OR REPLACE INTO kept (name, body) VALUES (?, ?)", name, JSON.stringify(kept));
    },
    isNew(delivery, at) {
      asked += 1;
      if (asked % FORGET_EVERY === 1) run("DELETE FROM delivery WHERE at < ?").run(at - DELIVERIES_KEPT_MS);
      return run("INSERT OR IGNORE INTO delivery (id, at) VALUES (?, ?)").run(delivery, at).changes === 1;
    },
    forgetDelivery(delivery) {
      write("DELETE FROM delivery WHERE id = ?", delivery);
    },
    close: () => db.close(),
  };
}

/** A Houston whose log is new counts from one again: the moment tells its incidents from older ones. */
export function incidentKey({ number, openedAt }: Pick<Incident, "number" | "openedAt">): string {
  return `${number}-${openedAt}`;
}

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

function open(file: string): DatabaseSync {
  try {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const db = new DatabaseSync(file);
    // Ours alone: two that post from one memory would tell everything twice.
    db.exec("PRAGMA busy_timeout = 500; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;");
    db.exec("PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE; COMMIT;");
    const { user_version: shape } = db.prepare("PRAGMA user_version").get() as { user_version: number };
    if (shape !== 0 && shape !== SHAPE) {
      throw new CallerError({
        code: "chat-memory-other-version",
        message: `${file} was written by another version of houston (shape ${shape}, ours is ${SHAPE})`,
        hint: "start with that version, or name another file with --memory",
      });
    }
    db.exec(`PRAGMA user_version = ${SHAPE};
      CREATE TABLE IF NOT EXISTS incident (face TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (face, key));
      CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, at INTEGER NOT NULL);`);
    return db;
  } catch (error) {
    if (error instanceof CallerError) throw error;
    const says = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(says)) {
      throw new CallerError({
        code: "chat-runs-already",
        message: `another \`houston chat\` uses ${file}`,
        hint: "one is enough: stop the other, or name another file with --memory",
        cause: error,
      });
    }
    throw new CallerError({
      code: "chat-memory-unusable",
      message: `${file} can't be opened: ${says}`,
      hint: "check the folder and its rights; a damaged file can be moved away: what is open is then told afresh",
      cause: error,
    });
  }
}
